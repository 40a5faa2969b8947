//! Everything that stands below a root, as far as a bundle may be large.

use motus_kernel::source::{Entry, EntryKind, SourceError};
use rustix::fs::{AtFlags, Dir, DirEntry, FileType, statat};
use rustix::io::Errno;

use super::root::Root;

/// The most names, directories included: a manifest may list as many files.
const MOST_NAMES: usize = 100_000;
/// The most directories inside one another.
const MOST_DEEP: usize = 128;
/// The most bytes of all paths together: a manifest, in which they all stand, is at most 8 MiB long.
const MOST_BYTES: usize = 16 << 20;

/// Lists all that is no directory.
pub(super) fn list(root: &Root) -> Result<Vec<Entry>, SourceError> {
    let mut walk = Walk::default();
    let mut next = Some(Place { path: Vec::new(), depth: 0 });
    while let Some(place) = next {
        walk.directory(root, &place)?;
        next = walk.ahead.pop();
    }
    Ok(walk.entries)
}

/// A directory that was seen. It is kept by its path, not open: descriptors are few.
struct Place {
    path: Vec<u8>,
    depth: usize,
}

#[derive(Default)]
struct Walk {
    entries: Vec<Entry>,
    ahead: Vec<Place>,
    names: usize,
    bytes: usize,
}

impl Walk {
    fn directory(&mut self, root: &Root, place: &Place) -> Result<(), SourceError> {
        let failed = |error| unreadable(&place.path, error);
        let directory = root.directory(&place.path).map_err(failed)?;
        let mut directory = Dir::new(directory).map_err(failed)?;
        while let Some(entry) = directory.read() {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_bytes();
            if !matches!(name, b"." | b"..") {
                let file_type = file_type(&directory, &entry).map_err(failed)?;
                self.name(place, name, file_type)?;
            }
        }
        Ok(())
    }

    fn name(&mut self, place: &Place, name: &[u8], kind: FileType) -> Result<(), SourceError> {
        let path = below(&place.path, name);
        self.names += 1;
        self.bytes += path.len();
        if self.names > MOST_NAMES {
            return Err(SourceError::new(format!("more than {MOST_NAMES} names")));
        }
        if self.bytes > MOST_BYTES {
            return Err(SourceError::new(format!("more than {MOST_BYTES} bytes of paths")));
        }
        if kind != FileType::Directory {
            self.entries.push(entry(path, kind));
            return Ok(());
        }
        if place.depth >= MOST_DEEP {
            let message = format!("more than {MOST_DEEP} directories inside one another");
            return Err(SourceError::new(message));
        }
        self.ahead.push(Place { path, depth: place.depth + 1 });
        Ok(())
    }
}

/// Returns what an entry is; some file systems tell it only when asked.
fn file_type(directory: &Dir, entry: &DirEntry) -> Result<FileType, Errno> {
    match entry.file_type() {
        FileType::Unknown => {
            let found = statat(directory.fd()?, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(FileType::from_raw_mode(found.st_mode))
        }
        known => Ok(known),
    }
}

fn below(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(directory.len() + 1 + name.len());
    path.extend_from_slice(directory);
    if !directory.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

fn entry(path: Vec<u8>, kind: FileType) -> Entry {
    match String::from_utf8(path) {
        Ok(path) if kind == FileType::RegularFile => Entry { path, kind: EntryKind::File },
        Ok(path) => Entry { path, kind: EntryKind::Other },
        Err(error) => {
            let path = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Entry { path, kind: EntryKind::Other }
        }
    }
}

fn unreadable(path: &[u8], error: Errno) -> SourceError {
    let path = if path.is_empty() { b"." } else { path };
    let error = std::io::Error::from(error);
    SourceError::new(format!("{}: {error}", String::from_utf8_lossy(path)))
}
