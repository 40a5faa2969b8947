//! The corpus as a folder: what `cargo xtask vectors` writes.

use std::collections::BTreeMap;

use motus_json::{Object, Value};
use motus_kernel::verify::Code;

use super::{RULES, Rule, Vector, vectors};
use crate::bundle::canonical;

/// The file that lists every vector.
pub const INDEX: &str = "index.json";

/// Returns every file of the folder by its path below it.
///
/// Vectors with paths that a checkout cannot hold stand in the index only.
pub fn folder() -> BTreeMap<String, Vec<u8>> {
    let vectors = vectors();
    let mut files = BTreeMap::new();
    for vector in vectors.iter().filter(|vector| !vector.memory_only) {
        let kind = if vector.code.is_none() { "ok" } else { "bad" };
        for (path, bytes) in vector.bundle().files {
            files.insert(format!("{kind}/{}/{path}", vector.name), bytes);
        }
    }
    files.insert(INDEX.to_owned(), index(&vectors).into_bytes());
    files
}

/// Returns the index: canonical JSON, no newline at the end.
fn index(vectors: &[Vector]) -> String {
    let rules: Object = RULES.iter().map(|rule| (rule.number, told(rule))).collect();
    let vectors: Vec<Value> = vectors.iter().map(entry).collect();
    canonical(&Object::from([("rules", Value::from(rules)), ("vectors", vectors.into())]))
}

fn told(rule: &Rule) -> Object {
    Object::from([("no_vector", Value::from(rule.no_vector)), ("says", rule.says.into())])
}

fn entry(vector: &Vector) -> Value {
    let rules: Vec<Value> = vector.rules().map(Value::from).collect();
    let digest = if vector.code.is_none() { vector.sealed_digest() } else { None };
    let entry = [
        ("code", Value::from(vector.code.map(Code::as_str))),
        ("description", vector.description.as_str().into()),
        ("memory_only", vector.memory_only.into()),
        ("name", vector.name.as_str().into()),
        ("proof_digest", digest.into()),
        ("rules", rules.into()),
    ];
    Object::from(entry).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that every system takes: no capitals that another name could differ in only, and nothing that
    /// a shell or another system reads differently.
    #[test]
    fn a_checkout_can_hold_every_path() {
        for path in folder().keys() {
            let is_plain = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._/".contains(&byte)
            };
            assert!(path.bytes().all(is_plain), "{path}");
            assert!(path.split('/').all(|name| !matches!(name, "" | "." | "..")), "{path}");
            assert!(path.len() < 150, "{path}");
        }
    }

    #[test]
    fn the_folder_is_small() {
        let size: usize = folder().values().map(Vec::len).sum();
        assert!(size < 8 << 20, "{size} bytes");
    }
}
