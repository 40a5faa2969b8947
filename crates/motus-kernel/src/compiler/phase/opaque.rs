//! Opaque objects of adapters: recorded as they are, where they cannot be taken for something else.

use motus_json::canonical::cj;
use motus_json::{Limits, Object, ReadOptions, Value};

use super::foretold::FORETOLD;
use super::invalid;
use crate::compiler::run::Flow;
use crate::event::LINE_LIMITS;

/// The bounds on one: what holds it in an event or a receipt is not deeper than what is left.
const BOUNDS: ReadOptions = ReadOptions {
    limits: Limits { depth: 100, ..LINE_LIMITS.limits },
    non_finite: LINE_LIMITS.non_finite,
};

/// The members by which a reader takes the content of an event for a tagged one: no opaque object has them.
pub const MEMBERS_OF_A_TAG: [&str; 2] = ["type", "data"];

/// The members that a plan has by itself, or may get: its details have none of them.
pub const MEMBERS_OF_A_PLAN: [&str; 5] =
    ["plan", "effects_declared", "enf_k", "compression", FORETOLD];

/// The member that no opaque object has at any depth: a verifier would take its content for observed effects.
pub const MEMBER_OF_A_SKILL: &str = "effects_observed";

/// Checks that an object can be recorded.
///
/// Errors: no canonical text, or one that is nested too deep; a member of that name at its top; effects at any
/// depth, which a verifier would take for observed ones.
pub(super) fn check(what: &str, object: &Object, taken: &[&str]) -> Flow<()> {
    if let Some(name) = MEMBERS_OF_A_TAG.iter().chain(taken).find(|name| object.contains_key(name))
    {
        return Err(invalid(format!("{what} must not have a member {name}")));
    }
    let text =
        cj::write(&object.clone().into()).map_err(|error| invalid(format!("{what}: {error}")))?;
    cj::check(text.as_bytes(), &BOUNDS).map_err(|error| invalid(format!("{what}: {error}")))?;
    if text.contains(MEMBER_OF_A_SKILL) && has_effects(object) {
        return Err(invalid(format!("{what} must not have a member {MEMBER_OF_A_SKILL}")));
    }
    Ok(())
}

fn has_effects(object: &Object) -> bool {
    let mut open: Vec<&Value> = Vec::new();
    let mut found = object.contains_key(MEMBER_OF_A_SKILL);
    open.extend(object.iter().map(|(_, value)| value));
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                found |= object.contains_key(MEMBER_OF_A_SKILL);
                open.extend(object.iter().map(|(_, value)| value));
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}
