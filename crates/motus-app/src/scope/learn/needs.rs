//! What has to be granted for what was seen: which files, programs, addresses and sockets, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use motus_kernel::effect::CanonicalEffect;
use motus_runtime::scope::{Access, Action, Observation, Peer, Seen};

use super::super::spelling::{Spelling, portable, shown};
use super::super::width::Width;
use super::super::{Plan, allowance, told};
use super::drafts::Drafts;
use super::given;

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
    /// The first, in words.
    first: String,
    /// How many different ones.
    names: usize,
    count: u64,
    /// Directories that were made in it, where nothing else was: whoever does not mind that they are there needs
    /// only these.
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

    /// Tells whether nothing was done there but making directories.
    pub(super) fn is_all_made(&self) -> bool {
        self.made.len() == self.names
    }

    fn add(&mut self, what: String, count: u64) {
        if self.names == 0 {
            self.first = what;
        }
        self.names += 1;
        self.count += count;
    }
}

/// What has to be granted, sorted.
#[derive(Debug)]
pub(super) struct Needs<'l> {
    plan: &'l Plan,
    drafts: Drafts<'l>,
    renamed: &'l [PathBuf],
    given: BTreeSet<CanonicalEffect>,
    pub(super) files: BTreeMap<Place, Reason>,
    pub(super) programs: BTreeSet<PathBuf>,
    pub(super) addresses: BTreeSet<String>,
    pub(super) sockets: BTreeSet<PathBuf>,
    /// Directories that the command makes and that are granted themselves: they will be there beforehand.
    pub(super) made: BTreeSet<PathBuf>,
    /// What no document can grant, or none should.
    pub(super) remarks: BTreeMap<String, u64>,
}

impl<'l> Needs<'l> {
    pub(super) fn of(plan: &'l Plan, observation: &'l Observation) -> Self {
        let mut needs = Self {
            plan,
            drafts: Drafts::of(observation),
            renamed: &observation.renamed,
            given: given(plan).into_iter().collect(),
            files: BTreeMap::new(),
            programs: BTreeSet::new(),
            addresses: BTreeSet::new(),
            sockets: BTreeSet::new(),
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
            // What has gone since was removed, which is an attempt of its own, or renamed.
            Action::Read(path) if path.symlink_metadata().is_err() => {}
            Action::Read(path) if path.is_dir() => {
                self.add_file("listing", Access::Read, path, seen);
            }
            Action::Read(path) => self.add_file("reading", Access::Read, path, seen),
            Action::Write(path) => self.add_file("writing", Access::Write, path, seen),
            Action::Entry(path) => self.add_entry(path, seen),
            Action::Execute(path) => self.add_program(path),
            Action::Connect(Peer::File(path)) => drop(self.sockets.insert(path.clone())),
            Action::Connect(_) | Action::Listen(_) => match allowance::address(&seen.action) {
                Some(address) => drop(self.addresses.insert(address)),
                None => self.remark(&told::what(self.plan, &seen.action), seen.count),
            },
            Action::Call(name) => self.remark(name, seen.count),
        }
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
            return self.add_file("making", Access::Write, path, seen);
        }
        let what = format!("making, renaming or removing {}", named(self.plan, path));
        if let Some(reason) = self.place(Access::Write, parent, seen.count) {
            reason.add(what, seen.count);
            if is_made {
                reason.made.push(path.to_owned());
            }
        }
    }

    fn add_file(&mut self, verb: &str, access: Access, path: &Path, seen: &Seen) {
        let what = format!("{verb} {}", named(self.plan, path));
        if let Some(reason) = self.place(access, path, seen.count) {
            reason.add(what, seen.count);
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
        let spelled = Spelling::of(self.plan).path(Access::Execute, path);
        let is_given = spelled.is_some_and(|effect| self.given.contains(&effect));
        if !is_given && !path.starts_with(&self.plan.temporary) {
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

pub(super) fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
