//! Where the log speaks, the receipt says the same.
//!
//! Values are compared with their nulls dropped: a member that is `null` and one that is not there mean the
//! same, and published bundles write both.

mod children;

use std::collections::BTreeMap;

use children::Children;
use motus_json::canonical::cj;
use motus_json::{Object, Value};

use super::failure::{Found, TOLD};
use crate::event::{Event, Mention};
use crate::manifest::{EVENTS, RECEIPT};
use crate::policy::{AttemptNumber, attempt};
use crate::receipt::Receipt;

/// What the receipt claims, and what the log did not confirm so far.
pub(super) struct Agreement {
    expected: Option<Expected>,
    faults: Found,
    /// How many human records the log had.
    hitl: usize,
    /// What the last event of these kinds said.
    lens: Option<Object>,
    plan: Option<Value>,
    /// The digest of each path that was told last.
    outputs: BTreeMap<String, String>,
    /// The highest attempt at each check in the runs so far.
    attempts: BTreeMap<String, (usize, String)>,
}

/// The parts of the receipt of which events speak.
struct Expected {
    receipt: Value,
    /// Results by check, and whether an event told them.
    checks: BTreeMap<String, (Value, bool)>,
    children: Children,
    /// As canonical text, which can be looked up, and how many no event told.
    errors: BTreeMap<String, usize>,
    hitl: Vec<Value>,
}

impl Agreement {
    pub(super) fn new(receipt: Option<&Value>) -> Self {
        Self {
            expected: receipt.map(|receipt| Expected::of(without_nulls(receipt))),
            faults: Found::default(),
            hitl: 0,
            lens: None,
            plan: None,
            outputs: BTreeMap::new(),
            attempts: BTreeMap::new(),
        }
    }

    /// Compares an event with the receipt.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        if self.expected.is_none() || self.faults.len() >= TOLD {
            return;
        }
        if event.is_tagged_wrongly() {
            let (seq, kind) = (event.seq, event.kind);
            let what = "has a type and data, and is not of the form {type,data} of its kind";
            return self.faults.push((EVENTS, format!("event {seq} ({kind}): the payload {what}")));
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
            "LensAssembled" => {
                let said = content.as_object().into_iter().flatten();
                let said = said.map(|(name, value)| (name.clone(), value.clone()));
                let before = self.lens.take().unwrap_or_default();
                self.lens = Some(before.into_iter().chain(said).collect());
            }
            "SkillExecuted" => self.take_outputs(&content),
            "PlanChosen" => {
                self.children(event, |children| children.planned(&content));
                self.plan = content.get("effects_declared").cloned().or(self.plan.take());
            }
            "ActError" => self.error_is_told(event, &content),
            "VerificationRun" => self.checks_agree(event, &content),
            "HitlPrompt" | "HitlDecision" => self.hitl_agrees(event, &content),
            "ChildSpawned" => {
                self.children(event, |children| children.spawned(event, &content));
            }
            _ => self.children(event, |children| children.joined(&content)),
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
        let error = cj::write(content).unwrap_or_default();
        let untold = self.expected.as_mut().and_then(|expected| expected.errors.get_mut(&error));
        match untold {
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
            let (seq, kind) = (event.seq, event.kind);
            let message = format!("event {seq} ({kind}): passed does not follow from the results");
            self.faults.push((EVENTS, message));
        }
        let results = results.flatten().unwrap_or_default();
        self.attempts_ascend(event, results);
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

    /// The attempts that an event tells come after those of the events before; inside of it they stand in
    /// any order.
    fn attempts_ascend(&mut self, event: &Event<'_>, results: &[Value]) {
        let mut told = Vec::with_capacity(results.len());
        for result in results {
            let name = result.get("check_id").and_then(Value::as_str).unwrap_or_default();
            let (check, number) = attempt(name).unwrap_or((name, AttemptNumber::default()));
            let number = (number.0, number.1.to_owned());
            let is_behind = self
                .attempts
                .get(check)
                .is_some_and(|last| number < *last || (number == *last && number.0 > 0));
            if is_behind {
                let (seq, kind) = (event.seq, event.kind);
                let message = format!("event {seq} ({kind}): {name} comes after a later attempt");
                self.faults.push((EVENTS, message));
            }
            told.push((check.to_owned(), number));
        }
        for (check, number) in told {
            let highest = self.attempts.entry(check).or_default();
            *highest = number.max(std::mem::take(highest));
        }
    }

    fn take_outputs(&mut self, content: &Value) {
        let outputs = content.get("artifacts_out").and_then(Value::as_array).unwrap_or_default();
        for output in outputs {
            let text = |name: &str| output.get(name).and_then(Value::as_str);
            if let (Some(path), Some(sha256)) = (text("path"), text("sha256")) {
                self.outputs.insert(path.to_owned(), sha256.to_owned());
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

    /// Notes what the children's part of the receipt has against an event.
    fn children(&mut self, event: &Event<'_>, look: impl FnOnce(&mut Children) -> Option<String>) {
        let found = self.expected.as_mut().and_then(|expected| look(&mut expected.children));
        if let Some(what) = found {
            self.disagree(event, &what);
        }
    }

    /// Returns every disagreement, also of what the receipt says and no event does.
    pub(super) fn faults(&self, receipt: &Receipt) -> Found {
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
        faults.extend(self.outputs_differ(receipt));
        faults
    }

    /// What a path held last is its output.
    fn outputs_differ(&self, receipt: &Receipt) -> Vec<(&'static str, String)> {
        let told: BTreeMap<&str, String> = receipt
            .outputs
            .iter()
            .map(|output| (output.path.as_str(), output.sha256.to_string()))
            .collect();
        let differs =
            |(path, sha256): &(&String, &String)| told.get(path.as_str()) != Some(*sha256);
        let differing = self.outputs.iter().filter(differs).take(TOLD);
        let message =
            |(path, _)| format!("the last artifacts_out of {path} is not the receipt's output");
        differing.map(|output| (EVENTS, message(output))).collect()
    }

    /// What the lenses said, each member last, and the last plan are those of the receipt.
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
        let children = Children::new(by("child_loop_id", list(&["children"])).into_iter());
        let errors = list(&["errors"]);
        let mut untold = BTreeMap::new();
        for error in errors.iter().filter_map(|error| cj::write(error).ok()) {
            *untold.entry(error).or_default() += 1;
        }
        let hitl = list(&["hitl"]);
        Self { receipt, checks, children, errors: untold, hitl }
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
