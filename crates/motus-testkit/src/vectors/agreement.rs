//! Receipts that say something else than their events, kind by kind and in both directions.

use motus_kernel::verify::Code;

use super::bases::{asked, family, full, small};
use super::edit::Edit::{Insert, Map, Push, Remove, Set};
use super::edit::flip;
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::FsmInvalid);
    [
        edited(code, small, ENDS),
        edited(code, small, CHECKS),
        edited(code, asked, HUMANS),
        edited(code, full, HUMANS_OF_TWO),
        edited(code, family, CHILDREN),
        edited(code, full, OTHERS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const ENDS: &[Row] = &[
    (
        "intent_other_than_the_event",
        "27",
        "IntentSet has another description.",
        &[Set("event/0/payload/intent/description", "\"Something else\"")],
    ),
    (
        "intent_source_other_than_the_event",
        "27",
        "IntentSet has another source.",
        &[Set("event/0/payload/intent/source", "\"policy\"")],
    ),
    (
        "intent_with_more_than_the_event",
        "27",
        "The receipt's intent has a member that IntentSet has not.",
        &[Set("receipt/intent/more", "1")],
    ),
    (
        "actor_other_than_the_event",
        "27",
        "IntentSet has another actor.",
        &[Set("event/0/payload/actor/name", "\"another-agent\"")],
    ),
    (
        "second_intent_other_than_the_receipt",
        "27",
        "A second IntentSet has another intent.",
        &[Insert(
            1,
            "Observe",
            "IntentSet",
            r#"{"actor":{"model":"gpt-5.2-pro","name":"motus-agent","type":"agent"},
                "intent":{"description":"Add another()","source":"human"}}"#,
        )],
    ),
    (
        "lock_level_other_than_the_event",
        "27",
        "Locked has another level.",
        &[Set("event/6/payload/lock_level", "\"Published\"")],
    ),
    (
        "outcome_other_than_the_event",
        "27",
        "Locked has another outcome.",
        &[Set("event/6/payload/outcome/status", "\"partial\"")],
    ),
    (
        "outcome_worded_otherwise",
        "27",
        "Locked has another description of the outcome.",
        &[Set("event/6/payload/outcome/description", "\"done\"")],
    ),
];

const CHECKS: &[Row] = &[
    (
        "check_result_other_than_the_event",
        "27",
        "VerificationRun says that the check failed.",
        &[Set("event/5/payload/results/0/passed", "false")],
    ),
    (
        "check_level_other_than_the_event",
        "27",
        "VerificationRun has the check on another level.",
        &[Set("event/5/payload/results/0/level", "\"Semantic\"")],
    ),
    (
        "check_evidence_other_than_the_event",
        "27",
        "VerificationRun has no evidence of the check.",
        &[Remove("event/5/payload/results/0/evidence")],
    ),
    (
        "run_passed_over_a_failed_result",
        "27",
        "VerificationRun passed, and a result of it did not.",
        &[
            Set("receipt/verification/results/0/passed", "false"),
            Set("event/5/payload/results/0/passed", "false"),
        ],
    ),
    (
        "run_failed_over_results_that_passed",
        "27",
        "VerificationRun did not pass, and each result of it did.",
        &[Set("event/5/payload/passed", "false")],
    ),
    (
        "run_failed_without_results",
        "27",
        "A first VerificationRun did not pass, and has no results.",
        &[Insert(5, "Verify", "VerificationRun", r#"{"passed":false}"#)],
    ),
    (
        "run_with_results_that_are_no_list",
        "27",
        "A first VerificationRun has an object as its results.",
        &[Insert(5, "Verify", "VerificationRun", r#"{"results":{"cargo_test":false}}"#)],
    ),
    (
        "run_that_passed_in_words",
        "27",
        "A first VerificationRun has a text as its passed.",
        &[Insert(5, "Verify", "VerificationRun", r#"{"passed":"no"}"#)],
    ),
    (
        "attempts_told_backwards",
        "27 45",
        "The first attempt is told after the second, in an event of its own.",
        &[
            Set("receipt/verification/results/0/check_id", "\"cargo_test@2\""),
            Set("event/5/payload/results/0/check_id", "\"cargo_test@2\""),
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@1","level":"Regression","passed":false}"#,
            ),
            Insert(
                6,
                "Verify",
                "VerificationRun",
                r#"{"passed":false,"results":[{"check_id":"cargo_test@1","level":"Regression",
                    "passed":false}]}"#,
            ),
        ],
    ),
    (
        "check_of_no_event",
        "27",
        "The receipt has a check that no event tells.",
        &[Push(
            "receipt/verification/results",
            r#"{"check_id":"lint","level":"Syntactic","passed":true}"#,
        )],
    ),
    (
        "check_of_no_receipt",
        "27",
        "VerificationRun has a check that the receipt does not tell.",
        &[Push(
            "event/5/payload/results",
            r#"{"check_id":"lint","level":"Syntactic","passed":false}"#,
        )],
    ),
    (
        "check_failed_first_of_all_events",
        "27",
        "A first VerificationRun says that the check failed, with no number of the attempt.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]}"#,
        )],
    ),
    (
        "checks_without_any_event",
        "27",
        "No VerificationRun is there.",
        &[Set("event/5/kind", "\"Verified\"")],
    ),
];

const HUMANS: &[Row] = &[
    (
        "prompt_other_than_the_event",
        "27",
        "HitlPrompt has another reason.",
        &[Set("event/6/payload/reason", "\"another\"")],
    ),
    (
        "prompt_of_no_event",
        "27",
        "The receipt has a prompt that no event tells.",
        &[Remove("event/6")],
    ),
    (
        "prompt_of_no_receipt",
        "27",
        "HitlPrompt is not in the receipt.",
        &[Set("receipt/hitl", "[]")],
    ),
    (
        "prompt_told_by_a_decision",
        "27",
        "The record is a prompt, the event is HitlDecision.",
        &[Set("event/6/kind", "\"HitlDecision\"")],
    ),
    (
        "prompt_told_twice",
        "27",
        "There are two equal HitlPrompt events for one record.",
        &[Insert(
            6,
            "Lock",
            "HitlPrompt",
            r#"{"cost_ms":45000,"evi_ms":-33000,"kind":"Prompt","loss_ms":30000,
                "p_override_permille":400,"reason":"shall this go on?","required":false,
                "ts_utc":"2025-12-24T00:00:05Z"}"#,
        )],
    ),
];

const HUMANS_OF_TWO: &[Row] = &[
    (
        "decision_other_than_the_event",
        "27",
        "HitlDecision says that the human refused.",
        &[Set("event/10/payload/approved", "false")],
    ),
    (
        "approver_other_than_the_event",
        "27",
        "HitlDecision says that an agent decided.",
        &[Set("event/10/payload/approver/type", "\"agent\"")],
    ),
    (
        "decision_told_before_the_prompt",
        "27",
        "The events come in another order than the records.",
        &[
            Remove("event/9"),
            Insert(
                10,
                "Lock",
                "HitlPrompt",
                r#"{"cost_ms":45000,"evi_ms":540000,"kind":"Prompt","loss_ms":900000,
                    "p_override_permille":650,"reason":"a write under prod/","required":true,
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
];

const CHILDREN: &[Row] = &[
    (
        "child_digest_other_than_the_event",
        "27",
        "ChildJoined has another proof digest.",
        &[Map("event/8/payload/child_proof_digest", flip)],
    ),
    (
        "child_joined_of_no_receipt",
        "27",
        "ChildJoined is of a child that the receipt does not tell.",
        &[Insert(
            11,
            "Act",
            "ChildJoined",
            r#"{"child_loop_id":"33333333-3333-3333-3333-333333333309",
        "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc59"}"#,
        )],
    ),
    (
        "child_joined_without_a_digest",
        "27",
        "ChildJoined does not say what it joins.",
        &[Remove("event/8/payload/child_proof_digest")],
    ),
    (
        "child_spawned_twice",
        "27",
        "A second ChildSpawned is of a child that was spawned.",
        &[Insert(
            8,
            "Act",
            "ChildSpawned",
            r#"{"child_loop_id":"33333333-3333-3333-3333-333333333300","critical":true,
                "spawn_index":0}"#,
        )],
    ),
    (
        "child_spawned_after_it_joined",
        "27",
        "ChildSpawned stands behind the child's ChildJoined.",
        &[
            Remove("event/5"),
            Insert(
                8,
                "Act",
                "ChildSpawned",
                r#"{"child_loop_id":"33333333-3333-3333-3333-333333333300","critical":true,
                    "spawn_index":0}"#,
            ),
        ],
    ),
    (
        "plan_with_another_child",
        "27",
        "PlanChosen says that a child failed.",
        &[Set(
            "event/3/payload/children",
            r#"[{"child_loop_id":"33333333-3333-3333-3333-333333333300",
                "outcome_status":"failed"}]"#,
        )],
    ),
    (
        "child_joined_with_another_status",
        "27",
        "ChildJoined says that the child failed.",
        &[Set("event/8/payload/outcome_status", "\"failed\"")],
    ),
    (
        "child_spawned_of_no_receipt",
        "27",
        "ChildSpawned is of a child that the receipt does not tell.",
        &[Insert(
            8,
            "Act",
            "ChildSpawned",
            r#"{"child_loop_id":"33333333-3333-3333-3333-333333333309","critical":true,
                "spawn_index":3}"#,
        )],
    ),
    (
        "child_spawned_at_another_place",
        "27",
        "ChildSpawned has another spawn_index.",
        &[Set("event/5/payload/spawn_index", "1")],
    ),
    (
        "child_spawned_as_not_critical",
        "27",
        "ChildSpawned says that the child is not critical.",
        &[Set("event/5/payload/critical", "false")],
    ),
];

const OTHERS: &[Row] = &[
    (
        "error_told_twice",
        "27",
        "There are two equal ActError events for one record.",
        &[Insert(
            5,
            "Act",
            "ActError",
            r#"{"class":"Recoverable","code":"NET_TIMEOUT",
                "evidence":"evidence/verify/cargo_test.txt","message":"no answer","phase":"Act",
                "retryable":true}"#,
        )],
    ),
    (
        "output_other_than_the_event",
        "27",
        "The last artifacts_out of an output has another digest.",
        &[Map("event/7/payload/artifacts_out/0/sha256", flip)],
    ),
    (
        "output_of_no_receipt",
        "27",
        "artifacts_out has a path that is not among the outputs.",
        &[Set("event/7/payload/artifacts_out/0/path", "\"prod/other.yml\"")],
    ),
    (
        "lens_taken_back_by_an_empty_event",
        "27",
        "LensAssembled has another lens_id, and a later one says nothing.",
        &[
            Set("event/2/payload/lens_id", "\"lens-other\""),
            Insert(3, "Orient", "LensAssembled", "{}"),
        ],
    ),
    (
        "error_of_no_receipt",
        "27",
        "ActError is not among the receipt's errors.",
        &[Set("event/4/payload/code", "\"DISK_FULL\"")],
    ),
    (
        "lens_other_than_the_event",
        "27",
        "LensAssembled has another lens_id.",
        &[Set("event/2/payload/lens_id", "\"lens-other\"")],
    ),
    (
        "lens_quality_other_than_the_event",
        "27",
        "LensAssembled has another quality.",
        &[Set("event/2/payload/quality/conflict", "999")],
    ),
    (
        "lens_items_other_than_the_event",
        "27",
        "LensAssembled counts another number of items.",
        &[Set("event/2/payload/items_count", "2")],
    ),
    (
        "plan_other_than_the_receipt",
        "27",
        "PlanChosen declares other effects than the receipt.",
        &[Set("event/3/payload/effects_declared/0/selector", "\"fs:prod/\"")],
    ),
];
