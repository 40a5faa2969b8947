//! From what is granted to what the kernel is told, and the same as effects that are recorded.
//!
//! Paths are resolved once, here: a link that is granted grants what it leads to now. What a profile names and this
//! machine has not is left out; what a person names must be there, but for directories that are made, and for what a
//! document names that is learned anew.

mod level;
pub(super) mod program;
mod record;
mod repository;
mod resolve;
mod sources;
pub(super) mod tools;
mod warning;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use motus_kernel::effect::{CanonicalEffect, covers};
use motus_ledger::scope::DeclaredScope;
use motus_runtime::scope::{Level, Limits, Mode, Probed, Scope};

use super::{Grant, ScopeDocument, ScopeError};
pub(crate) use repository::GIT_COMMON_DIRECTORY;
use resolve::Resolution;
pub(crate) use resolve::place::PRIVATE as PRIVATE_DIRECTORY;
pub(super) use resolve::place::TEMPORARY;
use sources::Sources;
pub use tools::ToolHomes;

/// What a person asks for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `--allow`.
    pub grants: Vec<Grant>,
    /// `--profile`.
    pub profiles: Vec<String>,
    /// `--scope`.
    pub file: Option<PathBuf>,
    /// `--require`.
    pub require: Option<Level>,
    /// `--learn`: nothing is stopped.
    pub learns: bool,
}

/// Where the command will be started.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The working directory.
    pub directory: PathBuf,
    /// The home of the user, for `~`.
    pub home: Option<PathBuf>,
    /// Where tools keep what is theirs.
    pub tool_homes: ToolHomes,
    /// `PATH`.
    pub path: Option<OsString>,
    /// Where private directories for temporary files are made.
    pub temporary: PathBuf,
    /// What nobody guesses, for the name of that directory.
    pub nonce: [u8; 6],
    /// The file of the Store that the run is recorded in; `None` when nothing is recorded.
    pub store: Option<PathBuf>,
}

/// Where something that is granted comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The command line.
    CommandLine,
    /// The document of the scope.
    File(PathBuf),
    /// A profile.
    Profile(String),
    /// What every command has: the system's own directories, its own program, its directory for temporary files.
    Always,
}

/// One thing that is granted, as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What it is as effects; writing and running are reading as well.
    pub effects: Vec<CanonicalEffect>,
    /// How it was written.
    pub written: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it was left out, because a profile, or a document that is learned anew, names what is not there.
    pub is_absent: bool,
}

/// Something that people should be told before the start.
///
/// The front door says `warning: TEXT`; those that weaken are told even to who wants quiet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What, in one line, in our own words but for paths.
    pub text: String,
    /// Whether the scope holds or sees less than was asked for, such as that nothing is stopped here.
    pub weakens: bool,
}

/// A scope that is ready to hold a command.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the kernel is told.
    pub scope: Scope,
    /// How far this machine holds to it.
    pub level: Level,
    /// What is recorded before the start.
    pub declared: DeclaredScope,
    /// The same, as effects: normalised.
    pub effects: Vec<CanonicalEffect>,
    /// Everything granted, with its origin: for those who ask why.
    pub planned: Vec<Planned>,
    /// What people should be told before the start.
    pub warnings: Vec<Warning>,
    /// What is as true of most scopes, and told to who asks what is granted.
    pub notes: Vec<String>,
    /// The directory that effects are spelled relative to.
    pub directory: PathBuf,
    /// The user's home, without links, where it is known.
    pub home: Option<PathBuf>,
    /// The directories of `PATH` that are there, without links.
    pub searched: Vec<PathBuf>,
    /// The file of the Store that the run is recorded in, its directory without links.
    pub store: Option<PathBuf>,
    /// The command's own directory for temporary files; it is made before and removed after. In grants it is `$TMPDIR/`,
    /// since its name is another one in each run.
    pub temporary: PathBuf,
    /// Directories that are made before the start, because they are to be written and not there; the outer ones first.
    pub made: Vec<PathBuf>,
    /// How long the command may take, as a document says.
    pub wall_seconds: Option<u64>,
    /// The document that was named: a scope that is learned is called as it is, and has its limits.
    pub document: Option<ScopeDocument>,
    /// Whether the smallest scope is to be told afterwards.
    pub learns: bool,
}

/// The most different attempts of one run that are kept apart.
const MOST_SEEN: usize = 65_536;

/// Plans a scope for a program; nothing is made or changed.
///
/// Errors: those of [`ScopeError`]. A program that is not there is none: its start will fail as it would without a
/// scope.
pub fn plan(
    request: &Request,
    program: &OsString,
    surroundings: &Surroundings,
    probed: &Probed,
) -> Result<Plan, ScopeError> {
    let mut sources = Sources::gather(request, &surroundings.directory)?;
    let resolution = Resolution::of(&sources, program, surroundings)?;
    let Resolution { rules, network, planned, made, roots, profile_roots, .. } = resolution;
    let Resolution { leading_elsewhere, directory, temporary, .. } = resolution;
    let mut scope = Scope {
        rules,
        network,
        mode: if request.learns { Mode::Observe } else { Mode::Enforce },
        observes_reads: request.learns || sources.observes_reads,
        limits: Limits { processes: sources.processes, output_bytes: sources.output_bytes },
        watched: Vec::new(),
        watched_if_small: Vec::new(),
        temporary: Some(temporary.clone()),
        // Nothing of what is learned is bounded by a declaration.
        most_seen: if request.learns { 4 * MOST_SEEN } else { MOST_SEEN },
    };
    let level = probed.level(&scope);
    level::require(request, level, probed)?;
    scope.watched = watched(&roots, &directory, level);
    scope.watched_if_small = besides(&profile_roots, &scope.watched);
    let resolved = warning::Resolved { roots, profile_roots, leading_elsewhere };
    let without_links = super::allowance::without_links;
    let store = surroundings.store.as_ref().map(|store| surroundings.directory.join(store));
    let effects = without_covered(planned.iter().flat_map(|planned| &planned.effects));
    let wall_seconds = sources.wall_seconds;
    let document = sources.said.take();
    Ok(Plan {
        declared: record::declared(&scope, level, &effects, sources, probed),
        notes: warning::readable_store(&scope, &resolved, surroundings).into_iter().collect(),
        warnings: warning::of(request, &scope, level, &resolved, surroundings, probed),
        scope,
        level,
        effects,
        planned,
        directory,
        home: surroundings.home.as_deref().and_then(without_links),
        searched: program::directories(surroundings),
        store: store.as_deref().and_then(without_links),
        temporary,
        made,
        wall_seconds,
        document,
        learns: request.learns,
    })
}

/// Returns what is compared before and after: what the person lets be changed, and where nothing is stopped also
/// the working directory. Of the whole disk only that.
fn watched(roots: &[PathBuf], directory: &Path, level: Level) -> Vec<PathBuf> {
    let is_whole_disk = |root: &Path| root.parent().is_none();
    let mut watched: Vec<PathBuf> = roots
        .iter()
        .map(|root| if is_whole_disk(root) { directory.to_owned() } else { root.clone() })
        .collect();
    if !level.enforces() {
        watched.push(directory.to_owned());
    }
    without_inner(watched)
}

/// Returns what is compared besides, where little lies in it: what profiles let be changed.
fn besides(profile_roots: &[PathBuf], watched: &[PathBuf]) -> Vec<PathBuf> {
    let is_watched = |root: &Path| watched.iter().any(|above| root.starts_with(above));
    without_inner(profile_roots.iter().filter(|root| !is_watched(root)).cloned().collect())
}

fn without_inner(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort();
    // What lies below a directory stands behind it.
    paths.dedup_by(|inner, outer| inner.starts_with(outer));
    paths
}

/// Sorts effects and leaves out what others allow.
fn without_covered<'e>(effects: impl Iterator<Item = &'e CanonicalEffect>) -> Vec<CanonicalEffect> {
    let mut sorted: Vec<&CanonicalEffect> = effects.collect();
    sorted.sort();
    sorted.dedup();
    let is_covered = |effect: &CanonicalEffect| {
        sorted.iter().any(|other| *other != effect && covers(other, effect))
    };
    sorted.iter().filter(|effect| !is_covered(effect)).map(|effect| (*effect).clone()).collect()
}

#[cfg(test)]
mod tests;
