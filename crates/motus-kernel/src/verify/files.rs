//! Step 1: every listed file is there, is what the manifest says, and nothing else is there.

use std::collections::BTreeSet;

use motus_json::canonical::cj;
use motus_json::{Limits, NonFinite, ReadOptions};

use super::failure::{Code, Failures};
use crate::manifest::{EVENTS, ListedFile, MANIFEST, Manifest, RECEIPT};
use crate::source::{BundleSource, EntryKind, FileDigest, Hashing, SourceError};

/// The bounds on a receipt: 8 MiB, 127 levels, and as many values as fit into little memory as a tree.
pub const RECEIPT_LIMITS: ReadOptions = ReadOptions {
    limits: Limits { bytes: 8 << 20, depth: 127, values: 250_000 },
    non_finite: NonFinite::Refuse,
};

/// The bounds on a manifest: the same, and more values than one of that length lists files with.
pub const MANIFEST_LIMITS: ReadOptions = ReadOptions {
    limits: Limits { bytes: 8 << 20, depth: 127, values: 300_000 },
    non_finite: NonFinite::Refuse,
};

/// Reads and parses the manifest, of which everything else depends.
pub(super) fn load_manifest(source: &dyn BundleSource) -> Result<Manifest, Failures> {
    let file = Content::read(source, MANIFEST, u64::MAX)
        .map_err(|error| Failures::one(Code::FileHashMismatch, MANIFEST, error.message))?;
    let bytes = file.bounded()?;
    let parse_error = |message: String| Failures::one(Code::ParseError, MANIFEST, message);
    cj::check(bytes, &MANIFEST_LIMITS).map_err(|error| parse_error(error.to_string()))?;
    let document =
        cj::read(bytes, &MANIFEST_LIMITS).map_err(|error| parse_error(error.to_string()))?;
    Manifest::read(&document).map_err(|faults| {
        let mut failures = Failures::new(Code::ParseError);
        failures.note_faults(MANIFEST, "", faults);
        failures
    })
}

/// A file that was read once, as far as a document may be long.
pub(super) struct Content {
    path: &'static str,
    kept: Vec<u8>,
    pub(super) digest: FileDigest,
}

impl Content {
    /// Reads no further than a document may be long, nor than this one is listed to be.
    pub(super) fn read(
        source: &dyn BundleSource,
        path: &'static str,
        listed: u64,
    ) -> Result<Self, SourceError> {
        let limit = RECEIPT_LIMITS.limits.bytes;
        let (mut kept, mut hashing) = (Vec::new(), Hashing::new(listed.min(limit as u64)));
        let size_bytes = source.read(path, &mut |piece| {
            let room = (limit + 1).saturating_sub(kept.len());
            kept.extend_from_slice(piece.get(..room).unwrap_or(piece));
            hashing.take(piece)
        })?;
        Ok(Self { path, kept, digest: hashing.finish(size_bytes) })
    }

    /// Tells whether the size is the listed one.
    pub(super) fn is_as_listed(&self, listed: &ListedFile) -> bool {
        self.digest.size_bytes == listed.size_bytes
    }

    /// Returns the bytes of a file that is not too long to be a document.
    pub(super) fn bounded(&self) -> Result<&[u8], Failures> {
        let limit = RECEIPT_LIMITS.limits.bytes;
        if self.kept.len() > limit {
            let message = format!("is longer than {limit} bytes");
            return Err(Failures::one(Code::ParseError, self.path, message));
        }
        Ok(&self.kept)
    }
}

/// What was found about the files so far.
pub(super) struct Files {
    pub(super) failures: Failures,
    present: BTreeSet<String>,
}

impl Files {
    /// Checks everything but the receipt and the event log, which are checked as they are read.
    pub(super) fn check(source: &dyn BundleSource, manifest: &Manifest) -> Self {
        let mut files =
            Self { failures: Failures::new(Code::FileHashMismatch), present: BTreeSet::new() };
        files.check_entries(source, manifest);
        files.check_contents(source, manifest);
        files
    }

    fn check_entries(&mut self, source: &dyn BundleSource, manifest: &Manifest) {
        let entries = match source.list() {
            Ok(entries) => entries,
            Err(error) => {
                self.failures.note(MANIFEST, format!("the bundle cannot be listed: {error}"));
                return;
            }
        };
        for entry in entries {
            if entry.kind == EntryKind::Other {
                self.failures.note(&entry.path, "is no regular file");
            } else if entry.path != MANIFEST && manifest.file(&entry.path).is_none() {
                self.failures.note(&entry.path, "is not listed in the manifest");
            }
            self.present.insert(entry.path);
        }
    }

    fn check_contents(&mut self, source: &dyn BundleSource, manifest: &Manifest) {
        for path in [RECEIPT, EVENTS] {
            if manifest.file(path).is_none() {
                self.failures.note(path, "is not listed in the manifest");
            }
        }
        let others: Vec<&ListedFile> = manifest
            .files
            .iter()
            .filter(|file| file.path != RECEIPT && file.path != EVENTS)
            .collect();
        let present = |file: &&&ListedFile| self.present.contains(&file.path);
        let there: Vec<&ListedFile> = others.iter().filter(present).copied().collect();
        for missing in others.iter().filter(|file| !self.present.contains(&file.path)) {
            self.failures.note(&missing.path, "does not exist");
        }
        let wanted: Vec<(&str, u64)> =
            there.iter().map(|file| (file.path.as_str(), file.size_bytes)).collect();
        for (file, digest) in there.iter().zip(source.digests(&wanted)) {
            self.compare(file, digest);
        }
    }

    /// Compares what a listed file must be with what was read.
    pub(super) fn compare(&mut self, file: &ListedFile, read: Result<FileDigest, SourceError>) {
        match read {
            Err(error) => self.failures.note(&file.path, error.message),
            Ok(read) if read.size_bytes != file.size_bytes => {
                let (expected, found) = (file.size_bytes, read.size_bytes);
                self.failures.note(&file.path, format!("has {found} bytes, not {expected}"));
            }
            Ok(read) if read.sha256 != file.sha256 => {
                self.failures.note(&file.path, format!("has another content: {}", read.sha256));
            }
            Ok(_) => {}
        }
    }
}
