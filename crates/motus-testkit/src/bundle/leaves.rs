//! The eight roots from raw documents, word for word after MOTUS-SPEC-V0.1 §2 Algorithm 3 and §3.

use std::collections::BTreeMap;

use motus_json::canonical::cj;
use motus_json::{Object, Value};
use motus_kernel::Digest;

use super::Parts;

/// The members of the block of roots, in the order of the proof digest.
pub(super) const ROOTS: [&str; 8] = [
    "event_log_root",
    "artifacts_root",
    "evidence_root",
    "lens_root",
    "effects_root",
    "gates_root",
    "verification_root",
    "workgraph_root",
];

/// Computes every root of whatever is there; what is missing or of another type has no leaves.
pub(super) fn roots(parts: &Parts) -> Object {
    let receipt = &parts.receipt;
    let list = |path: &[&str]| list(receipt, path);
    let artifacts = |io: &str, path: &[&str]| {
        let leaves = sorted(list(path), &["path", "sha256"]);
        let with_io = |leaf: Object| -> Object {
            let mut leaf = pick(&leaf, &["path", "sha256"]);
            leaf.insert("io", io);
            leaf
        };
        leaves.into_iter().map(with_io).collect::<Vec<_>>()
    };
    let picked = |path: &[&str], order: &[&str], names: &[&str]| {
        sorted(list(path), order).iter().map(|leaf| pick(leaf, names)).collect::<Vec<_>>()
    };
    let leaves: [(&str, Vec<Object>); 8] = [
        (
            "EVENTLOG",
            parts.events.iter().map(|event| pick(event, &["event_hash", "seq"])).collect(),
        ),
        (
            "ARTIFACTS",
            [
                artifacts("in", &["artifacts", "inputs"]),
                artifacts("out", &["artifacts", "outputs"]),
            ]
            .concat(),
        ),
        ("EVIDENCE", evidence(parts)),
        (
            "LENS",
            picked(
                &["lens", "items"],
                &["kind", "uri", "sha256"],
                &["kind", "uri", "sha256", "ts_utc", "provenance"],
            ),
        ),
        ("EFFECTS", picked(&["effects", "declared"], &["op", "selector"], &["op", "selector"])),
        (
            "GATES",
            picked(&["gates"], &["phase", "gate_id"], &["phase", "gate_id", "passed", "evidence"]),
        ),
        (
            "VERIFICATION",
            picked(
                &["verification", "results"],
                &["level", "check_id"],
                &["level", "check_id", "passed", "evidence"],
            ),
        ),
        ("WORKGRAPH", children(receipt)),
    ];
    let root = |(name, (tag, leaves)): (&str, (&str, Vec<Object>))| {
        (name.to_owned(), Value::from(merkle(tag, &leaves).to_string()))
    };
    ROOTS.into_iter().zip(leaves).map(root).collect()
}

fn list(receipt: &Object, path: &[&str]) -> Vec<Object> {
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    let found =
        receipt.get(first).and_then(|value| rest.iter().try_fold(value, |v, name| v.get(name)));
    let items = found.and_then(Value::as_array).unwrap_or_default();
    items.iter().filter_map(Value::as_object).cloned().collect()
}

fn sorted(mut leaves: Vec<Object>, order: &[&str]) -> Vec<Object> {
    let text = |leaf: &Object, name: &str| {
        leaf.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    leaves.sort_by_key(|leaf| order.iter().map(|name| text(leaf, name)).collect::<Vec<_>>());
    leaves
}

/// Takes some members; one that is not there is `null`.
fn pick(leaf: &Object, names: &[&str]) -> Object {
    names.iter().map(|name| (*name, leaf.get(name).cloned().unwrap_or_default())).collect()
}

fn evidence(parts: &Parts) -> Vec<Object> {
    let here = parts.files.iter().map(|(path, bytes)| (path, Digest::of(&[bytes])));
    let elsewhere = parts.elsewhere.iter().map(|(path, file)| (path, file.sha256));
    let files: BTreeMap<&String, Digest> =
        here.chain(elsewhere).filter(|(path, _)| path.starts_with("evidence/")).collect();
    let leaf = |(path, sha256): (&String, Digest)| {
        Object::from([("path", Value::from(path.as_str())), ("sha256", sha256.to_string().into())])
    };
    files.into_iter().map(leaf).collect()
}

fn children(receipt: &Object) -> Vec<Object> {
    let mut children = list(receipt, &["children"]);
    children.sort_by_key(|child| child.get("spawn_index").and_then(Value::as_u64));
    let parent = receipt.get("loop_id").cloned().unwrap_or_default();
    let leaf = |child: &Object| {
        let names = ["spawn_index", "child_loop_id", "critical", "child_proof_digest"];
        let mut leaf = pick(child, &names);
        leaf.insert("parent_loop_id", parent.clone());
        leaf
    };
    children.iter().map(leaf).collect()
}

fn merkle(tag: &str, leaves: &[Object]) -> Digest {
    let separator = |what: &str| format!("MOTUS|MRKL|{tag}|{what}|0.1|").into_bytes();
    let text =
        |leaf: &Object| cj::write(&leaf.clone().into()).expect("a leaf has a canonical text");
    let mut level: Vec<Digest> = leaves
        .iter()
        .map(|leaf| Digest::of(&[&separator("LEAF"), text(leaf).as_bytes()]))
        .collect();
    if level.is_empty() {
        return Digest::of(&[&separator("EMPTY")]);
    }
    while level.len() > 1 {
        if level.len() % 2 == 1 {
            level.extend(level.last().copied());
        }
        let node = separator("NODE");
        let pair = |pair: &[Digest]| match pair {
            [left, right] => Digest::of(&[&node, left.as_bytes(), right.as_bytes()]),
            _ => Digest::ZERO,
        };
        level = level.chunks(2).map(pair).collect();
    }
    level.first().copied().unwrap_or(Digest::ZERO)
}
