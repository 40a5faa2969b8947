//! What a document that was learned says: lists of what is granted, and beside them what is left out.

use std::path::Path;

use motus_kernel::effect::{CanonicalEffect, uncovered};
use motus_runtime::scope::Access;

use super::super::spelling::{self, portable, portable_socket};
use super::super::width::Width;
use super::super::{Plan, profile};
use super::document::{Document, Line};
use super::ground::Ground;
use super::needs::{self, Needs, times};
use super::programs::Programs;
use super::{Learned, access_of, path_of};

/// So many programs are named that nothing can be granted for.
const MOST_GONE: usize = 10;

/// All that a document says.
pub(super) struct Lesson<'l> {
    pub(super) plan: &'l Plan,
    pub(super) needs: &'l Needs<'l>,
    pub(super) ground: &'l Ground<'l>,
    pub(super) programs: &'l Programs,
    /// What is granted, sorted.
    pub(super) files: Vec<CanonicalEffect>,
    /// Directories that nobody should grant, and that hold more than can be named.
    pub(super) merged: Vec<CanonicalEffect>,
}

impl Lesson<'_> {
    /// Writes it; `given` is what the command has anyway.
    pub(super) fn text(&self, given: &[CanonicalEffect]) -> Learned {
        let mut document = Document::new();
        let profiles = self.plan.declared.profiles.iter().map(|(name, _)| name.clone());
        let profiles = profiles.filter(|name| name != profile::SYSTEM);
        let profiles: Vec<_> = profiles.map(|name| Line::Granted(name, None)).collect();
        let lists = [
            ("profiles", profiles),
            ("read", self.file_lines(Access::Read, given)),
            ("write", self.file_lines(Access::Write, given)),
            ("exec", self.program_lines()),
            ("net", self.addresses()),
            ("unix", self.sockets()),
        ];
        let mut left_out = 0;
        for (name, lines) in &lists {
            left_out += lines.iter().filter(|line| matches!(line, Line::LeftOut(..))).count();
            document.push(name, lines);
        }
        for (what, count) in &self.needs.remarks {
            document.remark(&format!("{what} ({})", times(*count)));
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

    fn file_lines(&self, access: Access, given: &[CanonicalEffect]) -> Vec<Line> {
        let mut lines = Vec::new();
        for effect in self.files.iter().filter(|effect| access_of(effect) == access) {
            let Some((path, is_directory)) = path_of(self.plan, effect) else { continue };
            let Some(value) = portable(self.plan, access, &path, is_directory) else { continue };
            lines.push(Line::Granted(value, self.note(access, &path)));
            if access == Access::Write && path == self.plan.directory {
                lines.extend(self.instead());
            }
        }
        lines.extend(self.left_out(access, given));
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
            _ if self.needs.made.contains(path) => {
                Some("made before the start, so that a plain mkdir of it fails".to_owned())
            }
            _ => None,
        }
    }

    fn instead(&self) -> Vec<Line> {
        let made = self.ground.instead(self.needs);
        let values = made.iter().filter_map(|it| portable(self.plan, Access::Write, it, true));
        let why = "enough in place of \"./\" where it may be there beforehand, as with mkdir -p";
        values.map(|value| Line::Instead(value, why.to_owned())).collect()
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
    fn left_out(&self, access: Access, given: &[CanonicalEffect]) -> Vec<Line> {
        let granted: Vec<_> = given.iter().chain(&self.files).cloned().collect();
        let is_written = |path: &Path| {
            let written =
                needs::Place { path: path.to_owned(), access: Access::Write, is_directory: true };
            access == Access::Read && self.ground.left_out.contains_key(&written)
        };
        let mut lines = Vec::new();
        for (place, (width, reason)) in &self.ground.left_out {
            let effects = spelling::of_rule(access, &place.path, true, &self.plan.directory)
                .unwrap_or_default();
            let is_granted = uncovered(&granted, &effects).is_empty();
            if place.access != access || is_granted || is_written(&place.path) {
                continue;
            }
            if let Some(value) = portable(self.plan, access, &place.path, true) {
                lines.push(Line::LeftOut(value, format!("{width}; {}", reason.text())));
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
            let is_loopback = address == "tcp://localhost/";
            let note = is_loopback.then(|| "any port of this machine's loopback".to_owned());
            Line::Granted(address.clone(), note)
        };
        self.needs.addresses.iter().map(of).collect()
    }

    /// Where the command may write it may use sockets by that.
    fn sockets(&self) -> Vec<Line> {
        let mut values = Vec::new();
        for path in self.needs.sockets.iter().filter(|path| !self.ground.is_writable(path)) {
            let is_there =
                path.parent().is_some_and(|it| it.is_dir() && self.ground.will_be_there(it));
            if is_there {
                let value = portable_socket(self.plan, path, false);
                values.extend(value.or_else(|| portable_socket(self.plan, path.parent()?, true)));
            }
        }
        values.dedup();
        values.into_iter().map(|value| Line::Granted(value, None)).collect()
    }
}
