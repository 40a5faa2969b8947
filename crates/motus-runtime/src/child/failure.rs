//! Why a command could not be started, in the words and classes that shells know.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use crate::completion::{StartFailure, StartFailureKind, system_message};

/// The longest `#!` line the kernel looks at.
const INTERPRETER_LINE: u64 = 256;

/// Puts the error of a failed start into one of the two classes that shells know.
pub(crate) fn start_failure(error: &io::Error, program: &Path) -> StartFailure {
    let errno = error.raw_os_error();
    let kind = match errno.map(Errno::from_raw) {
        Some(Errno::ENOENT | Errno::ENOTDIR | Errno::ENAMETOOLONG) => StartFailureKind::NotFound,
        _ => StartFailureKind::NotExecutable,
    };
    let is_missing = errno == Some(Errno::ENOENT as i32);
    let interpreter = if is_missing { missing_interpreter(program) } else { None };
    StartFailure {
        kind,
        errno,
        message: errno.map_or_else(|| error.to_string(), system_message),
        explanation: interpreter
            .map(|path| format!("its interpreter {} does not exist", path.display())),
    }
}

/// Says that nothing was started, because it would not have been held to its scope.
pub(crate) fn unconfined(error: &io::Error) -> StartFailure {
    StartFailure {
        kind: StartFailureKind::NotExecutable,
        errno: None,
        message: "cannot be held to its scope".to_owned(),
        explanation: Some(error.to_string()),
    }
}

/// Returns the interpreter a script asks for, when the script exists and the interpreter does not.
/// Only for a program given as a path: the search in `PATH` is the system's, not ours to repeat.
fn missing_interpreter(program: &Path) -> Option<PathBuf> {
    if !program.as_os_str().as_bytes().contains(&b'/') || !fs::metadata(program).ok()?.is_file() {
        return None;
    }
    let mut start = Vec::new();
    File::open(program).ok()?.take(INTERPRETER_LINE).read_to_end(&mut start).ok()?;
    let path = interpreter_in(&start)?;
    (path.try_exists().ok() == Some(false)).then_some(path)
}

/// Reads the path as the kernel does: blanks end it, but a carriage return is a part of it.
fn interpreter_in(start: &[u8]) -> Option<PathBuf> {
    let line = start.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    let mut words = line.split(|byte| b" \t\0".contains(byte));
    words.find(|word| !word.is_empty()).map(|word| PathBuf::from(OsStr::from_bytes(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(errno: Errno, program: &str, kind: StartFailureKind) {
        let failure = start_failure(&io::Error::from(errno), Path::new(program));
        assert_eq!((failure.kind, failure.errno), (kind, Some(errno as i32)), "{errno}");
    }

    #[test]
    fn what_is_not_there_and_what_cannot_be_there_is_not_found() {
        for errno in [Errno::ENOENT, Errno::ENOTDIR, Errno::ENAMETOOLONG] {
            check(errno, "no-such-program", StartFailureKind::NotFound);
        }
        for errno in [
            Errno::EACCES,
            Errno::ENOEXEC,
            Errno::E2BIG,
            Errno::EISDIR,
            Errno::ELOOP,
            Errno::ENOMEM,
        ] {
            check(errno, "program", StartFailureKind::NotExecutable);
        }
    }

    #[test]
    fn an_error_without_a_number_keeps_its_text() {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "nul byte found");
        let failure = start_failure(&error, Path::new("a"));
        assert_eq!(failure.kind, StartFailureKind::NotExecutable);
        assert_eq!(failure.to_string(), "nul byte found");
    }

    #[test]
    fn the_interpreter_is_read_as_the_kernel_does() {
        for (line, path) in [
            ("#!/bin/sh", Some("/bin/sh")),
            ("#! \t/bin/sh -e\necho", Some("/bin/sh")),
            ("#!/bin/sh\r\necho", Some("/bin/sh\r")),
            ("#!\n/bin/sh", None),
            ("/bin/sh", None),
        ] {
            assert_eq!(interpreter_in(line.as_bytes()).as_deref(), path.map(Path::new), "{line:?}");
        }
    }
}
