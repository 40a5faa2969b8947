//! What a step tells later steps, in the form of `GITHUB_OUTPUT`.

use std::collections::BTreeSet;

use motus_ledger::Digest;

/// Everything that a step hands on.
const NAMES: [&str; 8] = [
    "run_id",
    "store_path",
    "export_path",
    "receipt_path",
    "envelope_path",
    "receipt_id",
    "outcome",
    "exit_code",
];

/// Names and values that a step hands on.
///
/// Shape: of each `NAME<<DELIMITER`, the value and `DELIMITER`, each on a line of its own. Whatever the value
/// holds, the delimiter is not in it, so that no value sets anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outputs {
    text: Vec<u8>,
    names: BTreeSet<String>,
}

impl Outputs {
    /// Hands on a value under one of our names.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        self.names.insert(name.to_owned());
        let delimiter = delimiter(value, Digest::of(value));
        for part in [name.as_bytes(), b"<<", delimiter.as_bytes(), b"\n", value, b"\n"] {
            self.text.extend_from_slice(part);
        }
        self.text.extend_from_slice(delimiter.as_bytes());
        self.text.push(b'\n');
    }

    /// Hands on nothing under each name that has no value: the command may have written one to the file before,
    /// and the last one counts.
    pub fn complete(&mut self) {
        for name in NAMES {
            if !self.names.contains(name) {
                self.set(name, "");
            }
        }
    }

    /// Returns the lines of the file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

/// Returns a delimiter that is not in the value, beginning with one that is made of a digest.
fn delimiter(value: &[u8], mut digest: Digest) -> String {
    loop {
        let delimiter = format!("motus_{}", digest.hex());
        if !value.windows(delimiter.len()).any(|part| part == delimiter.as_bytes()) {
            return delimiter;
        }
        digest = Digest::of(delimiter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the file as the runner does.
    fn read(text: &[u8]) -> Vec<(String, String)> {
        let text = std::str::from_utf8(text).expect("text");
        let mut lines = text.split_terminator('\n');
        let mut found = Vec::new();
        while let Some(line) = lines.next() {
            let (name, delimiter) = line.split_once("<<").expect("a name");
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            found.push((name.to_owned(), value.join("\n")));
        }
        found
    }

    #[test]
    fn a_value_is_read_back_whatever_is_in_it() {
        let values = [
            "",
            "run_1",
            "a\nb\n",
            "x=y",
            "::set-output name=outcome::success",
            "a%0Ab%0D",
            "EOF\nexit_code=0",
            "motus_0\noutcome<<motus_0\nsuccess\nmotus_0",
            &"long ".repeat(100_000),
        ];
        let mut outputs = Outputs::default();
        for value in values {
            outputs.set("export_path", value);
        }
        outputs.set("exit_code", "3");
        let read = read(outputs.as_bytes());
        let told: Vec<&str> = read.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(told, [values.as_slice(), &["3"]].concat());
        assert!(read.iter().take(values.len()).all(|(name, _)| name == "export_path"));
        assert_eq!(read.last().map(|(name, _)| name.as_str()), Some("exit_code"));
    }

    #[test]
    fn every_name_has_a_value_in_the_end() {
        let mut outputs = Outputs::default();
        outputs.set("exit_code", "3");
        outputs.complete();
        let read = read(outputs.as_bytes());
        assert_eq!(read.len(), NAMES.len());
        for (name, value) in read {
            assert_eq!(value, if name == "exit_code" { "3" } else { "" }, "{name}");
        }
    }

    /// Nobody can write a value with its own digest in it; if somebody could, it would not help.
    #[test]
    fn a_delimiter_that_is_in_the_value_is_not_taken() {
        let first = Digest::of("x");
        let second = Digest::of(format!("motus_{}", first.hex()));
        let value = format!("a\nmotus_{}\nmotus_{}\nb", first.hex(), second.hex());
        let chosen = delimiter(value.as_bytes(), first);
        assert!(!value.contains(&chosen) && chosen.len() == 70, "{chosen}");
    }
}
