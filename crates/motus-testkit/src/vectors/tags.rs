//! Contents that are neither bare nor tagged with their kind.

use motus_kernel::verify::Code;

use super::bases::small;
use super::edit::Edit::{Insert, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    edited(Some(Code::FsmInvalid), small, TAGS)
}

const TAGS: &[Row] = &[
    (
        "tagged_payload_of_another_kind",
        "5",
        "VerificationRun has a payload of the form {type,data} with the type of another kind.",
        &[Set(
            "event/5/payload",
            r#"{"data":{"passed":true,"results":[{"check_id":"cargo_test",
                "evidence":"evidence/verify/cargo_test.txt","level":"Regression","passed":true}]},
                "type":"SkillExecuted"}"#,
        )],
    ),
    (
        "tagged_payload_of_an_unknown_kind",
        "5",
        "An event of an unknown kind has a payload of the form {type,data} with another type.",
        &[Insert(5, "Act", "x", r#"{"data":{"passed":false},"type":"VerificationRun"}"#)],
    ),
    (
        "tagged_payload_with_a_third_member",
        "5",
        "A VerificationRun that failed has a payload {type,data} with a member more.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"passed":false,"results":[]},"more":1,"type":"VerificationRun"}"#,
        )],
    ),
    (
        "tagged_payload_in_a_tagged_payload",
        "5",
        "A VerificationRun that failed has a payload {type,data} in a payload {type,data}.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"data":{"passed":false},"type":"VerificationRun"},
                "type":"VerificationRun"}"#,
        )],
    ),
    (
        "tagged_intent_other_than_the_receipt",
        "5 27",
        "IntentSet in the form {type,data} has another intent.",
        &[Set(
            "event/0/payload",
            r#"{"data":{"actor":{"model":"gpt-5.2-pro","name":"motus-agent","type":"agent"},
                "intent":{"description":"Add another()","source":"human"}},"type":"IntentSet"}"#,
        )],
    ),
    (
        "tagged_run_whose_type_is_null",
        "5",
        "A VerificationRun that failed is data beside a type that is null.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]},"type":null}"#,
        )],
    ),
    (
        "tagged_run_whose_type_is_a_list",
        "5",
        "A VerificationRun that failed is data beside a type that is a list.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]},"type":["VerificationRun"]}"#,
        )],
    ),
    (
        "tagged_run_whose_type_is_a_boolean",
        "5",
        "A VerificationRun that failed is data beside a type that is true.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]},"type":true}"#,
        )],
    ),
    (
        "tagged_run_whose_type_is_a_number",
        "5",
        "A VerificationRun that failed is data beside a type that is a number.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]},"type":7}"#,
        )],
    ),
    (
        "tagged_run_whose_type_is_an_object",
        "5",
        "A VerificationRun that failed is data beside a type that is an object.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]},"type":{}}"#,
        )],
    ),
    (
        "tagged_run_whose_data_is_a_list",
        "5",
        "The data of a VerificationRun in the form {type,data} is a list.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":[{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]}],"type":"VerificationRun"}"#,
        )],
    ),
    (
        "tagged_run_whose_data_is_null",
        "5",
        "The data of a VerificationRun in the form {type,data} is null.",
        &[Insert(5, "Verify", "VerificationRun", r#"{"data":null,"type":"VerificationRun"}"#)],
    ),
    (
        "tagged_run_whose_data_is_text",
        "5",
        "The data of a VerificationRun in the form {type,data} is text.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":"{\"passed\":false,\"results\":[]}","type":"VerificationRun"}"#,
        )],
    ),
    (
        "tag_without_a_type_in_a_tag",
        "5",
        "In a payload {type,data} is another one, whose type is null.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"data":{"passed":false,"results":[{"check_id":"cargo_test",
                "level":"Regression","passed":false}]},"type":null},"type":"VerificationRun"}"#,
        )],
    ),
    (
        "run_with_data_and_no_type",
        "5",
        "A VerificationRun has a member data and no type.",
        &[Insert(
            5,
            "Verify",
            "VerificationRun",
            r#"{"data":{"passed":false,"results":[{"check_id":"cargo_test","level":"Regression",
                "passed":false}]}}"#,
        )],
    ),
    (
        "run_with_a_type_and_no_data",
        "5",
        "A VerificationRun has a member type and no data.",
        &[Insert(5, "Verify", "VerificationRun", r#"{"results":[],"type":"Locked"}"#)],
    ),
    (
        "tagged_plan_whose_type_is_null",
        "5",
        "PlanChosen with another content is data beside a type that is null.",
        &[Insert(
            4,
            "Decide",
            "PlanChosen",
            r#"{"data":{"effects_declared":[{"op":"WriteFS","selector":"fs:./"}],"plan":"x"},
                "type":null}"#,
        )],
    ),
    (
        "tagged_plan_whose_data_is_a_list",
        "5",
        "The data of PlanChosen in the form {type,data} is a list.",
        &[Insert(
            4,
            "Decide",
            "PlanChosen",
            r#"{"data":[{"effects_declared":[{"op":"WriteFS","selector":"fs:./"}],"plan":"x"}],
                "type":"PlanChosen"}"#,
        )],
    ),
    (
        "tagged_skill_whose_type_is_null",
        "5",
        "SkillExecuted with another content is data beside a type that is null.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"data":{"artifacts_out":[{"path":"src/other.rs",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}],
                "skill":"x"},"type":null}"#,
        )],
    ),
    (
        "tagged_skill_whose_data_is_a_list",
        "5",
        "The data of SkillExecuted in the form {type,data} is a list.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"data":[{"artifacts_out":[{"path":"src/other.rs",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}],
                "skill":"x"}],"type":"SkillExecuted"}"#,
        )],
    ),
    (
        "tagged_lens_whose_type_is_null",
        "5",
        "LensAssembled with another content is data beside a type that is null.",
        &[Insert(
            3,
            "Orient",
            "LensAssembled",
            r#"{"data":{"items_count":9,"lens_id":"lens-other"},"type":null}"#,
        )],
    ),
    (
        "tagged_lens_whose_data_is_a_list",
        "5",
        "The data of LensAssembled in the form {type,data} is a list.",
        &[Insert(
            3,
            "Orient",
            "LensAssembled",
            r#"{"data":[{"items_count":9,"lens_id":"lens-other"}],"type":"LensAssembled"}"#,
        )],
    ),
    (
        "tagged_error_that_is_null",
        "5 27",
        "The data of an ActError in the form {type,data} is null.",
        &[Insert(5, "Act", "ActError", r#"{"data":null,"type":"ActError"}"#)],
    ),
    (
        "tagged_error_that_is_empty",
        "5 27",
        "The data of an ActError in the form {type,data} is empty.",
        &[Insert(5, "Act", "ActError", r#"{"data":{},"type":"ActError"}"#)],
    ),
    (
        "tagged_error_that_is_wrapped",
        "5 27",
        "The data of an ActError in the form {type,data} is {error}.",
        &[Insert(
            5,
            "Act",
            "ActError",
            r#"{"data":{"error":{"class":"Catastrophic","code":"DISK_FULL","message":"no room",
                "phase":"Act","retryable":false}},"type":"ActError"}"#,
        )],
    ),
    (
        "timeout_with_a_decision_beside_null",
        "5",
        "HitlTimeout has a refusal as data beside a type that is null.",
        &[Insert(
            6,
            "Lock",
            "HitlTimeout",
            r#"{"data":{"approved":false,"approver":{"name":"oncall","type":"human"},
                "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"},"type":null}"#,
        )],
    ),
];
