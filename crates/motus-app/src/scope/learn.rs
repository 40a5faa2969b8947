//! The smallest scope under which a command that was watched would have passed.
//!
//! It is a document to be read before it is used: what was seen once is granted, and what others would need is not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use motus_json::{Value, canonical};
use motus_kernel::effect::{CanonicalEffect, EffectOp, compress, covers, uncovered};
use motus_runtime::scope::{Access, Action, Observation, Peer, Seen};

use super::allowance::{self, shown_directory};
use super::spelling::{self, Spelling};
use super::{Origin, Plan};

/// From so many programs of one directory on, the directory is granted.
const PROGRAMS_OF_A_DIRECTORY: usize = 8;

/// From this port on Linux draws them, unless it is told otherwise.
const FIRST_DRAWN_PORT: u16 = 32_768;

/// What has to be granted, sorted.
#[derive(Debug, Default)]
struct Needs {
    files: BTreeSet<CanonicalEffect>,
    programs: BTreeSet<PathBuf>,
    /// Names that came to be, or were put in the place of others.
    entries: BTreeSet<PathBuf>,
    addresses: BTreeSet<String>,
    sockets: BTreeSet<PathBuf>,
    /// What no document can grant, or none should.
    remarks: BTreeSet<String>,
}

/// Returns a document of a scope: what the plan's profiles do not allow already, compressed to at most `k` effects
/// of files where that allows no root as a whole.
pub fn learn(plan: &Plan, observation: &Observation, k: u32) -> String {
    let mut needs = Needs::default();
    let drafts = drafts(observation);
    for seen in &observation.seen {
        // What lay below such a name lies below the other one.
        let is_draft = match &seen.action {
            Action::Read(path) | Action::Write(path) | Action::Entry(path) => {
                path.ancestors().any(|above| drafts.contains(above))
            }
            _ => false,
        };
        if !is_draft {
            needs.add(plan, seen);
        }
    }
    let given = given(plan);
    let files: Vec<_> = needs.files.iter().cloned().collect();
    let files: Vec<_> = uncovered(&given, &files).into_iter().cloned().collect();
    let files = compressed(&without_implied(&files), k);
    document(plan, &needs, &without_implied(&files))
}

/// What the command has without anything of its own being said.
fn given(plan: &Plan) -> Vec<CanonicalEffect> {
    let of_all = |origin: &Origin| matches!(origin, Origin::Profile(_) | Origin::Always);
    let planned = plan.planned.iter().filter(|planned| of_all(&planned.origin));
    planned.flat_map(|planned| planned.effects.iter().cloned()).collect()
}

impl Needs {
    fn add(&mut self, plan: &Plan, seen: &Seen) {
        if let Action::Entry(path) = &seen.action {
            self.entries.insert(path.clone());
        }
        match &seen.action {
            Action::Read(path) => self.add_file(plan, Access::Read, path),
            Action::Write(path) => self.add_file(plan, Access::Write, path),
            // It is there when it is granted: nobody has to make it then.
            Action::Entry(path) if is_made(seen, path) => self.add_file(plan, Access::Write, path),
            Action::Entry(path) => match path.parent() {
                Some(directory) => self.add_file(plan, Access::Write, directory),
                None => self.remark("an entry of the root", seen),
            },
            Action::Execute(path) => self.add_program(plan, path),
            Action::Connect(Peer::File(path)) => {
                if !plan.scope.rules.allow(Access::Write, path) {
                    self.sockets.insert(path.clone());
                }
            }
            // Such a port was drawn, and will be another one.
            Action::Connect(Peer::Internet(address)) if is_drawn(address) => {
                self.addresses.insert("tcp://localhost/".to_owned());
            }
            Action::Connect(_) | Action::Listen(_) => match allowance::address(&seen.action) {
                Some(address) => drop(self.addresses.insert(address)),
                None => self.remark(&super::told::what(plan, &seen.action), seen),
            },
            Action::Call(name) => self.remark(name, seen),
        }
    }

    /// What has gone since, or has only just been made, is granted by the directory that is still there.
    fn add_file(&mut self, plan: &Plan, access: Access, path: &Path) {
        if path.starts_with(&plan.temporary) {
            return;
        }
        let Some(there) = path.ancestors().find(|path| path.exists()) else { return };
        let is_directory = there.is_dir();
        if is_directory && there.parent().is_none() {
            let verb = if access == Access::Write { "writing" } else { "listing" };
            self.remarks.insert(format!("{verb} the root directory"));
            return;
        }
        if let Some(effects) = spelling::of_rule(access, there, is_directory, &plan.directory) {
            self.files.extend(effects);
        } else {
            let shown = allowance::shown(plan, there);
            self.remarks.insert(format!("{shown:?}, a name that no document can hold"));
        }
    }

    fn add_program(&mut self, plan: &Plan, path: &Path) {
        let spelled = Spelling::of(plan).path(Access::Execute, path);
        let is_given = spelled.is_some_and(|effect| given(plan).contains(&effect));
        if !is_given && !path.starts_with(&plan.temporary) {
            self.programs.insert(path.to_owned());
        }
    }

    fn remark(&mut self, what: &str, seen: &Seen) {
        self.remarks.insert(format!("{what} ({})", times(seen.count)));
    }

    /// Programs of the project are granted by the directory that is written, or by their own: their names change as
    /// they are built anew.
    fn granted_programs(&self, plan: &Plan, files: &[CanonicalEffect]) -> Vec<String> {
        let written = written_directories(plan, files);
        let mut by_directory: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
        for program in &self.programs {
            let directory = program.parent().unwrap_or(program);
            by_directory.entry(directory).or_default().push(program);
        }
        let mut granted = BTreeSet::new();
        for (directory, programs) in by_directory {
            let is_own = directory.starts_with(&plan.directory) && directory != plan.directory;
            let is_built = programs.iter().any(|program| self.entries.contains(*program));
            if is_own || is_built {
                let above = written.iter().find_map(|written| built_in(plan, written, directory));
                granted.insert(shown_directory(plan, &above.unwrap_or(directory.to_owned())));
            } else if programs.len() >= PROGRAMS_OF_A_DIRECTORY {
                granted.insert(shown_directory(plan, directory));
            } else {
                granted.extend(programs.iter().map(|program| allowance::program(plan, program)));
            }
        }
        granted.into_iter().collect()
    }
}

/// Returns the directory that stands for programs that are built: the one that is written; where that is the whole
/// project, the directory of it that leads to them.
fn built_in(plan: &Plan, written: &Path, directory: &Path) -> Option<PathBuf> {
    let first = directory.strip_prefix(written).ok()?.components().next();
    match first {
        Some(first) if written == plan.directory => Some(written.join(first)),
        _ => Some(written.to_owned()),
    }
}

/// Returns the directories of the project that may be written.
fn written_directories(plan: &Plan, files: &[CanonicalEffect]) -> Vec<PathBuf> {
    let written = files.iter().filter(|effect| effect.op() == EffectOp::WriteFS);
    let names = written.filter_map(|it| it.selector().strip_prefix("fs:")?.strip_suffix('/'));
    let directories = names.map(|name| match name {
        "." => plan.directory.clone(),
        name => plan.directory.join(name),
    });
    directories.filter(|directory| directory.starts_with(&plan.directory)).collect()
}

/// Tells whether a directory came to be, and nothing else happened to its name.
fn is_made(seen: &Seen, path: &Path) -> bool {
    seen.count == 1 && is_directory(path)
}

fn is_directory(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// Returns the names under which directories were made that were then renamed, as cargo does: who finds the directory
/// there does not make it.
///
/// A name that was made and renamed once, and has gone, is one of them if as many directories came to be beside it by
/// renaming.
fn drafts(observation: &Observation) -> BTreeSet<&Path> {
    let is_renamed = |path: &PathBuf| observation.renamed.binary_search(path).is_ok();
    let mut gone: BTreeMap<&Path, Vec<(&Path, u64)>> = BTreeMap::new();
    let mut made: BTreeMap<&Path, usize> = BTreeMap::new();
    for seen in &observation.seen {
        let Action::Entry(path) = &seen.action else { continue };
        let Some(parent) = path.parent().filter(|_| is_renamed(path)) else { continue };
        if is_made(seen, path) {
            *made.entry(parent).or_default() += 1;
        } else if path.symlink_metadata().is_err() {
            gone.entry(parent).or_default().push((path.as_path(), seen.count));
        }
    }
    gone.retain(|parent, drafts| {
        let is_explained = made.get(parent).is_some_and(|made| drafts.len() <= *made);
        is_explained && drafts.iter().all(|(_, count)| *count == 2)
    });
    gone.into_values().flatten().map(|(path, _)| path).collect()
}

/// Tells whether a port of loopback is one that systems draw for who asks for none.
fn is_drawn(address: &std::net::SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback() && address.port() >= FIRST_DRAWN_PORT
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Leaves out what another one allows; writing is reading as well.
fn without_implied(files: &[CanonicalEffect]) -> Vec<CanonicalEffect> {
    let written = files.iter().filter(|effect| effect.op() == EffectOp::WriteFS);
    let read = written.filter_map(|it| CanonicalEffect::new(EffectOp::ReadFS, it.selector()).ok());
    let read: Vec<_> = read.collect();
    let mut left: Vec<_> = uncovered(&read, files).into_iter().cloned().collect();
    left.sort();
    // What a directory covers stands behind it.
    left.dedup_by(|inner, outer| covers(outer, inner));
    left
}

/// Merges files into directories, as few as asked for, unless that would allow everything below a root.
fn compressed(files: &[CanonicalEffect], k: u32) -> Vec<CanonicalEffect> {
    let mut k = k.max(1);
    loop {
        let compression = compress(files, k);
        if !compression.widened_to_root || k as usize >= files.len() {
            return compression.effects;
        }
        k = k.saturating_mul(2);
    }
}

fn document(plan: &Plan, needs: &Needs, files: &[CanonicalEffect]) -> String {
    let mut text = "motus_scope: \"0.1\"\n".to_owned();
    let profiles = plan.declared.profiles.iter().map(|(name, _)| name.clone());
    let profiles: Vec<_> = profiles.filter(|name| name != super::profile::SYSTEM).collect();
    push_list(&mut text, "profiles", &profiles);
    let of = |op: EffectOp| -> Vec<String> {
        let own = files.iter().filter(|effect| effect.op() == op);
        own.filter_map(|effect| effect.selector().strip_prefix("fs:")).map(str::to_owned).collect()
    };
    push_list(&mut text, "read", &of(EffectOp::ReadFS));
    push_list(&mut text, "write", &of(EffectOp::WriteFS));
    push_list(&mut text, "exec", &needs.granted_programs(plan, files));
    push_list(&mut text, "net", &needs.addresses.iter().cloned().collect::<Vec<_>>());
    let sockets = needs.sockets.iter().map(|path| allowance::shown(plan, path));
    push_list(&mut text, "unix", &sockets.collect::<Vec<_>>());
    for remark in &needs.remarks {
        text.push_str(&format!("# not granted: {}\n", remark.replace(char::is_control, "?")));
    }
    text
}

fn push_list(text: &mut String, name: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    text.push_str(&format!("{name}:\n"));
    for item in items {
        // A JSON string is a double-quoted scalar of YAML.
        let quoted = canonical::store::write(&Value::from(item.as_str()));
        text.push_str(&format!("  - {quoted}\n"));
    }
}
