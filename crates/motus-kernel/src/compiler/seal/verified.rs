//! A sealed loop, verified before its files are written: evidence counts as what it is listed as.

use std::collections::BTreeMap;

use super::SealedLoop;
use crate::manifest::{ListedFile, MANIFEST};
use crate::policy::Policy;
use crate::source::{BundleSource, Entry, EntryKind, FileDigest, SourceError, Take};
use crate::verify::{Failure, verify_bundle};

/// So much of a document is handed over at once: what is found in one piece is in memory together.
const PIECE: usize = 1 << 20;

/// Verifies a sealed loop and returns the first failure, if there is one.
pub(super) fn check(sealed: &SealedLoop, policy: &dyn Policy) -> Result<(), Failure> {
    let report = verify_bundle(&Unwritten(sealed), policy);
    report.failures.into_iter().next().map_or(Ok(()), Err)
}

/// A bundle that is in no directory yet.
struct Unwritten<'s>(&'s SealedLoop);

impl BundleSource for Unwritten<'_> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        let listed = self.0.manifest.files.iter().map(|file| file.path.as_str());
        let entry = |path: &str| Entry { path: path.to_owned(), kind: EntryKind::File };
        Ok(listed.chain([MANIFEST]).map(entry).collect())
    }

    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        let documents = self.0.documents();
        let (_, text) = documents
            .iter()
            .find(|(name, _)| *name == path)
            .ok_or_else(|| SourceError::new("is not written yet"))?;
        for piece in text.as_bytes().chunks(PIECE) {
            if take(piece).is_break() {
                break;
            }
        }
        Ok(text.len() as u64)
    }

    /// Whoever listed the evidence hashed it.
    fn digests(&self, files: &[(&str, u64)]) -> Vec<Result<FileDigest, SourceError>> {
        let listed: BTreeMap<&str, &ListedFile> =
            self.0.manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let digest = |(path, _): &(&str, u64)| {
            let file = listed.get(path).ok_or_else(|| SourceError::new("is not listed"))?;
            Ok(FileDigest { sha256: file.sha256, size_bytes: file.size_bytes })
        };
        files.iter().map(digest).collect()
    }
}
