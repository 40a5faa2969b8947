//! Where the children's bundles lie: below one directory, each found by the loop that its manifest names.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use motus_bundle::{Directory, OpenError};
use motus_json::Value;
use motus_json::canonical::cj;
use motus_kernel::Uuid;
use motus_kernel::manifest::MANIFEST;
use motus_kernel::source::{BundleSource, EntryKind, SourceError};
use motus_kernel::verify::MANIFEST_LIMITS;

/// So many bytes of manifests are read below one root: a long one costs nothing to put in many places.
const MOST_BYTES: usize = 256 << 20;

/// The directories of bundles by their loops, as paths below the root.
pub(super) type Bundles = BTreeMap<Uuid, Vec<String>>;

/// The directory below which the children's bundles lie.
pub(in super::super) struct Below<'b> {
    root: &'b Path,
    source: Directory,
}

impl<'b> Below<'b> {
    pub(in super::super) fn open(root: &'b Path) -> Result<Self, OpenError> {
        Ok(Self { root, source: Directory::open(root)? })
    }

    /// Returns how the caller would spell a path below the root.
    pub(super) fn place(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.to_path_buf() } else { self.root.join(path) }
    }

    /// Opens a directory below the root; a link that was put there meanwhile leads nowhere.
    pub(super) fn bundle(&self, path: &str) -> Result<Directory, OpenError> {
        self.source.below(path)
    }

    /// Finds every bundle by its manifest.
    ///
    /// Errors: what cannot be listed, and manifests with more bytes than are read of all together.
    pub(super) fn bundles(&self) -> Result<Bundles, SourceError> {
        self.bundles_within(MOST_BYTES)
    }

    fn bundles_within(&self, most: usize) -> Result<Bundles, SourceError> {
        let (mut bundles, mut bytes) = (Bundles::new(), 0);
        for entry in self.source.list()? {
            let directory = match entry.path.rsplit_once('/') {
                Some((directory, MANIFEST)) => directory,
                None if entry.path == MANIFEST => "",
                _ => continue,
            };
            if entry.kind == EntryKind::File
                && let Some(loop_id) = self.loop_of(&entry.path, &mut bytes)
            {
                bundles.entry(loop_id).or_default().push(directory.to_owned());
            }
            if bytes > most {
                let message = format!("its manifests have more than {most} bytes together");
                return Err(SourceError::new(message));
            }
        }
        Ok(bundles)
    }

    /// Returns the loop that a manifest names; what is none, or too long for one, names no loop. What was read
    /// is added to the number.
    fn loop_of(&self, path: &str, total: &mut usize) -> Option<Uuid> {
        let mut bytes = Vec::new();
        let read = self.source.read(path, &mut |piece| {
            let room = MANIFEST_LIMITS.limits.bytes.saturating_sub(bytes.len());
            bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
            if piece.len() > room { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        *total += bytes.len();
        read.ok()?;
        let manifest = cj::read(&bytes, &MANIFEST_LIMITS).ok()?;
        manifest.get("loop_id").and_then(Value::as_str).and_then(Uuid::parse)
    }
}

#[cfg(test)]
mod tests {
    use motus_testkit::bundle::family_member;
    use motus_testkit::harness::Scratch;

    use super::*;

    #[test]
    fn manifests_are_read_as_far_as_they_are_few() {
        let scratch = Scratch::new();
        let manifest = family_member(2, Some(1), &[]).bundle().files.remove("manifest.json");
        let manifest = manifest.expect("a bundle has one");
        for number in 0..5 {
            scratch.write(&format!("{number}/manifest.json"), &manifest);
        }
        let root = scratch.project();
        let below = Below::open(&root).expect("it was written");
        let most = 5 * manifest.len();
        let found = below.bundles_within(most).expect("they are few");
        assert_eq!(found.values().map(Vec::len).sum::<usize>(), 5);
        let error = below.bundles_within(most - 1).expect_err("they are too many");
        let told = format!("its manifests have more than {} bytes together", most - 1);
        assert_eq!(error.to_string(), told);
    }
}
