//! A stream that is kept while it is read, for a second reading.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, Write};

use crate::{FileError, Operation};

/// More came than is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMuch {
    /// How many bytes are kept at most.
    pub most: u64,
}

impl fmt::Display for TooMuch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "more than {} bytes came", self.most)
    }
}

impl Error for TooMuch {}

/// A stream whose bytes go, as they are read, into a file without a name that only this process has.
///
/// An error of the stream itself is handed on as it is; one of the file is an [`io::Error`] whose inner
/// error is a [`FileError`], and that of a stream that is too long one whose inner error is [`TooMuch`].
#[derive(Debug)]
pub struct KeptStream<R> {
    stream: R,
    file: File,
    kept: u64,
    most: u64,
}

impl<R: Read> KeptStream<R> {
    /// Prepares the file in the user's temporary directory, for at most this many bytes; nothing is read yet.
    pub fn new(stream: R, most: u64) -> Result<Self, FileError> {
        let place = tempfile::env::temp_dir();
        let file = tempfile::tempfile_in(&place)
            .map_err(|source| FileError::new(Operation::Write, &place, source))?;
        Ok(Self { stream, file, kept: 0, most })
    }

    /// Returns the file with what was read, from its beginning.
    pub fn into_file(mut self) -> Result<File, FileError> {
        match self.file.rewind() {
            Ok(()) => Ok(self.file),
            Err(source) => Err(FileError::new(Operation::Read, &tempfile::env::temp_dir(), source)),
        }
    }
}

impl<R: Read> Read for KeptStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.stream.read(buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        self.kept = self.kept.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        if self.kept > self.most {
            return Err(io::Error::other(TooMuch { most: self.most }));
        }
        self.file.write_all(read).map_err(|source| {
            let kind = source.kind();
            let error = FileError::new(Operation::Write, &tempfile::env::temp_dir(), source);
            io::Error::new(kind, error)
        })?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_can_be_read_again() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut stream = KeptStream::new(bytes.as_slice(), bytes.len() as u64).unwrap();
        let mut first = Vec::new();
        stream.read_to_end(&mut first).unwrap();
        let mut second = Vec::new();
        stream.into_file().unwrap().read_to_end(&mut second).unwrap();
        assert!(first == bytes && second == bytes);
    }

    #[test]
    fn an_error_of_the_stream_stays_its_own() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let error = KeptStream::new(Broken, 8).unwrap().read(&mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert!(error.get_ref().is_none());
    }

    #[test]
    fn more_than_the_bound_is_not_kept() {
        let mut stream = KeptStream::new(io::repeat(b'x'), 100).unwrap();
        let error = io::copy(&mut stream, &mut io::sink()).unwrap_err();
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<TooMuch>());
        assert_eq!(inner, Some(&TooMuch { most: 100 }));
        assert!(stream.file.metadata().unwrap().len() <= 100);
    }

    #[test]
    fn an_error_of_the_file_says_so() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "").unwrap();
        let file = File::open(&path).unwrap();
        let mut stream = KeptStream { stream: b"bytes".as_slice(), file, kept: 0, most: 8 };
        let error = stream.read(&mut [0; 8]).unwrap_err();
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<FileError>());
        assert_eq!(inner.map(|inner| inner.operation), Some(Operation::Write));
    }
}
