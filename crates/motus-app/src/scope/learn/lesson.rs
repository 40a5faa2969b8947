//! What a document that was learned says: lists of what is granted, and beside them what is left out.

use std::collections::BTreeSet;
use std::path::Path;

use motus_kernel::effect::{CanonicalEffect, uncovered};
use motus_runtime::scope::Access;

use super::super::allowance::is_for_temporary_files;
use super::super::spelling::{self, portable, portable_socket};
use super::super::width::Width;
use super::super::{Plan, ScopeDocument, profile};
use super::document::{Document, Line};
use super::given::Given;
use super::ground::Ground;
use super::needs::{self, Needs, OFFLINE, Place, times};
use super::programs::Programs;
use super::{Learned, access_of, path_of};

/// So many programs are named that nothing can be granted for.
const MOST_GONE: usize = 10;

/// Any port of this machine's loopback.
const LOOPBACK: &str = "tcp://localhost/";

/// All that a document says.
pub(super) struct Lesson<'l> {
    pub(super) plan: &'l Plan,
    pub(super) given: &'l Given<'l>,
    pub(super) needs: &'l Needs<'l>,
    pub(super) ground: &'l Ground<'l>,
    pub(super) programs: &'l Programs,
    /// What is granted, sorted.
    pub(super) files: Vec<CanonicalEffect>,
    /// Directories that nobody should grant, and that hold more than can be named.
    pub(super) merged: Vec<CanonicalEffect>,
}

impl Lesson<'_> {
    pub(super) fn text(&self) -> Learned {
        let nothing = ScopeDocument::default();
        let said = self.plan.document.as_ref().unwrap_or(&nothing);
        let mut document = Document::of(said);
        let lists = [
            ("profiles", self.profiles()),
            ("read", self.file_lines(Access::Read)),
            ("write", self.file_lines(Access::Write)),
            ("exec", self.program_lines()),
            ("net", self.addresses()),
            ("unix", self.sockets()),
        ];
        let mut left_out = 0;
        for (name, learned) in lists {
            left_out += learned.iter().filter(|line| matches!(line, Line::LeftOut(..))).count();
            document.push(name, &[self.used(name), learned, self.unused(name)].concat());
        }
        document.settings(said);
        for (what, count) in &self.needs.remarks {
            document.remark(&format!("{what} ({})", times(*count)));
        }
        for path in &self.needs.sockets {
            let why = match () {
                () if self.ground.is_lost(path) => ", which comes to be where nothing is granted",
                () if self.ground.is_socket(path) && self.needs.is_offline => OFFLINE,
                () => continue,
            };
            document.remark(&format!("connecting to {}{why}", needs::named(self.plan, path)));
        }
        for gone in self.programs.gone.iter().take(MOST_GONE) {
            let is_there = gone.exists();
            let why = if is_there { "comes to be where nothing is granted" } else { "has gone" };
            document.remark(&format!("running {}, which {why}", needs::named(self.plan, gone)));
        }
        let more = self.programs.gone.len().saturating_sub(MOST_GONE);
        if more > 0 {
            document.remark(&format!("running {more} more programs of that kind"));
        }
        Learned { document: document.finish(), left_out }
    }

    /// What was granted by hand of a kind stays as it was written.
    fn used(&self, kind: &str) -> Vec<Line> {
        let own = self.given.used.iter().filter(|(of, _)| *of == kind);
        own.map(|(_, value)| Line::Granted((*value).to_owned(), None)).collect()
    }

    fn unused(&self, kind: &str) -> Vec<Line> {
        let own = self.given.unused.iter().filter(|((of, _), _)| *of == kind);
        own.map(|((_, value), why)| Line::Aside((*value).to_owned(), (*why).to_owned())).collect()
    }

    fn profiles(&self) -> Vec<Line> {
        let named = self.plan.declared.profiles.iter().map(|(name, _)| name.as_str());
        let named = named.filter(|name| *name != profile::SYSTEM);
        let profiles: BTreeSet<&str> = named.chain(self.needs.profiles.iter().copied()).collect();
        profiles.into_iter().map(|name| Line::Granted(name.to_owned(), None)).collect()
    }

    fn file_lines(&self, access: Access) -> Vec<Line> {
        let mut lines = Vec::new();
        for effect in self.files.iter().filter(|effect| access_of(effect) == access) {
            let Some((path, is_directory)) = path_of(self.plan, effect) else { continue };
            let Some(value) = portable(self.plan, access, &path, is_directory) else { continue };
            lines.push(Line::Granted(value, self.note(access, &path)));
            if access == Access::Write && path == self.plan.directory {
                lines.extend(self.instead());
            }
        }
        lines.extend(self.left_out(access));
        lines.extend(self.merged(access));
        lines
    }

    /// Says what should be known of a directory that is granted.
    fn note(&self, access: Access, path: &Path) -> Option<String> {
        match Width::of(self.plan, access, path) {
            _ if access != Access::Write => None,
            Some(Width::WorkingDirectory { holds_record: true }) => Some(
                "the record of this run lies there as well: keep the Store elsewhere, with --db"
                    .to_owned(),
            ),
            Some(width @ Width::Repository) => Some(format!("careful: {width}")),
            _ if self.needs.made.contains(path) => Some(
                "made before the start: it is found there, and a plain mkdir of it fails"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    fn instead(&self) -> Vec<Line> {
        let made = self.ground.instead(self.needs);
        let values = made.iter().filter_map(|it| portable(self.plan, Access::Write, it, true));
        let why = "enough in place of \"./\" where it may be there beforehand, as with mkdir -p";
        values.map(|value| Line::Aside(value, why.to_owned())).collect()
    }

    /// Says of what too much was seen.
    fn merged(&self, access: Access) -> Vec<Line> {
        let own = self.merged.iter().filter(|effect| access_of(effect) == access);
        let line = |effect: &CanonicalEffect| {
            let (path, is_directory) = path_of(self.plan, effect)?;
            let width = Width::of(self.plan, access, &path)?;
            let value = portable(self.plan, access, &path, is_directory)?;
            Some(Line::LeftOut(
                value,
                format!("{width}; too many of its files needed it to be named"),
            ))
        };
        own.filter_map(line).collect()
    }

    /// Says what is left out and not granted by something else.
    fn left_out(&self, access: Access) -> Vec<Line> {
        let granted: Vec<_> = self.given.effects.iter().chain(&self.files).cloned().collect();
        let is_written = |place: &Place| {
            let written = Place { access: Access::Write, ..place.clone() };
            access == Access::Read && self.ground.left_out.contains_key(&written)
        };
        let mut lines = Vec::new();
        for (place, (width, reason)) in &self.ground.left_out {
            let Place { path, is_directory, .. } = place;
            let effects = spelling::of_rule(access, path, *is_directory, &self.plan.directory);
            let is_granted = uncovered(&granted, &effects.unwrap_or_default()).is_empty();
            if place.access != access || is_granted || is_written(place) {
                continue;
            }
            if let Some(value) = portable(self.plan, access, path, *is_directory) {
                let is_temporary =
                    access == Access::Write && is_for_temporary_files(self.plan, path);
                let better = if is_temporary { "; the program does not heed TMPDIR" } else { "" };
                lines.push(Line::LeftOut(value, format!("{width}; {}{better}", reason.text())));
            }
        }
        lines
    }

    fn program_lines(&self) -> Vec<Line> {
        let value = |path: &Path, is_all| portable(self.plan, Access::Execute, path, is_all);
        let granted = self.programs.granted.iter();
        let granted = granted.filter_map(|(path, is_all)| value(path, *is_all));
        let left_out = self.programs.left_out.iter().filter_map(|(path, (width, program))| {
            let program = needs::named(self.plan, program);
            Some(Line::LeftOut(value(path, true)?, format!("{width}; running {program} needed it")))
        });
        granted.map(|value| Line::Granted(value, None)).chain(left_out).collect()
    }

    fn addresses(&self) -> Vec<Line> {
        let of = |address: &String| {
            let is_loopback = address == LOOPBACK;
            let note = is_loopback.then(|| "any port of this machine's loopback".to_owned());
            Line::Granted(address.clone(), note)
        };
        let is_any = self.needs.addresses.contains(LOOPBACK);
        let all = self.needs.addresses.iter();
        all.filter(|it| !is_any || !it.starts_with("tcp://localhost:")).map(of).collect()
    }

    /// Sockets at which others wait than the command: no grant of a directory to be written stands for them.
    fn sockets(&self) -> Vec<Line> {
        if self.needs.is_offline {
            return Vec::new();
        }
        let mut values = Vec::new();
        for path in self.needs.sockets.iter().filter(|path| self.ground.is_socket(path)) {
            let value = portable_socket(self.plan, path, false);
            values.extend(value.or_else(|| portable_socket(self.plan, path.parent()?, true)));
        }
        values.dedup();
        values.into_iter().map(|value| Line::Granted(value, None)).collect()
    }
}
