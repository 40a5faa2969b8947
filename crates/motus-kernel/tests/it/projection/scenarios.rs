//! Scenarios of our own, and one that tells everything.

use motus_kernel::policy::Rules;
use motus_kernel::verify::verify_bundle;
use motus_testkit::bundle::{
    Shape, basic_edit, human_approval, parent, push_event, shaped, told_whole,
};

use super::{differences, project};

/// What the logs of the scenarios do not tell.
const UNTOLD: [&str; 6] =
    ["artifacts.inputs", "lens.items", "effects.k", "decisions", "verification.spec", "gates"];

#[test]
fn what_the_scenarios_tell_is_what_their_receipts_say() {
    for (parts, also_untold) in
        [(basic_edit(), None), (human_approval(), None), (parent(), Some("children"))]
    {
        let told = project(&parts).expect("it can be told").write();
        let untold: Vec<&str> = UNTOLD.into_iter().chain(also_untold).collect();
        assert_eq!(differences(&told, &parts.receipt), untold);
    }
}

#[test]
fn a_log_that_tells_everything_gives_the_receipt_and_verifies() {
    let parts = told_whole();
    let report = verify_bundle(&parts.bundle(), &Rules::published_default());
    assert_eq!(report.failures, []);
    let mut receipt = parts.receipt.clone();
    receipt.remove("integrity");
    assert_eq!(project(&parts).map(|body| body.write()), Ok(receipt));
}

#[test]
fn content_with_its_tag_tells_the_same() {
    let bare = told_whole();
    let mut tagged = bare.clone();
    for event in &mut tagged.events {
        let (kind, payload) = (event.get("kind").cloned(), event.get("payload").cloned());
        let tag = [("type", kind.unwrap_or_default()), ("data", payload.unwrap_or_default())];
        event.insert("payload", motus_json::Object::from(tag));
    }
    assert_eq!(project(&tagged.seal()), project(&bare));
}

/// What a plan or a lens does not tell stays as it was, as verification has it.
#[test]
fn what_is_told_later_in_part_leaves_the_rest() {
    let mut parts = told_whole();
    let end = parts.events.split_off(parts.events.len() - 2);
    for (phase, kind, payload) in [
        ("Orient", "LensAssembled", r#"{"lens_id":"lens-2","items_count":1}"#),
        ("Decide", "PlanChosen", r#"{"plan":"again"}"#),
        ("Act", "PhaseEntered", r#"{"step":"Next"}"#),
        ("Verify", "PhaseEntered", r#"{"step":"Next"}"#),
    ] {
        push_event(&mut parts, phase, kind, payload);
    }
    parts.events.extend(end);
    let told = project(&parts.seal()).expect("it can be told").write();
    let untold = differences(&told, &told_whole().receipt);
    assert_eq!(untold, ["phase_sequence", "lens.lens_id"]);
}

/// Kinds that nobody knows count for the phases, and for nothing else.
#[test]
fn events_that_nobody_knows_tell_nothing() {
    let (basic, noted) = (basic_edit(), shaped(&Shape { events: 3, ..Shape::default() }));
    let (basic, noted) = (project(&basic), project(&noted));
    let mut noted = noted.expect("it can be told");
    noted.intent = basic.as_ref().expect("it can be told").intent.clone();
    noted.timestamp_utc = "2025-12-24T00:00:00Z".to_owned();
    noted.lens.created_utc = noted.timestamp_utc.clone();
    assert_eq!(Ok(noted), basic);
    let mut parts = basic_edit();
    let end = parts.events.split_off(5);
    push_event(&mut parts, "Decide", "Noted", "{}");
    push_event(&mut parts, "Act", "Noted", "{}");
    parts.events.extend(end);
    let body = project(&parts.seal()).expect("it can be told");
    let phases: Vec<&str> = body.phase_sequence.iter().map(|phase| phase.as_str()).collect();
    let expected = ["Observe", "Orient", "Decide", "Act", "Decide", "Act", "Verify", "Lock"];
    assert_eq!(phases, expected);
}
