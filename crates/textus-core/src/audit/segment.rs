//! What is noted beside a rotated log, so that it need not be opened to know what it holds.

use motus_json::{Object, ReadOptions, Value, compact, read};

use super::MOST_SEQ;

/// The rows of one rotated log, as its `.meta.json` tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The number of its first row.
    pub min_seq: u64,
    /// The number of its last row.
    pub max_seq: u64,
    /// UTC, whole seconds, `Z`.
    pub rotated_at: String,
}

impl Segment {
    /// Returns the text of the note, with its newline.
    pub fn to_text(&self) -> String {
        let note = Object::from([
            ("min_seq", Value::from(self.min_seq)),
            ("max_seq", Value::from(self.max_seq)),
            ("rotated_at", Value::from(&self.rotated_at)),
        ]);
        let mut text = compact::write(&Value::Object(note));
        text.push('\n');
        text
    }

    /// Reads a note; what is none is `None`.
    ///
    /// Shape: the time may be missing, the numbers may not; the first is not greater than the last, and
    /// that not than [`MOST_SEQ`]. Whether they are those of the log is not asked.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let note = read(bytes, &ReadOptions::default()).ok()?;
        let rotated_at = note.get("rotated_at").and_then(Value::as_str).unwrap_or_default();
        let (min_seq, max_seq) = (note.get("min_seq")?.as_u64()?, note.get("max_seq")?.as_u64()?);
        let are_numbers = min_seq <= max_seq && max_seq <= MOST_SEQ;
        are_numbers.then(|| Self { min_seq, max_seq, rotated_at: rotated_at.to_owned() })
    }
}
