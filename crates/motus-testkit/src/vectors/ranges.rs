//! Numbers out of range; times, identifiers and digests in another form.

use motus_kernel::verify::Code;

use super::bases::full;
use super::edit::Edit::{Map, Set};
use super::edit::capitals;
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::ParseError);
    [edited(code, full, NUMBERS), edited(code, full, TIMES), edited(code, full, IDENTIFIERS)]
        .into_iter()
        .flatten()
        .collect()
}

const NUMBERS: &[Row] = &[
    (
        "quality_above_1000",
        "38",
        "lens.quality.coverage is 1001.",
        &[
            Set("receipt/lens/quality/coverage", "1001"),
            Set("event/2/payload/quality/coverage", "1001"),
        ],
    ),
    (
        "quality_below_zero",
        "38",
        "lens.quality.freshness is negative, and so is the aggregate.",
        &[
            Set("receipt/lens/quality/freshness", "-1"),
            Set("receipt/lens/quality/aggregate", "-1"),
            Set("event/2/payload/quality/freshness", "-1"),
            Set("event/2/payload/quality/aggregate", "-1"),
        ],
    ),
    (
        "weight_above_1000",
        "38",
        "weight of an item of the lens is 1001.",
        &[Set("receipt/lens/items/0/weight", "1001")],
    ),
    (
        "probability_above_1000",
        "38 39",
        "p_override_permille is 1001, and evi_ms fits.",
        &[
            Set("receipt/hitl/0/p_override_permille", "1001"),
            Set("receipt/hitl/0/evi_ms", "855900"),
            Set("event/9/payload/p_override_permille", "1001"),
            Set("event/9/payload/evi_ms", "855900"),
        ],
    ),
    (
        "k_above_32_bits",
        "48",
        "effects.k is 2 to the 32nd.",
        &[Set("receipt/effects/k", "4294967296")],
    ),
    ("k_below_zero", "48", "effects.k is negative.", &[Set("receipt/effects/k", "-1")]),
    (
        "spawn_index_above_32_bits",
        "18",
        "spawn_index is 2 to the 32nd.",
        &[
            Set("receipt/children/0/spawn_index", "4294967296"),
            Set("event/5/payload/spawn_index", "4294967296"),
        ],
    ),
    (
        "evi_above_63_bits",
        "13",
        "evi_ms is 2 to the 63rd.",
        &[
            Set("receipt/hitl/0/evi_ms", "9223372036854775808"),
            Set("event/9/payload/evi_ms", "9223372036854775808"),
        ],
    ),
    (
        "loss_below_zero",
        "13 39",
        "loss_ms is negative.",
        &[Set("receipt/hitl/0/loss_ms", "-1"), Set("event/9/payload/loss_ms", "-1")],
    ),
];

const TIMES: &[Row] = &[
    (
        "manifest_time_without_zone",
        "14",
        "created_utc of the manifest has no Z.",
        &[Set("manifest/created_utc", "\"2025-12-24T00:00:00\"")],
    ),
    (
        "receipt_time_with_offset",
        "14",
        "timestamp_utc has an offset instead of Z.",
        &[Set("receipt/timestamp_utc", "\"2025-12-24T00:00:00+00:00\"")],
    ),
    (
        "lens_time_with_space",
        "14",
        "lens.created_utc has a space instead of T.",
        &[Set("receipt/lens/created_utc", "\"2025-12-24 00:00:00Z\"")],
    ),
    (
        "lens_item_time_as_a_date",
        "14",
        "ts_utc of an item of the lens is a date.",
        &[Set("receipt/lens/items/0/ts_utc", "\"2025-12-20\"")],
    ),
    (
        "human_time_with_small_letters",
        "14",
        "ts_utc of a human record has small letters.",
        &[
            Set("receipt/hitl/0/ts_utc", "\"2025-12-24t00:00:06z\""),
            Set("event/9/payload/ts_utc", "\"2025-12-24t00:00:06z\""),
        ],
    ),
    (
        "event_time_with_empty_fraction",
        "14",
        "ts_utc of an event has a dot without digits.",
        &[Set("event/7/ts_utc", "\"2025-12-24T00:00:04.Z\"")],
    ),
    (
        "event_time_on_no_day",
        "14",
        "ts_utc of an event is on the 29th of February 2025.",
        &[Set("event/7/ts_utc", "\"2025-02-29T00:00:04Z\"")],
    ),
    (
        "event_time_at_no_hour",
        "14",
        "ts_utc of an event is at 24 o'clock.",
        &[Set("event/7/ts_utc", "\"2025-12-24T24:00:00Z\"")],
    ),
    (
        "event_time_in_seconds",
        "14",
        "ts_utc of an event is a number.",
        &[Set("event/7/ts_utc", "1766534404")],
    ),
];

const IDENTIFIERS: &[Row] = &[
    (
        "event_identifier_in_capitals",
        "24",
        "An event_id is in upper case.",
        &[Map("event/7/event_id", capitals)],
    ),
    (
        "event_identifier_without_hyphens",
        "24",
        "An event_id has no hyphens.",
        &[Set("event/7/event_id", "\"e1111111000000000000000000000008\"")],
    ),
    (
        "event_identifier_in_braces",
        "24",
        "An event_id stands in braces.",
        &[Set("event/7/event_id", "\"{e1111111-0000-0000-0000-000000000008}\"")],
    ),
    (
        "parent_loop_in_capitals",
        "24",
        "parent_loop_id is in upper case.",
        &[Set("receipt/parent_loop_id", "\"AAAAAAAA-1111-1111-1111-111111111111\"")],
    ),
    (
        "parent_loop_empty",
        "24",
        "parent_loop_id is empty.",
        &[Set("receipt/parent_loop_id", "\"\"")],
    ),
    (
        "child_identifier_one_digit_short",
        "24",
        "child_loop_id lacks a digit, also in the events.",
        &[
            Set("receipt/children/0/child_loop_id", "\"33333333-3333-3333-3333-33333333330\""),
            Set("event/5/payload/child_loop_id", "\"33333333-3333-3333-3333-33333333330\""),
            Set("event/6/payload/child_loop_id", "\"33333333-3333-3333-3333-33333333330\""),
        ],
    ),
    (
        "manifest_digest_in_capitals",
        "24",
        "sha256 of an entry of the manifest is in upper case.",
        &[Map("listed/files/0/sha256", capitals)],
    ),
    (
        "artifact_digest_in_capitals",
        "24",
        "sha256 of an artifact is in upper case.",
        &[Map("receipt/artifacts/inputs/0/sha256", capitals)],
    ),
    (
        "artifact_digest_with_prefix",
        "24",
        "sha256 of an artifact begins with `sha256:`.",
        &[Set(
            "receipt/artifacts/inputs/0/sha256",
            "\"sha256:229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844\"",
        )],
    ),
    (
        "lens_digest_one_digit_short",
        "24",
        "sha256 of an item of the lens lacks a digit.",
        &[Set(
            "receipt/lens/items/0/sha256",
            "\"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b6184\"",
        )],
    ),
    (
        "model_digest_no_hexadecimal",
        "24",
        "actor.model_digest has a letter that is no digit.",
        &[
            Set(
                "receipt/actor/model_digest",
                "\"ga2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53\"",
            ),
            Set(
                "event/0/payload/actor/model_digest",
                "\"ga2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53\"",
            ),
        ],
    ),
    (
        "child_digest_in_capitals",
        "24",
        "child_proof_digest is in upper case, also in the event.",
        &[
            Map("receipt/children/0/child_proof_digest", capitals),
            Map("event/6/payload/child_proof_digest", capitals),
        ],
    ),
    (
        "policy_hash_in_capitals",
        "24",
        "policy_hash is in upper case.",
        &[Map("integrity/policy_hash", capitals)],
    ),
    (
        "root_in_capitals",
        "24",
        "A root is in upper case.",
        &[Map("proof/roots/lens_root", capitals)],
    ),
    (
        "proof_digest_in_capitals",
        "24",
        "proof_digest is in upper case.",
        &[Map("proof/proof_digest", capitals)],
    ),
    (
        "event_hash_in_capitals",
        "24",
        "The hash of the last event is in upper case.",
        &[Map("line/11/event_hash", capitals)],
    ),
];
