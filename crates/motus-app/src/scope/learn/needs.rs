//! What has to be granted for what was seen: which files, programs, addresses and sockets, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use motus_runtime::scope::{Access, Action, Observation, Peer, Seen};

use super::super::spelling::{portable, shown};
use super::super::width::Width;
use super::super::{Plan, allowance, told};
use super::caches::Caches;
use super::drafts::Drafts;
use super::given::Given;

/// Why nobody is granted to be reached.
pub(super) const OFFLINE: &str = ", where the scope is offline";

/// A file, or a directory and all below it, that has to be granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) access: Access,
    pub(super) is_directory: bool,
}

/// What was attempted there.
#[derive(Debug, Clone, Default)]
pub(super) struct Reason {
    /// The first, in words; one that is more than making a directory before those.
    first: String,
    /// How many different ones.
    names: usize,
    count: u64,
    /// Directories that were made in it, or the place itself: whoever does not mind that they are there needs
    /// only these where nothing else was done.
    pub(super) made: Vec<PathBuf>,
}

impl Reason {
    pub(super) fn text(&self) -> String {
        let others = match self.names.saturating_sub(1) {
            0 => String::new(),
            1 => " and one more".to_owned(),
            others => format!(" and {others} more"),
        };
        format!("{}{others} needed it, {}", self.first, times(self.count))
    }

    /// Adds what was attempted elsewhere.
    pub(super) fn join(&mut self, other: &Self) {
        if self.names == 0 {
            self.first.clone_from(&other.first);
        }
        self.names += other.names;
        self.count += other.count;
    }

    /// Tells whether nothing was done there but making directories.
    pub(super) fn is_all_made(&self) -> bool {
        self.made.len() == self.names
    }

    /// Adds what was attempted; `made` is the directory, where that was its making.
    fn add(&mut self, what: String, count: u64, made: Option<&Path>) {
        if self.names == 0 || (made.is_none() && self.is_all_made()) {
            self.first = what;
        }
        self.names += 1;
        self.count += count;
        self.made.extend(made.map(Path::to_owned));
    }
}

/// What has to be granted, sorted.
#[derive(Debug)]
pub(super) struct Needs<'l> {
    plan: &'l Plan,
    drafts: Drafts<'l>,
    caches: Caches,
    renamed: &'l [PathBuf],
    given: &'l Given<'l>,
    /// Whether a profile, or the document, says that nobody is reached, beside which no grant may say otherwise.
    pub(super) is_offline: bool,
    pub(super) files: BTreeMap<Place, Reason>,
    pub(super) programs: BTreeSet<PathBuf>,
    pub(super) addresses: BTreeSet<String>,
    pub(super) sockets: BTreeSet<PathBuf>,
    /// Profiles that are there for what was attempted.
    pub(super) profiles: BTreeSet<&'static str>,
    /// Directories that the command makes and that are granted themselves: they will be there beforehand.
    pub(super) made: BTreeSet<PathBuf>,
    /// What no document can grant, or none should.
    pub(super) remarks: BTreeMap<String, u64>,
}

impl<'l> Needs<'l> {
    pub(super) fn of(plan: &'l Plan, observation: &'l Observation, given: &'l Given<'l>) -> Self {
        let mut needs = Self {
            plan,
            drafts: Drafts::of(observation),
            caches: Caches::default(),
            renamed: &observation.renamed,
            given,
            is_offline: plan.declared.is_offline,
            files: BTreeMap::new(),
            programs: BTreeSet::new(),
            addresses: BTreeSet::new(),
            sockets: BTreeSet::new(),
            profiles: BTreeSet::new(),
            made: BTreeSet::new(),
            remarks: BTreeMap::new(),
        };
        observation.seen.iter().for_each(|seen| needs.add(seen));
        for (what, count) in [
            ("attempts that were too many to be kept apart", observation.unlisted),
            ("attempts whose path could not be read", observation.unreadable),
        ] {
            needs.remark(what, count);
        }
        needs
    }

    fn add(&mut self, seen: &Seen) {
        match &seen.action {
            Action::Read(path) | Action::Write(path) | Action::Entry(path)
                if self.is_apart(path) => {}
            _ if self.given.allows(seen) => {}
            action if self.is_of_profile(action) => {}
            // What has gone since was removed, which is an attempt of its own, or renamed.
            Action::Read(path) if path.symlink_metadata().is_err() => {}
            // What the system itself refuses fails whatever a scope says.
            Action::Read(path) if is_refused(path) => {}
            Action::Read(path) if path.is_dir() => {
                self.add_file("listing", Access::Read, path, seen);
            }
            Action::Read(path) => self.add_file("reading", Access::Read, path, seen),
            Action::Write(path) => self.add_file("writing", Access::Write, path, seen),
            Action::Entry(path) => self.add_entry(path, seen),
            Action::Execute(path) => self.add_program(path),
            Action::Connect(Peer::File(path)) => drop(self.sockets.insert(path.clone())),
            // There is no such address without such a socket, and that is told.
            Action::Connect(Peer::Family(_)) | Action::Listen(Peer::Family(_)) => {}
            Action::Connect(_) | Action::Listen(_) if self.is_offline => {
                let what = told::what(self.plan, &seen.action);
                self.remark(&format!("{what}{OFFLINE}"), seen.count);
            }
            Action::Connect(_) | Action::Listen(_) => match allowance::address(&seen.action) {
                Some(address) => drop(self.addresses.insert(address)),
                None => self.remark(&told::what(self.plan, &seen.action), seen.count),
            },
            Action::Call(name) => self.remark(name, seen.count),
        }
    }

    fn is_of_profile(&mut self, action: &Action) -> bool {
        let profile = allowance::profile_of(action);
        self.profiles.extend(profile);
        profile.is_some()
    }

    fn is_apart(&self, path: &Path) -> bool {
        path.starts_with(&self.plan.temporary) || self.drafts.hold(path)
    }

    /// A new, renamed or removed name changes its directory. A directory that is made is granted by itself where
    /// nobody should grant the one that it lies in, and where whoever makes it does not mind that it is there.
    fn add_entry(&mut self, path: &Path, seen: &Seen) {
        let Some(parent) = path.parent() else { return self.remark("an entry of the root", 1) };
        let is_drafted = self.drafts.made(path);
        let is_renamed = self.renamed.binary_search_by(|it| it.as_path().cmp(path)).is_ok();
        let is_made = seen.count == 1 && is_directory(path) && (is_drafted || !is_renamed);
        let width = Width::of(self.plan, Access::Write, parent);
        let is_wide = width.is_some_and(|width| !width.is_ordinary());
        if is_made && (is_wide || is_drafted) {
            self.made.insert(path.to_owned());
            let what = format!("making {}", named(self.plan, path));
            return self.note(Access::Write, path, what, seen.count, Some(path));
        }
        let what = format!("making, renaming or removing {}", named(self.plan, path));
        let made = Some(path).filter(|_| is_made);
        let parent = self.caches.around(self.plan, path).unwrap_or_else(|| parent.to_owned());
        self.note(Access::Write, &parent, what, seen.count, made);
    }

    fn add_file(&mut self, verb: &str, access: Access, path: &Path, seen: &Seen) {
        let what = format!("{verb} {}", named(self.plan, path));
        let repository = allowance::read_as_a_whole(access, path).map(Path::to_owned);
        let whole = repository.or_else(|| self.caches.around(self.plan, path));
        self.note(access, &whole.unwrap_or_else(|| path.to_owned()), what, seen.count, None);
    }

    fn note(&mut self, access: Access, path: &Path, what: String, count: u64, made: Option<&Path>) {
        if let Some(reason) = self.place(access, path, count) {
            reason.add(what, count, made);
        }
    }

    /// Finds what stands for a path: itself, or the nearest directory above it that is there and has a name that a
    /// document can hold. `None` where nothing should.
    fn place(&mut self, access: Access, path: &Path, count: u64) -> Option<&mut Reason> {
        if access == Access::Write && allowance::is_of_process(path) {
            self.remark("writing what /proc has of processes", count);
            return None;
        }
        let is_named = |path: &Path| portable(self.plan, access, path, path.is_dir()).is_some();
        let there = path.ancestors().find(|path| path.exists() && is_named(path))?;
        if there.parent().is_none() {
            let verb = if access == Access::Write { "writing" } else { "listing" };
            self.remark(&format!("{verb} the root directory"), count);
            return None;
        }
        let is_directory = there.is_dir();
        let place = Place { path: there.to_owned(), access, is_directory };
        Some(self.files.entry(place).or_default())
    }

    fn add_program(&mut self, path: &Path) {
        if !path.starts_with(&self.plan.temporary) {
            self.programs.insert(path.to_owned());
        }
    }

    pub(super) fn remark(&mut self, what: &str, count: u64) {
        if count > 0 {
            *self.remarks.entry(what.to_owned()).or_default() += count;
        }
    }
}

/// A path in words, as the document has others.
pub(super) fn named(plan: &Plan, path: &Path) -> String {
    portable(plan, Access::Write, path, false).unwrap_or_else(|| shown(plan, path))
}

fn is_directory(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// Tells whether a file may not be read, whoever asks for this user. What is no file may make whoever opens it wait.
fn is_refused(path: &Path) -> bool {
    let denied = |error: Error| error.kind() == ErrorKind::PermissionDenied;
    path.is_file() && File::open(path).err().is_some_and(denied)
}

pub(super) fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
