//! What must hold for any bytes: one function for each reader of bytes that strangers wrote.
//!
//! Each function answers a broken promise with a panic and returns otherwise. Ordinary tests call them with
//! changed scenarios, the targets in `fuzz/` with whatever a fuzzer finds.

mod bundle;
mod documents;
mod portable;
mod projection;
mod rules;
mod split;

pub use bundle::bundle;
pub use documents::{canonical_json, event_line, manifest, policy, receipt};
pub use portable::portable;
pub use projection::projection;
pub use rules::{is_legal_step, selectors, trace};
pub use split::{join, split};

use crate::bundle::{Parts, basic_edit, human_approval, parent};

/// A function over any bytes, and inputs from which others can be made.
#[derive(Debug)]
pub struct Target {
    /// The name of the function.
    pub name: &'static str,
    /// The function.
    pub run: fn(&[u8]),
    /// Inputs that come far.
    pub corpus: fn() -> Vec<Vec<u8>>,
}

/// Every function.
pub const TARGETS: [Target; 10] = [
    Target { name: "canonical_json", run: canonical_json, corpus: every_document },
    Target { name: "event_line", run: event_line, corpus: event_lines },
    Target { name: "manifest", run: manifest, corpus: manifests },
    Target { name: "receipt", run: receipt, corpus: receipts },
    Target { name: "selectors", run: selectors, corpus: rules::samples },
    Target { name: "policy", run: policy, corpus: documents::policies },
    Target { name: "bundle", run: bundle, corpus: bundles },
    Target { name: "trace", run: trace, corpus: rules::traces },
    Target { name: "portable", run: portable, corpus: portable::corpus },
    Target { name: "projection", run: projection, corpus: projection::logs },
];

fn scenarios() -> [Parts; 3] {
    [basic_edit(), human_approval(), parent()]
}

fn files(name: &str) -> Vec<Vec<u8>> {
    let file = |parts: Parts| parts.bundle().files.remove(name).expect("every bundle has it");
    scenarios().into_iter().map(file).collect()
}

fn manifests() -> Vec<Vec<u8>> {
    files("manifest.json")
}

fn receipts() -> Vec<Vec<u8>> {
    files("receipt.json")
}

fn event_lines() -> Vec<Vec<u8>> {
    let logs = files("events.jsonl");
    let lines = logs.iter().flat_map(|log| log.split(|byte| *byte == b'\n'));
    lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

fn every_document() -> Vec<Vec<u8>> {
    [manifests(), receipts(), event_lines()].concat()
}

fn bundles() -> Vec<Vec<u8>> {
    scenarios().iter().map(|parts| join(&parts.bundle())).collect()
}
