//! Reading files below a root, one after the other.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use motus_kernel::source::{SourceError, Take};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, openat, statat};
use rustix::io::{Errno, read, retry_on_intr};

use super::root::Root;

/// How much is read at once where pieces are hashed: few calls for a large file, and little enough to stay in
/// the cache until then.
pub(super) const PIECE: usize = 128 << 10;

/// A file may be longer than it says.
const LEAST: usize = 4 << 10;

/// How much of a large file is read at once where several threads share the work on a piece.
pub(super) const LARGE_PIECE: usize = 1 << 20;

/// Without `NONBLOCK`, a pipe that took the place of a file would hold the reader until somebody writes.
const FLAGS: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// Reads files with one buffer; remembers the directory of the last one, where the next one mostly is.
pub(super) struct Reader<'r> {
    root: &'r Root,
    last: Option<Parent>,
    largest: usize,
    buffer: Vec<u8>,
}

/// A directory below the root.
struct Parent {
    path: String,
    directory: OwnedFd,
}

impl<'r> Reader<'r> {
    /// Reads at most so many bytes of a large file at once.
    pub(super) fn new(root: &'r Root, largest: usize) -> Self {
        Self { root, last: None, largest, buffer: Vec::new() }
    }

    /// Returns the size of a regular file, without opening it: opening alone can set a device going.
    pub(super) fn look(&mut self, path: &str) -> Result<u64, SourceError> {
        let (directory, name) = self.place(path)?;
        let found = retry_on_intr(|| statat(directory, name, AtFlags::SYMLINK_NOFOLLOW));
        regular(&found.map_err(not_opened)?)
    }

    /// Hands over the bytes of a regular file, piece by piece, until its end or until no more are wanted.
    ///
    /// Returns how many bytes there were, or of a file that was not read to its end the size that it had
    /// when it was opened.
    pub(super) fn read(&mut self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        let (directory, name) = self.place(path)?;
        let file = retry_on_intr(|| openat(directory, name, FLAGS, Mode::empty()));
        let file = file.map_err(not_opened)?;
        // Another thing may have taken the place since it was looked at.
        let size_bytes = regular(&fstat(&file).map_err(not_read)?)?;
        self.make_room(size_bytes);
        let taken = stream(file.as_fd(), &mut self.buffer, take)?;
        Ok(taken.unwrap_or(size_bytes))
    }

    /// Makes the buffer as large as a file says it is, and one byte more that tells its end, up to a whole
    /// piece.
    fn make_room(&mut self, size_bytes: u64) {
        let size_bytes = usize::try_from(size_bytes).unwrap_or(usize::MAX);
        let piece = if size_bytes < LARGE_PIECE { PIECE } else { self.largest };
        let room = size_bytes.saturating_add(1).clamp(LEAST, piece);
        if self.buffer.len() < room {
            self.buffer = vec![0; room];
        }
    }

    /// Returns the directory in which a file is, open, and its name there.
    fn place<'p>(&mut self, path: &'p str) -> Result<(BorrowedFd<'_>, &'p str), SourceError> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if matches!(name, "" | "." | "..") || path.contains('\0') || path.starts_with('/') {
            return Err(SourceError::new("is no path inside a bundle"));
        }
        if parent.is_empty() {
            return Ok((self.root.descriptor(), name));
        }
        let last = match self.last.take() {
            Some(last) if last.path == parent => last,
            _ => self.parent(parent)?,
        };
        Ok((self.last.insert(last).directory.as_fd(), name))
    }

    fn parent(&self, path: &str) -> Result<Parent, SourceError> {
        let directory = self.root.directory(path.as_bytes()).map_err(no_directory)?;
        Ok(Parent { path: path.to_owned(), directory })
    }
}

/// Returns how many bytes were handed over, if those were all.
fn stream(
    file: BorrowedFd<'_>,
    buffer: &mut [u8],
    take: &mut Take<'_>,
) -> Result<Option<u64>, SourceError> {
    let mut taken = 0_u64;
    loop {
        match read(file, &mut *buffer) {
            Ok(0) => return Ok(Some(taken)),
            Ok(length) => {
                taken = taken.saturating_add(length as u64);
                if take(buffer.get(..length).unwrap_or_default()).is_break() {
                    return Ok(None);
                }
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(not_read(error)),
        }
    }
}

/// Returns the size, if this is a regular file.
fn regular(found: &Stat) -> Result<u64, SourceError> {
    match FileType::from_raw_mode(found.st_mode) {
        FileType::RegularFile => Ok(u64::try_from(found.st_size).unwrap_or_default()),
        FileType::Symlink => Err(SourceError::new("is a symbolic link")),
        FileType::Directory => Err(SourceError::new("is a directory")),
        _ => Err(SourceError::new("is no regular file")),
    }
}

fn not_opened(error: Errno) -> SourceError {
    match error {
        Errno::NOENT => SourceError::new("does not exist"),
        Errno::LOOP => SourceError::new("is a symbolic link"),
        // What a socket answers.
        Errno::NXIO => SourceError::new("is no regular file"),
        _ => SourceError::new(format!("cannot be opened: {}", std::io::Error::from(error))),
    }
}

fn no_directory(error: Errno) -> SourceError {
    match error {
        Errno::NOENT => SourceError::new("does not exist"),
        Errno::LOOP | Errno::NOTDIR => {
            SourceError::new("lies behind a link or something else that is no directory")
        }
        Errno::INVAL => SourceError::new("is no path inside a bundle"),
        _ => SourceError::new(format!(
            "lies in a directory that cannot be opened: {}",
            std::io::Error::from(error)
        )),
    }
}

fn not_read(error: Errno) -> SourceError {
    SourceError::new(format!("cannot be read: {}", std::io::Error::from(error)))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use motus_testkit::harness::Scratch;
    use rustix::fs::mknodat;

    use super::*;

    /// Reads without looking first, as if the file had been replaced after the look.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test makes links")]
    fn what_takes_the_place_of_a_file_is_not_read() {
        let scratch = Scratch::new();
        let root = scratch.project();
        scratch.write("a/file", "content");
        symlink("file", root.join("a/link")).expect("a link can be made");
        symlink("a", root.join("linked")).expect("a link can be made");
        let _socket = UnixListener::bind(root.join("a/socket")).expect("a socket can be made");
        let pipe = root.join("a/pipe");
        mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).expect("a pipe can be made");
        let root = Root::open(&root).expect("the root opens");
        let mut reader = Reader::new(&root, PIECE);
        let behind = "lies behind a link or something else that is no directory";
        for (path, expected) in [
            ("a/file", Ok(7)),
            ("a/link", Err("is a symbolic link")),
            ("a/pipe", Err("is no regular file")),
            ("a/socket", Err("is no regular file")),
            ("a", Err("is a directory")),
            ("linked/file", Err(behind)),
            ("a/no", Err("does not exist")),
        ] {
            let mut taken = Vec::new();
            let read = reader.read(path, &mut |piece| {
                taken.extend_from_slice(piece);
                ControlFlow::Continue(())
            });
            assert_eq!(read, expected.map_err(SourceError::new), "{path}");
            assert_eq!(taken.is_empty(), expected.is_err(), "{path}");
        }
    }
}
