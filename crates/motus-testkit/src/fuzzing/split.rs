//! A bundle as one string of bytes, so that a fuzzer can make bundles.

use motus_kernel::source::MemoryBundle;

/// Stands between paths and contents; it is no UTF-8, so that no document holds it.
const SEPARATOR: [u8; 2] = [0xFF, 0xFE];

/// Writes a bundle as path, content, path, content, …
pub fn join(bundle: &MemoryBundle) -> Vec<u8> {
    let pieces = bundle.files.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes]);
    pieces.collect::<Vec<_>>().join(SEPARATOR.as_slice())
}

/// Reads a bundle; any bytes are one.
pub fn split(bytes: &[u8]) -> MemoryBundle {
    let mut bundle = MemoryBundle::default();
    let mut rest = Some(bytes);
    while let Some(path) = next(&mut rest) {
        let content = next(&mut rest).unwrap_or_default();
        bundle.files.insert(String::from_utf8_lossy(path).into_owned(), content.to_vec());
    }
    bundle
}

/// Takes the bytes up to the next separator off.
fn next<'b>(rest: &mut Option<&'b [u8]>) -> Option<&'b [u8]> {
    let bytes = rest.take()?;
    let found = bytes.windows(SEPARATOR.len()).position(|window| window == SEPARATOR);
    let Some(at) = found else { return Some(bytes) };
    *rest = bytes.get(at + SEPARATOR.len()..);
    bytes.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_survives_the_way_through_bytes() {
        let bundle = crate::bundle::parent().bundle();
        assert_eq!(split(&join(&bundle)), bundle);
    }
}
