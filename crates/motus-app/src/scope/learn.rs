//! The smallest scope under which a command that was watched would have passed.
//!
//! It is a document to be read before it is used: what was seen once is granted, and what others would need is not.
//! What nobody should grant without a thought stands there as a comment, with what it would be needed for.

mod caches;
mod document;
mod drafts;
mod given;
mod ground;
mod lesson;
mod needs;
mod programs;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use motus_kernel::effect::{CanonicalEffect, EffectOp, compress, covers, uncovered};
use motus_runtime::scope::{Access, Observation};

use super::Plan;
use super::entries::Entries;
use super::spelling;
use super::width::Width;
use given::Given;
use ground::Ground;
use lesson::Lesson;
use needs::Needs;
use programs::Programs;

/// So many effects a document has at most where fewer would grant what nobody should.
const MOST: u32 = 1_600;

/// A scope that was learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// The document.
    pub document: String,
    /// How many values stand in it as comments, since nobody should grant them without a thought.
    pub left_out: usize,
}

/// Returns a document of a scope: what the plan grants as it was written, as far as it was used, and what it does not
/// allow already, compressed to at most `k` effects of files where that allows nothing that nobody should grant without
/// a thought.
pub(super) fn learn(plan: &Plan, observation: &Observation, k: u32) -> Learned {
    let given = Given::of(plan, observation);
    let needs = Needs::of(plan, observation, &given);
    let entries = Entries::of(observation);
    let written = given.effects.iter().filter(|effect| effect.op() == EffectOp::WriteFS);
    let written: Vec<PathBuf> = written.filter_map(|it| path_of(plan, it)).map(|it| it.0).collect();
    let ground = Ground::of(plan, &needs, &entries, &written);
    let programs = Programs::of(plan, &needs.programs, &entries, &ground);
    let (files, merged) = files(plan, &given, &ground, &programs, k);
    let (needs, ground, programs, given) = (&needs, &ground, &programs, &given);
    Lesson { plan, given, needs, ground, programs, files, merged }.text()
}

/// Returns the effects of files that have to be granted, as few as asked for, and directories that nobody should
/// grant and that hold more of them than a document can name.
fn files(
    plan: &Plan,
    given: &Given<'_>,
    ground: &Ground<'_>,
    programs: &Programs,
    k: u32,
) -> (Vec<CanonicalEffect>, Vec<CanonicalEffect>) {
    let all = |path: &Path, access, is_directory| {
        spelling::of_rule(access, path, is_directory, &plan.directory).unwrap_or_default()
    };
    let granted = ground.granted.iter();
    let files: Vec<_> = granted.flat_map(|it| all(&it.path, it.access, it.is_directory)).collect();
    // Who may run a program may read it.
    let run = programs.granted.iter();
    let run = run.flat_map(|(path, is_all)| all(path, Access::Execute, *is_all));
    let granted: Vec<_> = given.effects.iter().cloned().chain(run).collect();
    let files = without(&readable(&files), &without(&granted, &files));
    let room = MOST.saturating_sub(u32::try_from(given.used.len()).unwrap_or(MOST));
    let (files, merged) = compressed(plan, &files, k, room);
    (without_covered(&without(&readable(&files), &files)), merged)
}

/// Leaves out what is granted already.
fn without(granted: &[CanonicalEffect], effects: &[CanonicalEffect]) -> Vec<CanonicalEffect> {
    uncovered(granted, effects).into_iter().cloned().collect()
}

/// Returns what may be read since it may be written.
fn readable(files: &[CanonicalEffect]) -> Vec<CanonicalEffect> {
    let written = files.iter().filter(|effect| effect.op() == EffectOp::WriteFS);
    let read = written.filter_map(|it| CanonicalEffect::new(EffectOp::ReadFS, it.selector()).ok());
    read.collect()
}

/// Sorts a few effects and leaves out what another one allows.
fn without_covered(files: &[CanonicalEffect]) -> Vec<CanonicalEffect> {
    let mut sorted = files.to_vec();
    sorted.sort();
    sorted.dedup();
    let is_covered = |effect: &CanonicalEffect| {
        sorted.iter().any(|other| other != effect && covers(other, effect))
    };
    sorted.iter().filter(|effect| !is_covered(effect)).cloned().collect()
}

/// Merges files into directories, as few as asked for, unless that would allow what nobody should grant, or everything
/// below a root. Returns such directories apart where there are more files than a document can name.
fn compressed(
    plan: &Plan,
    files: &[CanonicalEffect],
    k: u32,
    most: u32,
) -> (Vec<CanonicalEffect>, Vec<CanonicalEffect>) {
    let known: BTreeSet<&CanonicalEffect> = files.iter().collect();
    let width = |effect: &CanonicalEffect| {
        let path = path_of(plan, effect).filter(|(_, is_directory)| *is_directory);
        let path = path.filter(|_| !known.contains(effect));
        path.and_then(|(path, _)| Width::of(plan, access_of(effect), &path))
    };
    let mut k = k.max(1);
    loop {
        let compression = compress(files, k);
        let is_wide = || compression.effects.iter().any(|effect| width(effect).is_some());
        if k as usize >= files.len() || !(compression.widened_to_root || is_wide()) {
            return (compression.effects, Vec::new());
        }
        if k >= most {
            let is_granted = |it: &CanonicalEffect| width(it).is_none_or(|it| it.is_ordinary());
            return compression.effects.into_iter().partition(is_granted);
        }
        k = k.saturating_mul(2).min(most);
    }
}

fn is_directory(effect: &CanonicalEffect) -> bool {
    effect.selector().ends_with('/')
}

fn access_of(effect: &CanonicalEffect) -> Access {
    if effect.op() == EffectOp::WriteFS { Access::Write } else { Access::Read }
}

/// Returns the path of an effect of files, and whether it is a directory.
fn path_of(plan: &Plan, effect: &CanonicalEffect) -> Option<(PathBuf, bool)> {
    let name = effect.selector().strip_prefix("fs:")?;
    let path = plan.directory.join(name.strip_prefix("./").unwrap_or(name));
    // Without its last slash.
    Some((path.components().collect(), is_directory(effect)))
}
