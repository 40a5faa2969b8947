//! Identifiers made of random bytes that a caller brings: uids of entries and correlation ids.

use motus_json::Object;

/// Spells a new uid: sixteen lower-case hexadecimal digits. Source: textus/3 §8.
pub fn mint(random: [u8; 8]) -> String {
    let mut text = String::with_capacity(16);
    push_hex(&random, &mut text);
    text
}

/// Returns what an envelope tells as the uid of an entry: `_meta.uid`, where it is a string.
pub fn of(meta: &Object) -> Option<&str> {
    meta.get("uid")?.as_str()
}

/// Returns the uid that a write keeps; an empty one is none.
pub fn kept(meta: &Object) -> Option<&str> {
    of(meta).filter(|uid| !uid.is_empty())
}

/// Spells what correlates the audit rows of one invocation, as a random UUID (RFC 9562, version 4).
///
/// Six of the bits give way to version and variant.
pub fn correlation_id(random: [u8; 16]) -> String {
    let value = u128::from_be_bytes(random);
    let value = value & !(0xF << 76) | 0x4 << 76;
    let value = value & !(0x3 << 62) | 0x2 << 62;
    let mut text = String::with_capacity(36);
    for (index, byte) in value.to_be_bytes().into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&[byte], &mut text);
    }
    text
}

fn push_hex(bytes: &[u8], text: &mut String) {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)));
}

#[cfg(test)]
mod tests {
    use motus_json::Value;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_uid_is_sixteen_digits() {
        assert_eq!(mint([0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10]), "fedcba9876543210");
        assert_eq!(mint([0; 8]), "0000000000000000");
    }

    #[test]
    fn only_a_string_is_a_uid_and_an_empty_one_is_not_kept() {
        let meta = |uid: Value| Object::from([("uid", uid)]);
        assert_eq!(of(&meta("x".into())), Some("x"));
        assert_eq!(of(&meta("".into())), Some(""));
        assert_eq!(kept(&meta("".into())), None);
        assert_eq!(kept(&meta("x".into())), Some("x"));
        assert_eq!(of(&meta(12.into())), None);
        assert_eq!(of(&meta(Value::Null)), None);
        assert_eq!(of(&Object::new()), None);
    }

    #[test]
    fn a_correlation_id_has_the_published_shape() {
        assert_eq!(correlation_id([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(correlation_id([255; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let counted = std::array::from_fn(|index| index.try_into().unwrap());
        assert_eq!(correlation_id(counted), "00010203-0405-4607-8809-0a0b0c0d0e0f");
    }

    proptest! {
        #[test]
        fn different_bytes_make_different_uids(left: [u8; 8], right: [u8; 8]) {
            prop_assert_eq!(mint(left) == mint(right), left == right);
            prop_assert_eq!(mint(left).len(), 16);
        }
    }
}
