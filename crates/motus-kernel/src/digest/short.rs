//! SHA-256 of a message that is short: padded in one place and compressed in one go.
//!
//! Events, leaves and nodes are a few blocks each, for which a hasher that takes any number of pieces of any
//! length spends as much on its buffer as on hashing. The padding is that of FIPS 180-4 §5.1.1; the
//! compression is the library's.

use sha2::block_api::compress256;

const BLOCK: usize = 64;

/// What padding adds at least: one byte that marks the end, and the length in bits.
const PADDING: usize = 9;

/// FIPS 180-4 §5.3.3.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Hashes the concatenation of the parts, if it is at most 1015 bytes long.
pub(super) fn hash(parts: &[&[u8]]) -> Option<[u8; 32]> {
    let length = parts.iter().try_fold(0_usize, |sum, part| sum.checked_add(part.len()))?;
    // What is cleared first should not be much more than what is hashed then.
    match length {
        0..=247 => padded::<4>(parts, length),
        248..=1015 => padded::<16>(parts, length),
        _ => None,
    }
}

fn padded<const BLOCKS: usize>(parts: &[&[u8]], length: usize) -> Option<[u8; 32]> {
    let mut blocks = [[0; BLOCK]; BLOCKS];
    let mut rest = blocks.as_flattened_mut();
    for part in parts {
        let (place, after) = rest.split_at_mut_checked(part.len())?;
        place.copy_from_slice(part);
        rest = after;
    }
    *rest.first_mut()? = 0x80;
    let message = blocks.get_mut(..(length + PADDING).div_ceil(BLOCK))?;
    let bits = (length as u64).checked_mul(8)?;
    *message.last_mut()?.last_chunk_mut()? = bits.to_be_bytes();
    let mut state = INITIAL;
    compress256(&mut state, message);
    let mut digest = [0; 32];
    let (words, _) = digest.as_chunks_mut();
    for (place, word) in words.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::hash;

    #[test]
    fn every_length_has_the_librarys_digest() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1100).collect();
        for length in 0..=bytes.len() {
            let message = &bytes[..length];
            let expected = (length <= 1015).then(|| Sha256::digest(message).into());
            assert_eq!(hash(&[message]), expected, "{length} bytes");
        }
    }

    #[test]
    fn it_matters_to_nobody_where_parts_end() {
        let bytes: Vec<u8> = (0..=255).cycle().take(300).collect();
        let whole = hash(&[&bytes]);
        for place in 0..=bytes.len() {
            let (first, second) = bytes.split_at(place);
            assert_eq!(hash(&[first, second]), whole, "cut at {place}");
            assert_eq!(hash(&[first, b"", second]), whole, "cut at {place}");
        }
        assert_eq!(hash(&[]), hash(&[b""]));
    }
}
