//! Whether an envelope of the right shape agrees with itself.

mod handoff;

use std::collections::BTreeSet;

use motus_json::{Object, Value};

use crate::portable::blank::is_blank;
use crate::portable::canon::METHOD;
use crate::portable::date::PointInTime;
use crate::portable::verify::{Finding, FindingKind};

/// Returns everything in an envelope that contradicts something else in it.
pub(super) fn findings(envelope: &Object) -> Vec<Finding> {
    let envelope = Envelope(envelope);
    let mut findings = Vec::new();
    findings.extend(envelope.redaction());
    findings.extend(envelope.accepted_failure());
    findings.extend(envelope.accepted_by_nobody());
    findings.extend(envelope.repeated_evidence());
    findings.extend(envelope.two_exports());
    findings.extend(envelope.time_order());
    findings.extend(envelope.blank_identifiers());
    findings.extend(envelope.seal_label());
    findings.extend(envelope.volatile_fields());
    findings.extend(handoff::findings(envelope));
    findings
}

/// An envelope that has its shape.
#[derive(Clone, Copy)]
struct Envelope<'e>(&'e Object);

impl<'e> Envelope<'e> {
    /// Returns what stands at the end of a way of member names and indices.
    fn at(self, path: &str) -> Option<&'e Value> {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let steps = rest.split('.').filter(|step| !step.is_empty());
        steps.fold(self.0.get(first), |value, step| match value? {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            Value::Object(object) => object.get(step),
            _ => None,
        })
    }

    fn text(self, path: &str) -> Option<&'e str> {
        self.at(path).and_then(Value::as_str)
    }

    fn items(self, path: &str) -> &'e [Value] {
        self.at(path).and_then(Value::as_array).unwrap_or_default()
    }

    fn evidence_ids(self) -> impl Iterator<Item = &'e str> {
        let ids = self.items("evidence_refs").iter().filter_map(|item| item.get("evidence_id"));
        ids.filter_map(Value::as_str)
    }

    fn redaction(self) -> Option<Finding> {
        let status = |item: &'e Value| item.get("redaction")?.get("status")?.as_str();
        let evidence = self.items("evidence_refs");
        let place = evidence.iter().position(|item| status(item) != Some("none"))?;
        (self.text("redaction.status") == Some("none")).then(|| {
            let message = format!("is 'none', and evidence_refs.{place} is not");
            Finding::new(FindingKind::RedactionContradicted, "redaction.status", message)
        })
    }

    fn accepted_failure(self) -> Option<Finding> {
        let is_accepted = self.text("acceptance.status") == Some("accepted");
        let is_failure = self.text("outcome.status") == Some("failure");
        let reasons = ["outcome.summary", "acceptance.rationale_ref", "route_summary.reason"];
        let says_why = |text: &str| !is_blank(text) && !is_of_rote(text);
        let has_reason = reasons.into_iter().filter_map(|it| self.text(it)).any(says_why);
        (is_accepted && is_failure && !has_reason).then(|| {
            let message = "a failure is accepted, and neither outcome.summary nor \
                           acceptance.rationale_ref nor route_summary.reason says why";
            Finding::new(FindingKind::FailureAccepted, "acceptance.status", message)
        })
    }

    fn accepted_by_nobody(self) -> Option<Finding> {
        let status = self.text("acceptance.status")?;
        let names_nobody = self.at("acceptance.actor").is_none();
        (names_nobody && matches!(status, "accepted" | "rejected")).then(|| {
            let message = format!("is missing, and acceptance.status is '{status}'");
            Finding::new(FindingKind::ActorMissing, "acceptance.actor", message)
        })
    }

    fn repeated_evidence(self) -> Vec<Finding> {
        let mut seen = BTreeSet::new();
        let repeated = self.evidence_ids().enumerate().filter(|(_, id)| !seen.insert(*id));
        let finding = |(place, id)| {
            let path = format!("evidence_refs.{place}.evidence_id");
            let message = format!("'{id}' names another piece of evidence, too");
            Finding::new(FindingKind::DuplicateEvidence, path, message)
        };
        repeated.map(finding).collect()
    }

    fn two_exports(self) -> Option<Finding> {
        let export = self.text("hashes.source_export.value")?;
        (self.text("events_ref.digest.value") != Some(export)).then(|| {
            let message = "is not the digest of events_ref";
            Finding::new(FindingKind::ExportDisagreement, "hashes.source_export.value", message)
        })
    }

    fn time_order(self) -> Vec<Finding> {
        let pairs = [
            ("outcome.closed_at", "created_at"),
            ("outcome.closed_at", "acceptance.accepted_at"),
            ("acceptance.accepted_at", "created_at"),
        ];
        let is_wrong = |(earlier, later): &(&str, &str)| {
            let at = |path| self.text(path).and_then(PointInTime::parse);
            at(earlier).zip(at(later)).is_some_and(|(earlier, later)| earlier > later)
        };
        let finding = |(earlier, later): (&'static str, &str)| {
            Finding::new(FindingKind::TimeOrder, earlier, format!("is later than {later}"))
        };
        pairs.into_iter().filter(is_wrong).map(finding).collect()
    }

    fn blank_identifiers(self) -> Vec<Finding> {
        let fixed = [
            "run_id",
            "work_id",
            "actor.id",
            "runtime.name",
            "acceptance.actor.id",
            "acceptance.method",
            "route_summary.next_actor.id",
            "handoff.receiver.id",
        ];
        let listed = |list: &'static str, name: &'static str| {
            let count = self.items(list).len();
            (0..count).map(move |place| format!("{list}.{place}.{name}"))
        };
        let paths = fixed.into_iter().map(str::to_owned);
        let paths = paths.chain(listed("evidence_refs", "evidence_id"));
        let paths = paths.chain(listed("evidence_refs", "kind"));
        let paths = paths.chain(listed("tool_refs", "name"));
        paths
            .filter(|path| self.text(path).is_some_and(is_blank))
            .map(|path| Finding::new(FindingKind::BlankIdentifier, path, "is blank"))
            .collect()
    }

    /// What the seal says of itself is not under it.
    fn seal_label(self) -> Option<Finding> {
        let path = "hashes.receipt.canonicalization";
        let label = self.text(path)?;
        (label != METHOD).then(|| {
            let message = format!("is '{label}', and the seal is over '{METHOD}'");
            Finding::new(FindingKind::SealLabel, path, message)
        })
    }

    fn volatile_fields(self) -> Vec<Finding> {
        let fields = self.items("canonicalization.volatile_fields").iter().enumerate();
        let missing = fields.filter_map(|(place, field)| Some((place, field.as_str()?)));
        let finding = |(place, field): (usize, &str)| {
            let path = format!("canonicalization.volatile_fields.{place}");
            let message = format!("names '{field}', which is not there");
            Finding::new(FindingKind::VolatileField, path, message)
        };
        missing.filter(|(_, field)| self.at(field).is_none()).map(finding).collect()
    }
}

/// Tells whether a summary is what every release of the work loop leaves: the outcome, and sometimes a code.
fn is_of_rote(summary: &str) -> bool {
    let is_code = |text: &str| text.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
    let released = || summary.strip_prefix("motus work released ")?.split_once(": ");
    let closed = ["motus work closed ", "released as "].into_iter();
    match released() {
        Some((outcome, code)) => is_outcome(outcome) && is_code(code),
        None => closed.filter_map(|start| summary.strip_prefix(start)).any(is_outcome),
    }
}

fn is_outcome(text: &str) -> bool {
    matches!(text, "success" | "partial" | "failure" | "aborted")
}
