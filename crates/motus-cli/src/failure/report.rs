//! Telling a failure on stderr, as lines or as JSON.

use anstyle::AnsiColor;
use motus_json::{Object, Value};

use crate::failure::Failure;
use crate::failure::faults::PlacedFault;
use crate::output;
use crate::text::printable;

/// How many runs are named when more than one was meant, perhaps.
const MOST_CANDIDATES: usize = 5;

/// How many faults of documents are told beside the first.
const MOST_FAULTS: usize = 20;

impl Failure {
    /// Tells the failure on stderr and returns the exit code.
    pub(crate) fn report(&self, json: bool) -> u8 {
        if json {
            output::talk_json(self.document());
        } else {
            self.report_lines();
        }
        self.exit_code()
    }

    fn report_lines(&self) {
        let label = output::coloured(format!("error[{}]", self.code()), AnsiColor::Red);
        output::talk(format!("{label}: {}", printable(&self.message())));
        for line in named(&self.candidates()) {
            output::talk(format!("  {}", printable(&line)));
        }
        for line in others(&self.faults()) {
            output::talk(format!("  {}", printable(&line)));
        }
        for cause in self.causes() {
            output::talk(format!("  caused by: {}", printable(&cause)));
        }
        if let Some(usage) = self.usage() {
            output::talk(format!("  usage: {}", printable(usage)));
        }
        for hint in self.hints() {
            output::hint(printable(&hint));
        }
    }

    fn document(&self) -> Object {
        let hints = self.hints();
        let hint = (!hints.is_empty()).then(|| hints.join("; "));
        let mut document = Object::from([
            ("causes", Value::from(self.causes())),
            ("code", self.code().into()),
            ("error", self.message().into()),
            ("hint", hint.into()),
        ]);
        let candidates = self.candidates();
        if !candidates.is_empty() {
            document.insert("candidates", candidates);
        }
        let faults = self.faults();
        if !faults.is_empty() {
            document.insert("faults", faults.iter().map(PlacedFault::object).collect::<Value>());
        }
        if let Some(usage) = self.usage() {
            document.insert("usage", usage);
        }
        document
    }
}

/// Returns a line for each of the first candidates, and one for the others.
fn named(candidates: &[&str]) -> Vec<String> {
    let more = candidates.len().saturating_sub(MOST_CANDIDATES);
    let mut lines: Vec<String> =
        candidates.iter().take(MOST_CANDIDATES).map(|id| (*id).to_owned()).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Returns a line for each fault but the first, which is the message, and one for those that are too many.
fn others(faults: &[PlacedFault]) -> Vec<String> {
    let others = faults.get(1..).unwrap_or_default();
    let more = others.len().saturating_sub(MOST_FAULTS);
    let mut lines: Vec<String> = others.iter().take(MOST_FAULTS).map(ToString::to_string).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_five_candidates_are_named() {
        assert_eq!(named(&["a", "b"]), ["a", "b"]);
        assert_eq!(named(&["a", "b", "c", "d", "e"]).len(), 5);
        let many = named(&["a", "b", "c", "d", "e", "f", "g"]);
        assert_eq!(many.last().map(String::as_str), Some("and 2 more"));
        assert_eq!(many.len(), 6);
    }
}
