//! Rows as lines: one object of compact JSON each. Reading is lenient, because others write here too.

use motus_json::{Object, ReadOptions, Value, compact, read};

use super::{MOST_SEQ, Moved, Row};

impl Row {
    /// Returns the row as it is told, with the members in the order of the protocol.
    ///
    /// Shape: `seq ts role verb key etag_before etag_after [from_key to_key uid] [extras]`; unknown etags
    /// are `null`, extras are left out when there are none.
    pub fn to_object(&self) -> Object {
        let key = Some(self.key.as_str()).filter(|key| !key.is_empty());
        let mut row = Object::new();
        row.insert("seq", self.seq);
        row.insert("ts", &self.ts);
        row.insert("role", &self.role);
        row.insert("verb", &self.verb);
        row.insert("key", key);
        row.insert("etag_before", self.etag_before.as_ref());
        row.insert("etag_after", self.etag_after.as_ref());
        if let Some(moved) = &self.moved {
            row.insert("from_key", &moved.from_key);
            row.insert("to_key", &moved.to_key);
            row.insert("uid", moved.uid.as_ref());
        }
        if !self.extras.is_empty() {
            row.insert("extras", self.extras.clone());
        }
        row
    }

    /// Returns the line of the log, its newline included.
    pub fn to_line(&self) -> String {
        let mut line = compact::write(&Value::Object(self.to_object()));
        line.push('\n');
        line
    }

    /// Reads a line of the log, with or without its newline; what is no row is `None`.
    ///
    /// Shape: an object with a whole number `seq` up to [`MOST_SEQ`] and the strings `ts`, `role` and
    /// `verb`; `key`, the etags and `extras` may be missing or `null`. Members that the protocol does not
    /// know are dropped.
    pub fn from_line(line: &[u8]) -> Option<Self> {
        let row = object(line)?;
        if ["key", "etag_before", "etag_after"].iter().any(|name| is_no_text(&row, name)) {
            return None;
        }
        let text = |name: &str| Some(row.get(name)?.as_str()?.to_owned());
        let moved = match (text("from_key"), text("to_key")) {
            (Some(from_key), Some(to_key)) => Some(Moved { from_key, to_key, uid: text("uid") }),
            _ => None,
        };
        Some(Self {
            seq: seq_of(&row)?,
            ts: text("ts")?,
            role: text("role")?,
            verb: text("verb")?,
            key: text("key").unwrap_or_default(),
            etag_before: text("etag_before"),
            etag_after: text("etag_after"),
            moved,
            extras: match row.get("extras") {
                None | Some(Value::Null) => Object::new(),
                Some(extras) => extras.as_object()?.clone(),
            },
        })
    }
}

/// Returns the number of a line, also of one that is otherwise no row, so that no number is used twice.
///
/// A number over [`MOST_SEQ`] is none: whoever wrote it must not keep others from writing.
pub fn seq_of_line(line: &[u8]) -> Option<u64> {
    seq_of(&object(line)?)
}

fn seq_of(row: &Object) -> Option<u64> {
    row.get("seq")?.as_u64().filter(|seq| *seq <= MOST_SEQ)
}

fn object(line: &[u8]) -> Option<Object> {
    match read(line, &ReadOptions::default()) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Tells whether a member that may be missing or `null` is something else than text.
fn is_no_text(row: &Object, name: &str) -> bool {
    row.get(name).is_some_and(|value| !value.is_null() && value.as_str().is_none())
}
