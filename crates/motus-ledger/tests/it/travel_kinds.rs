//! Kinds that enter a Store: what is its latest version stays that, unless it only grows.

use std::ops::ControlFlow;

use motus_ledger::Digest;
use motus_testkit::TestLedger;
use motus_testkit::sample::{ANY_OBJECT, json, new_event, new_run};

use crate::travel::{empty, export_all, odd_store, refused, take_in};

/// Spells a schema of optional fields, each with its definition.
fn schema(fields: &str) -> String {
    format!(r#"{{"type":"object","properties":{{{fields}}}}}"#)
}

fn digest(schema: &str) -> String {
    Digest::of(motus_json::canonical::store::write(&json(schema))).as_str().to_owned()
}

/// Makes a Store with these versions of `note`, registered one after the other.
fn store_with(versions: &[&str]) -> TestLedger {
    let mut ledger = empty();
    for fields in versions {
        ledger.register("note", &schema(fields)).expect("the version is registered");
    }
    ledger
}

/// Returns the versions of a Store in order, as digests.
fn versions(ledger: &mut TestLedger) -> Vec<String> {
    let mut versions = Vec::new();
    let visited = ledger.read(|transaction| {
        transaction.visit_kind_versions(&mut |version| {
            versions.push(version.schema_hash);
            ControlFlow::Continue(())
        })
    });
    visited.expect("the versions can be read");
    versions
}

#[test]
fn a_version_enters_where_it_belongs() {
    let conflict = "changed field definition: a";
    let added = |places: &[&'static str]| Ok(places.to_vec());
    for (ours, theirs, expected) in [
        // Nothing there: the file's order is taken over.
        (&[][..], &["", r#""a":{}"#][..], added(&["", r#""a":{}"#])),
        // What adds to the latest becomes the latest.
        (&[r#""a":{}"#], &[r#""a":{},"b":{}"#], added(&[r#""a":{}"#, r#""a":{},"b":{}"#])),
        // An ancestor stands behind.
        (&[r#""a":{},"b":{}"#], &[r#""a":{}"#], added(&[r#""a":{}"#, r#""a":{},"b":{}"#])),
        // What grew in another direction stands behind as well.
        (
            &[r#""a":{},"b":{}"#],
            &[r#""a":{},"c":{}"#],
            added(&[r#""a":{},"c":{}"#, r#""a":{},"b":{}"#]),
        ),
        // A known version is where it was.
        (&["", r#""a":{}"#], &[""], added(&["", r#""a":{}"#])),
        // A field of another definition goes with none.
        (&[r#""a":{}"#], &[r#""a":{"type":"null"}"#], Err(conflict)),
        (&[r#""a":{}"#, r#""a":{},"b":{}"#], &[r#""a":{"type":"null"},"c":{}"#], Err(conflict)),
    ] {
        let mut store = store_with(ours);
        let before = export_all(&mut store);
        let file = export_all(&mut store_with(theirs));
        let result = take_in(&mut store, &file);
        match expected {
            Ok(expected) => {
                assert!(result.is_ok(), "{theirs:?} into {ours:?}: {result:?}");
                let expected: Vec<String> =
                    expected.into_iter().map(|fields| digest(&schema(fields))).collect();
                assert_eq!(versions(&mut store), expected, "{theirs:?} into {ours:?}");
            }
            Err(part) => {
                refused(result, "import.kind_conflict", part);
                assert_eq!(export_all(&mut store), before);
            }
        }
    }
}

#[test]
fn what_a_kind_requires_may_not_differ() {
    let requiring = r#"{"type":"object","properties":{"a":{}},"required":["a"]}"#;
    let mut file = empty();
    file.register("note", requiring).expect("the version is registered");
    let refusal = take_in(&mut store_with(&[r#""a":{}"#]), &export_all(&mut file));
    refused(refusal, "import.kind_conflict", "cannot add or remove required fields");
}

#[test]
fn a_store_with_versions_that_grew_apart_is_rebuilt_in_its_order() {
    let (left, right) = (r#""l":{}"#, r#""r":{}"#);
    let mut store = store_with(&[left]);
    take_in(&mut store, &export_all(&mut store_with(&[right]))).expect("they agree");
    take_in(&mut store, &export_all(&mut store_with(&[""]))).expect("an ancestor of both");
    assert_eq!(versions(&mut store), ["", right, left].map(|fields| digest(&schema(fields))));
    let text = export_all(&mut store);
    let mut rebuilt = empty();
    take_in(&mut rebuilt, &text).expect("the export is taken in");
    assert_eq!(export_all(&mut rebuilt), text);
    rebuilt.register("note", &schema(r#""l":{},"more":{}"#)).expect("it adds to the latest");
}

/// The rule for registering looks at the latest version alone, so versions that contradict each other can
/// come to stand in a Store. It can still be rebuilt.
#[test]
fn a_store_with_versions_that_contradict_each_other_is_rebuilt_in_its_order() {
    let mut store = store_with(&[r#""l":{}"#]);
    take_in(&mut store, &export_all(&mut store_with(&[r#""x":{}"#]))).expect("they agree");
    let contradicting = schema(r#""l":{},"x":{"type":"null"}"#);
    store.register("note", &contradicting).expect("it adds to the latest");
    let text = export_all(&mut store);
    let mut rebuilt = empty();
    take_in(&mut rebuilt, &text).expect("the export is taken in");
    assert_eq!(export_all(&mut rebuilt), text);
    let either = schema(r#""x":{"type":"null"}"#);
    let mut file = empty();
    file.register("note", &either).expect("the version is registered");
    let refusal = take_in(&mut rebuilt, &export_all(&mut file));
    refused(refusal, "import.kind_conflict", "changed field definition: x");
}

/// Two exports in one file: between kinds of the second and of the first stand runs.
#[test]
fn what_a_file_brought_before_its_runs_counts_as_there() {
    let mut first = store_with(&[r#""l":{}"#]);
    first.start(&new_run("k1")).expect("the run starts");
    let second = export_all(&mut store_with(&[r#""r":{}"#]));
    let mut store = empty();
    take_in(&mut store, &format!("{}{second}", export_all(&mut first))).expect("they agree");
    let expected = [r#""r":{}"#, r#""l":{}"#].map(|fields| digest(&schema(fields)));
    assert_eq!(versions(&mut store), expected);
}

#[test]
fn a_time_of_registration_is_that_of_the_store_that_knew_the_kind_first() {
    let mut later = empty();
    later.clock.advance_seconds(60);
    later.register("note", ANY_OBJECT).expect("the kind is registered");
    let mut store = empty();
    store.register("note", ANY_OBJECT).expect("the kind is registered");
    let before = export_all(&mut store);
    let done = take_in(&mut store, &export_all(&mut later)).expect("the kind is known");
    assert_eq!((done.kinds_added, export_all(&mut store)), (0, before));
}

#[test]
fn a_kind_in_another_shape_stops_its_runs_only_in_that_store() {
    let text = export_all(&mut odd_store());
    let mut store = empty();
    let requiring = r#"{"type":"object","properties":{"n":{}},"required":["n"]}"#;
    store.register("note", requiring).expect("the kind is registered");
    let run = store.start(&new_run("other")).expect("the run starts").id;
    store.append(&new_event(&run, "note", "e1", r#"{"n":1}"#)).expect("appended");
    refused(take_in(&mut store, &text), "import.kind_conflict", "kind note: sha256:");
}

/// What a file brings must not refuse what the work loop records, of whatever type.
#[test]
fn a_kind_that_would_stop_the_work_loop_is_refused() {
    let release = |more: &str| {
        format!(
            r#"{{"type":"object","required":["lease_id","outcome","decision","reason_code"],"properties":{{"lease_id":{{"type":"string"}},"outcome":{{"type":"string"}},"decision":{{"type":"string"}},"reason_code":{{"type":"string"}},"message":{{"type":"string"}}{more}}}}}"#
        )
    };
    for (kind, schema, fits) in [
        ("work.release", release(""), true),
        ("work.release", release(r#","note":{"type":["null","string"]}"#), true),
        ("work.release", release(r#","note":{"type":"null"}"#), false),
        ("work.release", release(r#","redaction_applied":{"type":"string"}"#), false),
        ("work.release", ANY_OBJECT.to_owned(), false),
        ("outcome.api_thing", ANY_OBJECT.to_owned(), false),
        ("evidence.motus_work.log", ANY_OBJECT.to_owned(), false),
        ("decision.motus_work", ANY_OBJECT.to_owned(), false),
        ("handoff.motus_work", r#"{"type":"object","required":["status"],"properties":{"status":{"type":"string"},"receiver":{"type":"string"}}}"#.to_owned(), false),
        // No word of ours comes to these: somebody else records them.
        ("outcome.API", ANY_OBJECT.to_owned(), true),
        ("evidence.log", ANY_OBJECT.to_owned(), true),
    ] {
        let mut theirs = empty();
        theirs.register(kind, &schema).expect("the version is registered");
        let text = export_all(&mut theirs);
        let taken = take_in(&mut empty(), &text);
        if fits {
            assert!(taken.is_ok(), "{kind} {schema}");
        } else {
            refused(taken, "import.kind_conflict", "does not go with what this program records");
        }
    }
}
