//! Step 1: every listed file is there, is what the manifest says, and nothing else is there.

use std::collections::BTreeSet;

use motus_json::canonical::cj;
use motus_json::{Limits, NonFinite, ReadOptions};

use super::failure::{Code, Failures};
use crate::digest::Hasher;
use crate::manifest::{EVENTS, ListedFile, MANIFEST, Manifest, RECEIPT};
use crate::source::{BundleSource, EntryKind, FileDigest, SourceError};

/// The bounds on a receipt or a manifest: 8 MiB, 127 levels, a million values.
pub(super) const DOCUMENT_LIMITS: ReadOptions = ReadOptions {
    limits: Limits { bytes: 8 << 20, depth: 127, values: 1_000_000 },
    non_finite: NonFinite::Refuse,
};

/// Reads and parses the manifest, of which everything else depends.
pub(super) fn load_manifest(source: &dyn BundleSource) -> Result<Manifest, Failures> {
    let file = Content::read(source, MANIFEST)
        .map_err(|error| Failures::one(Code::FileHashMismatch, MANIFEST, error.message))?;
    let bytes = file.bounded()?;
    let parse_error = |message: String| Failures::one(Code::ParseError, MANIFEST, message);
    cj::check(bytes, &DOCUMENT_LIMITS).map_err(|error| parse_error(error.to_string()))?;
    let document =
        cj::read(bytes, &DOCUMENT_LIMITS).map_err(|error| parse_error(error.to_string()))?;
    Manifest::read(&document).map_err(|faults| {
        let mut failures = Failures::new(Code::ParseError);
        failures.note_faults(MANIFEST, "", faults);
        failures
    })
}

/// A file that was read once, kept as far as a document may be long.
pub(super) struct Content {
    path: &'static str,
    kept: Vec<u8>,
    pub(super) digest: FileDigest,
}

impl Content {
    pub(super) fn read(source: &dyn BundleSource, path: &'static str) -> Result<Self, SourceError> {
        let (mut kept, mut hasher, mut size_bytes) = (Vec::new(), Hasher::new(), 0_u64);
        source.read(path, &mut |piece| {
            hasher.update(piece);
            size_bytes += piece.len() as u64;
            let room = (DOCUMENT_LIMITS.limits.bytes + 1).saturating_sub(kept.len());
            kept.extend_from_slice(piece.get(..room).unwrap_or(piece));
        })?;
        let digest = FileDigest { sha256: hasher.finish(), size_bytes };
        Ok(Self { path, kept, digest })
    }

    /// Returns the bytes of a file that is not too long to be a document.
    pub(super) fn bounded(&self) -> Result<&[u8], Failures> {
        let limit = DOCUMENT_LIMITS.limits.bytes;
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
        let paths: Vec<&str> = there.iter().map(|file| file.path.as_str()).collect();
        for (file, digest) in there.iter().zip(source.digests(&paths)) {
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
