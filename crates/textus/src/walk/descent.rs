//! Going down the directory of one nested entry.

use motus_fs::{FileType, Jail, JailError};
use textus_core::Key;
use textus_core::manifest::Entry;
use textus_core::resolve::Unlisted;

use super::{Listed, Listing, Unnamed, Walk};

/// Deeper than any key goes, so that a file that has none because of its depth is still told.
const DEEPEST: usize = 16;

/// One walk through one entry.
pub(super) struct Descent<'w, 'm, 'z> {
    walk: &'w Walk<'m, 'z>,
    entry: &'m Entry,
    /// Whether other entries have keys below this one's, which these files then do not have.
    has_others_below: bool,
    /// Where the walk is below the entry's path: empty, or ending with `/`.
    place: String,
    found: &'w mut Listing<'m>,
}

impl<'w, 'm, 'z> Descent<'w, 'm, 'z> {
    pub(super) fn new(
        walk: &'w Walk<'m, 'z>,
        entry: &'m Entry,
        place: String,
        found: &'w mut Listing<'m>,
    ) -> Self {
        let is_below =
            |other: &Entry| other.key != entry.key && other.key.is_within(entry.key.as_str());
        let has_others_below = walk.manifest.entries.iter().any(is_below);
        Self { walk, entry, has_others_below, place, found }
    }

    /// Lists a directory, then those in it.
    pub(super) fn list(&mut self, mut directory: Jail, depth: usize) -> Result<(), JailError> {
        let mut inner = Vec::new();
        let listed = directory.list(&mut |name, kind| {
            // Dot files are nobody's entries.
            if name.starts_with(b".") {
                return;
            }
            let name = String::from_utf8_lossy(name);
            match kind {
                FileType::File => self.file(&name),
                FileType::Directory => inner.push(name.into_owned()),
                FileType::Link => {
                    let link = format!("{}/{}{name}", self.entry.path, self.place);
                    self.found.links.push(link);
                }
                FileType::Special => {}
            }
        });
        if let Err(error) = listed {
            return self.walk.pass_over(error, self.found);
        }
        if depth < DEEPEST {
            inner.into_iter().try_for_each(|name| self.enter(&directory, &name, depth))?;
        }
        Ok(())
    }

    fn enter(&mut self, directory: &Jail, name: &str, depth: usize) -> Result<(), JailError> {
        if !self.walk.wants_more(self.found) {
            return Ok(());
        }
        // A name that is no UTF-8 does not lead back to its directory, and has no key.
        match directory.below(name) {
            Ok(below) => {
                let length = self.place.len();
                self.place.push_str(name);
                self.place.push('/');
                let walked = self.list(below, depth + 1);
                self.place.truncate(length);
                walked
            }
            Err(error) => self.walk.pass_over(error, self.found),
        }
    }

    fn file(&mut self, name: &str) {
        if !self.walk.wants_more(self.found) {
            return;
        }
        let length = self.place.len();
        self.place.push_str(name);
        let entry = self.entry;
        let path = |place: &str| format!("{}/{place}", entry.path);
        match self.key() {
            Ok(key) => self.found.rows.push(Listed { key, entry, path: path(&self.place) }),
            Err(why) if why.is_illegal() => {
                self.found.unnamed.push(Unnamed { path: path(&self.place), why });
            }
            Err(_) => {}
        }
        self.place.truncate(length);
    }

    fn key(&self) -> Result<Key, Unlisted> {
        if self.has_others_below {
            self.walk.manifest.listed_key(self.entry, &self.place)
        } else {
            self.entry.key_of(&self.place)
        }
    }
}
