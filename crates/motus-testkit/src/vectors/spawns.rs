//! Children that were never spawned, in another order, at another time, or planned otherwise.

use motus_kernel::verify::Code;

use super::bases::family;
use super::edit::Edit::{Insert, Remove, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    edited(Some(Code::FsmInvalid), family, CHILDREN)
}

const CHILDREN: &[Row] = &[
    (
        "children_joined_without_a_spawn",
        "27",
        "Three children join, and none was spawned.",
        &[Remove("event/5"), Remove("event/5"), Remove("event/5")],
    ),
    (
        "child_joined_without_a_spawn",
        "27",
        "One of three children joins without having been spawned.",
        &[Remove("event/5")],
    ),
    (
        "child_joined_in_observe",
        "27",
        "A child joins in Observe, and was never spawned.",
        &[
            Remove("event/8"),
            Remove("event/5"),
            Insert(
                1,
                "Observe",
                "ChildJoined",
                r#"{"child_loop_id":"33333333-3333-3333-3333-333333333300",
                    "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50"}"#,
            ),
        ],
    ),
    (
        "children_spawned_in_another_order",
        "27",
        "The second child is spawned before the first.",
        &[
            Remove("event/5"),
            Insert(
                6,
                "Act",
                "ChildSpawned",
                r#"{"child_loop_id":"33333333-3333-3333-3333-333333333300","critical":true,
                    "spawn_index":0}"#,
            ),
        ],
    ),
    (
        "child_of_another_parent",
        "27",
        "A spawn names another parent than this loop.",
        &[Set("event/5/payload/parent_loop_id", "\"99999999-9999-9999-9999-999999999999\"")],
    ),
    (
        "child_joined_twice",
        "27",
        "A child joins a second time.",
        &[Insert(
            9,
            "Act",
            "ChildJoined",
            r#"{"child_loop_id":"33333333-3333-3333-3333-333333333300",
                "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50"}"#,
        )],
    ),
    (
        "child_joined_with_null",
        "2 27",
        "ChildJoined has null as the proof that it joins.",
        &[Set("event/8/payload/child_proof_digest", "null")],
    ),
    (
        "child_spawned_in_observe",
        "27",
        "A child is spawned in Observe.",
        &[
            Remove("event/5"),
            Insert(
                1,
                "Observe",
                "ChildSpawned",
                r#"{"child_loop_id":"33333333-3333-3333-3333-333333333300","critical":true,
                    "spawn_index":0}"#,
            ),
        ],
    ),
    (
        "child_spawned_in_verify",
        "27",
        "A child is spawned in Verify, and never joins.",
        &[
            Remove("event/10"),
            Remove("event/7"),
            Insert(
                9,
                "Verify",
                "ChildSpawned",
                r#"{"child_loop_id":"33333333-3333-3333-3333-333333333302","critical":false,
                    "spawn_index":2}"#,
            ),
        ],
    ),
    (
        "plan_with_children_by_name",
        "27",
        "The children of PlanChosen are an object.",
        &[Set(
            "event/3/payload/children",
            r#"{"33333333-3333-3333-3333-333333333300":{"child_loop_id":"33333333-3333-3333-3333-333333333300","outcome_status":"failed"}}"#,
        )],
    ),
    (
        "plan_with_a_child_twice",
        "27",
        "PlanChosen has a child twice.",
        &[Set(
            "event/3/payload/children",
            r#"[{"child_loop_id":"33333333-3333-3333-3333-333333333300"},
                {"child_loop_id":"33333333-3333-3333-3333-333333333300"}]"#,
        )],
    ),
    (
        "plan_with_an_unknown_child",
        "27",
        "PlanChosen has a child that the receipt does not tell.",
        &[Set(
            "event/3/payload/children",
            r#"[{"child_loop_id":"33333333-3333-3333-3333-333333333309"}]"#,
        )],
    ),
    (
        "plan_with_an_empty_child",
        "27",
        "PlanChosen has a child without a name.",
        &[Set("event/3/payload/children", "[{}]")],
    ),
];
