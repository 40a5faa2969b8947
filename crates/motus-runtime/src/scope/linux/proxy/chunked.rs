//! Where a body ends that comes in chunks: its framing is followed, and read as strictly as a head.
//!
//! Source: RFC 9112, section 7.1.

use super::head::Malformed;

/// So many bytes may stand between the data of two chunks, and behind the last.
const MOST: usize = 64 << 10;

/// How far a body has come.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    state: State,
    /// Bytes since the last data.
    between: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In the size of a chunk, of which so many digits are known.
    Size {
        size: u64,
        digits: usize,
    },
    /// In what may stand behind it.
    Extension {
        size: u64,
    },
    /// Before the end of that line.
    SizeEnd {
        size: u64,
    },
    /// In the data, of which so much is left.
    Data {
        left: u64,
    },
    /// Behind the data.
    DataReturn,
    DataEnd,
    /// Where a field may begin behind the last chunk.
    Trailer,
    Field,
    FieldEnd,
    /// Before the end of all.
    LastEnd,
    Over,
}

impl Default for State {
    fn default() -> Self {
        Self::Size { size: 0, digits: 0 }
    }
}

impl Chunks {
    /// Returns how many of the bytes belong to the body: all of them, unless it ends before.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..)
            && let Some(first) = rest.first()
            && self.state != State::Over
        {
            if let State::Data { left } = self.state {
                let length = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                self.state = match left.saturating_sub(length as u64) {
                    0 => State::DataReturn,
                    left => State::Data { left },
                };
                self.between = 0;
                taken += length;
            } else {
                self.between += 1;
                let next = next(self.state, *first).filter(|_| self.between <= MOST);
                self.state = next.ok_or(Malformed("the chunks of the body are none"))?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// Tells whether the body has ended.
    pub(super) fn is_over(&self) -> bool {
        self.state == State::Over
    }
}

/// Reads one byte of the framing.
fn next(state: State, byte: u8) -> Option<State> {
    let is_text = matches!(byte, b'\t' | b' '..=b'~' | 0x80..);
    match (state, byte) {
        (State::Size { size, digits }, _) if byte.is_ascii_hexdigit() => {
            let digit = char::from(byte).to_digit(16)?;
            let size = size.checked_mul(16)?.checked_add(digit.into())?;
            Some(State::Size { size, digits: digits + 1 })
        }
        (State::Size { digits: 0, .. }, _) => None,
        (State::Size { size, .. }, b';') => Some(State::Extension { size }),
        (State::Size { size, .. } | State::Extension { size }, b'\r') => {
            Some(State::SizeEnd { size })
        }
        (State::Extension { size }, _) if is_text => Some(State::Extension { size }),
        (State::SizeEnd { size: 0 } | State::FieldEnd, b'\n') => Some(State::Trailer),
        (State::SizeEnd { size }, b'\n') => Some(State::Data { left: size }),
        (State::DataReturn, b'\r') => Some(State::DataEnd),
        (State::DataEnd, b'\n') => Some(State::default()),
        (State::Trailer, b'\r') => Some(State::LastEnd),
        (State::Field, b'\r') => Some(State::FieldEnd),
        // Blanks before a field would continue the one before.
        (State::Trailer, _) if byte.is_ascii_graphic() => Some(State::Field),
        (State::Field, _) if is_text => Some(State::Field),
        (State::LastEnd, b'\n') => Some(State::Over),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes belong to the body, when it is given in pieces of so many.
    fn taken(bytes: &[u8], piece: usize) -> Option<(usize, bool)> {
        let mut chunks = Chunks::default();
        let mut all = 0;
        for piece in bytes.chunks(piece) {
            all += chunks.take(piece).ok()?;
        }
        Some((all, chunks.is_over()))
    }

    #[test]
    fn a_body_ends_where_its_framing_says_wherever_the_reads_were_cut() {
        for body in [
            "0\r\n\r\n",
            "4\r\nbody\r\n0\r\n\r\n",
            "1\r\n0\r\n00A\r\n\r\n0\r\n\r\n0\r\n\r\n000\r\n\r\n",
            "2;name=value\r\nab\r\n0;x\r\nX-Sum: 1 2\r\nY:\r\n\r\n",
        ] {
            let text = format!("{body}GET / HTTP/1.1\r\n\r\n");
            for piece in 1..=text.len() {
                let expected = Some((body.len(), true));
                assert_eq!(taken(text.as_bytes(), piece), expected, "{body:?} by {piece}");
            }
            for length in 0..body.len() {
                let begun = taken(&text.as_bytes()[..length], 3);
                assert_eq!(begun, Some((length, false)), "{body:?} to {length}");
            }
        }
    }

    #[test]
    fn what_two_readers_might_cut_in_two_ways_is_refused() {
        for body in [
            "\r\n",
            "-1\r\n",
            "+1\r\n",
            "0x1\r\n",
            " 1\r\n",
            "1 \r\n",
            "1\n",
            "1\rx",
            "1;a\nb",
            "1;a\0",
            "10000000000000000\r\n",
            "1\r\nab\r\n",
            "1\r\na\n",
            "0\r\n\n",
            "0\r\n X: 1\r\n",
            "0\r\nX: 1\n",
            "0\r\nX: 1\r\n\n",
        ] {
            assert_eq!(taken(body.as_bytes(), body.len()), None, "{body:?}");
        }
        let long = format!("1;{}", "a".repeat(MOST));
        assert_eq!(taken(long.as_bytes(), 1000), None);
    }
}
