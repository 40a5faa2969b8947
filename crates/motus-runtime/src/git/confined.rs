//! Git, and nothing that a repository would have it run.
//!
//! What a repository says in its own settings git executes: filters, monitors, whatever comes next. A wrapped command may
//! have written them, and must not get anything run by us, outside of its scope. So git is held to itself: it may execute
//! its own program and the loader of that, change no file, reach nobody by TCP and signal nobody. What it cannot find out so stays unknown.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath,
    PathFd, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus, Scope as Outside,
    path_beneath_rules,
};

/// What is asked for; a kernel that knows less holds git to less, and at least to this module's promise.
const ASKED: ABI = ABI::V6;

/// Where git looks for its own commands, seen from the directory above its program's.
const OWN_COMMANDS: [&str; 2] = ["lib/git-core/git", "libexec/git-core/git"];

/// The headers of a program that are looked through for its loader.
const MOST_HEADERS: u64 = 64;

/// Starts git, which is this program, held to itself; `None` where that cannot be done, and then nothing is started.
pub(super) fn spawn(command: &mut Command, git: &Path) -> Option<io::Result<Child>> {
    let programs = programs(git)?;
    // A thread that is held stays so; this one ends.
    let held = thread::scope(|threads| {
        let start = || restrict(&programs).map(|()| command.spawn());
        let thread = thread::Builder::new().name("git".to_owned()).spawn_scoped(threads, start);
        thread.ok()?.join().ok()
    });
    held?.ok()
}

/// Lets this thread, and what it starts, execute these programs alone, and change no file and reach nobody.
fn restrict(programs: &[PathBuf]) -> io::Result<()> {
    let reads = AccessFs::ReadFile | AccessFs::ReadDir;
    let device = PathFd::new("/dev/null").map_err(io::Error::other)?;
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ASKED) & !reads)
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ASKED)))
        .and_then(|ruleset| ruleset.scope(Outside::from_all(ASKED)))
        .and_then(Ruleset::create)
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(programs, AccessFs::Execute)))
        .and_then(|ruleset| {
            ruleset.add_rule(PathBeneath::new(device, BitFlags::from(AccessFs::WriteFile)))
        })
        .map_err(io::Error::other)?;
    let status = ruleset.restrict_self().map_err(io::Error::other)?;
    if status.ruleset == RulesetStatus::NotEnforced || !status.no_new_privs {
        return Err(io::ErrorKind::Unsupported.into());
    }
    Ok(())
}

/// Returns what has to be executed for git; `None` when it is no program of this machine's own kind, such as a script.
fn programs(git: &Path) -> Option<Vec<PathBuf>> {
    let git = git.canonicalize().ok()?;
    let mut programs = vec![git.clone()];
    let above = git.parent().and_then(Path::parent).unwrap_or(&git);
    programs
        .extend(OWN_COMMANDS.map(|own| above.join(own)).into_iter().filter(|own| own.is_file()));
    programs.extend(loaders_of(&git)?);
    Some(programs)
}

/// Returns the loader that a program names, none when it needs none; `None` when this is no program of 64 bits.
fn loaders_of(program: &Path) -> Option<Vec<PathBuf>> {
    const LOADER: u32 = 3;
    let file = File::open(program).ok()?;
    let header: [u8; 64] = read_at(&file, 0)?;
    if !header.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let (table, size) =
        (u64::from_le_bytes(part(&header, 32)?), u16::from_le_bytes(part(&header, 54)?));
    let count = u64::from(u16::from_le_bytes(part(&header, 56)?));
    for number in 0..count.min(MOST_HEADERS) {
        let entry: [u8; 56] = read_at(&file, table.checked_add(number * u64::from(size))?)?;
        if u32::from_le_bytes(part(&entry, 0)?) == LOADER {
            let length = usize::try_from(u64::from_le_bytes(part(&entry, 32)?)).ok()?;
            let mut name = vec![0; length.min(4096)];
            file.read_exact_at(&mut name, u64::from_le_bytes(part(&entry, 8)?)).ok()?;
            let name = name.split(|byte| *byte == 0).next()?;
            return Some(vec![PathBuf::from(OsStr::from_bytes(name))]);
        }
    }
    Some(Vec::new())
}

fn read_at<const N: usize>(file: &File, offset: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact_at(&mut bytes, offset).ok()?;
    Some(bytes)
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_is_read_from_the_program_and_a_script_has_none_that_would_do() {
        let own = Path::new("/proc/self/exe");
        let loaders = loaders_of(own).expect("this test is a program of this machine");
        assert!(loaders.iter().all(|loader| loader.is_file()));
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("git");
        for text in ["#!/bin/sh\n", "", "\x7fELF\x02\x01 and then nothing"] {
            let written = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
            io::Write::write_all(&mut written.as_file(), text.as_bytes()).unwrap();
            written.persist(&script).unwrap();
            assert_eq!(loaders_of(&script), None, "{text:?}");
        }
    }
}
