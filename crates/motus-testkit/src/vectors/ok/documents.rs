//! Documents spelled, filled and left out as they may be.

use super::super::bases::small;
use super::super::edit::Edit::{Insert, Remove, Set};
use super::super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    edited(None, small, DOCUMENTS)
}

const DOCUMENTS: &[Row] = &[
    (
        "unknown_members_everywhere",
        "1 6",
        "Members that nobody knows stand in objects of receipt and events; they are hashed.",
        &[
            Set("receipt/zz", "{}"),
            Set("receipt/intent/zz", "1"),
            Set("event/0/payload/intent/zz", "1"),
            Set("receipt/lens/zz", "null"),
            Set("event/1/zz", "\"\""),
            Set("event/1/payload/zz", "[]"),
        ],
    ),
    (
        "unknown_kinds",
        "6",
        "Events of kinds that nobody knows.",
        &[
            Insert(2, "Orient", "OrientFromFailure", "{}"),
            Insert(4, "Decide", "StrategySuggested", r#"{"match_permille":920}"#),
            Insert(6, "Act", "x", "{}"),
        ],
    ),
    (
        "events_of_few_words",
        "6",
        "Events leave out what the receipt tells.",
        &[
            Set("event/1/payload", "{}"),
            Set("event/2/payload", "{}"),
            Set("event/3/payload", "{}"),
            Set("event/4/payload", "{}"),
        ],
    ),
    (
        "artifacts_of_every_kind",
        "11",
        "Outputs are files from the root and below, directories with a last slash and without, and an address.",
        &[
            Set("event/4/payload", "{}"),
            Set(
                "receipt/artifacts/outputs",
                r#"[{"path":"/etc/motus.toml",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"},
                    {"kind":"Directory","path":"docs/",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"},
                    {"kind":"Uri","path":"https://example.org/a//b/../c?d",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"},
                    {"kind":"Directory","path":"src",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"},
                    {"kind":"File","path":"src/lib.rs",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}]"#,
            ),
        ],
    ),
    (
        "evidence_by_its_keys_and_none",
        "23",
        "Under keys evidence stand listed files as keys, and what is empty and names nothing.",
        &[
            Set("receipt/zz", r#"{"evidence":{"evidence/verify/cargo_test.txt":null}}"#),
            Set("event/1/payload/zz", r#"[{"evidence":[]},{"evidence":{}},{"evidence":null}]"#),
        ],
    ),
    (
        "observed_where_it_was_executed_and_not_at_all",
        "2 36",
        "effects_observed of an event is null, and of the receipt what was executed.",
        &[
            Set("event/4/payload/effects_observed", "null"),
            Set("receipt/zz", r#"{"effects_observed":null}"#),
            Set(
                "receipt/effects/effects_observed",
                r#"[{"op":"WriteFS","selector":"fs:src/lib.rs"}]"#,
            ),
        ],
    ),
    (
        "optional_members_absent",
        "2",
        "parent_loop_id, strategies.used and every other optional member are absent.",
        &[
            Remove("receipt/parent_loop_id"),
            Remove("receipt/strategies/used"),
            Remove("receipt/actor/model"),
            Remove("event/0/payload/actor/model"),
        ],
    ),
    (
        "optional_members_null",
        "2 3",
        "Optional members are null, in the receipt and not in the events.",
        &[
            Set("receipt/actor/email", "null"),
            Set("receipt/actor/model_digest", "null"),
            Set("receipt/artifacts/inputs/0/kind", "null"),
            Set("receipt/artifacts/inputs/0/size_bytes", "null"),
            Set("receipt/lens/items/0/weight", "null"),
            Set("receipt/effects/compression", "null"),
            Set("receipt/verification/results/0/evidence", "null"),
            Remove("event/5/payload/results/0/evidence"),
        ],
    ),
    (
        "tagged_payloads",
        "5",
        "Payloads have the form {type,data}, with their kinds as types.",
        &[
            Set(
                "event/0/payload",
                r#"{"data":{"actor":{"model":"gpt-5.2-pro","name":"motus-agent","type":"agent"},
                    "intent":{"description":"Add helper() to src/lib.rs","source":"human"}},
                    "type":"IntentSet"}"#,
            ),
            Set(
                "event/5/payload",
                r#"{"data":{"passed":true,"results":[{"check_id":"cargo_test",
                    "evidence":"evidence/verify/cargo_test.txt","level":"Regression",
                    "passed":true}]},"type":"VerificationRun"}"#,
            ),
            Set(
                "event/6/payload",
                r#"{"data":{"lock_level":"Committed",
                    "outcome":{"description":"Updated src/lib.rs with helper() and tests pass",
                    "status":"success"}},"type":"Locked"}"#,
            ),
        ],
    ),
    (
        "integers_at_the_bounds",
        "7",
        "Integers are as small and as great as may be.",
        &[Set("receipt/zz", "[-9223372036854775808,18446744073709551615]")],
    ),
    (
        "keys_in_the_order_of_utf8",
        "8",
        "A key above U+FFFF comes after U+FFFD.",
        &[
            Set("receipt/zz", "{\"\u{fffd}\":1,\"\u{10000}\":2}"),
            Set("event/1/payload/zz", "{\"\u{fffd}\":1,\"\u{10000}\":2}"),
        ],
    ),
    (
        "characters_with_and_without_escapes",
        "9",
        "Controls are escaped; U+007F, slashes and what is above are not.",
        &[Set(
            "receipt/zz",
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\u{7f}\u{2028}\u{1f600}\"",
        )],
    ),
    (
        "times_with_fractions",
        "14",
        "Times have fractions of one to ten digits.",
        &[
            Set("event/1/ts_utc", "\"2025-12-24T00:00:01.5Z\""),
            Set("event/2/ts_utc", "\"2025-12-24T00:00:02.0123456789Z\""),
            Set("receipt/timestamp_utc", "\"2024-02-29T23:59:59.000Z\""),
        ],
    ),
    (
        "times_that_go_back",
        "14",
        "The time of an event is before that of the event before it; a warning.",
        &[Set("event/3/ts_utc", "\"2025-12-23T00:00:00Z\"")],
    ),
    (
        "lock_before_the_receipt",
        "14",
        "timestamp_utc is long after the last event; nothing compares them.",
        &[
            Set("receipt/timestamp_utc", "\"2030-01-01T00:00:00Z\""),
            Set("manifest/created_utc", "\"2001-01-01T00:00:00Z\""),
        ],
    ),
    (
        "text_that_looks_like_a_reference",
        "23",
        "A text has the word evidence in it, and a key ends in it; neither is a reference.",
        &[
            Set("receipt/zz", r#""{\"evidence\":\"evidence/none.txt\"}""#),
            Set("event/1/payload/no_evidence", "\"evidence/none.txt\""),
            Set("event/1/payload/evidence", "null"),
        ],
    ),
];
