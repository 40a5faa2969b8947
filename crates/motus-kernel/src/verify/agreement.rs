//! Where the log speaks, the receipt says the same.
//!
//! Values are compared with their nulls dropped: a member that is `null` and one that is not there mean the
//! same, and published bundles write both.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::canonical::cj;
use motus_json::{Object, Value};

use crate::event::Event;
use crate::manifest::{EVENTS, RECEIPT};
use crate::receipt::Receipt;

/// So many disagreements are told.
const TOLD: usize = 100;

/// What the receipt claims, and what the log did not confirm so far.
pub(super) struct Agreement {
    expected: Option<Expected>,
    faults: Vec<(&'static str, String)>,
    /// How many human records the log had.
    hitl: usize,
    /// What the last event of these kinds said.
    lens: Option<Value>,
    plan: Option<Value>,
}

/// The parts of the receipt of which events speak.
struct Expected {
    receipt: Value,
    /// Results by check, and whether an event told them.
    checks: BTreeMap<String, (Value, bool)>,
    children: BTreeMap<String, Value>,
    /// As canonical text, which can be looked up.
    errors: BTreeSet<String>,
    hitl: Vec<Value>,
}

impl Agreement {
    pub(super) fn new(receipt: Option<&Value>) -> Self {
        Self {
            expected: receipt.map(|receipt| Expected::of(without_nulls(receipt))),
            faults: Vec::new(),
            hitl: 0,
            lens: None,
            plan: None,
        }
    }

    /// Compares an event with the receipt.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        let speaks = matches!(
            event.kind,
            "IntentSet"
                | "LensAssembled"
                | "PlanChosen"
                | "ActError"
                | "VerificationRun"
                | "HitlPrompt"
                | "HitlDecision"
                | "ChildSpawned"
                | "ChildJoined"
                | "Locked"
        );
        if !speaks || self.expected.is_none() || self.faults.len() >= TOLD {
            return;
        }
        let content = event.content().map(|content| without_nulls(&content)).unwrap_or_default();
        match event.kind {
            "IntentSet" => self.members_agree(event, &content, &["intent", "actor"]),
            "Locked" => self.members_agree(event, &content, &["lock_level", "outcome"]),
            "LensAssembled" => self.lens = Some(content),
            "PlanChosen" => {
                self.plan = content.get("effects_declared").cloned().or(self.plan.take());
            }
            "ActError" => self.error_is_told(event, &content),
            "VerificationRun" => self.checks_agree(event, &content),
            "HitlPrompt" | "HitlDecision" => self.hitl_agrees(event, &content),
            _ => self.child_agrees(event, &content),
        }
    }

    fn disagree(&mut self, event: &Event<'_>, what: &str) {
        let message =
            format!("event {} ({}): {what} is not what the receipt says", event.seq, event.kind);
        self.faults.push((EVENTS, message));
    }

    fn members_agree(&mut self, event: &Event<'_>, content: &Value, names: &[&str]) {
        for name in names {
            let told = self.expected.as_ref().and_then(|expected| expected.receipt.get(name));
            if content.get(name) != told {
                self.disagree(event, name);
            }
        }
    }

    fn error_is_told(&mut self, event: &Event<'_>, content: &Value) {
        let errors = self.expected.as_ref().map(|expected| &expected.errors);
        let error = cj::write(content).unwrap_or_default();
        if !errors.is_some_and(|errors| errors.contains(&error)) {
            self.disagree(event, "the error");
        }
    }

    fn checks_agree(&mut self, event: &Event<'_>, content: &Value) {
        let results = content.get("results").and_then(Value::as_array).unwrap_or_default();
        for result in results {
            let name = result.get("check_id").and_then(Value::as_str).unwrap_or_default();
            let expected =
                self.expected.as_mut().and_then(|expected| expected.checks.get_mut(name));
            match expected {
                Some((expected, told)) if expected == result => *told = true,
                _ => self.disagree(event, &format!("the result of check {name}")),
            }
        }
    }

    fn hitl_agrees(&mut self, event: &Event<'_>, content: &Value) {
        let expected = self.expected.as_ref().and_then(|expected| expected.hitl.get(self.hitl));
        let kind = event.kind.strip_prefix("Hitl");
        let agrees =
            expected == Some(content) && content.get("kind").and_then(Value::as_str) == kind;
        self.hitl += 1;
        if !agrees {
            self.disagree(event, "the human record");
        }
    }

    fn child_agrees(&mut self, event: &Event<'_>, content: &Value) {
        let name = content.get("child_loop_id").and_then(Value::as_str).unwrap_or_default();
        let child = self.expected.as_ref().and_then(|expected| expected.children.get(name));
        let members = ["spawn_index", "critical", "child_proof_digest", "outcome_status"];
        let agrees = child.is_some_and(|child| {
            members.iter().all(|member| {
                content.get(member).is_none_or(|told| child.get(member) == Some(told))
            })
        });
        if !agrees {
            self.disagree(event, &format!("child {name}"));
        }
    }

    /// Returns every disagreement, also of what the receipt says and no event does.
    pub(super) fn faults(&self, receipt: &Receipt) -> Vec<(&'static str, String)> {
        let mut faults = self.faults.clone();
        let Some(expected) = &self.expected else { return faults };
        let untold = expected.checks.iter().filter(|(_, (_, told))| !told);
        for (name, _) in untold.take(TOLD) {
            faults.push((RECEIPT, format!("no event tells the result of check {name}")));
        }
        if self.hitl != receipt.hitl.len() {
            let (log, told) = (self.hitl, receipt.hitl.len());
            faults.push((RECEIPT, format!("there are {told} human records, in the log {log}")));
        }
        faults.extend(self.last_words(expected));
        faults
    }

    /// The last lens and the last plan are those of the receipt.
    fn last_words(&self, expected: &Expected) -> Vec<(&'static str, String)> {
        let part = |names: &[&str]| {
            names.iter().try_fold(&expected.receipt, |value, name| value.get(name))
        };
        let mut faults = Vec::new();
        if let Some(lens) = &self.lens {
            let items =
                part(&["lens", "items"]).and_then(Value::as_array).map_or(0, <[Value]>::len);
            let same =
                |name, told: Option<&Value>| lens.get(name).is_none_or(|said| Some(said) == told);
            let agrees = same("lens_id", part(&["lens", "lens_id"]))
                && same("quality", part(&["lens", "quality"]))
                && same("items_count", Some(&Value::from(items)));
            if !agrees {
                faults
                    .push((EVENTS, "the last LensAssembled is not the receipt's lens".to_owned()));
            }
        }
        if self.plan.is_some() && self.plan.as_ref() != part(&["effects", "declared"]) {
            let message = "the last PlanChosen does not declare the receipt's effects";
            faults.push((EVENTS, message.to_owned()));
        }
        faults
    }
}

impl Expected {
    fn of(receipt: Value) -> Self {
        let list = |names: &[&str]| {
            let found = names.iter().try_fold(&receipt, |value, name| value.get(name));
            found.and_then(Value::as_array).unwrap_or_default().to_vec()
        };
        let by = |key: &str, values: Vec<Value>| {
            let named = |value: Value| {
                let name = value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
                (name, value)
            };
            values.into_iter().map(named).collect::<Vec<_>>()
        };
        let checks = by("check_id", list(&["verification", "results"]));
        let checks = checks.into_iter().map(|(name, value)| (name, (value, false))).collect();
        let children = by("child_loop_id", list(&["children"])).into_iter().collect();
        let errors = list(&["errors"]);
        let errors = errors.iter().filter_map(|error| cj::write(error).ok()).collect();
        let hitl = list(&["hitl"]);
        Self { receipt, checks, children, errors, hitl }
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
