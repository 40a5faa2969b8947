//! A hand-off names its receiver in three places, and the evidence that goes with it.

use std::collections::BTreeSet;

use motus_json::Value;

use super::Envelope;
use crate::portable::verify::{Finding, FindingKind};

/// Returns what is wrong with the hand-off of an envelope, if there is one.
pub(super) fn findings(envelope: Envelope<'_>) -> Vec<Finding> {
    let mut findings = unknown_evidence(envelope);
    match envelope.text("handoff.status") {
        Some("ready") => {}
        Some("blocked") => return findings,
        _ => return [findings, without_hand_off(envelope)].concat(),
    }
    if envelope.items("handoff.evidence_refs").is_empty() {
        let message = "is ready, and nothing goes with it";
        let kind = FindingKind::HandoffWithoutEvidence;
        findings.push(Finding::new(kind, "handoff.evidence_refs", message));
    }
    let mut disagree = |path: &str, message: &str| {
        findings.push(Finding::new(FindingKind::HandoffDisagreement, path, message));
    };
    for (path, expected) in [("route_summary.status", "handoff"), ("acceptance.status", "pending")]
    {
        if envelope.text(path) != Some(expected) {
            disagree(path, &format!("is not '{expected}', and handoff.status is 'ready'"));
        }
    }
    let receiver = envelope.at("handoff.receiver");
    if receiver.is_none() {
        disagree("handoff.receiver", "is missing, and handoff.status is 'ready'");
    }
    for path in ["route_summary.next_actor", "acceptance.actor"] {
        if envelope.at(path) != receiver || receiver.is_none() {
            disagree(path, "is not handoff.receiver");
        }
    }
    findings
}

/// Work that is not handed over waits for nobody, and goes to nobody.
fn without_hand_off(envelope: Envelope<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut disagree = |path: &str, message: &str| {
        let message = format!("{message}, and nothing is handed over");
        findings.push(Finding::new(FindingKind::HandoffDisagreement, path, message));
    };
    for (path, status) in [("route_summary.status", "handoff"), ("acceptance.status", "pending")] {
        if envelope.text(path) == Some(status) {
            disagree(path, &format!("is '{status}'"));
        }
    }
    if envelope.at("handoff.receiver").is_some() {
        disagree("handoff.receiver", "is there");
    }
    findings
}

fn unknown_evidence(envelope: Envelope<'_>) -> Vec<Finding> {
    let known: BTreeSet<&str> = envelope.evidence_ids().collect();
    let named = envelope.items("handoff.evidence_refs").iter().filter_map(Value::as_str);
    let unknown = named.enumerate().filter(|(_, id)| !known.contains(id));
    let finding = |(place, id): (usize, &str)| {
        let path = format!("handoff.evidence_refs.{place}");
        let message = format!("names '{id}', which is not in evidence_refs");
        Finding::new(FindingKind::UnknownEvidence, path, message)
    };
    unknown.map(finding).collect()
}
