//! Programs as the system finds them, and what runs their scripts.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Where programs are when nobody says.
const USUAL_PATH: &str = "/bin:/usr/bin";

/// The longest first line of a script that the system reads.
const LONGEST_LINE: u64 = 256;

/// So many scripts may run one another; the system allows no more.
const MOST_SCRIPTS: usize = 4;

/// Where programs are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'s> {
    pub(super) path: Option<&'s OsStr>,
    /// What is relative is so to it.
    pub(super) directory: &'s Path,
}

impl Search<'_> {
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
    /// Shape: as they were found; what `env` is told to look up is looked up.
    pub(super) fn interpreters(&self, program: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut script = Some(program.to_owned());
        while let Some(line) = script.as_deref().and_then(first_line)
            && found.len() <= MOST_SCRIPTS
        {
            let (interpreter, argument) = split(&line);
            script = self.find(OsStr::new(interpreter));
            found.extend(script.clone());
            if Path::new(interpreter).file_name() == Some(OsStr::new("env")) {
                script = looked_up(argument).and_then(|name| self.find(OsStr::new(name)));
                found.extend(script.clone());
            }
        }
        found
    }
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
