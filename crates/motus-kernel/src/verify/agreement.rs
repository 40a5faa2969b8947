//! Where the log speaks, the receipt says the same.
//!
//! Values are compared with their nulls dropped: a member that is `null` and one that is not there mean the
//! same, and published bundles write both.

mod children;
mod lens;
mod outputs;

use std::collections::BTreeMap;

use children::Children;
use lens::Lens;
use motus_json::canonical::cj;
use motus_json::{Object, Value};
use outputs::Outputs;

use super::failure::{Found, TOLD};
use crate::event::{Event, Mention};
use crate::manifest::{EVENTS, RECEIPT};
use crate::names::HitlKind;
use crate::policy::{AttemptNumber, attempt};
use crate::receipt::Receipt;

/// What the receipt claims, and what the log did not confirm so far.
///
/// Of the log nothing is kept but how it agrees: what a receipt does not tell is a fault at once, so that
/// memory is bounded by the receipt, however long the log is.
pub(super) struct Agreement {
    /// Whether there is a receipt to compare with.
    is_asked: bool,
    expected: Expected,
    faults: Found,
    /// How many human records the log had.
    hitl: usize,
    /// Whether the last plan that declared effects declared those of the receipt.
    plan_agrees: bool,
    /// Whether the last plan that told how many effects may be declared told what the receipt does.
    bound_agrees: bool,
    /// The highest attempt at each check in the runs so far.
    attempts: BTreeMap<String, (usize, String)>,
}

/// The parts of the receipt of which events speak, without nulls.
#[derive(Default)]
struct Expected {
    /// The members that an event tells whole.
    told: Object,
    declared: Option<Value>,
    /// The most effects that may be declared.
    bound: Option<Value>,
    /// Results by check, and whether an event told them.
    checks: BTreeMap<String, (Value, bool)>,
    children: Children,
    /// As canonical text, which can be looked up, and how many no event told.
    errors: BTreeMap<String, usize>,
    hitl: Vec<Value>,
    lens: Lens,
    outputs: Outputs,
}

impl Agreement {
    pub(super) fn new(receipt: Option<&Value>) -> Self {
        Self {
            is_asked: receipt.is_some(),
            expected: receipt.map(Expected::of).unwrap_or_default(),
            faults: Found::default(),
            hitl: 0,
            plan_agrees: true,
            bound_agrees: true,
            attempts: BTreeMap::new(),
        }
    }

    /// Compares an event with the receipt.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        if !self.is_asked || self.faults.len() >= TOLD {
            return;
        }
        if event.is_tagged_wrongly() {
            return self.fault(event, "the payload is neither bare nor {type,data} of its kind");
        }
        let speaks = matches!(
            event.kind,
            "IntentSet"
                | "LensAssembled"
                | "PlanChosen"
                | "ActError"
                | "VerificationRun"
                | "HitlPrompt"
                | "HitlDecision"
                | "HitlTimeout"
                | "ChildSpawned"
                | "ChildJoined"
                | "Locked"
        ) || (event.kind == "SkillExecuted"
            && event.mentions.may_have(Mention::ArtifactsOut)
            && event.payload.contains("\"artifacts_out\":"));
        if !speaks {
            return;
        }
        let content = event.content().map(|content| without_nulls(&content)).unwrap_or_default();
        match event.kind {
            "IntentSet" => self.members_agree(event, &content, &["intent", "actor"]),
            "Locked" => self.members_agree(event, &content, &["lock_level", "outcome"]),
            "LensAssembled" => self.expected.lens.told(&content),
            "SkillExecuted" => {
                let found = self.expected.outputs.told(&content);
                self.disagrees(event, found);
            }
            "PlanChosen" => self.plan_agrees_so_far(event, &content),
            "ActError" => self.error_is_told(event, &content),
            "VerificationRun" => self.checks_agree(event, &content),
            "HitlPrompt" | "HitlDecision" => self.hitl_agrees(event, &content),
            "HitlTimeout" if asks_or_decides(&content) => {
                self.fault(event, "asks or decides, and is no record");
            }
            "HitlTimeout" => {}
            "ChildSpawned" => {
                let found = self.expected.children.spawned(event, &content);
                self.disagrees(event, found);
            }
            _ => {
                let found = self.expected.children.joined(&content);
                self.disagrees(event, found);
            }
        }
    }

    fn fault(&mut self, event: &Event<'_>, what: &str) {
        self.faults.push((EVENTS, format!("event {} ({}): {what}", event.seq, event.kind)));
    }

    fn disagree(&mut self, event: &Event<'_>, what: &str) {
        self.fault(event, &format!("{what} is not what the receipt says"));
    }

    /// Notes what a part of the receipt has against an event.
    fn disagrees(&mut self, event: &Event<'_>, found: Option<String>) {
        if let Some(what) = found {
            self.disagree(event, &what);
        }
    }

    fn members_agree(&mut self, event: &Event<'_>, content: &Value, names: &[&str]) {
        for name in names {
            if content.get(name) != self.expected.told.get(name) {
                self.disagree(event, name);
            }
        }
    }

    fn error_is_told(&mut self, event: &Event<'_>, content: &Value) {
        let error = cj::write(content).unwrap_or_default();
        match self.expected.errors.get_mut(&error) {
            Some(untold) if *untold > 0 => *untold -= 1,
            _ => self.disagree(event, "the error"),
        }
    }

    fn checks_agree(&mut self, event: &Event<'_>, content: &Value) {
        let results = content.get("results").map(Value::as_array);
        let all_passed = results.flatten().is_none_or(|results| {
            results.iter().all(|result| result.get("passed") == Some(&Value::from(true)))
        });
        let is_odd = match content.get("passed").map(Value::as_bool) {
            None => results == Some(None),
            Some(passed) => results == Some(None) || passed != Some(all_passed),
        };
        if is_odd {
            self.fault(event, "passed does not follow from the results");
        }
        let results = results.flatten().unwrap_or_default();
        self.attempts_ascend(event, results);
        for result in results {
            let name = result.get("check_id").and_then(Value::as_str).unwrap_or_default();
            match self.expected.checks.get_mut(name) {
                Some((expected, told)) if expected == result => *told = true,
                _ => self.disagree(event, &format!("the result of check {name}")),
            }
        }
    }

    /// The attempts that an event tells come after those of the events before; inside of it they stand in
    /// any order.
    fn attempts_ascend(&mut self, event: &Event<'_>, results: &[Value]) {
        let names = results.iter().filter_map(|result| result.get("check_id")?.as_str());
        let known = names.filter(|name| self.expected.checks.contains_key(*name));
        let told: Vec<_> = known
            .map(|name| (name, attempt(name).unwrap_or((name, AttemptNumber::default()))))
            .collect();
        for (name, (check, number)) in &told {
            let is_behind = self.attempts.get(*check).is_some_and(|(length, digits)| {
                let last = (*length, digits.as_str());
                *number < last || (*number == last && number.0 > 0)
            });
            if is_behind {
                self.fault(event, &format!("{name} comes after a later attempt"));
            }
        }
        for (_, (check, (length, digits))) in told {
            let highest = self.attempts.entry(check.to_owned()).or_default();
            if (length, digits) > (highest.0, highest.1.as_str()) {
                *highest = (length, digits.to_owned());
            }
        }
    }

    /// A plan may tell no effects and no bound, and the last that tells them counts.
    fn plan_agrees_so_far(&mut self, event: &Event<'_>, content: &Value) {
        let found = self.expected.children.planned(content);
        self.disagrees(event, found);
        if let Some(declared) = content.get("effects_declared") {
            self.plan_agrees = Some(declared) == self.expected.declared.as_ref();
        }
        if let Some(bound) = content.get("enf_k") {
            self.bound_agrees = Some(bound) == self.expected.bound.as_ref();
        }
    }

    fn hitl_agrees(&mut self, event: &Event<'_>, content: &Value) {
        let expected = self.expected.hitl.get(self.hitl);
        let kind = event.kind.strip_prefix("Hitl");
        let agrees =
            expected == Some(content) && content.get("kind").and_then(Value::as_str) == kind;
        self.hitl += 1;
        if !agrees {
            self.disagree(event, "the human record");
        }
    }

    /// Returns every disagreement, also of what the receipt says and no event does.
    pub(super) fn faults(&self, receipt: &Receipt) -> Found {
        let mut faults = self.faults.clone();
        if !self.is_asked {
            return faults;
        }
        let untold = self.expected.checks.iter().filter(|(_, (_, told))| !told);
        let untold = untold.map(|(name, _)| format!("no event tells the result of check {name}"));
        faults.extend(untold.take(TOLD).map(|message| (RECEIPT, message)));
        if self.hitl != receipt.hitl.len() {
            let (log, told) = (self.hitl, receipt.hitl.len());
            faults.push((RECEIPT, format!("there are {told} human records, in the log {log}")));
        }
        if !self.plan_agrees {
            let message = "the last PlanChosen does not declare the receipt's effects";
            faults.push((EVENTS, message.to_owned()));
        }
        if !self.bound_agrees {
            let message = "the last enf_k of PlanChosen is not the receipt's effects.k";
            faults.push((EVENTS, message.to_owned()));
        }
        let last_words = self.expected.lens.faults().chain(self.expected.outputs.faults());
        faults.extend(last_words.take(TOLD).map(|message| (EVENTS, message)));
        faults
    }
}

impl Expected {
    fn of(receipt: &Value) -> Self {
        let part = |names: &[&str]| {
            let found = names.iter().try_fold(receipt, |value, name| value.get(name));
            found.filter(|value| **value != Value::Null).map(without_nulls)
        };
        let list = |names: &[&str]| match part(names) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let by = |key: &'static str, values: Vec<Value>| {
            values.into_iter().map(move |value| {
                let name = value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
                (name, value)
            })
        };
        let told = ["intent", "actor", "lock_level", "outcome"].into_iter();
        let checks = by("check_id", list(&["verification", "results"]));
        let mut errors = BTreeMap::new();
        for error in list(&["errors"]).iter().filter_map(|error| cj::write(error).ok()) {
            *errors.entry(error).or_default() += 1;
        }
        Self {
            told: told.filter_map(|name| Some((name, part(&[name])?))).collect(),
            declared: part(&["effects", "declared"]),
            bound: part(&["effects", "k"]),
            checks: checks.map(|(name, value)| (name, (value, false))).collect(),
            children: Children::new(part(&["loop_id"]), by("child_loop_id", list(&["children"]))),
            errors,
            hitl: list(&["hitl"]),
            lens: part(&["lens"]).map(Lens::new).unwrap_or_default(),
            outputs: Outputs::new(by("path", list(&["artifacts", "outputs"]))),
        }
    }
}

/// What only a question to a human or an answer has.
const OF_A_RECORD: [&str; 7] =
    ["approved", "approver", "required", "p_override_permille", "loss_ms", "cost_ms", "evi_ms"];

/// Tells whether a content has what questions to humans and their answers have, at any depth.
fn asks_or_decides(content: &Value) -> bool {
    match content {
        Value::Object(object) => {
            let kind = object.get("kind").and_then(Value::as_str).and_then(HitlKind::parse);
            kind.is_some()
                || OF_A_RECORD.iter().any(|name| object.contains_key(name))
                || object.iter().any(|(_, value)| asks_or_decides(value))
        }
        Value::Array(items) => items.iter().any(asks_or_decides),
        _ => false,
    }
}

/// Returns the value without members that are `null`, at every depth.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(_, value)| **value != Value::Null);
            let kept = kept.map(|(key, value)| (key.clone(), without_nulls(value)));
            kept.collect::<Object>().into()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect::<Vec<_>>().into(),
        scalar => scalar.clone(),
    }
}
