//! Files that somebody changed: each single change has its one code, and leaves the Store untouched.

use motus_json::{Object, Value};
use motus_ledger::Outcome;

use crate::import::export_all;
use crate::support::{Draft, KIND, SCHEMA, Scene, error_code, file_of, kind, parse, succeed};

/// A change of the third run, which the Store does not have, with the code of the refusal, its exit code
/// and what the message says.
type Forgery = (fn(&mut Draft), &'static str, i32, &'static str);

const SHAPE: &str = "import.shape";
const INTEGRITY: &str = "import.integrity";
const CONFLICT: &str = "import.run_conflict";

/// Changes of columns that need no other column to agree.
const OF_COLUMNS: [Forgery; 26] = [
    (|it| drop(it.run.insert("extra", 1)), SHAPE, 1, "there is no column `extra`"),
    (|it| drop(it.run.remove("git_sha")), SHAPE, 1, "the column `git_sha` is missing"),
    (|it| drop(it.events[1].insert("extra", 1)), SHAPE, 1, "event 2 of run_"),
    (|it| drop(it.events[1].remove("ts")), SHAPE, 1, "the column `ts` is missing"),
    (|it| drop(it.kind.insert("extra", 1)), SHAPE, 1, "there is no column `extra`"),
    (|it| drop(it.kind.remove("registered_at")), SHAPE, 1, "the column `registered_at` is missing"),
    (|it| drop(it.run.insert("cwd", Value::Null)), SHAPE, 1, "the column `cwd` is not a text"),
    (|it| drop(it.run.insert("cwd", 1)), SHAPE, 1, "the column `cwd` is not a text"),
    (|it| drop(it.run.insert("git_sha", 1)), SHAPE, 1, "`git_sha` is not a text or null"),
    (|it| drop(it.run.insert("intent", " ")), SHAPE, 1, "the column `intent` is blank"),
    (|it| drop(it.run.insert("source", "")), SHAPE, 1, "the column `source` is blank"),
    (|it| drop(it.run.insert("producer_id", "\u{1f}")), SHAPE, 1, "`producer_id` is blank"),
    (|it| drop(it.run.insert("started_at", "today")), SHAPE, 1, "`started_at` is not a time"),
    (|it| drop(it.run.insert("ended_at", "2026-01-02T03:04:05+00:00")), SHAPE, 1, "not a time"),
    (|it| drop(it.run.insert("id", "run_3")), SHAPE, 1, "`id` is not an identifier of a run"),
    (|it| drop(it.run.insert("id", "../../../../x")), SHAPE, 1, "not an identifier of a run"),
    (|it| drop(it.run.insert("outcome", "won")), SHAPE, 1, "the column `outcome` is no outcome"),
    (|it| drop(it.events[0].insert("seq", "1")), SHAPE, 1, "the column `seq` is not a number"),
    (|it| drop(it.events[0].insert("seq", -1)), SHAPE, 1, "the column `seq` is not a number"),
    (|it| drop(it.events[0].insert("schema_kind", "")), SHAPE, 1, "`schema_kind` is blank"),
    (|it| drop(it.events[0].insert("ts", "2026-01-02")), SHAPE, 1, "`ts` is not a time"),
    (|it| drop(it.kind.insert("schema_kind", "\t")), SHAPE, 1, "`schema_kind` is blank"),
    // Open and closed at the same time.
    (|it| drop(it.run.insert("ended_at", Value::Null)), SHAPE, 1, "`ended_at` is not a text"),
    (|it| drop(it.run.insert("outcome", Value::Null)), SHAPE, 1, "`outcome` is not a text"),
    (
        |it| drop(it.run.insert("end_idempotency_key", Value::Null)),
        SHAPE,
        1,
        "`end_idempotency_key` is not a text",
    ),
    (
        |it| {
            it.reopen();
            it.run.insert("outcome_note", "done");
        },
        SHAPE,
        1,
        "the run is open, and has `outcome_note`",
    ),
];

/// Changes of what other columns vouch for.
const OF_CONTENT: [Forgery; 24] = [
    (
        |it| drop(it.events[1].insert("payload_json", "{\"a\":7}")),
        INTEGRITY,
        1,
        "event 2 of run_00000000000000000003_0123456789ab: payload does not have its",
    ),
    (|it| drop(it.events[1].insert("payload_hash", "x")), INTEGRITY, 1, "payload does not have"),
    (|it| drop(it.events[1].insert("id", "x")), INTEGRITY, 1, "identifier does not follow"),
    (
        |it| drop(it.events[1].insert("idempotency_key", "other")),
        INTEGRITY,
        1,
        "identifier does not follow",
    ),
    (|it| it.pay(1, "{ \"a\": 2 }"), INTEGRITY, 1, "payload is not in canonical form"),
    (|it| it.pay(1, "{\"a\":1,\"a\":1}"), INTEGRITY, 1, "payload is not in canonical form"),
    (|it| it.pay(1, "{"), INTEGRITY, 1, "payload is not in canonical form"),
    (|it| it.pay(1, "{\"a\":true}"), "import.payload_invalid", 1, "payload field a has wrong type"),
    (|it| it.pay(1, "{}"), "import.payload_invalid", 1, "missing required field: a"),
    (|it| it.pay(1, "[]"), "import.payload_invalid", 1, "payload must be an object"),
    (
        |it| it.pay(1, &format!("{{\"a\":1,\"b\":{}{}}}", "[".repeat(1000), "]".repeat(1000))),
        "import.too_large",
        1,
        "payload is beyond what is read",
    ),
    (
        |it| it.pay(1, &format!("{{\"a\":1,\"b\":[{}]}}", "9".repeat(4301))),
        "import.payload_invalid",
        1,
        "it has an integer of more than 4300 digits",
    ),
    (|it| drop(it.run.insert("outcome", "failure")), INTEGRITY, 1, "outcome does not have its"),
    (|it| drop(it.run.insert("outcome_note", "x")), INTEGRITY, 1, "outcome does not have its"),
    (|it| drop(it.run.insert("end_payload_hash", "x")), INTEGRITY, 1, "outcome does not have its"),
    (|it| drop(it.run.insert("ended_by_producer_id", "x")), INTEGRITY, 1, "outcome does not have"),
    (|it| drop(it.events[1].insert("seq", 3)), "import.sequence", 1, "event 2 of run_"),
    (|it| drop(it.events.remove(0)), "import.sequence", 1, "it has the number 2"),
    (|it| it.events.swap(0, 1), "import.sequence", 1, "it has the number 2"),
    (
        |it| {
            let of_another = Draft::new(2, 2).events.remove(1);
            it.events[1] = of_another;
        },
        "import.foreign_event",
        1,
        "it is an event of run_00000000000000000002_0123456789ab",
    ),
    (|it| it.key(1, "e1"), "import.key_repeated", 1, "an earlier event has its idempotency key"),
    (
        |it| drop(it.events[0].insert("schema_kind", "unknown")),
        "import.kind_unknown",
        1,
        "neither the Store nor an earlier line has the kind unknown sha256:",
    ),
    (
        |it| drop(it.events[0].insert("schema_hash", "unknown")),
        "import.kind_unknown",
        1,
        "has the kind evidence.made unknown",
    ),
    (|it| drop(it.run.insert("idempotency_key", "k1")), CONFLICT, 4, "run_00000000000000000001_"),
];

/// Changes of the kind, which the Store has.
const OF_KINDS: [Forgery; 7] = [
    (|it| drop(it.kind.insert("schema_hash", "x")), INTEGRITY, 1, "schema does not have its"),
    (
        |it| drop(it.kind.insert("schema_json", "{\"type\":\"object\"}")),
        INTEGRITY,
        1,
        "schema does not have its recorded digest",
    ),
    (|it| it.kind = kind(KIND, "{ \"type\": \"object\" }"), INTEGRITY, 1, "not in canonical form"),
    (|it| it.kind = kind(KIND, "[]"), "import.kind_invalid", 1, "schema must be an object"),
    (|it| it.kind = kind(KIND, "{"), "import.kind_invalid", 1, "schema is not JSON"),
    (
        |it| it.kind = kind(KIND, "{\"type\":\"object\"}"),
        "import.kind_conflict",
        4,
        "cannot add or remove required fields",
    ),
    (
        |it| it.kind = kind(KIND, &SCHEMA.replace("integer", "number")),
        "import.kind_conflict",
        4,
        "changed field definition: a",
    ),
];

/// Changes of a run that the Store has: nothing in the file tells them, but the Store does.
const OF_KNOWN_RUNS: [Forgery; 8] = [
    (|it| it.pay(1, "{\"a\":7}"), CONFLICT, 4, "the Store has it with another `payload_hash`"),
    (|it| it.key(1, "other"), CONFLICT, 4, "event 2 of run_00000000000000000001_0123456789ab"),
    (|it| it.end(Outcome::Failure, None), CONFLICT, 4, "with another `outcome`"),
    (|it| it.end(Outcome::Success, Some("x")), CONFLICT, 4, "with another `outcome_note`"),
    (|it| drop(it.run.insert("intent", "x")), CONFLICT, 4, "with another `intent`"),
    (|it| drop(it.events.pop()), CONFLICT, 4, "closed without event 2, which the Store has"),
    (
        |it| *it = Draft { run: it.run.clone(), ..Draft::new(1, 3) },
        CONFLICT,
        4,
        "event 3 of run_00000000000000000001_0123456789ab: the Store has the run closed",
    ),
    (
        |it| drop(it.events[0].insert("ts", "2026-01-02T03:04:05.5Z")),
        CONFLICT,
        4,
        "with another `ts`",
    ),
];

/// Feeds what a forgery made behind lines that are good, to a Store that has the first two runs.
fn expect_refusals(forgeries: &[Forgery], number: u64) {
    let scene = Scene::new();
    succeed(scene.feed(&["run", "import", "-"], file_of(2, 2)));
    let before = export_all(&scene, "");
    let good = Draft { kind: kind("new", SCHEMA), ..Draft::new(9, 0) }.text();
    for (change, code, exit, part) in forgeries {
        let mut draft = Draft::new(number, 2);
        change(&mut draft);
        let refused =
            scene.feed(&["run", "import", "-", "--json"], format!("{good}{}", draft.text()));
        let told = refused.stderr_text();
        assert_eq!(error_code(&refused), *code, "{part}: {told}");
        assert_eq!(refused.code, Some(*exit), "{told}");
        let document = parse(&refused.stderr);
        let message = document.get("error").and_then(Value::as_str).unwrap();
        assert!(message.starts_with("line 3: ") || message.starts_with("line 4: "), "{message}");
        assert!(message.contains(part), "{message}");
        assert_eq!(export_all(&scene, ""), before, "{part}: the Store was written");
    }
    let untouched = format!("{good}{}", Draft::new(number, 2).text());
    succeed(scene.feed(&["run", "import", "-"], untouched));
}

#[test]
fn columns_are_those_of_the_store() {
    expect_refusals(&OF_COLUMNS, 3);
}

#[test]
fn what_a_digest_vouches_for_cannot_be_changed() {
    expect_refusals(&OF_CONTENT, 3);
}

#[test]
fn kinds_are_those_of_the_store_or_go_with_them() {
    expect_refusals(&OF_KINDS, 3);
}

#[test]
fn what_the_store_has_cannot_be_rewritten() {
    expect_refusals(&OF_KNOWN_RUNS, 1);
}

#[test]
fn names_that_stand_twice_and_halves_of_characters_are_refused() {
    let scene = Scene::new();
    let text = Draft::new(1, 1).text();
    for (from, to, code) in [
        ("{\"cwd\":", "{\"cwd\":\"/\",\"cwd\":", "import.line_invalid"),
        ("{\"id\":", "{\"i\\u0064\":\"\",\"id\":", "import.line_invalid"),
        ("{\"events\":", "{\"events\":[],\"events\":", "import.line_invalid"),
        ("],\"run\":", "],\"rum\":1,\"run\":", SHAPE),
        ("{\"events\":", "{\"Events\":", SHAPE),
        ("\"cwd\":\"/w\"", "\"cwd\":\"\\ud800\"", SHAPE),
        ("\"cwd\":", "\"cw\\ud800\":", SHAPE),
        ("\"seq\":1", "\"seq\":1.0", SHAPE),
        ("\"seq\":1", "\"seq\":NaN", "import.line_invalid"),
        ("\"seq\":1", "\"seq\":18446744073709551617", SHAPE),
        ("\"git_sha\":null", "\"git_sha\":[[[[[[[[]]]]]]]]", "import.line_invalid"),
    ] {
        assert!(text.contains(from), "{from}");
        let refused = scene.feed(&["run", "import", "-", "--json"], text.replacen(from, to, 1));
        assert_eq!(error_code(&refused), code, "{to}: {}", refused.stderr_text());
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn a_run_stands_in_a_file_once() {
    let scene = Scene::new();
    let twice = format!("{}{}\n", file_of(2, 1), Draft::new(1, 1).run_line());
    insta::assert_snapshot!(scene.tell_of(&["run", "import", "-"], &twice), @r#"
    exit 1
    --- stdout
    --- stderr
    error[import.run_repeated]: line 4: run_[ID]: the run stands on an earlier line
    hint: take each export in by itself, the older one first
    "#);
    let mut other = Draft::new(3, 1);
    other.run.insert("idempotency_key", "k1");
    let both = format!("{}{}\n", file_of(2, 1), other.run_line());
    insta::assert_snapshot!(scene.tell_of(&["run", "import", "-"], &both), @r#"
    exit 4
    --- stdout
    --- stderr
    error[import.run_conflict]: line 4: run_[ID]: another run of the file was started under its source, producer and key
    hint: take the file into another Store with --db; both say so, and neither is overwritten
    "#);
    assert!(!scene.path(".motus").exists());
}

#[test]
fn what_python_writes_at_the_most_is_taken_in() {
    let scene = Scene::new();
    let mut draft = Draft::new(1, 2);
    draft.pay(0, &format!("{{\"a\":-{}}}", "9".repeat(4300)));
    draft.pay(1, &format!("{{\"a\":1,\"b\":{}{}}}", "[".repeat(999), "]".repeat(999)));
    succeed(scene.feed(&["run", "import", "-"], draft.text()));
    assert_eq!(export_all(&scene, ""), draft.text());
}

/// What no digest vouches for: the file is consistent, and another one. Only a Store that has the run, or a
/// digest of the file that was kept, tells.
#[test]
fn a_file_that_was_rewritten_as_a_whole_is_taken_in_where_nothing_is_known() {
    let changes: [fn(&mut Draft); 4] = [
        |it| it.pay(1, "{\"a\":7}"),
        |it| it.end(Outcome::Failure, Some("x")),
        |it| drop(it.events.pop()),
        |it| drop(it.run.insert("intent", "x")),
    ];
    for change in changes {
        let scene = Scene::new();
        let mut draft = Draft::new(1, 2);
        change(&mut draft);
        succeed(scene.feed(&["run", "import", "-"], draft.text()));
        assert_eq!(export_all(&scene, ""), draft.text());
    }
}

#[test]
fn messages_repeat_what_a_file_says_safely_and_in_short() {
    let scene = Scene::new();
    let mut draft = Draft::new(1, 1);
    let name = format!("\u{1b}[31m\u{202e}{}", "x".repeat(10_000));
    draft.events[0].insert("schema_kind", &name);
    let refused = scene.feed(&["run", "import", "-"], draft.text());
    let told = refused.stderr_text();
    assert!(told.starts_with("error[import.kind_unknown]: line 2: event 1 of run_"), "{told}");
    assert!(!told.contains(['\u{1b}', '\u{202e}']) && told.len() < 2000, "{told}");
    draft.run = Object::from([(name.as_str(), 1)]);
    let told = scene.feed(&["run", "import", "-"], draft.text()).stderr_text();
    assert!(!told.contains(['\u{1b}', '\u{202e}']) && told.len() < 2000, "{told}");
}
