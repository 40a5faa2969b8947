//! Policies as documents: a strict schema, and the hash of what was read.

use std::collections::BTreeMap;

use motus_json::canonical::cj;
use motus_json::{Limits, NonFinite, ReadOptions, Value, printable, shows_a_name};
use thiserror::Error;

use super::{Risk, Rules};
use crate::Digest;
use crate::effect::CanonicalEffect;
use crate::names::LockLevel;
use crate::shape::{Fault, Faults, Fields, Node};

/// Why a document is no policy.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is no JSON document that has a canonical text.
    #[error("not a JSON document: {0}")]
    Json(#[from] motus_json::ReadError),
    /// A member is not known, missing or not as it must be.
    #[error("{}", told(.0))]
    Shape(Vec<Fault>),
}

impl PolicyError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(error) => error.code(),
            Self::Shape(_) => "policy.shape",
        }
    }
}

fn told(faults: &[Fault]) -> String {
    let told: Vec<String> =
        faults.iter().map(|fault| format!("{} {}", fault.place, fault.message)).collect();
    told.join("; ")
}

const OPTIONS: ReadOptions = ReadOptions {
    limits: Limits { bytes: 1 << 20, depth: 32, values: 100_000 },
    non_finite: NonFinite::Refuse,
};

/// More risks than this no team thinks of one by one, and each is looked for in every receipt.
const MOST_RISKS: usize = 256;

pub(super) fn read(bytes: &[u8]) -> Result<Rules, PolicyError> {
    let document = cj::read(bytes, &OPTIONS)?;
    let text = cj::write(&document).unwrap_or_default();
    let faults = Faults::default();
    let rules = rules(&document, Digest::of(&[text.as_bytes()]), &faults);
    let faults = faults.into_vec();
    match rules {
        Some(rules) if faults.is_empty() => Ok(rules),
        _ => Err(PolicyError::Shape(faults)),
    }
}

fn rules(document: &Value, hash: Digest, faults: &Faults) -> Option<Rules> {
    let fields = Node::root(document, faults).fields()?;
    // A member that nobody knows is a rule that nobody checks.
    let known = [
        "policy_version",
        "policy_id",
        "effect_cap_k",
        "backtrack_to_observe",
        "checks_required",
        "lens_quality_min",
        "human",
    ];
    fields.only(&known);
    if fields.text("policy_version") != "POLICY-0.1" {
        fields.note("policy_version", "must be POLICY-0.1");
    }
    let id = fields.text("policy_id");
    // The form of an emoji is printed and not seen.
    let is_plain = printable(&id) == id && id.trim() == id && !id.contains('\u{fe0f}');
    if !is_plain || !shows_a_name(&id) || id == "POLICY-DEFAULT" {
        fields.note("policy_id", "must be a name of its own, all of it seen");
    }
    let human = fields.child("human")?;
    human.only(&["cost_ms", "loss_ms", "risks"]);
    let risks = human.objects("risks", risk);
    if risks.len() > MOST_RISKS {
        human.note("risks", format!("must be {MOST_RISKS} at most"));
    }
    Some(Rules {
        id,
        hash,
        effect_cap: Some(fields.number("effect_cap_k")),
        backtrack_to_observe: fields.boolean("backtrack_to_observe"),
        checks_required: by_level(
            document.get("checks_required"),
            "checks_required",
            faults,
            checks,
        ),
        least_lens_quality: by_level(
            document.get("lens_quality_min"),
            "lens_quality_min",
            faults,
            permille,
        ),
        cost_ms: human.unsigned("cost_ms", u64::MAX),
        loss_ms: human.unsigned("loss_ms", u64::MAX),
        risks,
    })
}

fn by_level<T>(
    value: Option<&Value>,
    name: &str,
    faults: &Faults,
    read: fn(&Value) -> Option<T>,
) -> BTreeMap<LockLevel, T> {
    let mut levels = BTreeMap::new();
    let Some(object) = value.and_then(Value::as_object) else {
        faults.note(name, "must be an object");
        return levels;
    };
    for (level, value) in object {
        match (level.as_str().and_then(LockLevel::parse), read(value)) {
            (Some(level), Some(value)) => drop(levels.insert(level, value)),
            (None, _) => faults.note(format!("{name}.{level}"), "is no lock level"),
            (_, None) => faults.note(format!("{name}.{level}"), "is not as it must be"),
        }
    }
    levels
}

fn checks(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|check| check.as_str().map(str::to_owned)).collect()
}

fn permille(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|number| u16::try_from(number).ok()).filter(|number| *number <= 1000)
}

fn risk(fields: &Fields<'_>) -> Option<Risk> {
    fields.only(&["op", "selector", "from_level", "loss_ms"]);
    let effect = crate::receipt::read_effect(fields)?;
    let effect: Option<CanonicalEffect> =
        effect.canonicalize().inspect_err(|error| fields.note("selector", error.to_string())).ok();
    let from_level = fields.choice("from_level", LockLevel::parse);
    Some(Risk {
        effect: effect?,
        from_level: from_level?,
        loss_ms: fields.unsigned("loss_ms", u64::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{
        "policy_version": "POLICY-0.1", "policy_id": "TEAM", "effect_cap_k": 20,
        "backtrack_to_observe": true, "checks_required": {"Committed": ["cargo_test"]},
        "lens_quality_min": {"Published": 800},
        "human": {"cost_ms": 60000, "loss_ms": 0, "risks": [
            {"op": "WriteFS", "selector": "fs:prod/", "from_level": "Staged", "loss_ms": 900000}]}
    }"#;

    #[test]
    fn a_policy_is_hashed_by_what_it_says_and_not_by_how() {
        let rules = read(DOCUMENT.as_bytes()).unwrap();
        let compact: String = DOCUMENT.split_whitespace().collect();
        assert_eq!(read(compact.as_bytes()).unwrap(), rules);
        let other = DOCUMENT.replace("60000", "60001");
        assert_ne!(read(other.as_bytes()).unwrap().hash, rules.hash);
        assert_eq!(rules.id, "TEAM");
        assert_eq!(rules.checks_required[&LockLevel::Committed], ["cargo_test"]);
    }

    #[test]
    fn what_nobody_would_check_is_refused() {
        for (from, to, fault) in [
            ("\"effect_cap_k\"", "\"effect_cap\"", "effect_cap is not known"),
            ("\"TEAM\"", "\"POLICY-DEFAULT\"", "policy_id must be a name of its own"),
            ("POLICY-0.1", "POLICY-0.2", "policy_version must be POLICY-0.1"),
            (
                "\"Published\": 800",
                "\"Released\": 800",
                "lens_quality_min.Released is no lock level",
            ),
            ("\"Published\": 800", "\"Published\": 1001", "lens_quality_min.Published is not as"),
            ("fs:prod/", "fs:../prod", "human.risks[0].selector"),
            ("\"op\"", "\"except\": \"fs:prod/\", \"op\"", "human.risks[0].except is not known"),
            ("\"cost_ms\"", "\"cost\"", "human.cost is not known"),
            ("true", "1", "backtrack_to_observe must be true or false"),
        ] {
            let error = read(DOCUMENT.replace(from, to).as_bytes()).unwrap_err();
            assert!(error.to_string().contains(fault), "{error}");
        }
        assert_eq!(read(b"{").unwrap_err().code(), "json.truncated");
    }

    #[test]
    fn a_policy_has_a_name_that_is_seen() {
        let named = |id: &str| read(DOCUMENT.replace("TEAM", id).as_bytes());
        for id in ["TEAM-3", "équipe 漢"] {
            assert!(named(id).is_ok(), "{id}");
        }
        for id in [
            "",
            " ",
            "\u{200b}",
            "POLICY-DEFAULT",
            "POLICY-DEFAULT ",
            " POLICY-DEFAULT",
            "POLICY-DEFAULT\u{200b}",
            "TEAM\\u001b[2J",
            "TEAM\u{3164}",
            "\u{301}",
            "POLICY-DEFAULT\u{fe0f}",
        ] {
            assert_eq!(named(id).map_err(|error| error.code()), Err("policy.shape"), "{id:?}");
        }
    }

    #[test]
    fn risks_are_as_many_as_people_name() {
        let (before, rest) = DOCUMENT
            .split_once('[')
            .and_then(|(checks, rest)| {
                let (middle, risks) = rest.split_once('[')?;
                Some((format!("{checks}[{middle}"), risks))
            })
            .unwrap();
        let (risk, after) = rest.split_once(']').unwrap();
        let with = |count: usize| format!("{before}[{}]{after}", vec![risk; count].join(","));
        assert_eq!(read(with(256).as_bytes()).unwrap().risks.len(), 256);
        let error = read(with(257).as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "human.risks must be 256 at most");
    }
}
