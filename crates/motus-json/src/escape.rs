//! The one spelling of each escape, shared by the writers and the checker.

/// Returns a written document with every character escaped that `is_escaped` names.
///
/// Only for characters that no token but a string holds: outside strings nothing is escaped.
pub(crate) fn escape_all(document: String, is_escaped: impl Fn(char) -> bool) -> String {
    if !document.contains(&is_escaped) {
        return document;
    }
    let mut out = String::with_capacity(document.len());
    for character in document.chars() {
        if is_escaped(character) {
            for &mut unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(Escape::unicode(unit).as_str());
            }
        } else {
            out.push(character);
        }
    }
    out
}

/// Holds an escape sequence as written: two bytes such as `\n`, or six such as `\u00e9`.
pub(crate) struct Escape {
    bytes: [u8; 6],
    length: usize,
}

impl Escape {
    /// Returns how a UTF-16 unit is escaped, or `None` when it stands for itself.
    ///
    /// Shape: short forms for `" \ \b \f \n \r \t`, lowercase `\u00xx` for other controls; with `ascii`
    /// also for everything above `~`. Where `ascii` is off, surrogates are none of this function's units.
    pub(crate) fn of(unit: u16, ascii: bool) -> Option<Self> {
        match unit {
            0x22 => Some(Self::short(b'"')),
            0x5C => Some(Self::short(b'\\')),
            0x08 => Some(Self::short(b'b')),
            0x09 => Some(Self::short(b't')),
            0x0A => Some(Self::short(b'n')),
            0x0C => Some(Self::short(b'f')),
            0x0D => Some(Self::short(b'r')),
            0x00..=0x1F => Some(Self::unicode(unit)),
            0x7F.. if ascii => Some(Self::unicode(unit)),
            _ => None,
        }
    }

    /// Spells a unit as `\u` and four lowercase digits.
    pub(crate) fn unicode(unit: u16) -> Self {
        let [high, low] = unit.to_be_bytes();
        let digits = [high >> 4, high & 0xF, low >> 4, low & 0xF];
        let [a, b, c, d] =
            digits.map(|digit| if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
        Self { bytes: [b'\\', b'u', a, b, c, d], length: 6 }
    }

    fn short(letter: u8) -> Self {
        Self { bytes: [b'\\', letter, 0, 0, 0, 0], length: 2 }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}
