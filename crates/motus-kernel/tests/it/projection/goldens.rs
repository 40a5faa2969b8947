//! The published bundles: what their events tell is what their receipts say.

use std::path::Path;

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use motus_kernel::compiler::{Fact, RecordingProfile};
use motus_kernel::event::Event;
use motus_kernel::projection::project_receipt;
use motus_testkit::goldens::{PUBLISHED, read};
use motus_testkit::harness::{fixtures, skip};

use super::{differences, nothing, part};

/// The parts of each receipt that no event tells, or not all of it.
#[rustfmt::skip]
const UNTOLD: [(&str, &[&str]); 10] = [
    ("basic_edit", &[
        "artifacts.inputs", "lens.items", "effects.k", "decisions", "verification.spec", "gates",
    ]),
    ("verify_fail_backtrack", &[
        "artifacts.inputs", "lens.items", "effects.k", "decisions", "verification.spec", "gates",
    ]),
    ("parallel_children/parent", &[
        "phase_sequence", "lens.lens_id", "lens.items", "lens.quality", "effects.k", "effects.declared",
        "decisions", "verification.spec", "children",
    ]),
    ("parallel_children/child_1", CHILD),
    ("parallel_children/child_2", CHILD),
    ("parallel_children/child_3", CHILD),
    ("effect_compression", &[
        "phase_sequence", "artifacts.outputs", "lens.lens_id", "lens.items", "lens.quality",
        "effects.executed_raw", "effects.declared", "effects.compression", "decisions",
    ]),
    ("hitl_checkpoint", &[
        "phase_sequence", "artifacts.inputs", "lens.lens_id", "lens.items", "lens.quality", "effects.k",
        "decisions", "verification.spec", "gates",
    ]),
    ("strategy_applied", &[
        "phase_sequence", "lens.lens_id", "lens.items", "lens.quality", "effects.k", "effects.declared",
        "decisions", "verification.spec",
    ]),
    ("tiered_recovery", &[
        "phase_sequence", "lens.lens_id", "lens.items", "lens.quality", "effects.k", "decisions",
        "verification.spec",
    ]),
];

#[rustfmt::skip]
const CHILD: &[&str] =
    &["parent_loop_id", "artifacts.inputs", "lens.items", "effects.k", "verification.spec"];

/// A kind and the members of it that are told.
type Told = (&'static str, &'static [&'static str]);

/// Where a published log tells other members than most: kind and members.
#[rustfmt::skip]
const DIFFERENCES: [(&str, &[Told]); 3] = [
    ("parallel_children/parent", &[("PlanChosen", &["plan"])]),
    ("effect_compression", &[
        ("PlanChosen", &["enf_k", "plan"]),
        ("SkillExecuted", &["effects_declared_count", "effects_observed_count", "evidence", "skill"]),
    ]),
    ("strategy_applied", &[("SignalsCaptured", &["evidence", "signals"])]),
];

/// Members that count what the event may not tell itself.
const COUNTS: [&str; 2] = ["items_count", "effects_observed_count"];

fn document(bytes: &[u8]) -> Object {
    let document = cj::read(bytes, &ReadOptions::default()).expect("it is canonical");
    document.as_object().expect("it is an object").clone()
}

/// Calls with each published log, by lines, and its receipt.
fn for_each(test: &str, mut check: impl FnMut(&str, &[&[u8]], &Object)) {
    let fixtures = match fixtures() {
        Ok(fixtures) => fixtures,
        Err(why) => return skip(test, &why),
    };
    for (name, _) in PUBLISHED {
        let bundle = read(Path::new(&fixtures), name).expect("the bundle can be read");
        let lines = bundle.files["events.jsonl"].split(|byte| *byte == b'\n');
        let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
        check(name, &lines, &document(&bundle.files["receipt.json"]));
    }
}

fn of<'t, T: ?Sized>(table: &[(&str, &'t T)], name: &str) -> Option<&'t T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, entry)| *entry)
}

#[test]
fn what_events_tell_is_what_the_receipt_says_and_the_rest_is_absent() {
    let test = "projection::what_events_tell_is_what_the_receipt_says_and_the_rest_is_absent";
    for_each(test, |name, lines, receipt| {
        let body = project_receipt(lines.iter().copied()).expect(name);
        let told = body.write();
        let untold = of(&UNTOLD, name).expect("every bundle has a row");
        assert_eq!(differences(&told, receipt), untold, "{name}");
        let absent = nothing(receipt);
        for part_name in untold {
            match *part_name {
                "phase_sequence" => {
                    let expected = part(receipt, part_name).map(without_orient);
                    assert_eq!(part(&told, part_name), expected.as_ref(), "{name}");
                }
                "children" => {
                    let without = |receipt| part(receipt, part_name).map(without_status);
                    assert_eq!(without(&told), without(receipt), "{name}");
                }
                _ => assert_eq!(
                    part(&told, part_name),
                    part(&absent, part_name),
                    "{name} {part_name}"
                ),
            }
        }
    });
}

/// Five published logs have no event in Orient, and none says that a phase is repeated.
fn without_orient(sequence: &Value) -> Value {
    let mut phases: Vec<&str> =
        sequence.as_array().unwrap_or_default().iter().filter_map(Value::as_str).collect();
    phases.retain(|phase| *phase != "Orient");
    phases.dedup();
    phases.into()
}

/// No published log says what came of a child.
fn without_status(children: &Value) -> Value {
    let children = children.as_array().unwrap_or_default().iter().filter_map(Value::as_object);
    children
        .cloned()
        .map(|mut child| {
            child.remove("outcome_status");
            child
        })
        .collect()
}

#[test]
fn the_golden_profile_tells_what_the_published_logs_tell() {
    let test = "projection::the_golden_profile_tells_what_the_published_logs_tell";
    for_each(test, |name, lines, _| {
        let mut profile = RecordingProfile::golden();
        for (kind, members) in of(&DIFFERENCES, name).unwrap_or_default() {
            profile = profile.with(kind, members).expect("it can be told");
        }
        for line in lines {
            let event = Event::read(line).expect("it is an event");
            let content = event.content().expect("it has a content");
            let fact = Fact::read(event.kind, &content).expect("it can be read");
            let fact = fact.expect("every published kind is known");
            let told = profile.payload(event.phase, &fact).expect("it is told").sorted();
            let content = content.as_object().expect("an object").clone().sorted();
            for ((member, told), (published, value)) in told.iter().zip(&content) {
                assert_eq!(member, published, "{name} {}", event.kind);
                let is_count = COUNTS.iter().any(|count| member == count);
                assert!(is_count || told == value, "{name} {} {member:?}", event.kind);
            }
            assert_eq!(told.len(), content.len(), "{name} {}", event.kind);
        }
    });
}
