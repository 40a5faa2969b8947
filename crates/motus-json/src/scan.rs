//! Finds where a run of plain string bytes ends, eight bytes at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Returns how many leading bytes stand for themselves in a JSON string.
///
/// Shape: stops at `"`, `\` and below U+0020; with `ascii` also at U+007F and above. Every stop is the
/// first byte of a character, given that `bytes` starts with one.
#[inline]
pub(crate) fn plain_run(bytes: &[u8], ascii: bool) -> usize {
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        let stops = stops(u64::from_le_bytes(*word), ascii);
        if stops != 0 {
            return bytes.len() - rest.len() + (stops.trailing_zeros() / 8) as usize;
        }
        rest = tail;
    }
    let tail = rest.iter().position(|&byte| is_stop(byte, ascii)).unwrap_or(rest.len());
    bytes.len() - rest.len() + tail
}

/// Marks the high bit of bytes that stop a run. A borrow can mark a byte above a true stop, never below
/// the lowest, and only the lowest is used.
#[inline]
fn stops(word: u64, ascii: bool) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let common = control | zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5C));
    let extra = if ascii { word | zeros(word ^ (ONES * 0x7F)) } else { 0 };
    (common | extra) & HIGH
}

#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

#[inline]
fn is_stop(byte: u8, ascii: bool) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || (ascii && byte >= 0x7F)
}

#[cfg(test)]
mod tests {
    use super::{is_stop, plain_run};

    #[test]
    fn words_and_single_bytes_agree_at_every_place() {
        for ascii in [false, true] {
            for byte in 0..=u8::MAX {
                for place in 0..20 {
                    let mut bytes = [b'a'; 20];
                    bytes[place] = byte;
                    let expected = if is_stop(byte, ascii) { place } else { 20 };
                    assert_eq!(plain_run(&bytes, ascii), expected, "byte {byte:#x} at {place}");
                }
            }
        }
    }

    #[test]
    fn the_first_of_many_stops_counts() {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                let bytes = [b'a', first, second, b'"', 0, 0xFF, 0x7F, 0x21];
                for ascii in [false, true] {
                    let expected = bytes.iter().position(|&byte| is_stop(byte, ascii));
                    assert_eq!(Some(plain_run(&bytes, ascii)), expected, "{first:#x} {second:#x}");
                }
            }
        }
    }
}
