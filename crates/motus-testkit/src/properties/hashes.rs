//! Hashes, roots and the digest over them: p03 and p06 to p10.

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
use proptest::sample::{Index, select};

use super::check::{Outcome, Run, check};
use super::sealed::code;
use crate::any;
use crate::bundle::Parts;

/// Whatever the integrity block says, the receipt's hash is that of the rest.
pub(super) fn p03(run: &Run) -> Outcome {
    let texts = (any::text(), any::text(), any::text());
    check(run, (any::scenario(2), texts), |(parts, (name, value, policy))| {
        let mut other = parts.clone();
        let block = other.in_receipt(&["integrity"]);
        let block = block.as_object_mut().expect("an object");
        block.insert("policy_id", policy);
        other.seal_receipt();
        prop_assert_eq!(claimed(&parts, &["receipt_hash"]), claimed(&other, &["receipt_hash"]));
        prop_assert_eq!(code(&other.bundle()), Some(Code::PolicyViolation), "no step before");

        let block = other.in_receipt(&["integrity"]).as_object_mut().expect("an object");
        block.insert(format!("x{name}"), value);
        other.seal_receipt();
        prop_assert_eq!(claimed(&parts, &["receipt_hash"]), claimed(&other, &["receipt_hash"]));
        prop_assert_eq!(code(&other.bundle()), Some(Code::ParseError), "nothing is let in unseen");
        Ok(())
    })
}

/// Returns what the integrity block of a receipt claims.
fn claimed(parts: &Parts, path: &[&str]) -> Option<Value> {
    let block = parts.receipt.get("integrity")?;
    path.iter().try_fold(block, |value, name| value.get(name)).cloned()
}

/// A tree without leaves has the root that its kind alone decides.
pub(super) fn p06(run: &Run) -> Outcome {
    check(run, select(Tree::ALL.to_vec()), |tree| {
        let found = root(tree, []);
        prop_assert_eq!(found, root(tree, []));
        for name in TREES {
            let expected = Digest::of(&[format!("MOTUS|MRKL|{name}|EMPTY|0.1|").as_bytes()]);
            prop_assert_eq!(found == expected, tree.tag() == name, "{}", name);
        }
        prop_assert!(TREES.contains(&tree.tag()));
        Ok(())
    })
}

/// The kinds of trees, as §0 spells them.
const TREES: [&str; 8] =
    ["EVENTLOG", "ARTIFACTS", "EVIDENCE", "LENS", "EFFECTS", "GATES", "VERIFICATION", "WORKGRAPH"];

/// Leaves in another order have another root, and so has the same in a tree of another kind.
pub(super) fn p07(run: &Run) -> Outcome {
    let leaves = |most| vec(vec(any::<u8>(), 0..3), 0..most);
    let ordered = check(run, any::shuffled(leaves(12)), |(leaves, other)| {
        let root = |leaves: &[Vec<u8>]| root(Tree::EventLog, leaves.iter().map(Vec::as_slice));
        prop_assert_eq!(leaves == other, root(&leaves) == root(&other));
        Ok(())
    });
    ordered.and(check(run, leaves(6), |leaves| {
        let roots = Tree::ALL.map(|tree| root(tree, leaves.iter().map(Vec::as_slice)));
        for (place, root) in roots.iter().enumerate() {
            prop_assert!(!roots[..place].contains(root));
        }
        Ok(())
    }))
}

/// The proof digest depends on each of its nine parts, and on their places.
pub(super) fn p08(run: &Run) -> Outcome {
    let change = (any::digest(), 0..9_usize, 0..9_usize);
    check(run, (vec(any::digest(), 9), change), |(parts, (other, first, second))| {
        let of = |parts: &[Digest]| proof_digest(&parts[8], &roots_of(parts));
        let mut changed = parts.clone();
        changed[first] = other;
        prop_assert_eq!(changed == parts, of(&changed) == of(&parts));
        let mut swapped = parts.clone();
        swapped.swap(first, second);
        prop_assert_eq!(swapped == parts, of(&swapped) == of(&parts));
        Ok(())
    })
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

/// Artifacts in any order have one root, and an input is no output; yet a receipt in which they are not sorted
/// is refused.
pub(super) fn p09(run: &Run) -> Outcome {
    let one_root = check(run, any::shuffled(artifacts()), |(sorted, other)| {
        prop_assert_eq!(artifacts_root(&sorted, &[]), artifacts_root(&other, &[]));
        prop_assert_eq!(artifacts_root(&other, &sorted), artifacts_root(&sorted, &other));
        let is_empty = sorted.is_empty();
        prop_assert_eq!(is_empty, artifacts_root(&sorted, &[]) == artifacts_root(&[], &sorted));
        Ok(())
    });
    one_root.and(check(run, (any::scenario(3), 0..2_usize), |(parts, list)| {
        let mut other = parts.clone();
        let artifacts = other.in_receipt(&["artifacts", ["inputs", "outputs"][list]]);
        let items: Vec<Value> = artifacts.as_array().unwrap_or_default().to_vec();
        prop_assume!(items.len() > 1);
        *artifacts = items.into_iter().rev().collect();
        other.seal_receipt();
        prop_assert_eq!(code(&other.bundle()), Some(Code::ParseError));
        let path = ["roots", "artifacts_root"];
        prop_assert_eq!(claimed(&parts, &path), claimed(&other, &path));
        Ok(())
    }))
}

fn artifacts() -> impl Strategy<Value = Vec<Artifact>> {
    btree_map(any::text(), any::digest(), 0..8).prop_map(|artifacts| {
        let artifact = |(path, sha256)| Artifact { path, sha256, size_bytes: None, kind: None };
        artifacts.into_iter().map(artifact).collect()
    })
}

/// A renamed evidence file has another root, so that a bundle whose evidence was renamed, manifest and all, is
/// found out.
pub(super) fn p10(run: &Run) -> Outcome {
    let names = btree_map("[a-z]{1,3}", any::digest(), 1..8);
    let other_root = check(run, (names, any::<Index>(), "[a-z]{4,5}"), |(names, place, name)| {
        let file = |(path, sha256): (&String, &Digest)| {
            let path = format!("evidence/{path}");
            ListedFile { path, sha256: *sha256, size_bytes: 1 }
        };
        let files: Vec<ListedFile> = names.iter().map(file).collect();
        let mut renamed = files.clone();
        renamed[place.index(files.len())].path = format!("evidence/{name}");
        prop_assert_ne!(evidence_root(files.iter()), evidence_root(renamed.iter()));
        Ok(())
    });
    let renaming = (any::<Index>(), "[a-z]{1,8}");
    other_root.and(check(run, (any::scenario(3), renaming), |(parts, (place, name))| {
        let mut bundle = parts.bundle();
        let evidence = bundle.files.keys().filter(|path| path.starts_with("evidence/more/"));
        let evidence: Vec<String> = evidence.cloned().collect();
        prop_assume!(!evidence.is_empty());
        let bytes = bundle.files.remove(&evidence[place.index(evidence.len())]);
        bundle.files.insert(format!("evidence/{name}"), bytes.expect("it is there"));
        parts.list(&mut bundle);
        prop_assert_eq!(code(&bundle), Some(Code::RootMismatch));
        Ok(())
    }))
}
