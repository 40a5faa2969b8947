//! The work is in proportion to the log: how often memory is asked for is counted, not the time.

use motus_kernel::projection::project_receipt;
use motus_testkit::bundle::{Parts, Shape, canonical, shaped};

use super::acted;
use crate::allocations::{counted, steps_of};

/// Returns how often the projection of a log asks for memory.
#[track_caller]
fn asked(parts: &Parts) -> u64 {
    let lines: Vec<String> = parts.events.iter().map(canonical).collect();
    let (body, asked) = counted(|| project_receipt(lines.iter().map(String::as_bytes)));
    assert!(body.is_ok(), "{body:?}");
    asked
}

/// So many entries of a list, by their numbers.
fn entries(count: usize, entry: impl Fn(usize) -> String) -> String {
    (0..count).map(entry).collect::<Vec<_>>().join(",")
}

#[test]
fn events_cost_the_same_however_many_there_are() {
    steps_of(|events| asked(&shaped(&Shape { events, ..Shape::default() })));
    steps_of(|skills| asked(&shaped(&Shape { skills, ..Shape::default() })));
    steps_of(|children| asked(&shaped(&Shape { children, ..Shape::default() })));
    steps_of(|errors| asked(&shaped(&Shape { errors, ..Shape::default() })));
}

#[test]
fn entries_cost_the_same_however_many_there_are() {
    let digest = "1".repeat(64);
    steps_of(|count| {
        asked(&acted((0..count).map(|number| {
            let effect = format!(r#"{{"op":"WriteFS","selector":"fs:src/{number:06}"}}"#);
            let output = format!(r#"{{"path":"src/{:06}","sha256":"{digest}"}}"#, number % 900);
            let payload =
                format!(r#"{{"artifacts_out":[{output}],"effects_observed":[{effect}]}}"#);
            ("SkillExecuted", payload)
        })))
    });
    for (kind, name) in [("GateEvaluated", "gate_id"), ("StrategySuggested", "strategy_id")] {
        steps_of(|count| {
            asked(&acted((0..count).map(|number| {
                let number = number % 900;
                let payload = format!(r#"{{"{name}":"{number:06}","passed":true,"phase":"Act"}}"#);
                (kind, payload)
            })))
        });
    }
}

/// What was told at length is not copied by what is told briefly after it.
#[test]
fn what_stays_as_it_was_is_not_copied() {
    steps_of(|count| {
        let effect = |number| format!(r#"{{"op":"WriteFS","selector":"fs:src/{number:06}"}}"#);
        let long = format!(r#"{{"effects_declared":[{}]}}"#, entries(count, effect));
        let brief = (0..count).map(|_| ("PlanChosen", r#"{"plan":"again"}"#.to_owned()));
        asked(&acted([("PlanChosen", long)].into_iter().chain(brief)))
    });
    let digest = "1".repeat(64);
    steps_of(|count| {
        let item = |number| {
            format!(
                r#"{{"kind":"file","uri":"{number:06}","sha256":"{digest}","provenance":"fs",
                    "ts_utc":"2025-12-20T00:00:00Z"}}"#
            )
        };
        let long = format!(r#"{{"items":[{}]}}"#, entries(count, item));
        let brief = (0..count).map(|_| ("LensAssembled", r#"{"lens_id":"again"}"#.to_owned()));
        asked(&acted([("LensAssembled", long)].into_iter().chain(brief)))
    });
}

/// An event whose kind nobody knows is not taken apart.
#[test]
fn events_that_nobody_knows_ask_for_next_to_nothing() {
    let [_, second] = steps_of(|events| asked(&shaped(&Shape { events, ..Shape::default() })));
    assert!(second * 10 < 800, "{second} times for 800 events");
}
