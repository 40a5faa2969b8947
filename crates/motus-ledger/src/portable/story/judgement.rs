//! What was made of the end of a run: handed over, accepted, rejected, or none of these.

use crate::portable::story::{Actor, Story, StoryError, listen, listen_without};
use crate::projection::Release;
use crate::work::{Party, ReadyHandOff};
use crate::{Outcome, ReadTransaction, Run, RunId, Timestamp};

/// What a run says of its end, and of where the work goes from there.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What it came to, as its receipts say; nothing while it is open.
    pub outcome: Option<&'static str>,
    /// How it was handed over: whole, or nothing.
    pub hand_off: Option<ReadyHandOff>,
    /// What was made of its end.
    pub judgement: Judgement,
    /// The run that this one accepts, when it does nothing else.
    pub accepts: Option<RunId>,
}

/// What was made of the end of a run, by whom and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It has not ended.
    Open,
    /// It was handed over, and its receiver has not accepted it.
    Waiting {
        /// For whom it waits.
        receiver: Party,
    },
    /// Somebody accepted it.
    Accepted {
        /// Who.
        by: Actor,
        /// By what.
        method: Method,
        /// When.
        at: Timestamp,
        /// The run of the acceptance, when that is another one.
        in_run: Option<RunId>,
    },
    /// Its command failed.
    Rejected {
        /// Who says so.
        by: Actor,
        /// By what.
        method: Method,
        /// When.
        at: Timestamp,
    },
    /// Nobody is to accept it: it was given up, or was no work that is released.
    NotRequired,
}

/// By what the end of a run was accepted or rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Its worker released it, and the run ended as the release says.
    WorkRelease,
    /// The receiver of a hand-off said so.
    HandoffAcceptance,
    /// Its command succeeded.
    ExitCodeZero,
    /// Its command failed.
    ExitCodeNonzero,
}

impl Method {
    /// Returns the word that a receipt has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkRelease => "work_release",
            Self::HandoffAcceptance => "handoff_acceptance",
            Self::ExitCodeZero => "exit_code_0",
            Self::ExitCodeNonzero => "exit_code_nonzero",
        }
    }
}

/// Judges a run by what it says itself, as its envelope does.
///
/// Whether its receiver accepted it stands in another run: `work::judge` looks there too. Errors:
/// `projection.payload_unreadable`, `projection.payload_altered`.
pub fn judge_alone(transaction: &dyn ReadTransaction, run: &Run) -> Result<Judged, StoryError> {
    if run.is_open() {
        let judgement = Judgement::Open;
        return Ok(Judged { outcome: None, hand_off: None, judgement, accepts: None });
    }
    Ok(listen(transaction, run.clone(), None)?.judged())
}

/// Judges a run without its evidence, when that says enough; nothing when it may be handed over.
///
/// Evidence counts for a hand-off alone, which names pieces of it. Errors: those of [`judge_alone`], but for
/// what is wrong with evidence.
pub(crate) fn judge_without_evidence(
    transaction: &dyn ReadTransaction,
    run: &Run,
) -> Result<Option<Judged>, StoryError> {
    if run.is_open() {
        return judge_alone(transaction, run).map(Some);
    }
    let mut story = listen_without(transaction, run.clone(), "evidence.")?;
    Ok(story.heard.handoff.is_none().then(|| story.judged()))
}

impl Story {
    fn judged(&mut self) -> Judged {
        let outcome = Some(self.status());
        let hand_off = self.handing().ready;
        let judgement = self.judgement(hand_off.as_ref());
        let accepts = self.heard.acceptance().map(|accepted| RunId::from(&*accepted.run_id));
        let is_accepted =
            matches!(judgement, Judgement::Accepted { method: Method::HandoffAcceptance, .. });
        Judged { outcome, hand_off, judgement, accepts: accepts.filter(|_| is_accepted) }
    }

    /// Handed over is not yet accepted: that is the receiver's to say. A release is accepted when the run
    /// ended as it says; a command is judged by its exit code.
    pub(super) fn judgement(&self, hand_off: Option<&ReadyHandOff>) -> Judgement {
        use Release::{Absent, Failure, Partial, Success};
        if let Some(hand_off) = hand_off {
            return Judgement::Waiting { receiver: hand_off.receiver.clone() };
        }
        let (by, at) = (self.who(), self.closing.ended_at.clone());
        let accepted = |by, at, method| Judgement::Accepted { by, method, at, in_run: None };
        match (self.closing.outcome, self.heard.release) {
            (Outcome::Success, Success | Partial) | (Outcome::Failure, Failure) => {
                accepted(by, at, Method::WorkRelease)
            }
            (Outcome::Success, Absent) => match self.acceptor() {
                Some(acceptor) => accepted(acceptor, at, Method::HandoffAcceptance),
                None if self.is_command() => accepted(by, at, Method::ExitCodeZero),
                None => Judgement::NotRequired,
            },
            (Outcome::Failure, Absent) if self.is_command() => {
                Judgement::Rejected { by, method: Method::ExitCodeNonzero, at }
            }
            _ => Judgement::NotRequired,
        }
    }
}
