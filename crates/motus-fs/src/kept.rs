//! A stream that is kept while it is read, for a second reading.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use crate::{FileError, Operation};

/// A stream whose bytes go, as they are read, into a file without a name that only this process has.
///
/// An error of the stream itself is handed on as it is; one of the file is an [`io::Error`] whose inner
/// error is a [`FileError`].
#[derive(Debug)]
pub struct KeptStream<R> {
    stream: R,
    file: File,
}

impl<R: Read> KeptStream<R> {
    /// Prepares the file in the user's temporary directory; nothing is read yet.
    pub fn new(stream: R) -> Result<Self, FileError> {
        let place = tempfile::env::temp_dir();
        let file = tempfile::tempfile_in(&place)
            .map_err(|source| FileError::new(Operation::Write, &place, source))?;
        Ok(Self { stream, file })
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
        let mut stream = KeptStream::new(bytes.as_slice()).unwrap();
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
        let error = KeptStream::new(Broken).unwrap().read(&mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert!(error.get_ref().is_none());
    }

    #[test]
    fn an_error_of_the_file_says_so() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "").unwrap();
        let file = File::open(&path).unwrap();
        let mut stream = KeptStream { stream: b"bytes".as_slice(), file };
        let error = stream.read(&mut [0; 8]).unwrap_err();
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<FileError>());
        assert_eq!(inner.map(|inner| inner.operation), Some(Operation::Write));
    }
}
