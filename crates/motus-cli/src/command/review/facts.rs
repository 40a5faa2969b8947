//! The single facts of a piece of work: what it is, who did it, how it ended, where it goes.

use motus_app::work::{Review, Standing};
use motus_ledger::work::{
    Judged, Judgement, Lease, LeaseState, Method, RELEASE_KIND, ResourceSpec, says_something,
};
use motus_ledger::wrap::WrapEvent;
use motus_ledger::{Closing, Event, Outcome, Run};

use super::page::{Line, Piece};
use crate::text::{counted, printable};

/// How the note begins that a release leaves; it says what the outcome says.
const RELEASE_NOTE: &str = "motus work released ";

/// Tells what was worked on, and under which claim.
pub(crate) fn what(standing: &Standing) -> Vec<Line> {
    let Some(lease) = &standing.lease else { return Vec::new() };
    let mut claim = vec![Piece::name(&lease.lease_id)];
    claim.extend(alive(lease, standing.state));
    if lease.shared {
        claim.push(Piece::own(", shared"));
    }
    let mut lines =
        vec![Line::new("Work", [Piece::name(&lease.work_id)]), Line::new("Lease", claim)];
    let task = ResourceSpec::task(&lease.work_id);
    let mut names = Vec::new();
    for resource in lease.resources.iter().filter(|resource| **resource != task) {
        let separator = if names.is_empty() { "" } else { ", " };
        names.extend([Piece::own(separator), Piece::name(resource.lock_name())]);
    }
    if !names.is_empty() {
        lines.push(Line::new("Resources", names));
    }
    if let Some(from) = &lease.from_run {
        lines.push(Line::new("Continues", [Piece::name(from.as_str())]));
    }
    lines.push(Line::new("Agent", [Piece::name(&lease.agent_id)]));
    lines
}

/// Tells until when a claim lives, or since when it does not.
fn alive(lease: &Lease, state: Option<LeaseState>) -> Vec<Piece> {
    let until = Piece::name(lease.expires_at().as_str());
    match state {
        Some(LeaseState::Active) => vec![Piece::own(", alive until "), until],
        Some(LeaseState::Expired) if lease.lost_lock.is_some() => {
            vec![Piece::own(", lost its lock")]
        }
        Some(LeaseState::Expired) => vec![Piece::own(", expired since "), until],
        _ if lease.ended_by_time() => vec![Piece::own(", expired")],
        _ => Vec::new(),
    }
}

/// Tells who recorded it, where and when.
pub(crate) fn who(review: &Review) -> Vec<Line> {
    let run = &review.standing.run;
    let source = [
        Piece::said(&run.source),
        Piece::own(" ("),
        Piece::producer(&run.producer_id),
        Piece::own(")"),
    ];
    let mut lines = vec![
        Line::new("Source", source),
        Line::local("Directory", [Piece::name(&run.cwd)]),
        Line::new("Commit", commit(run, is_modified(&review.events))),
        Line::new("Started", [Piece::name(run.started_at.as_str())]),
    ];
    let ended = run.closing.as_ref().map(|closing| closing.ended_at.as_str());
    lines.extend(ended.map(|time| Line::new("Ended", [Piece::name(time)])));
    lines
}

/// Tells which commit was checked out, and whether the working tree had changes when that was recorded.
fn commit(run: &Run, is_modified: Option<bool>) -> Vec<Piece> {
    let Some(commit) = run.git_sha.as_deref().filter(|commit| !commit.is_empty()) else {
        return vec![Piece::own("none")];
    };
    let tree = match is_modified {
        Some(true) => " (modified)",
        Some(false) => " (clean)",
        None => "",
    };
    vec![Piece::name(commit), Piece::own(tree)]
}

fn is_modified(events: &[Event]) -> Option<bool> {
    events.iter().find_map(|event| {
        match WrapEvent::read(&event.schema_kind, &event.payload().ok()?)? {
            WrapEvent::Start(start) => start.working_tree_dirty,
            _ => None,
        }
    })
}

/// Tells how it ended.
pub(crate) fn outcome(review: &Review) -> Vec<Line> {
    let Some(closing) = &review.standing.run.closing else { return Vec::new() };
    let outcome = review.outcome().unwrap_or(closing.outcome.as_str());
    let mut lines = vec![Line::new("Outcome", [Piece::name(outcome)])];
    let note = closing.outcome_note.as_deref().unwrap_or_default();
    if !note.is_empty() && !note.starts_with(RELEASE_NOTE) {
        lines.push(Line::new("Note", [Piece::said(note)]));
    }
    // Why its worker ended it so.
    lines.extend(release_note(&review.events).map(|note| Line::new("Note", [Piece::said(&note)])));
    lines
}

fn release_note(events: &[Event]) -> Option<String> {
    let release = events.iter().rev().find(|event| event.schema_kind == RELEASE_KIND)?;
    let payload = release.payload().ok()?;
    let note = payload.get("note")?.as_text()?.to_string_lossy().into_owned();
    Some(note).filter(|note| !note.trim().is_empty())
}

/// Tells to whom it was handed, and who accepted it.
pub(crate) fn acceptance(review: &Review) -> Vec<Line> {
    let Some(closing) = &review.standing.run.closing else { return Vec::new() };
    let Some(judged) = &review.standing.judged else {
        return vec![Line::new("Accepted", [Piece::own("not known, its receipt cannot be made")])];
    };
    let mut lines = Vec::new();
    if let Some(hand_off) = &judged.hand_off {
        let number = u64::try_from(hand_off.evidence_refs.len()).unwrap_or(u64::MAX);
        let evidence = format!(", with {} of evidence", counted(number, "piece"));
        let pieces = [
            Piece::name(hand_off.receiver.to_string()),
            Piece::own(", to "),
            Piece::said(&hand_off.expected_action),
            Piece::own(", because "),
            Piece::said(&hand_off.reason),
            Piece::own(evidence),
        ];
        lines.push(Line::new("Handed to", pieces));
    }
    lines.push(Line::new("Accepted", accepted(judged, closing)));
    lines
}

/// Tells who accepted the end, or why nobody did.
fn accepted(judged: &Judged, closing: &Closing) -> Vec<Piece> {
    match &judged.judgement {
        Judgement::Waiting { receiver } => {
            vec![Piece::own("not yet, it waits for "), Piece::name(receiver.to_string())]
        }
        Judgement::Accepted { by, method, at, in_run } => {
            let by = Piece::name(by.to_string());
            match (method, in_run, &judged.accepts) {
                (Method::ExitCodeZero, ..) => vec![Piece::own("yes, by its exit code")],
                (Method::WorkRelease, ..) => vec![
                    Piece::own("closed by its worker ("),
                    by,
                    Piece::own("), nobody else accepted it"),
                ],
                (_, Some(run), _) => vec![
                    Piece::own("yes, by "),
                    by,
                    Piece::own(", "),
                    Piece::name(at.as_str()),
                    Piece::own(", in "),
                    Piece::name(run.as_str()),
                ],
                (_, None, Some(run)) => vec![
                    Piece::own("yes: "),
                    by,
                    Piece::own(" accepts "),
                    Piece::name(run.as_str()),
                    Piece::own(" with it"),
                ],
                (_, None, None) => vec![Piece::own("yes, by "), by],
            }
        }
        Judgement::Rejected { .. } => vec![Piece::own("no, by its exit code")],
        Judgement::NotRequired if closing.outcome == Outcome::Aborted => {
            vec![Piece::own("not asked for, it was aborted")]
        }
        Judgement::NotRequired | Judgement::Open => vec![Piece::own("not asked for")],
    }
}

/// The command that goes on from here.
#[derive(Debug)]
pub(crate) struct Next {
    /// Its words.
    pub(crate) words: Vec<String>,
    /// What those in capitals stand for.
    with: &'static str,
}

impl Next {
    fn new<'a>(words: impl IntoIterator<Item = &'a str>, with: &'static str) -> Self {
        Self { words: words.into_iter().map(str::to_owned).collect(), with }
    }

    /// Returns the line of a page, unless the command would not be what is seen of it.
    pub(crate) fn line(&self, command: String) -> Option<Line> {
        let can_be_pasted = printable(&command) == command;
        can_be_pasted.then(|| Line::new("Next", [Piece::name(command), Piece::own(self.with)]))
    }
}

/// Returns the command that goes on from here: it proposes no end, and no proof, for the worker to make true.
pub(crate) fn next(review: &Review) -> Option<Next> {
    let standing = &review.standing;
    let run = standing.run.id.as_str();
    Some(match (&standing.lease, standing.state) {
        (Some(lease), Some(LeaseState::Active)) if has_evidence(review) => {
            let with = ", as success, failure, partial or aborted";
            Next::new(["work", "release", &lease.lease_id, "OUTCOME"], with)
        }
        (Some(lease), Some(LeaseState::Active)) => {
            let with = ", with what shows the work";
            Next::new(["work", "evidence", &lease.lease_id, "TYPE"], with)
        }
        (Some(_), Some(LeaseState::Expired)) => Next::new(["work", "cleanup"], ""),
        _ if standing.run.is_open() => return None,
        _ => match standing.judged.as_ref().map(|judged| &judged.judgement) {
            Some(Judgement::Waiting { receiver }) => {
                Next::new(["work", "accept", run, "--as", &receiver.to_string()], "")
            }
            // The envelope of what was handed over says for good that it waits; this one says who accepted it.
            Some(Judgement::Accepted { in_run: Some(acceptance), .. }) => {
                envelope(acceptance.as_str())
            }
            _ => envelope(run),
        },
    })
}

fn envelope(run: &str) -> Next {
    Next::new(["receipt", run, "--format", "envelope"], "")
}

fn has_evidence(review: &Review) -> bool {
    review.events.iter().any(|event| {
        event.schema_kind.starts_with("evidence.")
            && event.payload().is_ok_and(|payload| says_something(&payload))
    })
}
