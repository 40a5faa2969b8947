//! Where an import reads from, and whether that can be read again.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use motus_fs::KeptStream;
use motus_store::StorePlace;

use super::TravelError;

/// The most bytes of a stream that are kept for the second reading: a disk is not filled by a mistake.
const MOST_KEPT: u64 = 16 << 30;

/// Lines of an export, not yet read.
pub struct Source(Origin);

enum Origin {
    File(File),
    Stream(Box<dyn Read>),
}

/// An input under its first reading.
pub(super) enum Input {
    /// A plain file, and what it was like when it was opened.
    File(File, Stamp),
    /// What is read once only.
    Stream(Box<dyn Read>),
    /// What is kept while it is read.
    Kept(KeptStream<Box<dyn Read>>),
}

/// What is different once a file was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Source {
    /// Reads a stream, such as standard input; it is kept in a temporary file for the second reading.
    pub fn stream(stream: impl Read + 'static) -> Self {
        Self(Origin::Stream(Box::new(stream)))
    }

    /// Reads a file that the person named; a pipe or a device is read as a stream.
    ///
    /// The Store itself is refused before it is opened beside SQLite. Errors: `input.unreadable`.
    pub fn named(path: &Path, place: &StorePlace) -> Result<Self, TravelError> {
        let metadata = fs::metadata(path).map_err(TravelError::Unreadable)?;
        if is_part_of_store(&metadata, place) {
            let problem = io::Error::other("it is the Store that the runs are to enter");
            return Err(TravelError::Unreadable(problem));
        }
        let file = File::open(path).map_err(TravelError::Unreadable)?;
        let is_plain = file.metadata().map_err(TravelError::Unreadable)?.is_file();
        Ok(Self(if is_plain { Origin::File(file) } else { Origin::Stream(Box::new(file)) }))
    }

    pub(super) fn read_once(self) -> Result<Input, TravelError> {
        match self.0 {
            Origin::File(file) => Input::of_file(file),
            Origin::Stream(stream) => Ok(Input::Stream(stream)),
        }
    }

    pub(super) fn read_twice(self) -> Result<Input, TravelError> {
        match self.0 {
            Origin::File(file) => Input::of_file(file),
            Origin::Stream(stream) => Ok(Input::Kept(KeptStream::new(stream, MOST_KEPT)?)),
        }
    }
}

fn is_part_of_store(metadata: &Metadata, place: &StorePlace) -> bool {
    let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
    let files = [place.path().to_owned(), place.wal(), place.shm(), place.journal()];
    let mut found = files.iter().filter_map(|path| fs::metadata(path).ok());
    found.any(|of_store| identity(&of_store) == identity(metadata))
}

impl Input {
    fn of_file(file: File) -> Result<Self, TravelError> {
        let stamp = Stamp::of(&file)?;
        Ok(Self::File(file, stamp))
    }

    /// Goes back to the beginning, for the second reading.
    pub(super) fn again(self) -> Result<Self, TravelError> {
        match self {
            Self::File(mut file, stamp) => {
                file.rewind().map_err(TravelError::Unreadable)?;
                Ok(Self::File(file, stamp))
            }
            Self::Kept(stream) => Self::of_file(stream.into_file()?),
            Self::Stream(_) => Err(TravelError::Unreadable(io::ErrorKind::NotSeekable.into())),
        }
    }

    /// Confirms that a file is what it was when it was opened.
    ///
    /// Errors: `import.changed`.
    pub(super) fn confirm_unchanged(&self) -> Result<(), TravelError> {
        match self {
            Self::File(file, stamp) if Stamp::of(file)? != *stamp => Err(TravelError::Changed),
            _ => Ok(()),
        }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.read(buffer),
            Self::Stream(stream) => stream.read(buffer),
            Self::Kept(stream) => stream.read(buffer),
        }
    }
}

impl Stamp {
    fn of(file: &File) -> Result<Self, TravelError> {
        let metadata = file.metadata().map_err(TravelError::Unreadable)?;
        Ok(Self {
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }
}
