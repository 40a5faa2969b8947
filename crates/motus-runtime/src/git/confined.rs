//! Git, and nothing that a repository would have it run.
//!
//! What a repository says in its own settings git executes: filters, monitors, whatever comes next. A wrapped command may
//! have written them, or a program that is called git, and must not get anything run by us, outside of its scope. So git
//! is held to itself: it may execute its own program and the loader of that, change nothing, reach nobody and signal
//! nobody. What it cannot find out so stays unknown.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

pub(super) use crate::scope::can_hold_readers as is_possible;
use crate::scope::spawn_reader;

/// Where git looks for its own commands, seen from the directory above its program's.
const OWN_COMMANDS: [&str; 2] = ["lib/git-core/git", "libexec/git-core/git"];

/// The headers of a program that are looked through for its loader.
const MOST_HEADERS: u64 = 64;

/// A git that can be held to itself, which takes a program of this machine's own kind: a script would need others.
#[derive(Debug)]
pub(super) struct Confined {
    /// As it was found.
    pub(super) program: PathBuf,
    /// What has to be executed for it, without links.
    executed: Vec<PathBuf>,
}

impl Confined {
    /// Takes the first of some programs that can be held.
    pub(super) fn first(programs: impl IntoIterator<Item = PathBuf>) -> Option<Self> {
        programs.into_iter().find_map(|program| {
            let executed = executed(&program)?;
            Some(Self { program, executed })
        })
    }

    /// Starts git, which is this command's program.
    ///
    /// Errors: it cannot be held, or not be started; then nothing was.
    pub(super) fn spawn(&self, command: &mut Command) -> io::Result<Child> {
        spawn_reader(command, &self.executed)
    }
}

/// Returns what has to be executed for git; `None` when it is no program of this machine's own kind.
fn executed(git: &Path) -> Option<Vec<PathBuf>> {
    let git = git.canonicalize().ok()?;
    let above = git.parent().and_then(Path::parent).unwrap_or(&git);
    let own = OWN_COMMANDS.map(|own| above.join(own));
    let others = own.into_iter().chain(loaders_of(&git)?);
    // What is not there is executed by nobody.
    let mut executed: Vec<_> = others.filter_map(|other| other.canonicalize().ok()).collect();
    executed.push(git);
    Some(executed)
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
