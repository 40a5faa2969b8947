//! Recomputing what a Store claims: every digest, identifier and sequence number.
//!
//! This shows that rows agree with each other. It cannot show that nobody rewrote all of them.

use motus_json::{CheckError, ReadErrorKind, ReadOptions, canonical};

use crate::kind::KindVersion;
use crate::{Closing, Digest, Event, Run};

/// One disagreement between a row and what its content comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The row, such as `event 3 of run_…`.
    pub subject: String,
    /// What is wrong with it.
    pub problem: &'static str,
    /// Whether the row may be sound, and is beyond what is read.
    pub is_unread: bool,
}

/// What is said of a payload that is longer, deeper or fuller than what is read.
const UNREAD: &str = "payload is beyond what is read: 1000 levels, 16 million values";

/// Checks one registered version of a kind.
pub fn check_kind_version(version: &KindVersion) -> Option<Disagreement> {
    let problem = (Digest::of(&version.schema_json).as_str() != version.schema_hash)
        .then_some("schema does not have its recorded digest")?;
    let subject = format!("kind {} {}", version.schema_kind, version.schema_hash);
    Some(Disagreement { subject, problem, is_unread: false })
}

/// Checks the end columns of a run.
pub fn check_run(run: &Run) -> Option<Disagreement> {
    let closing = run.closing.as_ref()?;
    let note = closing.outcome_note.as_deref();
    let digest = Closing::digest(closing.outcome, note, &closing.producer_id);
    let problem = (digest.as_str() != closing.payload_hash)
        .then_some("outcome does not have its recorded digest")?;
    Some(Disagreement { subject: run.id.to_string(), problem, is_unread: false })
}

/// Checks the events of one run, one after the other.
#[derive(Debug, Default)]
pub struct EventCheck {
    previous_seq: u64,
}

impl EventCheck {
    /// Starts before the first event of a run.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks the next event in sequence order.
    pub fn check(&mut self, event: &Event) -> Option<Disagreement> {
        let expected_seq = self.previous_seq.saturating_add(1);
        self.previous_seq = event.seq;
        let problem = problem(event, expected_seq)?;
        let subject = format!("event {} of {}", event.seq, event.run_id);
        Some(Disagreement { subject, problem, is_unread: problem == UNREAD })
    }
}

fn problem(event: &Event, expected_seq: u64) -> Option<&'static str> {
    if event.seq != expected_seq {
        return Some("sequence has a gap");
    }
    if Digest::of(&event.payload_json).as_str() != event.payload_hash {
        return Some("payload does not have its recorded digest");
    }
    if Event::derive_id(&event.run_id, &event.idempotency_key).as_str() != event.id {
        return Some("identifier does not follow from run and key");
    }
    canonical::store::check(event.payload_json.as_bytes(), &ReadOptions::STORED)
        .err()
        .map(|error| if is_bound(&error) { UNREAD } else { "payload is not in canonical form" })
}

/// Tells a bound that was crossed from a fault of the text.
fn is_bound(error: &CheckError) -> bool {
    let CheckError::Read(error) = error else { return false };
    matches!(
        error.kind(),
        ReadErrorKind::TooLarge { .. }
            | ReadErrorKind::Depth { .. }
            | ReadErrorKind::TooManyValues { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Outcome, RunId, Timestamp};

    fn event(seq: u64, payload_json: &str) -> Event {
        let run_id = RunId::from("run_00000000000000000001_0123456789ab");
        let key = format!("e{seq}");
        Event {
            seq,
            id: Event::derive_id(&run_id, &key).as_str().to_owned(),
            idempotency_key: key,
            run_id,
            payload_hash: Digest::of(payload_json).as_str().to_owned(),
            schema_hash: Digest::of("{}").as_str().to_owned(),
            schema_kind: "note".to_owned(),
            ts: Timestamp::from_unix_seconds(0),
            payload_json: payload_json.to_owned(),
            producer_id: "p".to_owned(),
        }
    }

    fn problems(events: &[Event]) -> Vec<&'static str> {
        let mut check = EventCheck::new();
        events.iter().filter_map(|event| check.check(event)).map(|found| found.problem).collect()
    }

    #[test]
    fn sound_events_pass_with_old_non_finite_numbers() {
        assert!(problems(&[event(1, "{}"), event(2, r#"{"x":NaN}"#)]).is_empty());
    }

    #[test]
    fn each_damage_is_named() {
        let mut other_payload = event(1, "{}");
        other_payload.payload_json = "[]".to_owned();
        let mut other_key = event(1, "{}");
        other_key.idempotency_key = "e2".to_owned();
        for (damaged, problem) in [
            (vec![event(1, "{}"), event(3, "{}"), event(4, "{}")], "sequence has a gap"),
            (vec![other_payload], "payload does not have its recorded digest"),
            (vec![other_key], "identifier does not follow from run and key"),
            (vec![event(1, "{ }")], "payload is not in canonical form"),
        ] {
            assert_eq!(problems(&damaged), [problem]);
        }
    }

    #[test]
    fn what_is_beyond_reading_is_not_called_forged() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let found = |payload: &str| EventCheck::new().check(&event(1, payload));
        assert_eq!(found(&deep(1000)), None);
        let unread = found(&deep(1001)).expect("a finding");
        assert_eq!((unread.problem, unread.is_unread), (UNREAD, true));
        assert!(!found("{ }").expect("a finding").is_unread);
    }

    #[test]
    fn a_changed_outcome_is_found() {
        let mut run = Run {
            id: RunId::from("run_1"),
            idempotency_key: "k".to_owned(),
            producer_id: "p".to_owned(),
            source: "s".to_owned(),
            started_at: Timestamp::from_unix_seconds(0),
            intent: "i".to_owned(),
            cwd: "/".to_owned(),
            git_sha: None,
            closing: Some(Closing {
                ended_at: Timestamp::from_unix_seconds(1),
                outcome: Outcome::Failure,
                outcome_note: None,
                idempotency_key: "z".to_owned(),
                payload_hash: Closing::digest(Outcome::Failure, None, "p").as_str().to_owned(),
                producer_id: "p".to_owned(),
            }),
        };
        assert_eq!(check_run(&run), None);
        if let Some(closing) = &mut run.closing {
            closing.outcome = Outcome::Success;
        }
        assert!(check_run(&run).is_some());
    }
}
