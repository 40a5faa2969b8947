//! The single facts of a piece of work: what it is, who did it, how it ended, where it goes.

use motus_app::work::{Review, Standing};
use motus_ledger::work::{Lease, LeaseState};
use motus_ledger::wrap::SOURCE as WRAP;
use motus_ledger::{Closing, Outcome, Run};

use super::page::{Line, Piece};
use crate::text::counted;

/// Tells what was worked on, and under which claim.
pub(crate) fn what(standing: &Standing) -> Vec<Line> {
    let Some(lease) = &standing.lease else { return Vec::new() };
    let mut claim = vec![Piece::name(&lease.lease_id)];
    claim.extend(alive(lease, standing.state));
    let mut lines =
        vec![Line::new("Work", [Piece::name(&lease.work_id)]), Line::new("Lease", claim)];
    let mut names = Vec::new();
    for resource in &lease.resources {
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
        Some(LeaseState::Expired) => vec![Piece::own(", expired since "), until],
        _ if lease.ended_by_time() => vec![Piece::own(", expired")],
        _ => Vec::new(),
    }
}

/// Tells who recorded it, where and when.
pub(crate) fn who(run: &Run) -> Vec<Line> {
    let recorded = [
        Piece::said(&run.source),
        Piece::own(" ("),
        Piece::name(&run.producer_id),
        Piece::own(")"),
    ];
    let mut lines =
        vec![Line::new("Recorded by", recorded), Line::local("Directory", [Piece::name(&run.cwd)])];
    let commit = run.git_sha.as_deref().filter(|commit| !commit.is_empty());
    lines.extend(commit.map(|commit| Line::new("Commit", [Piece::name(commit)])));
    lines.push(Line::new("Started", [Piece::name(run.started_at.as_str())]));
    let ended = run.closing.as_ref().map(|closing| closing.ended_at.as_str());
    lines.extend(ended.map(|time| Line::new("Ended", [Piece::name(time)])));
    lines
}

/// Tells how it ended.
pub(crate) fn outcome(review: &Review) -> Vec<Line> {
    let Some(closing) = &review.standing.run.closing else { return Vec::new() };
    let mut pieces = vec![Piece::own(review.outcome().unwrap_or(closing.outcome.as_str()))];
    if let Some(note) = closing.outcome_note.as_deref().filter(|note| !note.is_empty()) {
        pieces.extend([Piece::own(" ("), Piece::said(note), Piece::own(")")]);
    }
    vec![Line::new("Outcome", pieces)]
}

/// Tells to whom it was handed, and who accepted it.
pub(crate) fn acceptance(review: &Review) -> Vec<Line> {
    let standing = &review.standing;
    let mut lines = Vec::new();
    if let Some(hand_off) = &standing.hand_off {
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
    if let Some(closing) = &standing.run.closing {
        lines.push(Line::new("Accepted", accepted(review, &standing.run, closing)));
    }
    lines
}

/// Tells who accepted the end, or why nobody did.
fn accepted(review: &Review, run: &Run, closing: &Closing) -> Vec<Piece> {
    let standing = &review.standing;
    if let Some(acceptance) = &standing.acceptance {
        return vec![
            Piece::own("yes, by "),
            Piece::name(acceptance.acceptor.to_string()),
            Piece::own(", "),
            Piece::name(acceptance.accepted_at.as_str()),
            Piece::own(", in "),
            Piece::name(acceptance.run_id.as_str()),
        ];
    }
    if let Some(hand_off) = &standing.hand_off {
        let receiver = Piece::name(hand_off.receiver.to_string());
        return vec![Piece::own("not yet, it waits for "), receiver];
    }
    let by = |way: &str| vec![Piece::own(way), Piece::name(&closing.producer_id), Piece::own(")")];
    match (closing.outcome, review.accepted_close()) {
        (Outcome::Aborted, _) => vec![Piece::own("not asked for, it was aborted")],
        (_, None) => vec![Piece::own("not known, its receipt cannot be made")],
        (_, Some(_)) if run.source == WRAP => {
            let word = if closing.outcome == Outcome::Success { "yes" } else { "no" };
            vec![Piece::own(format!("{word}, by its exit code"))]
        }
        (_, Some(true)) if standing.lease.is_some() => by("yes, by its release ("),
        (_, Some(true)) => by("yes, by its end ("),
        (_, Some(false)) => vec![Piece::own("no")],
    }
}

/// Returns the words of the command that goes on from here.
pub(crate) fn next(review: &Review) -> Option<Vec<String>> {
    let standing = &review.standing;
    let run = standing.run.id.as_str();
    let receiver;
    let words = match (&standing.lease, standing.state) {
        (Some(lease), Some(LeaseState::Active)) => {
            vec!["work", "release", &lease.lease_id, "success"]
        }
        (Some(_), Some(LeaseState::Expired)) => vec!["work", "cleanup"],
        _ if standing.run.is_open() => return None,
        _ => match &standing.hand_off {
            Some(hand_off) if standing.acceptance.is_none() => {
                receiver = hand_off.receiver.to_string();
                vec!["work", "accept", run, "--as", &receiver]
            }
            _ => vec!["receipt", run, "--format", "envelope"],
        },
    };
    Some(words.into_iter().map(str::to_owned).collect())
}
