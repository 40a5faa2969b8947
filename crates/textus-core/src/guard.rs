//! Guards: the conditions under which a transition may happen.
//!
//! A guard is told everything that it judges by; it reads no file and changes nothing.

mod facts;
mod predicate;

use motus_json::{Object, Value};

use crate::manifest::{PredicateRef, Transition};
use crate::{Code, Error};

pub use facts::{Facts, made_at};
pub use predicate::zone_writable;

use predicate::Refusal;

/// The conditions of one transition, in the order in which they are judged. Source: textus/3 §5.1.1,
/// §5.11.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    transition: Transition,
    predicates: Vec<PredicateRef>,
}

impl Guard {
    /// Puts what a rule requires on top of what every such transition requires.
    ///
    /// Shape: of two predicates of one name the first stays, so that no rule can weaken the base.
    pub fn of(transition: Transition, required: &[PredicateRef]) -> Self {
        let mut predicates: Vec<PredicateRef> = Vec::new();
        for predicate in base(transition).iter().chain(required) {
            if predicates.iter().all(|known| known.name() != predicate.name()) {
                predicates.push(predicate.clone());
            }
        }
        Self { transition, predicates }
    }

    /// Returns the names of the predicates in order.
    pub fn names(&self) -> Vec<&'static str> {
        self.predicates.iter().map(PredicateRef::name).collect()
    }

    /// Tells whether a predicate of that name is to be judged, for callers that save the work of
    /// finding out what nobody asks.
    pub fn asks(&self, name: &str) -> bool {
        self.predicates.iter().any(|predicate| predicate.name() == name)
    }

    /// Judges the facts.
    ///
    /// Errors: `write_forbidden` as soon as the role may not write to the zone; what keeps a schema from
    /// being read, as it was told; otherwise `guard_failed`, `{failed: [{predicate, reason}]}`, with
    /// everything that does not hold.
    pub fn check(&self, facts: &Facts<'_>) -> Result<(), Error> {
        let mut failed: Vec<(&'static str, String)> = Vec::new();
        for predicate in &self.predicates {
            match predicate::judge(predicate, facts) {
                Ok(()) => {}
                Err(Refusal::AtOnce(error)) => return Err(*error),
                Err(Refusal::Reason(reason)) => failed.push((predicate.name(), reason)),
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(self.failure(facts, &failed)) }
    }

    fn failure(&self, facts: &Facts<'_>, failed: &[(&'static str, String)]) -> Error {
        let told: Vec<String> =
            failed.iter().map(|(name, reason)| format!("{name} ({reason})")).collect();
        let (transition, key) = (self.transition.name(), facts.key);
        let message =
            format!("{transition} of '{key}' is refused by its guard: {}", told.join(", "));
        let rows: Vec<Value> = failed
            .iter()
            .map(|(name, reason)| {
                Value::Object(Object::from([("predicate", *name), ("reason", reason.as_str())]))
            })
            .collect();
        let error = Error::new(Code::GuardFailed, message).with("failed", rows);
        let needs_author = failed.iter().any(|(name, _)| *name == PredicateRef::AuthorHeld.name());
        match facts.manifest.author().filter(|_| needs_author) {
            Some(author) => error.hint(format!("held by: {}; pass --as=<role>", author.name)),
            None => error,
        }
    }
}

/// Returns the predicate names of every transition, as `rule explain` tells them under `guards`.
pub fn explain<'a>(required: impl Fn(Transition) -> &'a [PredicateRef]) -> Object {
    let names = |transition: &Transition| {
        let names = Guard::of(*transition, required(*transition)).names();
        (transition.name(), Value::from(names))
    };
    Transition::ALL.iter().map(names).collect()
}

/// Returns what a transition requires whatever the rules say.
fn base(transition: Transition) -> &'static [PredicateRef] {
    match transition {
        Transition::Put | Transition::Delete | Transition::Mv | Transition::Fetch => {
            &[PredicateRef::ZoneWritableBy]
        }
        Transition::Accept => &[PredicateRef::AuthorHeld, PredicateRef::TargetIsCanon],
        Transition::Reject => &[PredicateRef::AuthorHeld],
    }
}

#[cfg(test)]
mod tests;
