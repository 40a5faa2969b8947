//! Effects as the kernel spells them, of paths and peers as the system does.
//!
//! Below the working directory a path is relative. What has no selector (bytes that are no UTF-8, a backslash, a
//! control byte) is told as the nearest directory above that has one: more than was touched, never less.
//! A program is `exec:` and its path; one that was allowed by its directory is spelled as that directory, which
//! ends in `/`, since a program covers only itself. Ports of loopback are left out where all of them are allowed.
//! What no scope can declare, such as a socket without a file, gets an effect that no declaration covers.

mod peer;
mod written;

use std::path::{Component, Path};

use motus_kernel::effect::{CanonicalEffect, EffectOp, covers};
use motus_runtime::scope::{Access, Action, Network, Peer, Rule};

use super::Plan;
pub(crate) use peer::{of_host, of_peer, of_socket};
pub(crate) use written::{
    apart_from_home, portable, portable_socket, shown, shown_directory, socket, written,
};

/// So many directories above a path are tried before one is taken that holds all of them.
const MOST_TRIED: usize = 16;

/// Spells what was attempted in one run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling<'p> {
    /// Sorted; what is declared as a directory is spelled as one.
    declared: &'p [CanonicalEffect],
    rules: &'p [Rule],
    network: &'p Network,
    directory: &'p Path,
}

impl<'p> Spelling<'p> {
    /// Spells as the plan of the run does.
    pub(crate) fn of(plan: &'p Plan) -> Self {
        Self {
            declared: &plan.effects,
            rules: &plan.scope.rules.0,
            network: &plan.scope.network,
            directory: &plan.directory,
        }
    }

    /// Returns what was attempted as an effect; `None` for a call that is none.
    pub(crate) fn action(&self, action: &Action) -> Option<CanonicalEffect> {
        match action {
            Action::Read(path) => self.path(Access::Read, path),
            Action::Write(path) => self.path(Access::Write, path),
            Action::Entry(path) | Action::Listen(Peer::File(path)) => self.entry(path),
            Action::Execute(path) => self.path(Access::Execute, path),
            Action::Connect(peer) => of_peer(peer, false, self.network),
            Action::Listen(peer) => of_peer(peer, true, self.network),
            Action::Call(_) => None,
        }
    }

    /// Returns an entry that is made, renamed or removed as an effect: it changes its directory, so that one that is
    /// declared itself, and whose directory is not, is told as that directory.
    fn entry(&self, path: &Path) -> Option<CanonicalEffect> {
        let effect = self.path(Access::Write, path)?;
        let Some(directory) = path.parent() else { return Some(effect) };
        let is_covered = self.declared.iter().any(|declared| covers(declared, &effect));
        if is_covered && !self.may_write(directory) {
            return widened(Access::Write, directory, true, self.directory);
        }
        Some(effect)
    }

    fn may_write(&self, path: &Path) -> bool {
        let mut writes = self.rules.iter().filter(|rule| rule.access == Access::Write);
        writes.any(|rule| path.starts_with(&rule.path))
    }

    /// Returns a path that was seen, as [`Spelling::action`] spells it.
    pub(crate) fn path(&self, access: Access, path: &Path) -> Option<CanonicalEffect> {
        if access == Access::Execute
            && let Some(rule) = self.rule_of_program(path)
            && rule != path
        {
            return exactly(access, rule, true, self.directory);
        }
        let is_declared = |effect: &CanonicalEffect| self.declared.binary_search(effect).is_ok();
        let as_directory = exactly(access, path, true, self.directory).filter(is_declared);
        as_directory.or_else(|| widened(access, path, false, self.directory))
    }

    /// Returns the path of the rule that allows a program: its own before that of a directory.
    fn rule_of_program(&self, program: &Path) -> Option<&'p Path> {
        let rules = self.rules.iter().filter(|rule| rule.access == Access::Execute);
        let allowing = rules.map(|rule| rule.path.as_path()).filter(|it| program.starts_with(it));
        allowing.min_by_key(|path| (*path != program, path.as_os_str().len()))
    }
}

/// Returns what a rule about a path allows, as effects; `None` when the path has no selector.
///
/// Writing and running are reading as well. A directory that holds the working directory stands for what is
/// relative, too.
pub(super) fn of_rule(
    access: Access,
    path: &Path,
    is_directory: bool,
    working_directory: &Path,
) -> Option<Vec<CanonicalEffect>> {
    let mut effects = Vec::new();
    let reading = (access != Access::Read).then_some(Access::Read);
    for access in [Some(access), reading].into_iter().flatten() {
        effects.push(exactly(access, path, is_directory, working_directory)?);
        if is_directory && working_directory.starts_with(path) && access != Access::Execute {
            effects.extend(exactly(access, working_directory, true, working_directory));
        }
    }
    effects.sort();
    effects.dedup();
    Some(effects)
}

/// Returns a path as an effect, or as much of the way to it as has a selector.
fn widened(
    access: Access,
    path: &Path,
    is_directory: bool,
    working_directory: &Path,
) -> Option<CanonicalEffect> {
    // Where a path that climbs leads to is not in its text.
    if path.components().any(|component| component == Component::ParentDir) {
        return exactly(access, Path::new("/"), true, working_directory);
    }
    let directory = |path: &Path| exactly(access, path, true, working_directory);
    let above = || {
        // Nothing longer has a selector: a path of thousands of names is not tried name by name.
        let plain = plain_length(path, working_directory);
        let above = path.ancestors().skip(1).skip_while(|it| it.as_os_str().len() > plain);
        let nearest = above.take(MOST_TRIED).find_map(directory);
        let here = || path.starts_with(working_directory).then(|| directory(working_directory));
        nearest.or_else(|| here().flatten()).or_else(|| directory(Path::new("/")))
    };
    exactly(access, path, is_directory, working_directory).or_else(above)
}

/// Returns how long the beginning of a path is in which there is nothing that no selector can have; the working
/// directory is in none.
fn plain_length(path: &Path, working_directory: &Path) -> usize {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_here = path.starts_with(working_directory);
    let start = if is_here { working_directory.as_os_str().len() } else { 0 };
    let rest = bytes.get(start..).unwrap_or_default();
    let text = rest.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    start + text.find(|it: char| it == '\\' || it.is_ascii_control()).unwrap_or(text.len())
}

fn exactly(
    access: Access,
    path: &Path,
    is_directory: bool,
    working_directory: &Path,
) -> Option<CanonicalEffect> {
    let (op, prefix) = match access {
        Access::Read => (EffectOp::ReadFS, "fs:"),
        Access::Write => (EffectOp::WriteFS, "fs:"),
        Access::Execute => (EffectOp::Exec, "exec:"),
    };
    let name = match path.strip_prefix(working_directory) {
        Ok(inside) if inside.as_os_str().is_empty() => "./".to_owned(),
        Ok(inside) => {
            let here = if access == Access::Execute { "./" } else { "" };
            here.to_owned() + inside.to_str()?
        }
        Err(_) => path.to_str()?.to_owned(),
    };
    let end = if is_directory && !name.ends_with('/') { "/" } else { "" };
    let selector = [prefix, &name, end].concat();
    // A selector that is spelled otherwise is that of something else: names may end in blanks, for one.
    CanonicalEffect::new(op, &selector).ok().filter(|effect| effect.selector() == selector)
}

#[cfg(test)]
mod tests;
