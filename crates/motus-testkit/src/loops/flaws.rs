//! What nobody could record: wrong forms, wrong ranges, too much.

use motus_json::{Number, Object, Value};
use motus_kernel::effect::{Effect, EffectOp};
use motus_kernel::names::ArtifactKind;
use motus_kernel::receipt::Artifact;

use super::content::{HUGE, digest};
use crate::Random;

/// Returns a text that is longer than anybody would write, or than an event may be.
pub(super) fn long(random: &mut Random) -> String {
    let letter = random.pick(["x", "\u{1}", "\"", "é"]);
    letter.repeat(random.pick([HUGE, HUGE * 4]))
}

/// Returns a path under which no evidence can lie.
pub(super) fn evidence_path(random: &mut Random) -> String {
    let path = random.pick([
        "",
        "evidence/",
        "evidence",
        "/evidence/x",
        "evidence/../x",
        "evidence/./x",
        "evidence//x",
        "other/x",
        "receipt.json",
        "evidence/a\nb",
        "evidence/a\\b",
        "evidence/observe",
        "evidence/act",
        "evidence/act/0.txt/inside",
        "evidence/errors/1.txt/inside",
    ]);
    if random.chance(5) { format!("evidence/{}", long(random)) } else { path.to_owned() }
}

/// Returns an artifact that is none.
pub(super) fn artifact(random: &mut Random) -> Artifact {
    let (path, kind) = random.pick([
        ("", None),
        ("../up", None),
        ("a//b", None),
        ("docs0", Some(ArtifactKind::Directory)),
        ("docs1", None),
        ("no scheme", Some(ArtifactKind::Uri)),
        ("src/", Some(ArtifactKind::File)),
        ("src/1.rs", None),
    ]);
    Artifact { path: path.to_owned(), sha256: digest(random), size_bytes: None, kind }
}

/// Returns an effect that has no canonical form, or that nobody declared.
pub(super) fn effect(random: &mut Random) -> Effect {
    let (op, selector) = random.pick([
        (EffectOp::WriteFS, "src"),
        (EffectOp::WriteFS, "fs:../up"),
        (EffectOp::Network, "net:https://user:secret@h/"),
        (EffectOp::Exec, "exec:"),
        (EffectOp::Exec, "exec:never-declared"),
        (EffectOp::WriteFS, "fs:/never/declared"),
        (EffectOp::WriteFS, "fs:/"),
    ]);
    Effect { op, selector: selector.to_owned() }
}

/// Returns an object that would be taken for something else, or for nothing.
pub(super) fn opaque(random: &mut Random) -> Object {
    match random.below(8) {
        0 => Object::from([("type", "PlanChosen"), ("data", "x")]),
        1 => Object::from([("effects_declared", "none")]),
        2 => Object::from([("plan", "another")]),
        3 => {
            let effect = Object::from([("op", "Exec"), ("selector", "exec:x")]);
            let observed = Object::from([("effects_observed", vec![Value::from(effect)])]);
            Object::from([("inside", Value::from(observed))])
        }
        4 => Object::from([("float", Number::float(0.5).map_or(Value::Null, Value::from))]),
        5 => {
            let deep = (0..200).fold(Value::Null, |value, _| Value::from(vec![value]));
            Object::from([("deep", deep)])
        }
        6 => Object::from([("evidence", Value::from(vec!["evidence/../x"]))]),
        _ => Object::from([("long", long(random))]),
    }
}

/// Returns a name that looks like an attempt at a check and is none.
pub(super) fn check_id(random: &mut Random) -> String {
    let name = random.pick(["a@", "a@x", "a@01", "a@1@2", "a@0", "b@99999999999999999999", "@@1"]);
    if random.chance(5) { long(random) } else { name.to_owned() }
}
