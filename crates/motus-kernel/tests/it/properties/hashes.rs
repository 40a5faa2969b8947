//! Hashes, roots and the digest over them: p03 and p07 to p10.

use motus_json::Value;
use motus_kernel::Digest;
use motus_kernel::manifest::ListedFile;
use motus_kernel::merkle::{Tree, root};
use motus_kernel::proof::proof_digest;
use motus_kernel::receipt::{Artifact, Roots};
use motus_kernel::roots::{artifacts_root, evidence_root};
use motus_kernel::verify::Code;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{code, config, scenario, text};

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 4]>().prop_map(|seed| Digest::of(&[&seed]))
}

fn roots_of(digests: &[Digest]) -> Roots {
    let digest = |place: usize| digests[place];
    Roots {
        event_log_root: digest(0),
        artifacts_root: digest(1),
        evidence_root: digest(2),
        lens_root: digest(3),
        effects_root: digest(4),
        gates_root: digest(5),
        verification_root: digest(6),
        workgraph_root: digest(7),
    }
}

/// A list and the same in another order.
fn shuffled<T: Clone + std::fmt::Debug>(
    lists: impl Strategy<Value = Vec<T>>,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    lists.prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
}

fn artifacts() -> impl Strategy<Value = Vec<Artifact>> {
    btree_map(text(), digest(), 0..8).prop_map(|artifacts| {
        let artifact = |(path, sha256)| Artifact { path, sha256, size_bytes: None, kind: None };
        artifacts.into_iter().map(artifact).collect()
    })
}

proptest! {
    #![proptest_config(config(200))]

    /// p03: whatever the integrity block says, the receipt's hash is that of the rest.
    #[test]
    fn p03_the_integrity_block_is_not_in_the_receipt_hash(
        parts in scenario(2), name in text(), value in text(), policy in text(),
    ) {
        let mut other = parts.clone();
        let block = other.in_receipt(&["integrity"]);
        let block = block.as_object_mut().expect("an object");
        block.insert("policy_id", policy);
        let claimed = |parts: &motus_testkit::bundle::Parts| {
            parts.receipt.get("integrity").and_then(|block| block.get("receipt_hash")).cloned()
        };
        other.seal_receipt();
        prop_assert_eq!(claimed(&parts), claimed(&other));
        prop_assert_eq!(code(&other.bundle()), Some(Code::PolicyViolation), "no step before");

        let block = other.in_receipt(&["integrity"]).as_object_mut().expect("an object");
        block.insert(format!("x{name}"), value);
        other.seal_receipt();
        prop_assert_eq!(claimed(&parts), claimed(&other));
        prop_assert_eq!(code(&other.bundle()), Some(Code::ParseError), "nothing is let in unseen");
    }

    /// p07: leaves in another order have another root.
    #[test]
    fn p07_the_order_of_leaves_shows((leaves, other) in shuffled(vec(vec(any::<u8>(), 0..3), 0..12))) {
        let root = |leaves: &[Vec<u8>]| root(Tree::EventLog, leaves.iter().map(Vec::as_slice));
        prop_assert_eq!(leaves == other, root(&leaves) == root(&other));
    }

    /// p07: the same leaves in trees of two kinds have two roots.
    #[test]
    fn p07_the_kind_of_the_leaves_shows(leaves in vec(vec(any::<u8>(), 0..3), 0..6)) {
        let roots = Tree::ALL.map(|tree| root(tree, leaves.iter().map(Vec::as_slice)));
        for (place, root) in roots.iter().enumerate() {
            prop_assert!(!roots[..place].contains(root));
        }
    }

    /// p08: the proof digest depends on each of its nine parts, and on their places.
    #[test]
    fn p08_every_part_is_in_the_proof_digest(
        parts in vec(digest(), 9), other in digest(), first in 0..9_usize, second in 0..9_usize,
    ) {
        let of = |parts: &[Digest]| proof_digest(&parts[8], &roots_of(parts));
        let mut changed = parts.clone();
        changed[first] = other;
        prop_assert_eq!(changed == parts, of(&changed) == of(&parts));
        let mut swapped = parts.clone();
        swapped.swap(first, second);
        prop_assert_eq!(swapped == parts, of(&swapped) == of(&parts));
    }

    /// p09: artifacts in any order have one root; an input is no output.
    #[test]
    fn p09_artifacts_are_sorted_for_their_root((sorted, other) in shuffled(artifacts())) {
        prop_assert_eq!(artifacts_root(&sorted, &[]), artifacts_root(&other, &[]));
        prop_assert_eq!(artifacts_root(&other, &sorted), artifacts_root(&sorted, &other));
        let is_empty = sorted.is_empty();
        prop_assert_eq!(is_empty, artifacts_root(&sorted, &[]) == artifacts_root(&[], &sorted));
    }

    /// p09: a receipt whose artifacts are not sorted is refused although its root is right.
    #[test]
    fn p09_unsorted_artifacts_are_refused(parts in scenario(3), list in 0..2_usize) {
        let mut other = parts.clone();
        let artifacts = other.in_receipt(&["artifacts", ["inputs", "outputs"][list]]);
        let items: Vec<Value> = artifacts.as_array().unwrap_or_default().to_vec();
        prop_assume!(items.len() > 1);
        *artifacts = items.into_iter().rev().collect();
        other.seal_receipt();
        prop_assert_eq!(code(&other.bundle()), Some(Code::ParseError));
        let root = |parts: &motus_testkit::bundle::Parts| {
            parts.receipt.get("integrity").and_then(|block| block.get("roots")?.get("artifacts_root").cloned())
        };
        prop_assert_eq!(root(&parts), root(&other));
    }

    /// p10: a renamed evidence file has another root.
    #[test]
    fn p10_the_names_of_evidence_show(
        names in btree_map("[a-z]{1,3}", digest(), 1..8), place in any::<Index>(), name in "[a-z]{4,5}",
    ) {
        let file = |(path, sha256): (&String, &Digest)| {
            ListedFile { path: format!("evidence/{path}"), sha256: *sha256, size_bytes: 1 }
        };
        let files: Vec<ListedFile> = names.iter().map(file).collect();
        let mut renamed = files.clone();
        renamed[place.index(files.len())].path = format!("evidence/{name}");
        prop_assert_ne!(evidence_root(files.iter()), evidence_root(renamed.iter()));
    }

    /// p10: so that a bundle whose evidence was renamed, manifest and all, is found out.
    #[test]
    fn p10_renamed_evidence_is_found(parts in scenario(3), place in any::<Index>(), name in "[a-z]{1,8}") {
        let mut bundle = parts.bundle();
        let evidence = bundle.files.keys().filter(|path| path.starts_with("evidence/more/"));
        let evidence: Vec<String> = evidence.cloned().collect();
        prop_assume!(!evidence.is_empty());
        let bytes = bundle.files.remove(&evidence[place.index(evidence.len())]).expect("it is there");
        bundle.files.insert(format!("evidence/{name}"), bytes);
        parts.list(&mut bundle);
        prop_assert_eq!(code(&bundle), Some(Code::RootMismatch));
    }
}
