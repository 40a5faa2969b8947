//! Failures of verification, with the codes of the specification.
//!
//! A bundle chooses the names that messages quote, so everything here has its bounds where it is made: what
//! is waiting to be told is never more than a hundred short sentences.

use std::borrow::Cow;

use crate::shape::Fault;

/// Names the kind of a failure.
///
/// Source: MOTUS-SPEC-V0.1 §6.2, and `PARSE_ERROR` for what is no document of the format at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A document has another form, order or spelling than it must, or an entry twice.
    ParseError,
    /// A file is missing, is no file, has another size or content, or is not listed.
    FileHashMismatch,
    /// The receipt's hash is not that of the receipt.
    ReceiptHashMismatch,
    /// The log's chain is broken, or not the log of this loop.
    EventChainInvalid,
    /// A Merkle root is not that of its leaves.
    RootMismatch,
    /// The proof digest is not that of its parts.
    ProofDigestMismatch,
    /// The phases break the rules, or receipt and log disagree.
    FsmInvalid,
    /// The policy is another one, or is broken.
    PolicyViolation,
    /// The bundle is of a version that this verifier does not know.
    VersionUnsupported,
    /// Something was touched that was not declared, or too much was declared.
    EffectBoundsViolation,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 10] = [
        Self::ParseError,
        Self::FileHashMismatch,
        Self::ReceiptHashMismatch,
        Self::EventChainInvalid,
        Self::RootMismatch,
        Self::ProofDigestMismatch,
        Self::FsmInvalid,
        Self::PolicyViolation,
        Self::VersionUnsupported,
        Self::EffectBoundsViolation,
    ];

    /// Returns the code as reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseError => "PARSE_ERROR",
            Self::FileHashMismatch => "FILE_HASH_MISMATCH",
            Self::ReceiptHashMismatch => "RECEIPT_HASH_MISMATCH",
            Self::EventChainInvalid => "EVENT_CHAIN_INVALID",
            Self::RootMismatch => "ROOT_MISMATCH",
            Self::ProofDigestMismatch => "PROOF_DIGEST_MISMATCH",
            Self::FsmInvalid => "FSM_INVALID",
            Self::PolicyViolation => "POLICY_VIOLATION",
            Self::VersionUnsupported => "VERSION_UNSUPPORTED",
            Self::EffectBoundsViolation => "EFFECT_BOUNDS_VIOLATION",
        }
    }
}

/// One reason why a bundle does not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// What is wrong, as a sentence.
    pub message: String,
    /// The file in which it is wrong.
    pub path: Option<String>,
}

impl Failure {
    /// Makes a failure.
    ///
    /// Shape: a message of more than 300 characters and a path of more than 1,000 are cut in their middle.
    pub fn new(code: Code, path: Option<&str>, message: &str) -> Self {
        let path = path.map(|path| shortened(path, LONGEST_PATH).into_owned());
        Self { code, message: shortened(message, LONGEST_MESSAGE).into_owned(), path }
    }
}

/// So many characters of a message are kept.
pub const LONGEST_MESSAGE: usize = 300;

/// So many characters of a path are kept: a program may want to find the file.
const LONGEST_PATH: usize = 1000;

/// So many failures of a step are told one by one.
pub const TOLD: usize = 100;

/// Returns at most so many characters of a text: where it is longer, two thirds from its beginning and the
/// others from its end, with `…` between them. What a sentence says stands around the name that it quotes.
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || text.char_indices().nth(most).is_none() {
        return text.into();
    }
    let (first, last) = (most - most / 3, (most / 3).saturating_sub(1));
    let head = text.char_indices().nth(first).and_then(|(end, _)| text.get(..end));
    let tail = text.char_indices().nth_back(last.saturating_sub(1));
    let tail = tail.and_then(|(start, _)| text.get(start..)).filter(|_| last > 0);
    [head.unwrap_or_default(), "…", tail.unwrap_or_default()].concat().into()
}

/// What was found of a step before it is judged: the first hundred, each as short as it will be told.
#[derive(Debug, Clone, Default)]
pub(super) struct Found(Vec<(&'static str, String)>);

impl Found {
    pub(super) fn push(&mut self, (path, message): (&'static str, String)) {
        if self.0.len() < TOLD {
            self.0.push((path, shortened(&message, LONGEST_MESSAGE).into_owned()));
        }
    }

    pub(super) fn extend(&mut self, found: impl IntoIterator<Item = (&'static str, String)>) {
        found.into_iter().for_each(|found| self.push(found));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl IntoIterator for Found {
    type Item = (&'static str, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The failures of one step.
#[derive(Debug, Clone)]
pub(super) struct Failures {
    code: Code,
    told: Vec<Failure>,
    untold: u64,
}

impl Failures {
    pub(super) fn new(code: Code) -> Self {
        Self { code, told: Vec::new(), untold: 0 }
    }

    /// A step that failed in one way.
    pub(super) fn one(code: Code, path: &str, message: impl AsRef<str>) -> Self {
        let mut failures = Self::new(code);
        failures.note(path, message);
        failures
    }

    pub(super) fn note(&mut self, path: impl AsRef<str>, message: impl AsRef<str>) {
        if self.told.len() < TOLD {
            self.told.push(Failure::new(self.code, Some(path.as_ref()), message.as_ref()));
        } else {
            self.untold += 1;
        }
    }

    /// Notes the faults of a document, each with its place.
    pub(super) fn note_faults(&mut self, path: &str, prefix: &str, faults: Vec<Fault>) {
        for Fault { place, message } in faults {
            let separator = if place.is_empty() { "" } else { " " };
            self.note(path, format!("{prefix}{place}{separator}{message}"));
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.untold += other.untold;
        for failure in other.told {
            self.note(failure.path.unwrap_or_default(), failure.message);
        }
    }

    /// Ends the step: with all of its failures, if it has any.
    pub(super) fn end_step(self) -> Result<(), Self> {
        if self.told.is_empty() { Ok(()) } else { Err(self) }
    }

    pub(super) fn into_vec(self) -> Vec<Failure> {
        let mut failures = self.told;
        if self.untold > 0 {
            let message = format!("and {} more", self.untold);
            failures.push(Failure::new(self.code, None, &message));
        }
        failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_where_the_name_stands() {
        let whole = "é".repeat(300);
        assert_eq!(shortened(&whole, 300), whole);
        let long = format!("event 7: {} is not what the receipt says", "é".repeat(1 << 20));
        let cut = shortened(&long, 300);
        assert_eq!(cut.chars().count(), 300);
        assert!(cut.starts_with("event 7: éé") && cut.ends_with("éé is not what the receipt says"));
        assert!(cut.contains("é…é"), "{cut}");
        for most in 3..9 {
            assert_eq!(shortened("0123456789", most).chars().count(), most, "{most}");
        }
    }

    #[test]
    fn a_failure_is_short_however_it_is_made() {
        let long = "x".repeat(1 << 20);
        let mut failures = Failures::one(Code::ParseError, &long, &long);
        let mut found = Found::default();
        for _ in 0..2 * TOLD {
            failures.note(&long, &long);
            found.push(("receipt.json", long.clone()));
        }
        let failures = failures.into_vec();
        assert_eq!((failures.len(), found.len()), (TOLD + 1, TOLD));
        assert!(failures.iter().all(|failure| failure.message.chars().count() <= LONGEST_MESSAGE));
        let paths = failures.iter().filter_map(|failure| failure.path.as_ref());
        assert!(paths.into_iter().all(|path| path.chars().count() == LONGEST_PATH));
        assert!(found.into_iter().all(|(_, message)| message.len() < 2 * LONGEST_MESSAGE));
    }
}
