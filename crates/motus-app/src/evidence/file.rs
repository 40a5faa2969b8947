//! Files that are named as evidence: how they are opened, called, and told from what they were before.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path};

use motus_fs::{Jail, JailError};
use motus_ledger::{Digest, DigestHasher};
use motus_store::StorePlace;

/// The largest artifact, in bytes: a file may say to be of any size.
pub(super) const LARGEST_ARTIFACT: u64 = 64 << 30;

/// How much is read at a time, in bytes.
const PIECE: usize = 64 << 10;

/// Opens a plain file, where a link leads too; nothing is waited for.
pub(super) fn open_plain(file: &Path) -> io::Result<File> {
    let real = fs::canonicalize(file)?;
    let (Some(directory), Some(name)) = (real.parent(), real.file_name()) else {
        return Err(io::ErrorKind::IsADirectory.into());
    };
    let name = name.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    let jail = Jail::open(directory).map_err(|error| error.source)?.without_links();
    match jail.open_file(name) {
        Ok((file, _)) => Ok(file),
        Err(JailError::System(error)) => Err(error.source),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// Refuses a plain file that says to be longer than what is read: a length costs nothing, reading it all would.
pub(super) fn refuse_long(metadata: &Metadata, most: u64) -> io::Result<()> {
    let is_too_long = metadata.is_file() && metadata.len() > most;
    if is_too_long { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
}

/// Digests a file to its end; returns how many bytes it has as well.
pub(super) fn digest(file: impl Read) -> io::Result<(Digest, u64)> {
    let mut hasher = DigestHasher::default();
    let mut bounded = file.take(LARGEST_ARTIFACT.saturating_add(1));
    let mut piece = vec![0; PIECE];
    let mut bytes: u64 = 0;
    loop {
        let length = match bounded.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if length == 0 {
            return Ok((hasher.finish(), bytes));
        }
        hasher.update(piece.get(..length).unwrap_or_default());
        bytes = bytes.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        if bytes > LARGEST_ARTIFACT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
}

/// Returns how a file is called in what is recorded: its path below the project, else its last part.
pub(super) fn name_in(file: &Path, project: &Path) -> Option<String> {
    let real = |path: &Path| fs::canonicalize(path).ok();
    // What is not there is called as it was named.
    let below = match (real(file), real(project)) {
        (Some(file), Some(project)) => file.strip_prefix(project).map(Path::to_owned).ok(),
        _ => file.strip_prefix(project).ok().filter(|path| is_plain(path)).map(Path::to_owned),
    };
    let name = below.as_deref().map(Path::as_os_str).or_else(|| file.file_name());
    name.map(OsStr::to_string_lossy).filter(|name| !name.is_empty()).map(String::from)
}

/// Tells whether a path only goes down.
fn is_plain(path: &Path) -> bool {
    path.components().all(|component| matches!(component, Component::Normal(_)))
}

/// What is different once a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    identity: (u64, u64),
    bytes: u64,
    modified: (i64, i64),
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            identity: (metadata.dev(), metadata.ino()),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }

    /// Returns the stamp of what stands at a place, or of what a link there leads to.
    pub(super) fn at(file: &Path) -> Option<Self> {
        fs::metadata(file).ok().map(|metadata| Self::of(&metadata))
    }
}

/// Refuses a file that is one of the Store's: closing a descriptor of it would drop the locks of SQLite.
pub(super) fn refuse_store(file: &Path, place: &StorePlace) -> io::Result<()> {
    let identity = |path: &Path| Stamp::at(path).map(|stamp| stamp.identity);
    let files = [place.path().to_owned(), place.wal(), place.shm(), place.journal()];
    let found = identity(file);
    if found.is_some() && files.iter().any(|of_store| identity(of_store) == found) {
        return Err(io::Error::other("it is the Store"));
    }
    Ok(())
}
