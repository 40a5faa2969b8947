//! Scenarios of any size: as many entries of each kind as asked for, and all of them verify.

use motus_json::{Object, Value};
use motus_kernel::Digest;

use super::{Parts, basic_edit};

/// How many entries a scenario has beside those of [`basic_edit`].
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "fields are those of the receipt, by their names there")]
pub struct Shape {
    pub events: usize,
    /// Events with a content as long and as nested as that of a tool that reports.
    pub records: usize,
    /// Events that tell an effect, which costs more to look at.
    pub skills: usize,
    pub evidence: usize,
    pub artifacts: usize,
    pub lens_items: usize,
    pub effects: usize,
    pub checks: usize,
    pub gates: usize,
    pub children: usize,
    pub errors: usize,
    /// Stands wherever a document may hold any text.
    pub text: String,
}

/// Where the events of [`basic_edit`] are after which others may come.
const ACTED: usize = 5;

/// Makes a scenario of this shape.
pub fn shaped(shape: &Shape) -> Parts {
    let mut parts = basic_edit();
    shape.describe(&mut parts);
    shape.add_evidence(&mut parts);
    shape.add_artifacts(&mut parts);
    shape.add_lens_items(&mut parts);
    shape.add_effects(&mut parts);
    shape.add_checks(&mut parts);
    shape.add_gates(&mut parts);
    let after = parts.events.split_off(ACTED);
    shape.add_children(&mut parts);
    shape.add_errors(&mut parts);
    shape.add_events(&mut parts);
    parts.events.extend(after);
    for (seq, event) in parts.events.iter_mut().enumerate() {
        identify(event, seq);
    }
    parts.seal()
}

/// Gives an event the identifier and the time of its place, a millisecond after the one before.
pub(super) fn identify(event: &mut Object, seq: usize) {
    let (seconds, milliseconds) = (seq / 1000, seq % 1000);
    let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let time = format!("2025-12-24T{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}Z");
    event.insert("event_id", format!("e1111111-0000-0000-0000-{seq:012}"));
    event.insert("ts_utc", time);
}

/// Returns an event of the phase Act, without identifier, time and hashes.
pub(super) fn acted(kind: &str, payload: Object) -> Object {
    Object::from([
        ("kind", Value::from(kind)),
        ("loop_id", "11111111-1111-1111-1111-111111111111".into()),
        ("payload", payload.into()),
        ("phase", "Act".into()),
    ])
}

/// Returns the content of an event that only notes something, as most do.
pub(super) fn note(number: usize) -> Object {
    Object::from([
        ("evidence", Value::from("evidence/act/write_file.json")),
        (
            "note",
            "a line that somebody might have written down, about as long as such lines are".into(),
        ),
        ("number", number.into()),
    ])
}

/// Returns the content of an event that reports a call of a tool: with it, a line is 679 bytes long, give or
/// take a digit.
pub(super) fn record(number: usize) -> Object {
    let pass = number % 10;
    Object::from([
        (
            "arguments",
            Value::from(Object::from([
                ("path", Value::from(format!("src/module_{:02}/part_{pass}.rs", number % 90 + 10))),
                ("range", Object::from([("from", 100 + pass), ("to", 120 + pass)]).into()),
                ("timeout_ms", 30_000_usize.into()),
            ])),
        ),
        ("attempt", 1_usize.into()),
        ("duration_ms", (1000 + number % 9000).into()),
        ("evidence", "evidence/act/write_file.json".into()),
        (
            "result",
            Object::from([
                ("bytes", Value::from(1800 + pass)),
                ("exit_code", 0_usize.into()),
                (
                    "summary",
                    "replaced the loop by a call of the iterator; all 42 tests of the part pass now"
                        .into(),
                ),
            ])
            .into(),
        ),
        ("skill", "edit_file".into()),
    ])
}

/// Returns the content of an event as a skill leaves it behind.
pub(super) fn skill(number: usize) -> Object {
    let effect = write("fs:src/lib.rs");
    Object::from([
        ("effects_observed", Value::from([effect])),
        ("evidence", "evidence/act/write_file.json".into()),
        ("number", number.into()),
        ("skill", "write_file".into()),
    ])
}

fn write(selector: &str) -> Object {
    Object::from([("op", "WriteFS"), ("selector", selector)])
}

fn digest(number: usize) -> Value {
    Digest::of(&[&number.to_be_bytes()]).to_string().into()
}

impl Shape {
    /// Puts the text where every reader must take it as it is.
    fn describe(&self, parts: &mut Parts) {
        let text = Value::from(self.text.as_str());
        *parts.in_receipt(&["intent", "description"]) = text.clone();
        *parts.in_receipt(&["decisions"]) = Vec::<Value>::new().into();
        parts.receipt.insert("unknown", Object::from([(self.text.as_str(), text.clone())]));
        let intent = parts.receipt.get("intent").cloned().unwrap_or_default();
        payload(parts, 0).insert("intent", intent);
        payload(parts, 1).insert("note", text);
    }

    fn add_evidence(&self, parts: &mut Parts) {
        for number in 0..self.evidence {
            let path = format!("evidence/more/{number:06}.txt");
            parts.files.insert(path, format!("evidence {number}\n").into_bytes());
        }
    }

    /// A path holds of the text what may stand in a name.
    fn add_artifacts(&self, parts: &mut Parts) {
        let is_of_a_name =
            |character: &char| !matches!(character, '/' | '\\') && !character.is_control();
        let text: String = self.text.chars().filter(is_of_a_name).collect();
        for list in ["inputs", "outputs"] {
            let artifact = |number| {
                let path = format!("src/{number:06}{text}");
                Object::from([("path", Value::from(path)), ("sha256", digest(number))])
            };
            prepend(parts.in_receipt(&["artifacts", list]), (0..self.artifacts).map(artifact));
        }
    }

    fn add_lens_items(&self, parts: &mut Parts) {
        let item = |number| {
            Object::from([
                ("kind", Value::from("file")),
                ("provenance", self.text.as_str().into()),
                ("sha256", digest(number)),
                ("ts_utc", "2025-12-20T00:00:00Z".into()),
                ("uri", format!("src/{number:06}").into()),
                ("weight", (number % 1001).into()),
            ])
        };
        prepend(parts.in_receipt(&["lens", "items"]), (0..self.lens_items).map(item));
        payload(parts, 2).insert("items_count", self.lens_items + 1);
    }

    fn add_effects(&self, parts: &mut Parts) {
        let effects = || (0..self.effects).map(|number| write(&format!("fs:src/{number:06}.rs")));
        for list in ["declared", "executed_raw"] {
            prepend(parts.in_receipt(&["effects", list]), effects());
        }
        *parts.in_receipt(&["effects", "k"]) = (self.effects + 50).into();
        let declared = parts.in_receipt(&["effects", "declared"]).clone();
        payload(parts, 3).insert("effects_declared", declared);
    }

    fn add_checks(&self, parts: &mut Parts) {
        let name = |number| Value::from(format!("check_{number:06}"));
        let check = |number| {
            Object::from([
                ("check_id", name(number)),
                ("evidence", Value::Null),
                ("level", "Syntactic".into()),
                ("passed", true.into()),
            ])
        };
        prepend(parts.in_receipt(&["verification", "results"]), (0..self.checks).map(check));
        *parts.in_receipt(&["verification", "spec", "checks_required"]) =
            (0..self.checks).map(name).collect();
        let results = parts.in_receipt(&["verification", "results"]).clone();
        payload(parts, 5).insert("results", results);
    }

    fn add_gates(&self, parts: &mut Parts) {
        let gate = |number: usize| {
            Object::from([
                ("evidence", Value::Null),
                ("gate_id", format!("{}{number:06}", self.text).into()),
                ("passed", true.into()),
                ("phase", if number.is_multiple_of(2) { "Verify" } else { "Act" }.into()),
            ])
        };
        prepend(parts.in_receipt(&["gates"]), (0..self.gates).map(gate));
    }

    fn add_children(&self, parts: &mut Parts) {
        let child = |number: usize| {
            Object::from([
                ("child_loop_id", Value::from(format!("33333333-3333-3333-3333-{number:012}"))),
                ("child_proof_digest", digest(number)),
                ("critical", number.is_multiple_of(2).into()),
                ("outcome_status", "success".into()),
                ("spawn_index", number.into()),
            ])
        };
        // The receipt may list them in any order, events come in that of time.
        prepend(parts.in_receipt(&["children"]), (0..self.children).rev().map(child));
        parts.events.extend((0..self.children).map(|number| acted("ChildSpawned", child(number))));
        parts.events.extend((0..self.children).map(|number| acted("ChildJoined", child(number))));
    }

    fn add_errors(&self, parts: &mut Parts) {
        let error = |number: usize| {
            Object::from([
                ("class", Value::from("Recoverable")),
                ("code", format!("E{number}").into()),
                ("message", self.text.as_str().into()),
                ("phase", "Act".into()),
                ("retryable", true.into()),
            ])
        };
        prepend(parts.in_receipt(&["errors"]), (0..self.errors).map(error));
        parts.events.extend((0..self.errors).map(|number| acted("ActError", error(number))));
    }

    fn add_events(&self, parts: &mut Parts) {
        parts.events.extend((0..self.events).map(|number| acted("Noted", note(number))));
        parts.events.extend((0..self.records).map(|number| acted("SkillExecuted", record(number))));
        parts.events.extend((0..self.skills).map(|number| acted("SkillExecuted", skill(number))));
    }
}

fn payload(parts: &mut Parts, seq: usize) -> &mut Object {
    super::object(super::member(parts.event(seq), "payload"))
}

/// Puts entries before those that a list has: their names sort before them.
fn prepend(list: &mut Value, entries: impl Iterator<Item = Object>) {
    let old = list.as_array().unwrap_or_default().to_vec();
    *list = entries.map(Value::from).chain(old).collect();
}
