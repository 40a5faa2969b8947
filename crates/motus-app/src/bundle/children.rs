//! The family of a loop: its children and theirs, each a bundle of its own.
//!
//! What is remembered grows with the bundles that lie there and not with what they list: a child without a
//! bundle is a failure that is told and forgotten.

mod below;

use std::collections::BTreeSet;
use std::path::Path;

use motus_bundle::OpenError;
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Child;
use motus_kernel::verify::{Code, Failure, Report, Summary, TOLD, verify_bundle};
use motus_kernel::{Digest, Uuid};

pub(super) use below::Below;
use below::Bundles;

/// What was found of a family.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Each with the directory of the child that it is about.
    pub(super) failures: Vec<Failure>,
    /// Each with the loop that it is about.
    pub(super) warnings: Vec<String>,
}

/// Verifies the children of a loop that verified, and their children.
pub(super) fn verify(parent: &Report, below: &Below<'_>, policy: &Rules) -> Found {
    match below.bundles() {
        Ok(bundles) => visit(parent, below, bundles, policy),
        Err(error) => {
            let message = format!("cannot be searched for bundles: {error}");
            let failures = vec![failure(Code::FileHashMismatch, &below.place(""), &message)];
            Found { failures, ..Found::default() }
        }
    }
}

fn visit(parent: &Report, below: &Below<'_>, bundles: Bundles, policy: &Rules) -> Found {
    let (seen, digests) = (BTreeSet::new(), BTreeSet::new());
    let (waiting, found) = (Vec::new(), Found::default());
    let (untold, unwarned) = (None, 0);
    let mut visit =
        Visit { below, bundles, policy, seen, digests, waiting, found, untold, unwarned };
    if let Some(summary) = &parent.summary {
        visit.seen.insert(summary.loop_id);
        visit.seen.extend(summary.parent_loop_id);
        visit.descend(summary);
    }
    visit.end()
}

struct Visit<'v> {
    below: &'v Below<'v>,
    /// Those that nobody asked for so far.
    bundles: Bundles,
    policy: &'v Rules,
    /// The loops that have their place in the family.
    seen: BTreeSet<Uuid>,
    /// What was committed to so far.
    digests: BTreeSet<Digest>,
    waiting: Vec<Waiting>,
    found: Found,
    /// Of those that are not told one by one, the code of the first, and how many.
    untold: Option<(Code, u64)>,
    /// How many warnings are not told one by one.
    unwarned: u64,
}

/// A child that has bundles, before they are looked at.
struct Waiting {
    parent: Uuid,
    child: Child,
    directories: Vec<String>,
}

impl Visit<'_> {
    fn note(&mut self, code: Code, path: &Path, message: &str) {
        if self.found.failures.len() < TOLD {
            self.found.failures.push(failure(code, path, message));
        } else {
            let (_, count) = self.untold.get_or_insert((code, 0));
            *count += 1;
        }
    }

    fn warn(&mut self, loop_id: Uuid, warning: &str) {
        if self.found.warnings.len() < TOLD {
            self.found.warnings.push(format!("loop {loop_id}: {warning}"));
        } else {
            self.unwarned += 1;
        }
    }

    fn end(self) -> Found {
        let mut found = self.found;
        if let Some((code, count)) = self.untold {
            let message = format!("and {count} more below");
            found.failures.push(failure(code, &self.below.place(""), &message));
        }
        if self.unwarned > 0 {
            found.warnings.push(format!("and {} more of children", self.unwarned));
        }
        found
    }

    /// Goes through all descendants with a list of its own: how deep they go is input.
    fn descend(&mut self, summary: &Summary) {
        self.expand(summary);
        while let Some(waiting) = self.waiting.pop() {
            if let Some(summary) = self.child(&waiting) {
                self.expand(&summary);
            }
        }
    }

    /// Lets every child wait that has a place in the family and a bundle. Nobody asks for its bundles again.
    /// Only a child that was never joined may lack one: its parent commits to none.
    fn expand(&mut self, summary: &Summary) {
        for child in &summary.children {
            let (id, digest) = (child.child_loop_id, child.child_proof_digest);
            let place = self.below.place("");
            if self.seen.contains(&id) {
                let message = format!("loop {id} is a child twice");
                self.note(Code::PolicyViolation, &place, &message);
            } else if self.digests.contains(&digest) {
                let message = format!("the proof {digest} is a child twice");
                self.note(Code::PolicyViolation, &place, &message);
            } else if let Some(directories) = self.bundles.remove(&id) {
                self.seen.insert(id);
                self.digests.insert(digest);
                let (parent, child) = (summary.loop_id, child.clone());
                self.waiting.push(Waiting { parent, child, directories });
            } else if child.is_unproven() {
                self.seen.insert(id);
                self.warn(id, NEVER_JOINED);
            } else {
                let message = format!("no bundle of loop {id} is below");
                self.note(Code::FileHashMismatch, &place, &message);
            }
        }
    }

    /// Verifies one child, and returns what it says of itself.
    fn child(&mut self, waiting: &Waiting) -> Option<Summary> {
        let Waiting { parent, child, directories } = waiting;
        let is_alone = directories.len() == 1;
        for directory in directories {
            let place = self.below.place(directory);
            match self.verified(directory) {
                Ok(report) if is_alone || report.proof_digest == Some(child.child_proof_digest) => {
                    return self.compare(*parent, child, &place, report);
                }
                Err(error) if is_alone => {
                    self.note(Code::FileHashMismatch, &place, &error.to_string());
                    return None;
                }
                _ => {}
            }
        }
        let (count, id) = (directories.len(), child.child_loop_id);
        let message = format!(
            "{count} bundles of loop {id} are below, none with the proof that the parent commits to"
        );
        self.note(Code::FileHashMismatch, &self.below.place(""), &message);
        None
    }

    fn verified(&self, directory: &str) -> Result<Report, OpenError> {
        Ok(verify_bundle(&self.below.bundle(directory)?, self.policy))
    }

    fn compare(
        &mut self,
        parent: Uuid,
        child: &Child,
        directory: &Path,
        report: Report,
    ) -> Option<Summary> {
        for inner in &report.failures {
            let place = directory.join(inner.path.as_deref().unwrap_or_default());
            self.note(inner.code, &place, &inner.message);
        }
        let summary = report.summary.as_ref()?;
        for warning in &report.warnings {
            self.warn(summary.loop_id, warning);
        }
        if child.is_unproven() {
            self.warn(summary.loop_id, NEVER_JOINED);
        } else {
            self.compare_edge(child, directory, &report, summary);
        }
        if summary.parent_loop_id != Some(parent) {
            let message = format!("names no parent, or another than {parent}");
            self.note(Code::PolicyViolation, directory, &message);
        }
        report.summary
    }

    /// Compares a child with what its parent says of it.
    fn compare_edge(
        &mut self,
        child: &Child,
        directory: &Path,
        report: &Report,
        summary: &Summary,
    ) {
        if report.proof_digest != Some(child.child_proof_digest) {
            let message = format!("the parent commits to {}", child.child_proof_digest);
            self.note(Code::ProofDigestMismatch, directory, &message);
        }
        if summary.status != child.outcome_status {
            let (found, told) = (summary.status.as_str(), child.outcome_status.as_str());
            let message = format!("the outcome is {found}, the parent says {told}");
            self.note(Code::PolicyViolation, directory, &message);
        }
    }
}

/// What is told of a child that its parent spawned and never joined.
const NEVER_JOINED: &str = "its parent never joined it, and commits to no bundle of it";

fn failure(code: Code, path: &Path, message: &str) -> Failure {
    Failure::new(code, Some(&path.to_string_lossy()), message)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use motus_bundle::Directory;
    use motus_json::ReadOptions;
    use motus_json::canonical::cj;
    use motus_testkit::bundle::{Parts, canonical, document, family_member};
    use motus_testkit::harness::Scratch;

    use super::*;

    /// Writes bundles into directories called by their numbers, and verifies the first with the others
    /// below the same directory.
    fn failures(bundles: &[(&str, &Parts)]) -> Vec<String> {
        found(bundles, |_| {}).failures.into_iter().map(spelled).collect()
    }

    fn spelled(failure: Failure) -> String {
        let path = failure.path.expect("each failure has a place");
        format!("{} {path}: {}", failure.code.as_str(), failure.message)
    }

    /// Does so, and lets the directory change once the others were found; its name is left out.
    fn found(bundles: &[(&str, &Parts)], change: impl FnOnce(&Path)) -> Found {
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
        let bundles = below.bundles().expect("they can be found");
        change(&root);
        let mut found = visit(&report, &below, bundles, &policy);
        for failure in &mut found.failures {
            let path = failure.path.take().expect("each failure has a place");
            failure.path = Some(path.replace(&*root.to_string_lossy(), ""));
        }
        found
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

    /// A loop that failed, and of whose child it says what `edge` makes of it.
    fn failed_parent(child: &Parts, edge: impl Fn(&str) -> String) -> Parts {
        let mut parent = family_member(1, None, &[child]);
        *parent.in_receipt(&["outcome", "status"]) = "failed".into();
        let last = parent.events.len() - 1;
        let locked = canonical(parent.event(last));
        *parent.event(last) = document(&locked.replace("\"success\"", "\"failed\""));
        let children = parent.in_receipt(&["children"]);
        let text = edge(&cj::write(children).expect("it can be written"));
        *children = cj::read(text.as_bytes(), &ReadOptions::default()).expect("it is a list");
        parent.seal()
    }

    #[test]
    fn of_a_child_that_was_never_joined_no_bundle_is_wanted_and_its_own_must_verify() {
        let child = family_member(2, Some(1), &[]);
        let id = motus_testkit::bundle::member_id(2);
        let proof = child.proof_digest();
        let unproven = Digest::of(&[b"MOTUS|UNPROVEN|0.1|", id.as_bytes()]).to_string();
        let is_failed = |edge: &str| edge.replace("\"success\"", "\"failed\"");
        let parent = failed_parent(&child, |edge| is_failed(edge).replace(&proof, &unproven));
        let warning =
            format!("loop {id}: its parent never joined it, and commits to no bundle of it");
        for bundles in [&[("1", &parent)][..], &[("1", &parent), ("2", &child)]] {
            let found = found(bundles, |_| {});
            assert!(found.failures.is_empty(), "{:?}", found.failures);
            assert_eq!(found.warnings, [warning.as_str()]);
        }
        let mut broken = child.clone();
        broken.files.values_mut().next().expect("it has evidence").push(b'x');
        assert!(!failures(&[("1", &parent), ("2", &broken)]).is_empty());
        let stray = family_member(2, Some(7), &[]);
        assert!(!failures(&[("1", &parent), ("2", &stray)]).is_empty());
        // Who says that a child came to something commits to it, whatever the digest.
        let boasting = failed_parent(&child, |edge| edge.replace(&proof, &unproven));
        let missing = format!("FILE_HASH_MISMATCH : no bundle of loop {id} is below");
        assert_eq!(failures(&[("1", &boasting)]), [missing]);
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
        long.manifest
            .insert("padding", "x".repeat(motus_kernel::verify::MANIFEST_LIMITS.limits.bytes));
        assert_eq!(failures(&[("1", &parent), ("2", &child), ("3", &long)]), Vec::<String>::new());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test makes links")]
    fn a_link_that_took_the_place_of_a_child_is_not_followed() {
        let child = family_member(2, Some(1), &[]);
        let parent = family_member(1, None, &[&child]);
        let bundles = [("1", &parent), ("deep/2", &child)];
        for place in ["deep/2", "deep"] {
            let found = found(&bundles, |root| {
                let aside = root.join("aside");
                std::fs::rename(root.join(place), &aside).expect("it can be moved");
                symlink(&aside, root.join(place)).expect("a link can be made");
            });
            let told: Vec<String> = found.failures.into_iter().map(spelled).collect();
            let [told] = told.as_slice() else { panic!("one failure: {told:?}") };
            assert!(told.starts_with("FILE_HASH_MISMATCH /deep/2: "), "{told}");
            assert!(told.contains("symbolic link"), "{told}");
        }
    }

    #[test]
    fn what_is_odd_about_a_child_is_told_with_its_loop() {
        let mut child = family_member(2, Some(1), &[]);
        child.event(3).insert("ts_utc", "1999-01-01T00:00:00Z");
        let child = child.seal();
        let parent = family_member(1, None, &[&child]);
        let found = found(&[("1", &parent), ("2", &child)], |_| {});
        assert!(found.failures.is_empty(), "{:?}", found.failures);
        let id = motus_testkit::bundle::member_id(2);
        assert_eq!(
            found.warnings,
            [format!("loop {id}: time goes back at line 4 of events.jsonl")]
        );
    }
}
