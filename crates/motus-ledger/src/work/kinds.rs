//! The kinds of events of the work loop, byte-exact.

use crate::kind::{ARRAY, Field, INTEGER, Kind, STRING, STRING_OR_NULL};

/// The kind of the event with which a claim begins.
pub(crate) const CLAIM_KIND: &str = "work.claim";

/// The kind of the event with which a claim ends.
pub(crate) const RELEASE_KIND: &str = "work.release";

/// The kind of the event with which something is decided, an acceptance among others.
pub(crate) const DECISION_KIND: &str = "decision.motus_work";

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
    }
}

/// Something came out of the work.
pub fn outcome_kind(outcome_type: &str) -> Kind {
    Kind::plain(
        format!("outcome.{}", kind_suffix(outcome_type)),
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
}

/// Something shows what was done.
pub fn evidence_kind(evidence_type: &str) -> Kind {
    Kind::plain(
        format!("evidence.motus_work.{}", kind_suffix(evidence_type)),
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
}

/// Where the work goes next; the payload is a route summary.
pub fn route_kind() -> Kind {
    Kind::plain("route.motus_work", &["status"], &[("status", STRING)])
}

/// To whom the work is handed; the payload is a handoff.
pub fn handoff_kind() -> Kind {
    Kind::plain("handoff.motus_work", &["status"], &[("status", STRING)])
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
