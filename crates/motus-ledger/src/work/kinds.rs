//! The kinds of events of the work loop, byte-exact.

use crate::kind::{ARRAY, BOOLEAN, Field, INTEGER, Kind, OBJECT, STRING, STRING_OR_NULL};

/// The kind of the event with which a claim begins.
pub(crate) const CLAIM_KIND: &str = "work.claim";

/// The kind of the event with which a claim ends.
pub const RELEASE_KIND: &str = "work.release";

/// The kind of the event with which something is decided, an acceptance among others.
pub(crate) const DECISION_KIND: &str = "decision.motus_work";

const OUTCOME_PREFIX: &str = "outcome.";
const EVIDENCE_PREFIX: &str = "evidence.motus_work.";
const ROUTE_KIND: &str = "route.motus_work";
const HANDOFF_KIND: &str = "handoff.motus_work";

const OBJECT_OR_NULL: Field = Field::Nullable("object");

impl Kind {
    /// A task is claimed.
    pub(super) fn work_claim() -> Self {
        Self::plain(
            CLAIM_KIND,
            &["lease_id", "work_id", "agent_id", "intent", "resource_specs"],
            &[
                ("lease_id", STRING),
                ("work_id", STRING),
                ("agent_id", STRING),
                ("intent", STRING),
                ("resource_specs", ARRAY),
                ("ttl_s", INTEGER),
            ],
        )
        .with_more(&[
            ("fencing", ARRAY),
            ("shared", BOOLEAN),
            ("from_run", STRING),
            ("redaction_applied", BOOLEAN),
            ("redaction_reason_codes", ARRAY),
        ])
    }

    /// A task is released.
    pub(super) fn work_release() -> Self {
        Self::plain(
            RELEASE_KIND,
            &["lease_id", "outcome", "decision", "reason_code"],
            &[
                ("lease_id", STRING),
                ("outcome", STRING),
                ("decision", STRING),
                ("reason_code", STRING),
                ("message", STRING),
            ],
        )
        .with_more(&[
            ("note", STRING),
            ("redaction_applied", BOOLEAN),
            ("redaction_reason_codes", ARRAY),
        ])
    }
}

/// Something came out of the work.
pub fn outcome_kind(outcome_type: &str) -> Kind {
    Kind::plain(
        format!("{OUTCOME_PREFIX}{}", kind_suffix(outcome_type)),
        &["lease_id", "outcome_type", "summary"],
        &[
            ("lease_id", STRING),
            ("legacy_outcome_id", STRING_OR_NULL),
            ("outcome_type", STRING),
            ("path", STRING_OR_NULL),
            ("description", STRING_OR_NULL),
            ("summary", STRING),
        ],
    )
    .with_more(&[
        ("fencing", ARRAY),
        ("redaction_applied", BOOLEAN),
        ("redaction_reason_codes", ARRAY),
    ])
}

/// Something shows what was done.
pub fn evidence_kind(evidence_type: &str) -> Kind {
    Kind::plain(
        format!("{EVIDENCE_PREFIX}{}", kind_suffix(evidence_type)),
        &["lease_id", "evidence_type", "summary"],
        &[
            ("lease_id", STRING),
            ("legacy_evidence_id", STRING_OR_NULL),
            ("evidence_type", STRING),
            ("summary", STRING),
            ("test_results", OBJECT_OR_NULL),
            ("diff_summary", STRING_OR_NULL),
            ("log_excerpt", STRING_OR_NULL),
        ],
    )
    .with_more(&[
        ("fencing", ARRAY),
        ("reports", ARRAY),
        ("artifacts", ARRAY),
        ("problems", ARRAY),
        ("redaction_applied", BOOLEAN),
        ("redaction_reason_codes", ARRAY),
    ])
}

/// Something was decided.
pub fn decision_kind() -> Kind {
    Kind::plain(
        DECISION_KIND,
        &["lease_id", "decision"],
        &[
            ("lease_id", STRING),
            ("legacy_decision_id", STRING_OR_NULL),
            ("decision", STRING),
            ("rationale", STRING_OR_NULL),
            ("alternatives_considered", ARRAY),
        ],
    )
    .with_more(&[
        ("fencing", ARRAY),
        ("accepted_run", STRING),
        ("receipt_id", STRING),
        ("acceptor", OBJECT),
        ("redaction_applied", BOOLEAN),
        ("redaction_reason_codes", ARRAY),
    ])
}

/// Where the work goes next; the payload is a route summary.
pub fn route_kind() -> Kind {
    Kind::plain(ROUTE_KIND, &["status"], &[("status", STRING)]).with_more(&[
        ("lease_id", STRING),
        ("next_actor", OBJECT),
        ("reason", STRING),
    ])
}

/// To whom the work is handed; the payload is a handoff.
pub fn handoff_kind() -> Kind {
    Kind::plain(HANDOFF_KIND, &["status"], &[("status", STRING)]).with_more(&[
        ("lease_id", STRING),
        ("receiver", OBJECT),
        ("expected_action", STRING),
        ("reason", STRING),
        ("evidence_refs", ARRAY),
    ])
}

/// Returns the kind of this name, if it is one of these.
pub(crate) fn work_kind_named(name: &str) -> Option<Kind> {
    let of_word = |prefix: &str, kind: fn(&str) -> Kind| {
        // What no word comes to is recorded by somebody else.
        Some(kind(name.strip_prefix(prefix)?)).filter(|kind| kind.name == name)
    };
    match name {
        CLAIM_KIND => Some(Kind::work_claim()),
        RELEASE_KIND => Some(Kind::work_release()),
        DECISION_KIND => Some(decision_kind()),
        ROUTE_KIND => Some(route_kind()),
        HANDOFF_KIND => Some(handoff_kind()),
        _ => of_word(OUTCOME_PREFIX, outcome_kind)
            .or_else(|| of_word(EVIDENCE_PREFIX, evidence_kind)),
    }
}

/// Returns the last part of a kind's name for a word that somebody chose.
///
/// Shape: trimmed, lower case, each run of characters outside `[A-Za-z0-9_.-]` an underscore, none of
/// `._-` at either end; `other` when nothing is left.
pub fn kind_suffix(word: &str) -> String {
    let mut suffix = String::new();
    for character in word.trim().to_lowercase().chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-') {
            suffix.push(character);
        } else if !suffix.ends_with(REPLACED) {
            suffix.push(REPLACED);
        }
    }
    let suffix = suffix.replace(REPLACED, "_");
    let suffix = suffix.trim_matches(['.', '_', '-']);
    if suffix.is_empty() { "other".to_owned() } else { suffix.to_owned() }
}

/// Stands for a run of characters while a suffix is made: an underscore of the word is kept as it is.
const REPLACED: char = '\0';

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Schema;

    #[test]
    fn each_kind_has_the_published_digest() {
        for (kind, name, hex) in [
            (
                Kind::work_claim(),
                "work.claim",
                "91d0ec82c1a34d2d62aee124cade7ddec17ae13a1a0a285d23125a56c76e3981",
            ),
            (
                Kind::work_release(),
                "work.release",
                "8c57d64d2c2d701f5fea9e49b0ef024bf376649b561365b57a7a97e8a2de42a1",
            ),
            (
                outcome_kind("file"),
                "outcome.file",
                "1be75fe9653b03177024d326141b75cba262b425450942f4e79cdcd47ea234a9",
            ),
            (
                evidence_kind("test_result"),
                "evidence.motus_work.test_result",
                "9280291af15e87e1261336ddf7aabf1f913f7bafce6e0eaff6a32284f0d69721",
            ),
            (
                decision_kind(),
                "decision.motus_work",
                "ee9302563869501c52e9f2e74604e6dd1cfb015cfe34e15449e494ffadac0e72",
            ),
        ] {
            let schema = kind.schema().expect("a kind of the table is valid");
            assert_eq!((&*kind.name, schema.digest().hex()), (name, hex));
            assert_eq!(Kind::named(name).map(|known| known.name).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_kind_is_known_by_the_name_that_a_word_comes_to() {
        for kind in [route_kind(), handoff_kind(), outcome_kind("API Thing!"), evidence_kind("é")]
        {
            assert_eq!(work_kind_named(&kind.name).map(|known| known.name), Some(kind.name));
        }
        for name in ["outcome.", "outcome.API", "evidence.motus_work", "evidence.x", "work.start"] {
            assert!(work_kind_named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_version_takes_what_is_recorded_beyond_the_declared_fields() {
        let version = |kind: &Kind, field: &str, definition: &str| {
            let ours = kind.schema().expect("a kind of the table is valid").canonical_text();
            let wider = format!(r#""properties":{{"{field}":{definition},"#);
            Schema::from_stored(&ours.replacen(r#""properties":{"#, &wider, 1)).expect("a schema")
        };
        for (kind, field, definition, fits) in [
            (Kind::work_claim(), "fencing", r#"{"type":"string"}"#, false),
            (Kind::work_claim(), "fencing", r#"{"type":["array","null"]}"#, true),
            (Kind::work_release(), "note", r#"{"enum":["done"]}"#, false),
            (Kind::work_release(), "other", r#"{"type":"null"}"#, true),
            (outcome_kind("file"), "redaction_applied", r#"{"type":"string"}"#, false),
            (evidence_kind("log"), "reports", r#"{"type":"object"}"#, false),
            (evidence_kind("log"), "reports", "{}", true),
            (decision_kind(), "acceptor", r#"{"type":"string"}"#, false),
            (route_kind(), "next_actor", r#"{"type":"string"}"#, false),
            (handoff_kind(), "evidence_refs", r#"{"type":"object"}"#, false),
            (handoff_kind(), "evidence_refs", r#"{"type":"array"}"#, true),
        ] {
            let found = kind.check_version(&version(&kind, field, definition));
            assert_eq!(found.is_ok(), fits, "{} {field} {definition}", kind.name);
        }
    }

    #[test]
    fn suffixes_are_the_published_ones() {
        for (word, suffix) in [
            ("API Thing!", "api_thing"),
            ("é", "other"),
            ("a/b c", "a_b_c"),
            ("", "other"),
            (" . ", "other"),
            ("test_result", "test_result"),
            ("a __ b", "a____b"),
            ("--x--", "x"),
        ] {
            assert_eq!(kind_suffix(word), suffix, "{word:?}");
        }
    }
}
