//! Programs as the system finds them, and what runs their scripts.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Surroundings;

/// Where programs are when nobody says.
const USUAL_PATH: &str = "/bin:/usr/bin";

/// The longest first line of a script that the system reads.
const LONGEST_LINE: u64 = 256;

/// So many scripts may run one another; the system allows no more.
const MOST_SCRIPTS: usize = 4;

/// Where the system's own programs are, which the profile `system` grants.
const SYSTEM: [&str; 3] = ["/usr", "/bin", "/sbin"];

/// Where programs are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'s> {
    pub(super) path: Option<&'s OsStr>,
    /// What is relative is so to it.
    pub(super) directory: &'s Path,
}

impl Search<'_> {
    /// Returns a program that a script may bring along: the system's, one of `PATH`, or one that lies beside the script or
    /// in the working directory.
    ///
    /// The line that names it may have been written by a command in a scope: what is anywhere else it must not open.
    fn brought(&self, script: &Path, name: &OsStr) -> Option<PathBuf> {
        let found = self.find(name)?;
        let real = found.canonicalize().ok()?;
        let beside = script.canonicalize().ok()?;
        let is_looked_for = || {
            let mut directories = std::env::split_paths(self.path.unwrap_or_default());
            directories.any(|it| {
                let written = self.directory.join(it);
                // What lies in the tree may have become a link to anywhere.
                let is_apart = !written.starts_with(self.directory);
                let is_it = |it: PathBuf| real.parent() == Some(&it);
                is_apart && written.canonicalize().is_ok_and(is_it)
            })
        };
        let comes_along = is_of_the_system(&real)
            || real.starts_with(self.directory)
            || real.parent() == beside.parent()
            || is_looked_for();
        comes_along.then_some(found)
    }

    /// Returns the first program of this name, as it was found; a name with a slash is a path.
    pub(super) fn find(&self, name: &OsStr) -> Option<PathBuf> {
        if name.is_empty() {
            return None;
        }
        if name.as_encoded_bytes().contains(&b'/') {
            return Some(self.directory.join(name)).filter(|path| is_program(path));
        }
        let usual = OsString::from(USUAL_PATH);
        let directories = std::env::split_paths(self.path.unwrap_or(&usual));
        // An empty part of PATH is the working directory.
        let mut candidates = directories.map(|part| self.directory.join(part).join(name));
        candidates.find(|path| is_program(path))
    }

    /// Returns the programs that run a program, if it is a script, and those that run them.
    ///
    /// Shape: as they were found; what `env` is told to look up is looked up. Only what [`Search::brought`] lets along.
    pub(super) fn interpreters(&self, program: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut script = Some(program.to_owned());
        while let Some(line) = script.as_deref().and_then(first_line)
            && found.len() <= MOST_SCRIPTS
        {
            let (interpreter, argument) = split(&line);
            script = self.brought(program, OsStr::new(interpreter));
            found.extend(script.clone());
            if script.as_deref().is_some_and(is_env) {
                let name = looked_up(argument);
                script = name.and_then(|name| self.brought(program, OsStr::new(name)));
                found.extend(script.clone());
            }
        }
        found
    }
}

/// Tells whether a program is the system's own `env`, whatever it really is.
fn is_env(program: &Path) -> bool {
    let is_system_s = || program.canonicalize().is_ok_and(|real| is_of_the_system(&real));
    program.file_name() == Some(OsStr::new("env")) && is_system_s()
}

/// Tells whether every scope may run it.
fn is_of_the_system(real: &Path) -> bool {
    SYSTEM.iter().any(|directory| real.starts_with(directory))
}

/// Returns the directories that programs are looked for in, as far as they are there, without links.
pub(super) fn directories(surroundings: &Surroundings) -> Vec<PathBuf> {
    let path = surroundings.path.as_deref().unwrap_or_default();
    let directories = std::env::split_paths(path);
    directories.filter_map(|it| surroundings.directory.join(it).canonicalize().ok()).collect()
}

/// Tells whether a file may be executed by anybody.
#[cfg(unix)]
pub(in crate::scope) fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(in crate::scope) fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Returns what follows `#!`; `None` when it is no script, or none whose interpreter we can name.
fn first_line(program: &Path) -> Option<String> {
    let mut head = Vec::new();
    File::open(program).ok()?.take(LONGEST_LINE).read_to_end(&mut head).ok()?;
    let line = head.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    Some(std::str::from_utf8(line).ok()?.trim().to_owned()).filter(|line| line.starts_with('/'))
}

fn split(line: &str) -> (&str, &str) {
    let blank = [' ', '\t'];
    let (interpreter, argument) = line.split_once(blank).unwrap_or((line, ""));
    (interpreter, argument.trim_matches(blank))
}

/// Returns the program that `env` is told to run: behind its options and variables.
fn looked_up(argument: &str) -> Option<&str> {
    argument.split_whitespace().find(|word| !word.starts_with('-') && !word.contains('='))
}
