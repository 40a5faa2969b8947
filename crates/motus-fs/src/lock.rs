//! Files that one process at a time may hold, for as long as it lives.
//!
//! The lock is `flock`'s: the system gives it back when the holder dies, so none is ever stale. The
//! file also tells who holds it, and carries a note that outlives its writer. Where the lock is taken
//! twice by one process through two openings, the second one waits as any other would.

mod directory;

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use thiserror::Error;

pub use directory::DirectoryLock;

use crate::{FileError, Found, Jail, JailError, Operation};

/// Bytes of the first line, which tells the holder; the note begins after it.
const HOLDER: usize = 64;

/// The longest note that is left and read.
const LONGEST_NOTE: usize = 64 << 10;

/// Pauses between two attempts, which grow from the first to the second.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(16);

/// Why a lock was not had.
#[derive(Debug, Error)]
pub enum LockError {
    /// Somebody else held it all the time.
    #[error("{} is held by {holder}", path.display())]
    Held {
        /// The file.
        path: PathBuf,
        /// What the holder says of itself.
        holder: String,
    },
    /// The file cannot be used.
    #[error(transparent)]
    Refused(#[from] JailError),
}

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct FileLock {
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes a lock on a file of the jail's own directory, which is made when it is missing.
    ///
    /// Waits up to `wait`, and tells others that `holder` has it. A link or anything but a plain file
    /// is refused.
    pub fn acquire(
        jail: &Jail,
        name: &str,
        holder: &str,
        wait: Duration,
    ) -> Result<Self, LockError> {
        let mut patience = Patience::of(wait);
        loop {
            let file = open_plain(jail, name, OFlags::CREATE)?;
            if !patience.lock(jail, name, &file)? {
                return Err(LockError::Held {
                    path: jail.path_of(name),
                    holder: read_holder(&file),
                });
            }
            // When somebody removed the file meanwhile, others may hold a new one of that name.
            if is_at(jail, name, &file)? {
                let lock = Self { file, path: jail.path_of(name) };
                lock.write(&spell_holder(holder), 0)?;
                return Ok(lock);
            }
        }
    }

    /// Tells whether somebody holds the lock, without changing anything.
    pub fn is_held(jail: &Jail, name: &str) -> Result<bool, JailError> {
        let (file, _) = match jail.open_file(name) {
            Err(JailError::Missing { .. }) => return Ok(false),
            opened => opened?,
        };
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(false),
            Err(Errno::WOULDBLOCK) => Ok(true),
            Err(error) => Err(jail.failed_to(Operation::Read, name, error)),
        }
    }

    /// Reads the note that the last writer of one left, up to 64 KB; empty when there is none.
    pub fn note(&self) -> Result<Vec<u8>, JailError> {
        read_note(&self.file).map_err(|error| self.failed(Operation::Read, error))
    }

    /// Leaves a note for whoever takes the lock next; synced when it has to outlast a power failure.
    ///
    /// Nobody would read one of more than 64 KB: it is refused.
    pub fn leave_note(&self, note: &[u8], is_synced: bool) -> Result<(), JailError> {
        if note.len() > LONGEST_NOTE {
            return Err(self.failed(Operation::Write, std::io::ErrorKind::FileTooLarge.into()));
        }
        self.write(note, HOLDER)?;
        self.cut(HOLDER + note.len())?;
        if is_synced {
            self.file.sync_data().map_err(|error| self.failed(Operation::Write, error))?;
        }
        Ok(())
    }

    /// Removes the note.
    pub fn clear_note(&self) -> Result<(), JailError> {
        self.cut(HOLDER)
    }

    /// Reads the note of a lock that nobody need hold.
    pub fn note_in(jail: &Jail, name: &str) -> Result<Vec<u8>, JailError> {
        match jail.open_file(name) {
            Err(JailError::Missing { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
            Ok((file, _)) => {
                read_note(&file).map_err(|error| jail.failed_to(Operation::Read, name, error))
            }
        }
    }

    fn write(&self, bytes: &[u8], offset: usize) -> Result<(), JailError> {
        let written = self.file.write_all_at(bytes, u64::try_from(offset).unwrap_or(0));
        written.map_err(|error| self.failed(Operation::Write, error))
    }

    /// Shortens the file; the call is spared where there is nothing to cut.
    fn cut(&self, length: usize) -> Result<(), JailError> {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        let longer = self.file.metadata().is_ok_and(|facts| facts.len() > length);
        if longer {
            self.file.set_len(length).map_err(|error| self.failed(Operation::Write, error))?;
        }
        Ok(())
    }

    fn failed(&self, operation: Operation, error: std::io::Error) -> JailError {
        JailError::System(FileError::new(operation, &self.path, error))
    }
}

/// Locks a file that is open already, as other programs lock it; given back when it is closed.
///
/// Waits up to `wait`.
pub(crate) fn lock_opened(
    jail: &Jail,
    name: &str,
    file: &File,
    wait: Duration,
) -> Result<Locked, JailError> {
    if !Patience::of(wait).lock(jail, name, file)? {
        return Ok(Locked::Held);
    }
    Ok(if is_at(jail, name, file)? { Locked::Here } else { Locked::Moved })
}

/// What became of an attempt to lock an open file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locked {
    /// It is locked, and has the name under which it was opened.
    Here,
    /// It is locked, but another file or none has its name.
    Moved,
    /// Somebody else has it.
    Held,
}

/// Opens a plain file of the jail's own directory for reading and writing; a link is refused, and so is a
/// file that has other names, because they may lie outside.
///
/// `extra` is CREATE, APPEND, both or nothing.
pub(crate) fn open_plain(jail: &Jail, name: &str, extra: OFlags) -> Result<File, JailError> {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let (flags, mode) = (flags | OFlags::CLOEXEC | extra, Mode::from_raw_mode(0o666));
    match rustix::fs::openat(jail.directory(), name, flags, mode) {
        Ok(opened) => {
            let (file, facts) = jail.require_plain(name, File::from(opened))?;
            if facts.names > 1 {
                let found = Found::SharedFile;
                return Err(JailError::NotAFile { path: jail.path_of(name), found });
            }
            Ok(file)
        }
        Err(Errno::NOENT) => Err(JailError::Missing { path: jail.path_of(name) }),
        Err(Errno::LOOP) => {
            Err(JailError::NotAFile { path: jail.path_of(name), found: Found::Link })
        }
        Err(Errno::ISDIR) => {
            Err(JailError::NotAFile { path: jail.path_of(name), found: Found::Directory })
        }
        Err(error) => Err(jail.failed_to(Operation::Write, name, error)),
    }
}

/// Tells whether the name still leads to the file that is open.
fn is_at(jail: &Jail, name: &str, file: &File) -> Result<bool, JailError> {
    let failed = |error| jail.failed_to(Operation::Read, name, error);
    let open = rustix::fs::fstat(file).map_err(failed)?;
    match rustix::fs::statat(jail.directory(), name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok((found.st_dev, found.st_ino) == (open.st_dev, open.st_ino)),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

/// Counts the pauses instead of looking at a clock; a pause may be longer than asked for.
struct Patience {
    left: Duration,
    pause: Duration,
}

impl Patience {
    fn of(wait: Duration) -> Self {
        Self { left: wait, pause: SHORTEST_PAUSE }
    }

    fn lock(&mut self, jail: &Jail, name: &str, file: &File) -> Result<bool, JailError> {
        self.flock(file).map_err(|error| jail.failed_to(Operation::Write, name, error))
    }

    /// Takes a lock that nobody has, or gets free in time.
    fn flock(&mut self, file: impl AsFd) -> Result<bool, Errno> {
        loop {
            match rustix::fs::flock(file.as_fd(), FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(true),
                Err(Errno::WOULDBLOCK) if self.left.is_zero() => return Ok(false),
                Err(Errno::WOULDBLOCK | Errno::INTR) => self.wait(),
                Err(error) => return Err(error),
            }
        }
    }

    fn wait(&mut self) {
        let pause = self.pause.min(self.left);
        sleep(pause);
        self.left = self.left.saturating_sub(pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

/// Spells a holder as a line of a fixed length; what is too long is cut, what would break it replaced.
fn spell_holder(holder: &str) -> Vec<u8> {
    let plain = holder.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' });
    let mut line: Vec<u8> =
        plain.take(HOLDER - 1).map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    line.resize(HOLDER - 1, b' ');
    line.push(b'\n');
    line
}

fn read_holder(file: &File) -> String {
    let mut line = [0; HOLDER];
    let length = file.read_at(&mut line, 0).unwrap_or(0);
    let text = String::from_utf8_lossy(line.get(..length).unwrap_or_default());
    let text: String = text.chars().take_while(|c| !c.is_control()).collect();
    match text.trim() {
        "" => "another program".to_owned(),
        holder => holder.to_owned(),
    }
}

fn read_note(file: &File) -> std::io::Result<Vec<u8>> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let mut note = vec![0; length.saturating_sub(HOLDER).min(LONGEST_NOTE)];
    let mut filled = 0;
    while let Some(rest) = note.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let offset = u64::try_from(HOLDER + filled).unwrap_or(u64::MAX);
        match file.read_at(rest, offset)? {
            0 => break,
            read => filled += read,
        }
    }
    note.truncate(filled);
    Ok(note)
}

#[cfg(test)]
mod tests;
