//! The text of a document that was learned: what is granted, and beside it, as comments, what a person should decide.

use motus_json::{Value, canonical, printable};

/// What is said of one value of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    /// It is granted; what should be known of it.
    Granted(String, Option<String>),
    /// It would do in place of another one; for whom.
    Instead(String, String),
    /// It would be needed, and nobody should grant it without a thought; why not, and what for.
    LeftOut(String, String),
}

/// A document that grows list by list.
#[derive(Debug)]
pub(super) struct Document(String);

impl Document {
    pub(super) fn new() -> Self {
        Self("motus_scope: \"0.1\"\n".to_owned())
    }

    /// Adds a list; where all of it is comments its name is one as well.
    pub(super) fn push(&mut self, name: &str, lines: &[Line]) {
        if lines.is_empty() {
            return;
        }
        let is_granted = lines.iter().any(|line| matches!(line, Line::Granted(..)));
        // What stands behind the `#` of a whole list stands as it would without it.
        let (of_name, of_comment) = if is_granted { ("", "  # ") } else { ("# ", "#   ") };
        self.0.push_str(&format!("{of_name}{name}:\n"));
        for line in lines {
            let (start, value, note) = match line {
                Line::Granted(value, note) => ("  ", value, note.clone()),
                Line::Instead(value, note) => (of_comment, value, Some(note.clone())),
                Line::LeftOut(value, note) => {
                    (of_comment, value, Some(format!("careful, left out: {note}")))
                }
            };
            // A JSON string is a double-quoted scalar of YAML.
            let value = canonical::store::write(&Value::from(value.as_str()));
            let note = note.map(|note| format!("  # {}", printable(&note))).unwrap_or_default();
            self.0.push_str(&format!("{start}- {value}{note}\n"));
        }
    }

    /// Adds a line that no list can hold.
    pub(super) fn remark(&mut self, text: &str) {
        self.0.push_str(&format!("# not granted: {}\n", printable(text)));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}
