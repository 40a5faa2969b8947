//! What a loop is asked to do, and why it could not even be asked.

use std::fmt;

use super::answer::AdapterError;
use crate::Uuid;
use crate::names::LockLevel;
use crate::receipt::{Actor, Intent};
use crate::verify::Failure;

/// How often a loop may try again.
///
/// Source: MOTUS-SPEC-V0.1 §1.2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoopBudgets {
    /// How many ways back to an earlier phase.
    pub max_backtracks: u32,
    /// How many repetitions: of any phase, of Act when Verify wants it, of a question in Lock.
    pub max_act_retries: u32,
    /// How many events, those of the way to Lock included; 2,000,000 at most, since no verifier reads more.
    pub max_events: u32,
}

impl Default for LoopBudgets {
    fn default() -> Self {
        Self { max_backtracks: 3, max_act_retries: 3, max_events: 100_000 }
    }
}

/// What a loop is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopRequest {
    /// The loop.
    pub loop_id: Uuid,
    /// The loop that spawned it.
    pub parent_loop_id: Option<Uuid>,
    /// What is wanted.
    pub intent: Intent,
    /// Who works.
    pub actor: Actor,
    /// How final the outcome shall be.
    pub lock_level: LockLevel,
    /// How many effects may be declared.
    pub enf_k: u32,
    /// How often it may try again.
    pub budgets: LoopBudgets,
}

/// Why a loop left no bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunError {
    /// `loop.budget`: so few events that not even a failure could be told.
    Budget {
        /// The events that are allowed.
        max_events: u32,
        /// The events that are needed.
        least: u32,
    },
    /// `loop.request`: the request is not as it must be: a loop that is its own parent, an intent that no event
    /// can tell.
    Request(String),
    /// `loop.unrecordable`: clock or identifiers failed, so that nothing could be recorded any more.
    Unrecordable(AdapterError),
    /// `loop.unverifiable`: the loop came to its end, and no verifier would accept its bundle.
    Unverifiable(Failure),
    /// `loop.persist`: the bundle could not be kept.
    Persist(AdapterError),
}

impl RunError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Budget { .. } => "loop.budget",
            Self::Request(_) => "loop.request",
            Self::Unrecordable(_) => "loop.unrecordable",
            Self::Unverifiable(_) => "loop.unverifiable",
            Self::Persist(_) => "loop.persist",
        }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Budget { max_events, least } => {
                write!(formatter, "{max_events} events are allowed, a loop needs at least {least}")
            }
            Self::Request(message) => formatter.write_str(message),
            Self::Unrecordable(error) => {
                write!(formatter, "nothing can be recorded: {} ({})", error.message, error.code)
            }
            Self::Unverifiable(Failure { code, message, path, .. }) => {
                let path = path.as_deref().unwrap_or("the bundle");
                write!(
                    formatter,
                    "the bundle would not verify: {} in {path}: {message}",
                    code.as_str()
                )
            }
            Self::Persist(error) => {
                write!(formatter, "the bundle cannot be kept: {} ({})", error.message, error.code)
            }
        }
    }
}

impl std::error::Error for RunError {}
