//! Step 8: what was touched stays inside of what was declared, and not too much was declared.

use std::collections::BTreeSet;

use motus_json::canonical::cj;
use motus_json::{Object, Value};

use super::failure::{Code, Failures};
use super::log::EventLog;
use crate::effect::{CanonicalEffect, Effect, EffectOp, uncovered};
use crate::event::{Event, LINE_LIMITS, Mention};
use crate::manifest::{EVENTS, RECEIPT};
use crate::policy::Policy;
use crate::receipt::Receipt;

/// How what was observed is called, in events and in the receipt.
const OBSERVED: &str = "effects_observed";

/// The effects that were observed, compared with those that the receipt says were executed.
pub(super) struct Observed {
    executed: BTreeSet<CanonicalEffect>,
    failures: Failures,
}

impl Observed {
    /// Looks for effects in the receipt too: what it tells beside the members that are known is not less told.
    pub(super) fn new(receipt: Option<&Value>) -> Self {
        let raw = receipt
            .and_then(|receipt| receipt.get("effects")?.get("executed_raw")?.as_array())
            .unwrap_or_default();
        let executed = raw.iter().filter_map(|effect| canonical(effect).ok()).collect();
        let mut observed = Self { executed, failures: Failures::new(Code::EffectBoundsViolation) };
        if let Some(receipt) = receipt {
            observed.all_in(receipt, RECEIPT, OBSERVED);
        }
        observed
    }

    /// Looks for effects in an event.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        let is_mentioned = event.mentions.may_have(Mention::EffectsObserved);
        if !is_mentioned || !event.whole.contains("\"effects_observed\":") {
            return;
        }
        let whole = cj::read(event.whole.as_bytes(), &LINE_LIMITS).unwrap_or_default();
        self.all_in(&whole, EVENTS, &format!("event {}", event.seq));
    }

    /// Looks for effects at any depth of a document; `null` is none.
    fn all_in(&mut self, document: &Value, path: &str, place: &str) {
        for observed in members_named(OBSERVED, document) {
            let mut note =
                |message: String| self.failures.note(path, format!("{place}: {message}"));
            match observed {
                Value::Null => {}
                Value::Array(effects) => {
                    effects
                        .iter()
                        .filter_map(|effect| fault(&self.executed, effect))
                        .for_each(note);
                }
                _ => note("effects_observed is no list".to_owned()),
            }
        }
    }
}

/// Returns what is wrong with an effect that was observed.
fn fault(executed: &BTreeSet<CanonicalEffect>, effect: &Value) -> Option<String> {
    match canonical(effect) {
        Ok(effect) if executed.contains(&effect) => None,
        Ok(effect) => {
            let (op, selector) = (effect.op(), effect.selector());
            Some(format!("{op} {selector} is not in executed_raw"))
        }
        Err(message) => Some(message),
    }
}

/// Returns every value under a name, at any depth: what is wrapped is not hidden.
fn members_named<'v>(name: &str, value: &'v Value) -> Vec<&'v Value> {
    let (mut found, mut open) = (Vec::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                found.extend(object.get(name));
                open.extend(object.iter().map(|(_, value)| value));
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// Checks the receipt's effects, and adds what the events had to say.
pub(super) fn check(receipt: &Receipt, log: &EventLog, policy: &dyn Policy) -> Failures {
    let mut failures = Failures::new(Code::EffectBoundsViolation);
    let effects = &receipt.effects;
    let mut canonicalized = |list: &[Effect], must_be_canonical: bool| {
        let mut canonical = Vec::with_capacity(list.len());
        for effect in list {
            match effect.canonicalize() {
                Err(error) => failures.note(RECEIPT, format!("{}: {error}", effect.selector)),
                Ok(found) if must_be_canonical && found.selector() != effect.selector => {
                    let message =
                        format!("{} is declared, not {}", effect.selector, found.selector());
                    failures.note(RECEIPT, message);
                }
                Ok(found) => canonical.push(found),
            }
        }
        canonical
    };
    let declared = canonicalized(&effects.declared, true);
    let executed = canonicalized(&effects.executed_raw, false);
    for effect in uncovered(&declared, &executed) {
        let message = format!("{} {} was not declared", effect.op(), effect.selector());
        failures.note(RECEIPT, message);
    }
    let most = policy.most_effects(effects.k);
    if effects.declared.len() as u64 > u64::from(most) {
        let count = effects.declared.len();
        failures.note(RECEIPT, format!("{count} effects are declared, more than k = {most}"));
    }
    failures.append(log.observed.failures.clone());
    failures
}

fn canonical(effect: &Value) -> Result<CanonicalEffect, String> {
    let member =
        |name: &str| effect.as_object().and_then(|object: &Object| object.get(name)?.as_str());
    let op = member("op").and_then(EffectOp::parse).ok_or("an effect has no known op")?;
    let selector = member("selector").ok_or("an effect has no selector")?;
    CanonicalEffect::new(op, selector).map_err(|error| format!("{selector}: {error}"))
}
