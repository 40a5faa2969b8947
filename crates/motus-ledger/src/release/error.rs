//! Why a workspace is refused.

use std::fmt;

use crate::portable::shape::Fault;

/// How many faults of a document a message tells.
const MOST_TOLD: usize = 100;

/// Why a workspace is not as it must be, by the first rule that fails.
///
/// Paths are below the workspace; [`Refusal::message`] spells them as the caller likes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// `release.missing`: a document is not there.
    Missing {
        /// What it is called, such as `release source`.
        what: &'static str,
        /// Where it should be.
        path: String,
    },
    /// `release.unreadable`: something is there that is no JSON document.
    Unreadable {
        /// Where it is.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// `release.invalid`: a document has not its shape.
    Invalid {
        /// What it is called, such as `release-approval packet`.
        what: String,
        /// Everything that is wrong.
        faults: Vec<Fault>,
    },
    /// `release.invalid`: the closeout of the source is not filled in as a final receipt needs it.
    Unfilled {
        /// Everything that is wrong, by the members of the closeout.
        faults: Vec<Fault>,
    },
    /// `release.mismatch`: the source is that of another release.
    Mismatch {
        /// The release that was asked for.
        expected: String,
        /// The one that the source names.
        found: String,
    },
    /// `release.stale`: the source was changed since the document was generated.
    Stale {
        /// What it is called.
        what: &'static str,
        /// Where it is.
        path: String,
    },
    /// `release.drift`: a generated document is not what the source gives.
    Drift {
        /// What it is called, such as `generated artifact`.
        what: &'static str,
        /// Where it is.
        path: String,
    },
    /// `release.stray`: files that nothing generates stand among the generated ones.
    Stray {
        /// Where they are.
        paths: Vec<String>,
    },
    /// `release.too_many`: more stands in the directories of the generated documents than is looked at.
    TooMany {
        /// The most that is looked at.
        most: usize,
    },
    /// `release.exists`: there is a workspace already.
    Exists,
    /// `release.final_exists`: there is a final receipt already.
    FinalExists,
    /// `release.finalized`: what has a final receipt is not synchronized any more.
    Finalized,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "release.missing",
            Self::Unreadable { .. } => "release.unreadable",
            Self::Invalid { .. } | Self::Unfilled { .. } => "release.invalid",
            Self::Mismatch { .. } => "release.mismatch",
            Self::Stale { .. } => "release.stale",
            Self::Drift { .. } => "release.drift",
            Self::Stray { .. } => "release.stray",
            Self::TooMany { .. } => "release.too_many",
            Self::Exists => "release.exists",
            Self::FinalExists => "release.final_exists",
            Self::Finalized => "release.finalized",
        }
    }

    /// Returns what is wrong member by member, in the words of a person who fills them in; for most refusals
    /// the message says all of it.
    pub fn details(&self) -> Vec<String> {
        let Self::Unfilled { faults } = self else { return Vec::new() };
        faults.iter().take(MOST_TOLD).map(told).collect()
    }

    /// Returns the message, with paths as a function spells them; `""` is the workspace itself.
    pub fn message(&self, place: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::Missing { what, path } => format!("{what} missing: {}", place(path)),
            Self::Unreadable { path, why } => format!("{} {why}", place(path)),
            Self::Invalid { what, faults } => {
                let told = faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message));
                let mut told: Vec<String> = told.take(MOST_TOLD).collect();
                let more = faults.len().saturating_sub(MOST_TOLD);
                if more > 0 {
                    told.push(format!("and {more} more"));
                }
                format!("{what} failed schema validation: {}", told.join("; "))
            }
            Self::Unfilled { faults } => {
                let named: Vec<String> = faults.iter().take(MOST_TOLD).map(in_closeout).collect();
                let named = named.join(", ");
                format!("final receipt failed schema validation: to be filled in: {named}")
            }
            Self::Mismatch { expected, found } => {
                format!("release source mismatch: expected release_id={expected}, found {found}")
            }
            Self::Stale { what, path } => format!("{what} source hash is stale: {}", place(path)),
            Self::Drift { what, path } => format!("{what} drift detected: {}", place(path)),
            Self::Stray { paths } => {
                let places: Vec<String> = paths.iter().map(|path| place(path)).collect();
                format!("files that nothing generates: {}", places.join(", "))
            }
            Self::TooMany { most } => {
                format!("more than {most} files among the generated ones: {}", place("generated"))
            }
            Self::Exists => format!("release workspace already exists: {}", place("")),
            Self::FinalExists => {
                format!("final receipt already exists: {}", place(super::FINAL_RECEIPT))
            }
            Self::Finalized => {
                let place = place(super::FINAL_RECEIPT);
                format!("cannot sync finalized release workspace: {place}")
            }
        }
    }
}

/// Spells where a fault is, from the top of the source.
fn in_closeout(fault: &Fault) -> String {
    format!("closeout.{}", fault.path)
}

/// Tells a fault of the closeout.
fn told(fault: &Fault) -> String {
    let member = in_closeout(fault);
    match fault.message.strip_prefix("'<").and_then(|rest| rest.split_once(">'")) {
        Some((placeholder, rule)) if rule.starts_with(" does not match ") => {
            format!("{member} is still the placeholder <{placeholder}>")
        }
        _ => format!("{member}: {}", fault.message),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message(&|path| path.to_owned()))
    }
}

impl std::error::Error for Refusal {}
