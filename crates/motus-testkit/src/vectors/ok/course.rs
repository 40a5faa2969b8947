//! Ways through the phases, attempts, children and leaves.

use super::super::bases::{family, full, second_attempt, small, threes};
use super::super::edit::Edit::{Insert, Map, Remove, Set};
use super::super::edit::reversed;
use super::super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    [
        edited(None, threes, THREES),
        edited(None, second_attempt, PHASES),
        edited(None, family, FAMILY),
        edited(None, small, LAST_WORDS),
        edited(None, full, FULL),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const THREES: &[Row] = &[
    (
        "three_of_every_leaf",
        "3 15 16 17",
        "Three leaves in most trees, some without evidence; gates and effects sort by name.",
        &[],
    ),
    (
        "tenth_attempt_passed",
        "17 45",
        "The first and second attempts failed, the tenth passed; in the root it stands before the \
         second.",
        &[],
    ),
    (
        "gates_and_checks_in_any_order",
        "18",
        "Gates and checks are not sorted in the receipt; only their roots are.",
        &[Map("receipt/gates", reversed), Map("receipt/verification/results", reversed)],
    ),
];

const PHASES: &[Row] = &[
    ("second_attempt", "25 45", "A check failed, the loop went back to Orient, and passed.", &[]),
    (
        "second_attempt_without_orient",
        "25",
        "The log goes back to Decide, phase_sequence to Orient.",
        &[
            Remove("event/6"),
            Set("event/5/payload/on_fail", r#"{"to_phase":"Orient","type":"Backtrack"}"#),
        ],
    ),
    (
        "many_ways_back",
        "25",
        "Back from Decide to Orient, from Act to Decide and to Orient, from Verify to Act and to \
         Decide.",
        &[
            Insert(4, "Orient", "x", "{}"),
            Insert(5, "Decide", "x", "{}"),
            Insert(6, "Act", "x", "{}"),
            Insert(7, "Decide", "x", "{}"),
            Insert(8, "Act", "x", "{}"),
            Insert(9, "Orient", "x", "{}"),
            Insert(10, "Decide", "x", "{}"),
            Insert(13, "Act", "x", "{}"),
            Insert(14, "Verify", "x", "{}"),
            Insert(15, "Decide", "x", "{}"),
            Insert(16, "Act", "x", "{}"),
            Insert(17, "Verify", "x", "{}"),
            Set(
                "receipt/phase_sequence",
                r#"["Observe","Orient","Decide","Orient","Decide","Act","Decide","Act","Orient",
                    "Decide","Act","Verify","Act","Verify","Decide","Act","Verify","Orient",
                    "Decide","Act","Verify","Lock"]"#,
            ),
        ],
    ),
];

const FAMILY: &[Row] = &[
    (
        "children_in_another_order",
        "18",
        "The last child stands first in the receipt.",
        &[Map("receipt/children", reversed)],
    ),
    (
        "children_joined_in_another_order",
        "18 27",
        "The last child joins first.",
        &[
            Remove("event/10"),
            Insert(
                8,
                "Act",
                "ChildJoined",
                r#"{"child_loop_id":"33333333-3333-3333-3333-333333333302",
        "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc52"}"#,
            ),
        ],
    ),
    (
        "children_planned",
        "27",
        "PlanChosen names two of the children, with what is known of them.",
        &[Set(
            "event/3/payload/children",
            r#"[{"child_loop_id":"33333333-3333-3333-3333-333333333301",
                "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc51"},{"child_loop_id":"33333333-3333-3333-3333-333333333300","critical":true}]"#,
        )],
    ),
    ("child_never_joined", "27", "A child was spawned and never joined.", &[Remove("event/8")]),
    (
        "partial_over_a_failed_other_child",
        "43",
        "A child that is not critical failed; the parent is partial.",
        &[
            Set("receipt/children/2/outcome_status", "\"failed\""),
            Set("receipt/outcome/status", "\"partial\""),
            Set("event/12/payload/outcome/status", "\"partial\""),
        ],
    ),
    (
        "failed_over_good_children",
        "43",
        "The parent claims less than its children allow.",
        &[
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/12/payload/outcome/status", "\"failed\""),
        ],
    ),
];

const LAST_WORDS: &[Row] = &[
    (
        "output_written_twice",
        "27",
        "A skill wrote the output in another state before; the last word counts, and a size only where both tell it.",
        &[
            Insert(
                4,
                "Act",
                "SkillExecuted",
                r#"{"artifacts_out":[{"kind":"File","path":"src/lib.rs",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50",
                    "size_bytes":7}],"skill":"write_file"}"#,
            ),
            Set("event/5/payload/artifacts_out/0/size_bytes", "35"),
        ],
    ),
    (
        "lens_told_whole",
        "27",
        "LensAssembled has all that the lens has, and a note of its own.",
        &[Set(
            "event/2/payload",
            r#"{"created_utc":"2025-12-24T00:00:00Z","items":[{"kind":"file","provenance":"fs",
                "sha256":"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844",
                "ts_utc":"2025-12-20T00:00:00Z","uri":"src/lib.rs","weight":null}],
                "items_count":1,"lens_id":"lens-basic-001","note":"x"}"#,
        )],
    ),
];

const FULL: &[Row] = &[
    (
        "every_member_there",
        "2 4 23",
        "Every list has an entry, every optional member is there.",
        &[],
    ),
    (
        "suggestions_of_any_shape",
        "42",
        "Suggestions and what was used have members of all kinds.",
        &[
            Set(
                "receipt/strategies/suggestions",
                r#"[{},{"explanation":7,"match_permille":5000}]"#,
            ),
            Set("receipt/strategies/used", "[1,2]"),
        ],
    ),
];
