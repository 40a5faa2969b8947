//! The canonical form against `serde_json`, on the documents of a bundle.

use motus_json::canonical::cj;
use motus_json::{ReadOptions, Value};
use motus_testkit::bundle::{Shape, canonical, shaped};
use serde_core::de::{Deserialize, IgnoredAny};

use super::pairs::{Pair, alternate};

/// Writing a receipt of some 100 kB against parsing the same bytes to a tree.
pub(super) fn write() -> Vec<Pair> {
    let shape = Shape {
        artifacts: 200,
        lens_items: 100,
        children: 100,
        checks: 200,
        gates: 100,
        ..Shape::default()
    };
    let receipt = Value::from(shaped(&shape).receipt);
    let text = cj::write(&receipt).unwrap_or_default();
    assert!((90_000..150_000).contains(&text.len()), "{} bytes", text.len());
    let parse = || serde_json::from_str::<serde_json::Value>(&text).is_ok();
    alternate(|| cj::write(&receipt).is_ok(), || assert!(parse()))
}

/// The check of every line of a log against skipping over the same lines.
pub(super) fn check() -> Vec<Pair> {
    let parts = shaped(&Shape { records: 1000, ..Shape::default() });
    let lines: Vec<String> = parts.events.iter().map(canonical).collect();
    let options = ReadOptions::default();
    let ours = || assert!(lines.iter().all(|line| cj::check(line.as_bytes(), &options).is_ok()));
    alternate(ours, || assert!(lines.iter().all(|line| skip(line))))
}

fn skip(line: &str) -> bool {
    let mut reader = serde_json::Deserializer::from_slice(line.as_bytes());
    IgnoredAny::deserialize(&mut reader).is_ok() && reader.end().is_ok()
}
