//! The text of a document that was learned: what is granted, and beside it, as comments, what a person should decide.

use motus_json::{Value, pretty, printable};

use super::super::ScopeDocument;

/// What is said of one value of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    /// It is granted; what should be known of it.
    Granted(String, Option<String>),
    /// It is not granted, and could be: it would do in place of another one, or was granted by hand and not used.
    Aside(String, String),
    /// It would be needed, and nobody should grant it without a thought; why not, and what for.
    LeftOut(String, String),
}

/// A document that grows list by list.
#[derive(Debug)]
pub(super) struct Document(String);

impl Document {
    /// Begins one that is called as the one that was brought along.
    pub(super) fn of(said: &ScopeDocument) -> Self {
        let mut document = Self("motus_scope: \"0.1\"\n".to_owned());
        for (key, text) in [("name", &said.name), ("about", &said.about)] {
            if let Some(text) = text {
                document.0.push_str(&format!("{key}: {}\n", quoted(text)));
            }
        }
        document
    }

    /// Adds what is no list, as it was brought along.
    pub(super) fn settings(&mut self, said: &ScopeDocument) {
        if said.is_offline {
            self.0.push_str("offline: true\n");
        }
        if let Some(observes_reads) = said.observes_reads {
            self.0.push_str(&format!("observe:\n  reads: {observes_reads}\n"));
        }
        let limits = [
            ("wall_seconds", said.wall_seconds),
            ("processes", said.processes),
            ("output_bytes", said.output_bytes),
        ];
        let limits =
            limits.iter().filter_map(|(key, limit)| Some(format!("  {key}: {}\n", (*limit)?)));
        let limits: String = limits.collect();
        if !limits.is_empty() {
            self.0.push_str(&format!("limits:\n{limits}"));
        }
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
                Line::Aside(value, note) => (of_comment, value, Some(note.clone())),
                Line::LeftOut(value, note) => {
                    (of_comment, value, Some(format!("careful, left out: {note}")))
                }
            };
            let value = quoted(value);
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

/// Writes a text as a JSON string, which is a double-quoted scalar of YAML, with letters as they are.
fn quoted(text: &str) -> String {
    pretty::write(&Value::from(text))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::document::read_document;
    use super::*;

    #[test]
    fn a_text_of_any_characters_is_read_as_it_was() {
        let all: Vec<char> = (char::MIN..=char::MAX).filter(|it| *it != '\0').collect();
        for some in all.chunks(20_000) {
            let text = format!("./{}", some.iter().collect::<String>());
            let mut document = Document::of(&ScopeDocument::default());
            document.push("read", &[Line::Granted(text.clone(), None)]);
            let read = read_document(document.finish().as_bytes(), Path::new("l.yaml")).unwrap();
            let grants: Vec<String> = read.grants.iter().map(ToString::to_string).collect();
            assert!(grants == [format!("read:{text}")], "{:?}", some.first());
        }
        assert_eq!(quoted("ü\u{2028}🦀"), "\"ü\\u2028🦀\"");
    }
}
