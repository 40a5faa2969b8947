//! Which entries there are: the files of each entry, found without opening one.
//!
//! Directories are listed once each, and what a prefix or zone rules out is not listed at all. Links are
//! told and not followed, as reading and writing do not; a directory that may not be read is told.

mod descent;

use std::io;
use std::path::Path;

use motus_fs::{FileType, Found, Jail, JailError};
use textus_core::manifest::{Entry, Manifest};
use textus_core::resolve::Unlisted;
use textus_core::{Error, Key};

use crate::{Store, failure};

use descent::Descent;

/// Says which entries are asked for; what is not said does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection<'a> {
    /// Only this key and those below it, segment by segment.
    pub prefix: Option<&'a str>,
    /// Only entries of this zone.
    pub zone: Option<&'a str>,
    /// Not more than so many, whichever come first on disk.
    pub most: Option<usize>,
}

/// One file of an entry.
#[derive(Clone, Debug)]
pub struct Listed<'m> {
    /// The key that resolves to it.
    pub key: Key,
    /// The entry that it belongs to.
    pub entry: &'m Entry,
    /// Where it is, below `zones/`.
    pub path: String,
}

/// A file that has no key although it looks like an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnamed {
    /// Where it is, below `zones/`; what is no UTF-8 is replaced.
    pub path: String,
    /// Why.
    pub why: Unlisted,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Listing<'m> {
    /// Sorted by key, byte by byte; no key twice, and each can be read.
    pub rows: Vec<Listed<'m>>,
    /// In the order in which they were met.
    pub unnamed: Vec<Unnamed>,
    /// Links in the place of an entry, or on the way to one, below `zones/`; sorted, each once.
    pub links: Vec<String>,
    /// Directories that the user may not read, below `zones/`; sorted, each once.
    pub unreadable: Vec<String>,
}

impl Store {
    /// Lists the files of all entries that are asked for.
    ///
    /// Cost: one listing of each directory, whatever the files hold. A directory that is not there is empty;
    /// one that is a link or may not be read is told. Errors: `io_error` for what else the system refuses.
    pub fn list(&self, selection: Selection<'_>) -> Result<Listing<'_>, Error> {
        let mut found = Listing::default();
        let Some(zones) = self.zones()? else { return Ok(found) };
        let prefix = selection.prefix.map(Key::parse).transpose();
        // What is no key is no prefix of one either.
        let Ok(prefix) = prefix else { return Ok(found) };
        let walk = Walk { manifest: self.manifest(), zones: &zones, most: selection.most };
        for entry in &self.manifest().entries {
            if selection.zone.is_none_or(|zone| zone == entry.zone) && walk.wants_more(&found) {
                walk.entry(entry, prefix.as_ref(), &mut found)
                    .map_err(|error| failure::of_jail(&error))?;
            }
        }
        // `x.yaml` sorts before `x.yml`, and is the one that counts.
        found
            .rows
            .sort_unstable_by(|one, other| (&one.key, &one.path).cmp(&(&other.key, &other.path)));
        found.rows.dedup_by(|later, kept| later.key == kept.key);
        for places in [&mut found.links, &mut found.unreadable] {
            places.sort_unstable();
            places.dedup();
        }
        Ok(found)
    }
}

/// What stays the same while one walk goes on.
struct Walk<'m, 'z> {
    manifest: &'m Manifest,
    zones: &'z Jail,
    most: Option<usize>,
}

impl<'m> Walk<'m, '_> {
    fn wants_more(&self, found: &Listing<'m>) -> bool {
        self.most.is_none_or(|most| found.rows.len() < most)
    }

    /// Finds the files of one entry that have the prefix, if any can.
    fn entry(
        &self,
        entry: &'m Entry,
        prefix: Option<&Key>,
        found: &mut Listing<'m>,
    ) -> Result<(), JailError> {
        let is_within = prefix.is_none_or(|prefix| entry.key.is_within(prefix.as_str()));
        match (entry.nested, is_within) {
            (false, true) => self.file(&entry.key, entry, vec![entry.file()], found),
            (true, true) => self.subtree(entry, &[], found),
            (true, false) => {
                let below =
                    prefix.and_then(|prefix| Some((prefix, prefix.segments_below(&entry.key)?)));
                let Some((prefix, segments)) = below else { return Ok(()) };
                self.prefix_itself(prefix, entry, found)?;
                self.subtree(entry, &segments, found)
            }
            (false, false) => Ok(()),
        }
    }

    /// Lists the key that is the prefix, where it is one of this entry.
    fn prefix_itself(
        &self,
        prefix: &Key,
        entry: &'m Entry,
        found: &mut Listing<'m>,
    ) -> Result<(), JailError> {
        match self.manifest.resolve(prefix) {
            // The index file of a directory is met in the directory.
            Some(resolved) if resolved.entry.key == entry.key && entry.index_filename.is_none() => {
                self.file(prefix, entry, resolved.candidates, found)
            }
            _ => Ok(()),
        }
    }

    /// Lists the first of the candidates that is a file.
    fn file(
        &self,
        key: &Key,
        entry: &'m Entry,
        candidates: Vec<String>,
        found: &mut Listing<'m>,
    ) -> Result<(), JailError> {
        for path in candidates {
            match self.zones.inspect(&path) {
                Ok(Some(facts)) if facts.file_type == FileType::File => {
                    found.rows.push(Listed { key: key.clone(), entry, path });
                    return Ok(());
                }
                Ok(_) => {}
                Err(error) => self.pass_over(error, found)?,
            }
        }
        Ok(())
    }

    fn subtree(
        &self,
        entry: &'m Entry,
        segments: &[&str],
        found: &mut Listing<'m>,
    ) -> Result<(), JailError> {
        let mut below = segments.join("/");
        let directory = match &*below {
            "" => self.zones.below(&entry.path),
            below => self.zones.below(&format!("{}/{below}", entry.path)),
        };
        match directory {
            Ok(directory) => {
                if !below.is_empty() {
                    below.push('/');
                }
                Descent::new(self, entry, below, found).list(directory, 0)
            }
            Err(error) => self.pass_over(error, found),
        }
    }

    /// Passes over what is not there, is no directory or leads out; tells links and what may not be read.
    fn pass_over(&self, error: JailError, found: &mut Listing<'m>) -> Result<(), JailError> {
        match error {
            JailError::NotAFile { path, found: Found::Link } => {
                found.links.push(self.below_zones(&path));
            }
            JailError::System(error) if error.source.kind() == io::ErrorKind::PermissionDenied => {
                found.unreadable.push(self.below_zones(&error.path));
            }
            JailError::System(_) => return Err(error),
            _ => {}
        }
        Ok(())
    }

    fn below_zones(&self, path: &Path) -> String {
        path.strip_prefix(self.zones.path()).unwrap_or(path).to_string_lossy().into_owned()
    }
}
