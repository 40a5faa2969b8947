//! The leaves of the eight trees, and their roots.
//!
//! Source: MOTUS-SPEC-V0.1 §3. Leaves are sorted here whatever order they come in; enumerations sort by
//! their names. A leaf's members stand in canonical order, so that its bytes are written directly.

use std::io::Write;

use motus_json::canonical::cj;

use crate::effect::Effect;
use crate::manifest::ListedFile;
use crate::merkle::{Tree, leaf_hash, root};
use crate::receipt::{Artifact, Body, Check, Child, Gate, LensItem, Roots};
use crate::{Digest, Uuid};

/// Writes one leaf, member by member in the order of their names.
struct Leaf(String);

impl Leaf {
    fn new() -> Self {
        Self(String::with_capacity(160))
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn text(mut self, name: &str, text: &str) -> Self {
        self.name(name);
        cj::write_string(text, &mut self.0);
        self
    }

    fn bare(mut self, name: &str, token: &str) -> Self {
        self.name(name);
        self.0.push_str(token);
        self
    }

    fn boolean(self, name: &str, value: bool) -> Self {
        self.bare(name, if value { "true" } else { "false" })
    }

    /// A path, or `null`: the member is there in any case.
    fn evidence(self, path: Option<&str>) -> Self {
        match path {
            Some(path) => self.text("evidence", path),
            None => self.bare("evidence", "null"),
        }
    }

    fn end(mut self) -> Vec<u8> {
        self.0.push('}');
        self.0.into_bytes()
    }
}

fn root_of(tree: Tree, leaves: &[Vec<u8>]) -> Digest {
    root(tree, leaves.iter().map(Vec::as_slice))
}

/// Returns the eight roots of a bundle, given that over its events, which is found as they pass.
pub fn of<'f>(
    receipt: &Body,
    event_log_root: Digest,
    evidence: impl Iterator<Item = &'f ListedFile>,
) -> Roots {
    Roots {
        event_log_root,
        artifacts_root: artifacts_root(&receipt.inputs, &receipt.outputs),
        evidence_root: evidence_root(evidence),
        lens_root: lens_root(&receipt.lens.items),
        effects_root: effects_root(&receipt.effects.declared),
        gates_root: gates_root(&receipt.gates),
        verification_root: verification_root(&receipt.checks),
        workgraph_root: workgraph_root(receipt.loop_id, &receipt.children),
    }
}

/// Hashes the leaf of an event; the event log is hashed as it is read.
pub(crate) fn event_leaf_hash(seq: u64, event_hash: &Digest) -> Digest {
    let mut leaf = [0; 128];
    let mut rest = leaf.as_mut_slice();
    let mut hex = [0; 64];
    let parts = [b"{\"event_hash\":\"", event_hash.write_hex(&mut hex), b"\",\"seq\":"];
    // A leaf is at most 108 bytes long, so that it fits.
    let _ = parts.into_iter().try_for_each(|part| rest.write_all(part));
    let _ = write!(rest, "{seq}}}");
    let unused = rest.len();
    let length = leaf.len() - unused;
    leaf_hash(Tree::EventLog, leaf.get(..length).unwrap_or_default())
}

/// Returns the root over inputs and outputs (§3.2).
pub fn artifacts_root(inputs: &[Artifact], outputs: &[Artifact]) -> Digest {
    let leaves = |io: &'static str, artifacts: &[Artifact]| {
        let mut sorted: Vec<&Artifact> = artifacts.iter().collect();
        sorted.sort_by_key(|artifact| (artifact.path.as_str(), artifact.sha256));
        let leaf = |artifact: &Artifact| {
            let leaf = Leaf::new().text("io", io).text("path", &artifact.path);
            leaf.text("sha256", &artifact.sha256.to_string()).end()
        };
        sorted.into_iter().map(leaf).collect::<Vec<_>>()
    };
    root_of(Tree::Artifacts, &[leaves("in", inputs), leaves("out", outputs)].concat())
}

/// Returns the root over the listed files that are evidence (§3.3).
pub fn evidence_root<'f>(evidence: impl Iterator<Item = &'f ListedFile>) -> Digest {
    let mut sorted: Vec<&ListedFile> = evidence.collect();
    sorted.sort_by_key(|file| file.path.as_str());
    let leaf = |file: &ListedFile| {
        Leaf::new().text("path", &file.path).text("sha256", &file.sha256.to_string()).end()
    };
    root_of(Tree::Evidence, &sorted.into_iter().map(leaf).collect::<Vec<_>>())
}

/// Returns the root over the items of the lens (§3.4).
pub fn lens_root(items: &[LensItem]) -> Digest {
    let mut sorted: Vec<&LensItem> = items.iter().collect();
    sorted.sort_by_key(|item| (item.kind.as_str(), item.uri.as_str(), item.sha256));
    let leaf = |item: &LensItem| {
        Leaf::new()
            .text("kind", &item.kind)
            .text("provenance", &item.provenance)
            .text("sha256", &item.sha256.to_string())
            .text("ts_utc", &item.ts_utc)
            .text("uri", &item.uri)
            .end()
    };
    root_of(Tree::Lens, &sorted.into_iter().map(leaf).collect::<Vec<_>>())
}

/// Returns the root over the declared effects (§3.5).
pub fn effects_root(declared: &[Effect]) -> Digest {
    let mut sorted: Vec<&Effect> = declared.iter().collect();
    sorted.sort_by_key(|effect| (effect.op.as_str(), effect.selector.as_str()));
    let leaf = |effect: &Effect| {
        Leaf::new().text("op", effect.op.as_str()).text("selector", &effect.selector).end()
    };
    root_of(Tree::Effects, &sorted.into_iter().map(leaf).collect::<Vec<_>>())
}

/// Returns the root over the results of gates (§3.6).
pub fn gates_root(gates: &[Gate]) -> Digest {
    let mut sorted: Vec<&Gate> = gates.iter().collect();
    sorted.sort_by_key(|gate| (gate.phase.as_str(), gate.gate_id.as_str()));
    let leaf = |gate: &Gate| {
        Leaf::new()
            .evidence(gate.evidence.as_deref())
            .text("gate_id", &gate.gate_id)
            .boolean("passed", gate.passed)
            .text("phase", gate.phase.as_str())
            .end()
    };
    root_of(Tree::Gates, &sorted.into_iter().map(leaf).collect::<Vec<_>>())
}

/// Returns the root over the results of checks (§3.7).
pub fn verification_root(results: &[Check]) -> Digest {
    let mut sorted: Vec<&Check> = results.iter().collect();
    sorted.sort_by_key(|check| (check.level.as_str(), check.check_id.as_str()));
    let leaf = |check: &Check| {
        Leaf::new()
            .text("check_id", &check.check_id)
            .evidence(check.evidence.as_deref())
            .text("level", check.level.as_str())
            .boolean("passed", check.passed)
            .end()
    };
    root_of(Tree::Verification, &sorted.into_iter().map(leaf).collect::<Vec<_>>())
}

/// Returns the root over the children in the order in which they were spawned (§3.8).
pub fn workgraph_root(parent: Uuid, children: &[Child]) -> Digest {
    let mut sorted: Vec<&Child> = children.iter().collect();
    sorted.sort_by_key(|child| child.spawn_index);
    let leaf = |child: &Child| {
        Leaf::new()
            .text("child_loop_id", &child.child_loop_id.to_string())
            .text("child_proof_digest", &child.child_proof_digest.to_string())
            .boolean("critical", child.critical)
            .text("parent_loop_id", &parent.to_string())
            .bare("spawn_index", &child.spawn_index.to_string())
            .end()
    };
    root_of(Tree::Workgraph, &sorted.into_iter().map(leaf).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leaf_of_an_event_is_its_canonical_text() {
        for seq in [0, 9, 10, 4_294_967_295, u64::MAX] {
            let hash = Digest::of(&[&seq.to_be_bytes()]);
            let text = format!("{{\"event_hash\":\"{hash}\",\"seq\":{seq}}}");
            assert_eq!(event_leaf_hash(seq, &hash), leaf_hash(Tree::EventLog, text.as_bytes()));
        }
    }
}
