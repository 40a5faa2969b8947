//! Effects: what a loop may touch, and what it touched (ENF-0.1).
//!
//! Text from outside is an [`Effect`]. The rules take a [`CanonicalEffect`], which only
//! canonicalising makes: where one is asked for, two spellings of one thing cannot both occur.

mod atom;
mod compress;
mod cover;
mod forest;
mod normalize;
mod selector;

use std::fmt;

pub use compress::{Compression, compress};
pub(crate) use cover::touched;
pub use cover::{covers, uncovered};
pub use normalize::normalize;
pub use selector::SelectorError;

/// Names what an effect does.
///
/// Shape: ordered by the bytes of the names, as everything that is hashed. The specification lists
/// the operations in another order, which orders nothing.
/// Source: MOTUS-SPEC-V0.1 §1.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectOp {
    /// Runs a program.
    Exec,
    /// Talks to a host.
    Network,
    /// Publishes something where others take it from.
    Publish,
    /// Reads a file or what lies under a directory.
    ReadFS,
    /// Writes a file or what lies under a directory.
    WriteFS,
}

impl EffectOp {
    /// Every operation, in order.
    pub const ALL: [Self; 5] =
        [Self::Exec, Self::Network, Self::Publish, Self::ReadFS, Self::WriteFS];

    /// Returns the name as documents spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exec => "Exec",
            Self::Network => "Network",
            Self::Publish => "Publish",
            Self::ReadFS => "ReadFS",
            Self::WriteFS => "WriteFS",
        }
    }

    /// Reads a name; any other spelling is `None`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str() == name)
    }
}

impl fmt::Display for EffectOp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Holds an effect as somebody spelled it.
///
/// Shape: ordered by the bytes of the operation's name, then by those of the selector.
/// Source: MOTUS-SPEC-V0.1 §1.8.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effect {
    /// What is done.
    pub op: EffectOp,
    /// To what: text that need not be a selector at all.
    pub selector: String,
}

impl Effect {
    /// Returns the one spelling of this effect.
    ///
    /// Errors: the selector has no canonical form for this operation.
    pub fn canonicalize(&self) -> Result<CanonicalEffect, SelectorError> {
        CanonicalEffect::new(self.op, &self.selector)
    }
}

/// Holds an effect whose selector is canonical for its operation.
///
/// Shape: ordered as [`Effect`]. Two of them are equal exactly when they name the same thing.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 10.1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanonicalEffect {
    op: EffectOp,
    selector: String,
}

impl CanonicalEffect {
    /// Canonicalises a selector for an operation.
    ///
    /// Shape: `fs:` for reads and writes, `net:`, `exec:` and `pub:` for the others. Doing it to the
    /// result changes nothing.
    /// Errors: the selector has no canonical form for this operation.
    /// Source: MOTUS-SPEC-V0.1 §2 Algorithm 10.1.
    pub fn new(op: EffectOp, selector: &str) -> Result<Self, SelectorError> {
        let selector = selector::canonical(op, selector)?;
        Ok(Self { op, selector })
    }

    /// Returns what is done.
    pub fn op(&self) -> EffectOp {
        self.op
    }

    /// Returns the canonical selector.
    pub fn selector(&self) -> &str {
        &self.selector
    }
}

impl From<CanonicalEffect> for Effect {
    fn from(effect: CanonicalEffect) -> Self {
        Self { op: effect.op, selector: effect.selector }
    }
}
