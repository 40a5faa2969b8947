//! The published schemas, receipts, edits and vectors.

use std::fs;
use std::path::{Path, PathBuf};

use motus_json::{Object, ReadOptions, Value, read};
use motus_ledger::Digest;
use motus_ledger::portable::canon::{INSTRUCTION_METHOD, METHOD, digest, digest_object};
use motus_ledger::portable::seal::seal;
use motus_ledger::portable::shape::json_schema;
use motus_ledger::portable::shapes::{REGISTRY, find};
use motus_ledger::portable::verify::{Mode, Options, Phase, verify};
use motus_ledger::portable::work::{Happening, Instruction, Moment, References, Step, Work};
use motus_testkit::levels::json;
use motus_testkit::levels::{self, Schemas, level_0, level_1, level_2};

use super::support::{bytes, expect_sound, look, look_at, made, papers, published, told};

const MODES: [Mode; 3] = [Mode::Normal, Mode::Strict, Mode::Reference];

fn bytes_of(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn document(path: &Path) -> Value {
    read(&bytes_of(path), &ReadOptions::default()).expect("the fixture is JSON")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

#[test]
fn printed_schemas_are_the_published_ones() {
    let Some(folder) = published("printed_schemas_are_the_published_ones") else { return };
    for shape in REGISTRY {
        let path = folder.join("schemas").join(format!("{}.schema.json", shape.name));
        assert_eq!(
            comparable(Value::Object(json_schema(shape))),
            comparable(document(&path)),
            "{}",
            shape.name
        );
    }
}

/// A part that is written out says the same as one that is referred to.
fn comparable(schema: Value) -> Value {
    let parts = schema.get("$defs").cloned();
    resolve(schema, parts.as_ref())
}

fn resolve(value: Value, parts: Option<&Value>) -> Value {
    match value {
        Value::Object(object) => {
            if let Some(part) =
                object.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit_once("#/$defs/"))
            {
                return parts
                    .and_then(|parts| parts.get(part.1))
                    .cloned()
                    .expect("the part is defined");
            }
            object
                .into_iter()
                .filter(|(key, _)| key.as_str() != Some("$defs"))
                .map(|(key, value)| (key, resolve(value, parts)))
                .collect::<Object>()
                .into()
        }
        Value::Array(items) => items.into_iter().map(|item| resolve(item, parts)).collect(),
        other => other,
    }
}

#[test]
fn the_registry_is_the_published_index() {
    let Some(folder) = published("the_registry_is_the_published_index") else { return };
    let index = document(&folder.join("schemas/index.json"));
    let entries = index.get("schemas").and_then(Value::as_array).expect("schemas");
    let listed: Vec<(String, String)> =
        entries.iter().map(|entry| (text(entry, "id"), text(entry, "path"))).collect();
    let ours: Vec<(String, String)> = REGISTRY
        .iter()
        .map(|shape| {
            let schema = Value::Object(json_schema(shape));
            (text(&schema, "$id"), format!("schemas/{}.schema.json", shape.name))
        })
        .collect();
    assert_eq!(listed, ours);
    for (_, path) in listed {
        assert!(folder.join(path).is_file());
    }
}

#[test]
fn a_shape_is_found_by_its_name() {
    for shape in REGISTRY {
        assert_eq!(find(shape.name).map(|found| found.title), Some(shape.title));
    }
    assert!(find("work-receipt").is_none());
}

/// Returns the published receipts, which are to be taken by everybody.
fn receipts(folder: &Path) -> Vec<PathBuf> {
    let examples = files(&folder.join("examples"));
    let examples = examples.into_iter().map(|example| example.join("receipt.json"));
    examples.chain(files(&folder.join("conformance/fixtures/valid"))).collect()
}

#[test]
fn published_receipts_are_valid_in_every_mode() {
    let Some(folder) = published("published_receipts_are_valid_in_every_mode") else { return };
    let schemas = published_schemas(&folder);
    let receipts = receipts(&folder);
    assert_eq!(receipts.len(), 9);
    for path in receipts {
        let golden = folder
            .join("conformance/golden")
            .join(path.file_name().expect("a name"))
            .with_extension("sha256");
        let golden = fs::read_to_string(golden).ok();
        for mode in MODES {
            let verdict = verify(&bytes_of(&path), &Options { mode, golden: golden.as_deref() });
            assert!(verdict.is_valid(), "{}: {}", path.display(), told(&verdict));
            assert!(verdict.receipt_id.is_some());
        }
        let envelope = levels::document(&bytes_of(&path));
        assert_eq!(level_0(&envelope, &schemas, golden.as_deref()), [""; 0], "{}", path.display());
        let is_handed_over = envelope["handoff"]["status"] == "ready";
        assert_eq!(level_2(&envelope).is_empty(), is_handed_over, "{}", path.display());
    }
}

fn published_schemas(folder: &Path) -> Schemas {
    let files = files(&folder.join("schemas"));
    let files = files.iter().filter(|path| !path.ends_with("index.json"));
    Schemas::of(files.map(|path| levels::document(&bytes_of(path))))
}

#[test]
fn published_edits_are_refused_with_the_expected_complaint() {
    let Some(folder) = published("published_edits_are_refused_with_the_expected_complaint") else {
        return;
    };
    let fixtures = folder.join("conformance/fixtures");
    let cases = levels::document(&bytes_of(&fixtures.join("invalid/cases.json")));
    let minimal = levels::document(&bytes_of(&fixtures.join("valid/work-receipt-minimal.json")));
    let cases = cases.as_array().expect("a list");
    assert_eq!(cases.len(), 16);
    for case in cases {
        let edited = edit(&minimal, case);
        let expected = case["expect"].as_str().expect("a fragment");
        for mode in MODES {
            let verdict = look_at(&edited, mode);
            assert!(!verdict.is_valid(), "{case}");
            assert!(told(&verdict).contains(expected), "{case}: {}", told(&verdict));
        }
    }
    let missing = bytes_of(&fixtures.join("invalid/work-receipt-missing-acceptance.json"));
    for mode in MODES {
        let verdict = look(&missing, mode);
        assert_eq!(verdict.failed, Some(Phase::Shape));
        assert!(told(&verdict).contains("'acceptance' is a required property"));
    }
}

/// Does what a case says: `remove` and `set` by a dotted way, `literal_set` by a name with dots in it.
fn edit(document: &levels::Value, case: &levels::Value) -> levels::Value {
    let mut edited = document.clone();
    let pointer = |path: &str| format!("/{}", path.replace('.', "/"));
    let mut put = |parent: &str, name: &str, value: Option<levels::Value>| {
        let parent = edited.pointer_mut(parent).and_then(levels::Value::as_object_mut);
        let parent = parent.expect("the parent is there");
        match value {
            Some(value) => drop(parent.insert(name.to_owned(), value)),
            None => drop(parent.remove(name).expect("it is there")),
        }
    };
    for path in case["remove"].as_array().into_iter().flatten() {
        let pointer = pointer(path.as_str().expect("a path"));
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        put(parent, name, None);
    }
    for (path, value) in case["set"].as_object().into_iter().flatten() {
        let pointer = pointer(path);
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        put(parent, name, Some(value.clone()));
    }
    for (name, value) in case["literal_set"].as_object().into_iter().flatten() {
        put("", name, Some(value.clone()));
    }
    edited
}

/// Seals a receipt as an emitter does that has no events: its sources say what they would be.
fn receipt_of(source: &Value, emitter: &str) -> Object {
    let part = |name: &str| source.get(name).cloned().expect("a part");
    let instruction = part("instruction");
    let events = part("events");
    let events_digest = digest_object(&digest(&events).expect("texts"), METHOD);
    let text = Digest::of(text(&instruction, "canonical_text"));
    let mut envelope: Object = [
        "run_id",
        "work_id",
        "actor",
        "trigger",
        "evidence_refs",
        "tool_refs",
        "outcome",
        "acceptance",
        "route_summary",
        "handoff",
        "redaction",
        "created_at",
    ]
    .into_iter()
    .map(|name| (name, part(name)))
    .collect();
    for (name, value) in [
        ("schema_version", Value::from("motus.work-receipt-envelope.v0.1")),
        (
            "runtime",
            Object::from([("name", emitter), ("kind", "sdk"), ("version", "0.1.0")]).into(),
        ),
        (
            "instruction_ref",
            Object::from([
                ("kind", instruction.get("kind").cloned().expect("a kind")),
                ("summary", instruction.get("summary").cloned().expect("a summary")),
                ("digest", digest_object(&text, INSTRUCTION_METHOD).into()),
            ])
            .into(),
        ),
        (
            "events_ref",
            Object::from([
                ("uri", events.get("uri").cloned().expect("an address")),
                ("digest", Value::Object(events_digest.clone())),
            ])
            .into(),
        ),
        (
            "canonicalization",
            Object::from([
                ("method", Value::from(METHOD)),
                ("volatile_fields", Value::from(vec!["created_at"])),
            ])
            .into(),
        ),
        ("hashes", Object::from([("source_export", Value::Object(events_digest))]).into()),
    ] {
        envelope.insert(name, value);
    }
    seal(&mut envelope).expect("texts without lone surrogates");
    envelope
}

#[test]
fn receipts_are_made_of_the_published_sources() {
    let Some(folder) = published("receipts_are_made_of_the_published_sources") else { return };
    for example in files(&folder.join("examples")) {
        let source = document(&example.join("source.json"));
        let receipt = receipt_of(&source, "motus-receipt-only-python");
        assert_eq!(Value::Object(receipt), document(&example.join("receipt.json")));
    }
    let implementations = folder.join("conformance/implementations");
    for (emitter, seal) in [
        ("python", "sha256:74b52360c728f0ab3ce1803240f327ae9434ef01aec9febd2b973344cda154d4"),
        ("node", "sha256:8b2156ac3c4fedd8b13bcce4896821e4eebc32c04f7c751532c0aef8916148a5"),
    ] {
        let path = implementations.join(format!("receipt-only-{emitter}/input.example.json"));
        let receipt = receipt_of(&document(&path), &format!("motus-receipt-only-{emitter}"));
        assert_eq!(receipt.get("receipt_id").and_then(Value::as_str), Some(seal));
        let verdict = look(&bytes(&receipt), Mode::Strict);
        assert!(verdict.is_valid(), "{}", told(&verdict));
    }
}

/// The inputs of the published sample emitters, and what they give.
#[test]
fn the_published_vectors_are_reproduced() {
    let Some(folder) = published("the_published_vectors_are_reproduced") else { return };
    for (input, export, receipt, is_handed_over) in [
        (
            "input.example.json",
            "sha256:ab2422f349a932b94c5bf440b48c67bfd163ec93177bbdee8211cb6a4ea1275c",
            "sha256:f096780905209ca91560faed41dfda04c6830aabe95fdfda4684e8fa7540e502",
            false,
        ),
        (
            "input.governed-handoff.json",
            "sha256:0b33c61c5537bba41b7106e213cc46b875d1ec8d8b10762d1b567777630e9882",
            "sha256:e9583613e4a786d2aa60c57dce6257a18e7a18e2e36a89986a0732834d3a4bef",
            true,
        ),
    ] {
        let path = folder.join("conformance/implementations/event-backed-python").join(input);
        let made = made(&work_of(&document(&path)));
        assert_eq!(made.export.digest().as_str(), export, "{input}");
        let stated = made.envelope.get("receipt_id").and_then(Value::as_str);
        assert_eq!(stated, Some(receipt), "{input}");
        expect_sound(&made, input);
        let mut papers = papers(&made);
        assert_eq!(level_2(&papers.envelope).is_empty(), is_handed_over, "{input}");
        // What the levels are for: one word changed in an event is noticed.
        papers.export["events"][0]["occurred_at"] = json!("2026-05-15T00:00:00Z");
        assert_eq!(level_1(&papers).len(), 4, "{:?}", level_1(&papers));
    }
}

/// Reads the input of a sample emitter.
fn work_of(input: &Value) -> Work {
    let events = input.get("events").and_then(Value::as_array).expect("events");
    let kind = |event: &Value| text(event, "event_kind");
    let payload_of = |name: &str| {
        let event = events.iter().find(|event| kind(event) == name).expect("the event");
        event.get("payload").cloned().expect("a payload")
    };
    let (started, closed) = (payload_of("work.started"), payload_of("work.closed"));
    let instruction = started.get("instruction").expect("an instruction");
    let moment = |event: &Value| Moment {
        at: text(event, "occurred_at"),
        key: text(event, "idempotency_key"),
    };
    let steps = events.iter().filter_map(|event| {
        let refs = |name| {
            event.get("payload").and_then(|payload| payload.get(name)).and_then(Value::as_array)
        };
        let what = match kind(event).as_str() {
            "tool.used" => Happening::Tools(refs("tool_refs")?.to_vec()),
            "evidence.referenced" => Happening::Evidence(refs("evidence_refs")?.to_vec()),
            _ => return None,
        };
        Some(Step { moment: moment(event), what })
    });
    let part = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_object).cloned().expect("an object")
    };
    Work {
        run_id: text(input, "run_id"),
        work_id: text(input, "work_id"),
        producer_id: Some(text(input, "producer_id")),
        git_sha: None,
        actor: part(&started, "actor"),
        trigger: part(&started, "trigger"),
        runtime: Object::from([
            ("name", "motus-event-backed-python"),
            ("kind", "sdk"),
            ("version", "0.1.0"),
        ]),
        instruction: Instruction {
            kind: text(instruction, "kind"),
            summary: instruction.get("summary").and_then(Value::as_str).map(str::to_owned),
            uri: None,
            text: text(instruction, "canonical_text"),
        },
        started: moment(events.first().expect("a first event")),
        steps: steps.collect(),
        closed: moment(events.last().expect("a last event")),
        outcome: part(&closed, "outcome"),
        acceptance: part(&closed, "acceptance"),
        route_summary: part(&closed, "route_summary"),
        handoff: part(&closed, "handoff"),
        redaction: part(&closed, "redaction"),
        references: References {
            export_uri: Some(text(input, "events_ref_uri")),
            receipt_uri: Some(text(input, "receipt_uri")),
            projection_id: text(input, "projection_id"),
            exported_at: text(input, "exported_at"),
            created_at: text(input, "receipt_created_at"),
        },
    }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).expect("a text").to_owned()
}
