//! The digests that are expected of documents, each in a file named after the document's.

use std::io;
use std::path::{Path, PathBuf};

use motus_ledger::portable::verify::{Mode, Phase, Verdict};

use crate::failure::Failure;

/// The longest file with a digest in it.
const LONGEST: u64 = 4096;

/// What a digest may begin with, as identifiers of receipts do.
const ALGORITHM: &str = "sha256:";

/// A directory with digests.
#[derive(Debug)]
pub(super) struct Goldens {
    directory: PathBuf,
    mode: Mode,
}

/// What came of looking for the digest of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// It is the one that was expected.
    Matched,
    /// It is another one.
    Differs,
    /// None is expected of this document.
    Missing,
    /// The document failed before its digest was looked at.
    NotReached,
}

impl Comparison {
    /// Tells what came of it; `expected` says whether there was a digest.
    pub(super) fn of(expected: bool, verdict: &Verdict) -> Self {
        match verdict.failed {
            _ if !expected => Self::Missing,
            Some(Phase::Golden) => Self::Differs,
            None | Some(Phase::Findings) => Self::Matched,
            Some(_) => Self::NotReached,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::NotReached => "not_reached",
        }
    }
}

impl Goldens {
    /// Refuses a directory that is not there: nothing would be compared.
    pub(super) fn open(directory: &Path, mode: Mode) -> Result<Self, Failure> {
        let refuse = |error| Failure::NoInput(directory.to_owned(), error);
        if !directory.metadata().map_err(refuse)?.is_dir() {
            return Err(refuse(io::ErrorKind::NotADirectory.into()));
        }
        Ok(Self { directory: directory.to_owned(), mode })
    }

    /// Reads the digest that is expected of a file; a file without one is as good as any.
    pub(super) fn digest_of(&self, file: &Path) -> Result<Option<String>, Failure> {
        let Some(stem) = file.file_stem() else { return Ok(None) };
        let mut name = stem.to_owned();
        name.push(".sha256");
        let path = self.directory.join(name);
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::NoInput(path, error)),
        };
        let text = String::from_utf8_lossy(&bytes);
        let digest = match self.mode {
            Mode::Reference => &text,
            _ => text.trim_start().strip_prefix(ALGORITHM).unwrap_or(&text),
        };
        Ok(Some(digest.to_owned()))
    }
}

/// Reads a file, and nothing else: nobody may ever write to a pipe.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    motus_app::document(path, LONGEST)
}
