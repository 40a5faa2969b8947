//! The bundles of a loop's children, found below a directory by the loops that they are of.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use motus_bundle::{Directory, OpenError};
use motus_json::canonical::cj;
use motus_json::{ReadOptions, Value};
use motus_kernel::manifest::MANIFEST;
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Child;
use motus_kernel::source::{BundleSource, SourceError};
use motus_kernel::verify::{Code, Failure, Report, Summary, verify_bundle};
use motus_kernel::{Digest, Uuid};

/// A manifest longer than this names no child.
const MANIFEST_BYTES: usize = 8 << 20;

/// So many failures are told one by one.
const TOLD: usize = 100;

/// The directory below which the children's bundles lie.
pub(super) struct Below<'b> {
    root: &'b Path,
    source: Directory,
}

impl<'b> Below<'b> {
    pub(super) fn open(root: &'b Path) -> Result<Self, OpenError> {
        Ok(Self { root, source: Directory::open(root)? })
    }
}

/// Verifies the children of a loop that verified, and their children.
///
/// Returns the failures, each with the directory of the child that it is about.
pub(super) fn verify(parent: &Report, below: &Below<'_>, policy: &Rules) -> Vec<Failure> {
    let (root, seen, digests) = (below.root, BTreeSet::new(), BTreeSet::new());
    let bundles = match find(below) {
        Ok(bundles) => bundles,
        Err(error) => {
            let message = format!("cannot be searched for bundles: {error}");
            return vec![failure(Code::FileHashMismatch, root, message)];
        }
    };
    let mut visit =
        Visit { bundles, policy, root, seen, digests, failures: Vec::new(), untold: None };
    if let Some(summary) = &parent.summary {
        visit.seen.insert(summary.loop_id);
        visit.seen.extend(summary.parent_loop_id);
        visit.descend(summary);
    }
    visit.into_failures()
}

struct Visit<'v> {
    bundles: BTreeMap<Uuid, Vec<PathBuf>>,
    policy: &'v Rules,
    root: &'v Path,
    seen: BTreeSet<Uuid>,
    /// What was committed to so far.
    digests: BTreeSet<Digest>,
    failures: Vec<Failure>,
    /// Of those that are not told one by one, the code of the first, and how many.
    untold: Option<(Code, u64)>,
}

impl Visit<'_> {
    fn note(&mut self, code: Code, path: &Path, message: String) {
        if self.failures.len() < TOLD {
            self.failures.push(failure(code, path, message));
        } else {
            let (_, count) = self.untold.get_or_insert((code, 0));
            *count += 1;
        }
    }

    fn into_failures(self) -> Vec<Failure> {
        let mut failures = self.failures;
        if let Some((code, count)) = self.untold {
            failures.push(failure(code, self.root, format!("and {count} more below")));
        }
        failures
    }

    /// Goes through all descendants with a list of its own: how deep they go is input.
    fn descend(&mut self, summary: &Summary) {
        let mut waiting = edges(summary);
        while let Some((parent, child)) = waiting.pop() {
            if !self.seen.insert(child.child_loop_id) {
                let message = format!("loop {} is a child twice", child.child_loop_id);
                self.note(Code::PolicyViolation, self.root, message);
            } else if !self.digests.insert(child.child_proof_digest) {
                let message = format!("the proof {} is a child twice", child.child_proof_digest);
                self.note(Code::PolicyViolation, self.root, message);
            } else {
                waiting.extend(self.child(parent, &child));
            }
        }
    }

    /// Verifies one child and returns its children.
    fn child(&mut self, parent: Uuid, child: &Child) -> Vec<(Uuid, Child)> {
        // A loop is a child once: nobody asks for its bundles again.
        let id = child.child_loop_id;
        let found = self.bundles.remove(&id).unwrap_or_default();
        let is_alone = found.len() == 1;
        for directory in &found {
            match self.verified(directory) {
                Ok(report) if is_alone || report.proof_digest == Some(child.child_proof_digest) => {
                    return self.compare(parent, child, directory, &report);
                }
                Err(error) if is_alone => {
                    self.note(Code::FileHashMismatch, directory, error.to_string());
                    return Vec::new();
                }
                _ => {}
            }
        }
        let message = match found.len() {
            0 => format!("no bundle of loop {id} is below"),
            count => format!(
                "{count} bundles of loop {id} are below, none with the proof that the parent commits to"
            ),
        };
        self.note(Code::FileHashMismatch, self.root, message);
        Vec::new()
    }

    fn verified(&self, directory: &Path) -> Result<Report, OpenError> {
        Ok(verify_bundle(&Directory::open(directory)?, self.policy))
    }

    fn compare(
        &mut self,
        parent: Uuid,
        child: &Child,
        directory: &Path,
        report: &Report,
    ) -> Vec<(Uuid, Child)> {
        for inner in &report.failures {
            let place = directory.join(inner.path.as_deref().unwrap_or_default());
            self.note(inner.code, &place, inner.message.clone());
        }
        let Some(summary) = &report.summary else { return Vec::new() };
        if report.proof_digest != Some(child.child_proof_digest) {
            let message = format!("the parent commits to {}", child.child_proof_digest);
            self.note(Code::ProofDigestMismatch, directory, message);
        }
        if summary.status != child.outcome_status {
            let (found, told) = (summary.status.as_str(), child.outcome_status.as_str());
            let message = format!("the outcome is {found}, the parent says {told}");
            self.note(Code::PolicyViolation, directory, message);
        }
        if summary.parent_loop_id != Some(parent) {
            let message = format!("names no parent, or another than {parent}");
            self.note(Code::PolicyViolation, directory, message);
        }
        edges(summary)
    }
}

fn edges(summary: &Summary) -> Vec<(Uuid, Child)> {
    summary.children.iter().map(|child| (summary.loop_id, child.clone())).collect()
}

fn failure(code: Code, path: &Path, message: String) -> Failure {
    Failure { code, message, path: Some(path.to_string_lossy().into_owned()) }
}

/// Finds every bundle below a directory by its manifest.
fn find(below: &Below<'_>) -> Result<BTreeMap<Uuid, Vec<PathBuf>>, SourceError> {
    let Below { root, source } = below;
    let entries = source.list()?;
    let mut bundles: BTreeMap<Uuid, Vec<PathBuf>> = BTreeMap::new();
    for entry in entries {
        let directory = match entry.path.rsplit_once('/') {
            Some((directory, MANIFEST)) => root.join(directory),
            None if entry.path == MANIFEST => root.to_path_buf(),
            _ => continue,
        };
        if let Some(loop_id) = loop_of(source, &entry.path) {
            bundles.entry(loop_id).or_default().push(directory);
        }
    }
    Ok(bundles)
}

/// Returns the loop that a manifest names; what is no manifest names none.
fn loop_of(source: &Directory, path: &str) -> Option<Uuid> {
    let mut bytes = Vec::new();
    source
        .read(path, &mut |piece| {
            let room = MANIFEST_BYTES.saturating_sub(bytes.len());
            bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
            if piece.len() > room { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .ok()?;
    let manifest = cj::read(&bytes, &ReadOptions::default()).ok()?;
    manifest.get("loop_id").and_then(Value::as_str).and_then(Uuid::parse)
}

#[cfg(test)]
mod tests {
    use motus_testkit::bundle::{Parts, family_member};
    use motus_testkit::harness::Scratch;

    use super::*;

    /// Writes bundles into directories called by their numbers, and verifies the first with the others
    /// below the same directory.
    fn failures(bundles: &[(&str, &Parts)]) -> Vec<String> {
        let scratch = Scratch::new();
        for (name, parts) in bundles {
            for (path, bytes) in &parts.bundle().files {
                scratch.write(&format!("{name}/{path}"), bytes);
            }
        }
        let (root, policy) = (scratch.project(), Rules::published_default());
        let (first, _) = bundles.first().expect("there is a bundle");
        let parent = Directory::open(&root.join(first)).expect("it was written");
        let report = verify_bundle(&parent, &policy);
        assert!(report.is_ok(), "{:?}", report.failures);
        let below = Below::open(&root).expect("it was written");
        let spell = |failure: Failure| {
            let path = failure.path.expect("each failure has a place");
            let path = path.replace(&*root.to_string_lossy(), "");
            format!("{} {path}: {}", failure.code.as_str(), failure.message)
        };
        verify(&report, &below, &policy).into_iter().map(spell).collect()
    }

    #[test]
    fn a_chain_of_any_depth_is_followed_to_its_end() {
        let mut chain = vec![family_member(60, Some(59), &[])];
        for number in (1..60).rev() {
            let child = chain.last().expect("the chain is not empty");
            let parent = (number > 1).then(|| number - 1);
            let member = family_member(number, parent, &[child]);
            chain.push(member);
        }
        chain.reverse();
        let names: Vec<String> = (0..chain.len()).map(|number| format!("a/{number}")).collect();
        let mut bundles: Vec<(&str, &Parts)> =
            names.iter().map(String::as_str).zip(&chain).collect();
        assert_eq!(failures(&bundles), Vec::<String>::new());
        bundles.pop();
        let id = motus_testkit::bundle::member_id(60);
        let missing = format!("FILE_HASH_MISMATCH : no bundle of loop {id} is below");
        assert_eq!(failures(&bundles), [missing]);
    }

    #[test]
    fn a_loop_has_one_place_in_its_family() {
        // Digests forbid a loop to commit to its ancestor as it is, so the grandchild lies about it.
        let ancestor_as_told = family_member(1, None, &[]);
        let grandchild = family_member(3, Some(2), &[&ancestor_as_told]);
        let child = family_member(2, Some(1), &[&grandchild]);
        let parent = family_member(1, None, &[&child]);
        let id = motus_testkit::bundle::member_id(1);
        let twice = format!("POLICY_VIOLATION : loop {id} is a child twice");
        assert_eq!(failures(&[("1", &parent), ("2", &child), ("3", &grandchild)]), [twice]);

        let shared = family_member(9, Some(3), &[]);
        let sisters = [2, 3].map(|number| family_member(number, Some(1), &[&shared]));
        let parent = family_member(1, None, &sisters.each_ref());
        let [left, right] = &sisters;
        let id = motus_testkit::bundle::member_id(9);
        let twice = format!("POLICY_VIOLATION : loop {id} is a child twice");
        let bundles = [("1", &parent), ("2", left), ("3", right), ("9", &shared)];
        assert_eq!(failures(&bundles), [twice]);
    }

    #[test]
    fn the_parent_of_the_first_loop_is_no_descendant_of_it() {
        let grandchild = family_member(9, Some(2), &[]);
        let child = family_member(2, Some(1), &[&grandchild]);
        let parent = family_member(1, Some(9), &[&child]);
        let id = motus_testkit::bundle::member_id(9);
        let twice = format!("POLICY_VIOLATION : loop {id} is a child twice");
        assert_eq!(failures(&[("1", &parent), ("2", &child), ("9", &grandchild)]), [twice]);
    }

    #[test]
    fn a_child_may_lie_inside_its_parents_evidence() {
        let child = family_member(2, Some(1), &[]);
        let mut parent = family_member(1, None, &[&child]);
        for (path, bytes) in child.bundle().files {
            parent.files.insert(format!("evidence/child/{path}"), bytes);
        }
        assert_eq!(failures(&[("1", &parent.seal())]), Vec::<String>::new());
    }

    #[test]
    fn a_child_names_its_parent() {
        for named in [None, Some(7)] {
            let child = family_member(2, named, &[]);
            let parent = family_member(1, None, &[&child]);
            let id = motus_testkit::bundle::member_id(1);
            let other = format!("POLICY_VIOLATION /2: names no parent, or another than {id}");
            assert_eq!(failures(&[("1", &parent), ("2", &child)]), [other]);
        }
    }

    #[test]
    fn of_several_bundles_the_one_that_the_parent_commits_to_counts() {
        let child = family_member(2, Some(1), &[]);
        let parent = family_member(1, None, &[&child]);
        let other = family_member(2, Some(5), &[]);
        let bundles = [("1", &parent), ("0", &other), ("2", &child), ("3", &other)];
        assert_eq!(failures(&bundles), Vec::<String>::new());
        let id = motus_testkit::bundle::member_id(2);
        let none = format!(
            "FILE_HASH_MISMATCH : 2 bundles of loop {id} are below, none with the proof that the parent \
             commits to"
        );
        assert_eq!(failures(&[("1", &parent), ("0", &other), ("3", &other)]), [none]);
    }

    #[test]
    fn a_proof_is_one_childs() {
        let child = family_member(3, Some(1), &[]);
        let mut cousin = family_member(2, Some(1), &[&child]);
        let claimed = cousin.in_receipt(&["children"]);
        let (name, other) =
            (motus_testkit::bundle::member_id(3), motus_testkit::bundle::member_id(4));
        let text = cj::write(claimed).expect("it can be written").replace(&name, &other);
        *claimed = cj::read(text.as_bytes(), &ReadOptions::default()).expect("it is a list");
        let cousin = cousin.seal();
        let parent = family_member(1, None, &[&cousin, &child]);
        let twice =
            format!("POLICY_VIOLATION : the proof {} is a child twice", child.proof_digest());
        let found = failures(&[("1", &parent), ("2", &cousin), ("3", &child)]);
        assert!(found.contains(&twice), "{found:?}");
    }

    #[test]
    fn many_failures_are_counted() {
        let children: Vec<Parts> =
            (2..110).map(|number| family_member(number, Some(1), &[])).collect();
        let parent = family_member(1, None, &children.iter().collect::<Vec<_>>());
        let failures = failures(&[("1", &parent)]);
        assert_eq!(failures.len(), TOLD + 1);
        let last = failures.last().expect("there are failures");
        assert_eq!(last, "FILE_HASH_MISMATCH : and 8 more below");
    }

    #[test]
    fn a_long_manifest_names_no_loop() {
        let child = family_member(2, Some(1), &[]);
        let parent = family_member(1, None, &[&child]);
        let mut long = child.clone();
        long.manifest.insert("padding", "x".repeat(MANIFEST_BYTES));
        assert_eq!(failures(&[("1", &parent), ("2", &child), ("3", &long)]), Vec::<String>::new());
    }
}
