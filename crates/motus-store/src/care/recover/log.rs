//! What a log holds by its own checksums, read without SQLite: what it cannot replay is kept aside.
//!
//! SQLite replays a log up to the first page that does not fit, and takes what follows for something
//! that was never finished. Mostly that is true. Where whole transactions follow, or what no killed writer leaves,
//! the log was damaged after they had been committed, and emptying it would destroy the only trace.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use motus_fs::{Inspection, NewFile, inspect};
use motus_ledger::{StoreError, StoreErrorKind};

use crate::StorePlace;
use crate::error::from_file;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// How the log says that its checksums are of little-endian words; one more is for big-endian ones.
const LITTLE_ENDIAN: u32 = 0x377f_0682;

/// The part of each header that its checksum covers.
const SUMMED_HEADER: usize = 24;
const SUMMED_FRAME_HEADER: usize = 8;

const PAGE_BYTES: std::ops::RangeInclusive<u32> = 512..=65536;

/// More logs than anybody keeps of one Store.
const MOST_KEPT: u32 = 1000;

/// A log that is worth keeping, and its copy that has no name yet.
#[derive(Debug)]
pub(super) struct BrokenLog {
    /// How many pages that were committed cannot be replayed; `None` when that cannot be told.
    pub(super) pages: Option<u64>,
    copy: NewFile,
    path: PathBuf,
}

/// How many pages of a log count, and how many once did.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pages {
    replayable: u64,
    committed: u64,
    /// Whether it holds something behind the last replayable page that no killed writer leaves there.
    is_damaged: bool,
}

impl Pages {
    /// Tells whether emptying the log would destroy something that was committed, perhaps.
    fn is_worth_keeping(&self) -> bool {
        self.is_damaged || self.committed > self.replayable
    }

    /// Returns how many committed pages cannot be replayed, where that is known.
    fn lost(&self) -> Option<u64> {
        self.committed.checked_sub(self.replayable).filter(|lost| *lost > 0)
    }
}

/// Looks at the log, and copies one that cannot be replayed whole.
///
/// To be called before there is a connection.
pub(super) fn look(place: &StorePlace) -> Result<Option<BrokenLog>, StoreError> {
    let log = place.wal();
    let pages = count_in(&log)?;
    if !pages.is_worth_keeping() {
        return Ok(None);
    }
    let path = free_name(&log)?;
    let copy = NewFile::left_of(place.path(), &path).map_err(from_file)?;
    copy.fill_from(&log).map_err(from_file)?;
    Ok(Some(BrokenLog { pages: pages.lost(), copy, path }))
}

impl StorePlace {
    /// Tells whether the log holds something that was committed, as it seems, and cannot be replayed.
    ///
    /// A log that somebody writes meanwhile is in order. To be called before this process opens the Store.
    pub fn has_damaged_log(&self) -> Result<bool, StoreError> {
        let before = state(self)?;
        // Twice: times of files are coarse, and a log that begins anew looks like a damaged one for a moment.
        for _ in 0..2 {
            if !count_in(&self.wal())?.is_worth_keeping() || state(self)? != before {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Tells what identifies a log as it is, by its path alone.
pub(super) fn state(place: &StorePlace) -> Result<Option<Inspection>, StoreError> {
    // An empty log comes and goes with the connections of readers.
    Ok(inspect(&place.wal()).map_err(from_file)?.filter(|found| found.bytes > 0))
}

impl BrokenLog {
    /// Gives the copy its name, durably.
    pub(super) fn keep(self) -> Result<PathBuf, StoreError> {
        if self.copy.publish().map_err(from_file)? {
            return Ok(self.path);
        }
        Err(unreadable(&self.path, ErrorKind::AlreadyExists.into()))
    }
}

/// Counts the pages of a log; one that is not there has none.
fn count_in(log: &Path) -> Result<Pages, StoreError> {
    match File::open(log).and_then(|file| count(&mut BufReader::new(file))) {
        Ok(pages) => Ok(pages),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Pages::default()),
        Err(error) => Err(unreadable(log, error)),
    }
}

fn unreadable(path: &Path, error: io::Error) -> StoreError {
    let kind = match error.kind() {
        ErrorKind::PermissionDenied => StoreErrorKind::Denied,
        _ => StoreErrorKind::Io,
    };
    StoreError::new(kind, format!("the log cannot be used: {}", path.display())).with_source(error)
}

fn free_name(log: &Path) -> Result<PathBuf, StoreError> {
    for number in 1..MOST_KEPT {
        let mut path = OsString::from(log);
        path.push(format!(".kept-{number}"));
        let path = PathBuf::from(path);
        if inspect(&path).map_err(from_file)?.is_none() {
            return Ok(path);
        }
    }
    Err(unreadable(log, io::Error::other("too many kept logs stand beside it")))
}

/// Counts the pages up to the last commit that can be replayed, and up to the last of this log at all.
///
/// A log whose own header does not fit has no pages that could be counted; whatever is in it may once
/// have counted.
fn count(log: &mut impl Read) -> io::Result<Pages> {
    let mut pages = Pages::default();
    let mut header = [0; HEADER_BYTES];
    if !fill(log, &mut header)? {
        return Ok(pages);
    }
    let Some(mut sum) = Sum::of_header(&header) else {
        pages.is_damaged = has_content(&header) || any_content(log)?;
        return Ok(pages);
    };
    let mut frame = vec![0; FRAME_HEADER_BYTES + sum.page_bytes];
    let (mut number, mut is_whole) = (0, true);
    // A killed writer leaves pages of this log, then those of earlier ones, and nothing else.
    let (mut has_foreign, mut has_blank, mut has_rest) = (false, false, false);
    while fill(log, &mut frame)? {
        number += 1;
        let is_of_this_log = word(&frame, 2) == sum.salt.0 && word(&frame, 3) == sum.salt.1;
        is_whole = is_whole && is_of_this_log && sum.takes(&frame);
        has_rest |= has_content(&frame);
        if !is_of_this_log {
            // Of an earlier log, or damaged itself: then pages of this one may still follow.
            has_foreign = true;
            has_blank |= !has_content(frame.get(..FRAME_HEADER_BYTES).unwrap_or_default());
            continue;
        }
        pages.is_damaged |= has_foreign;
        if word(&frame, 1) != 0 {
            pages.committed = number;
            if is_whole {
                pages.replayable = number;
                has_rest = false;
            }
        }
    }
    pages.is_damaged |= has_blank && has_rest;
    Ok(pages)
}

fn has_content(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte != 0)
}

/// Tells whether anything but zeros is left to read.
fn any_content(file: &mut impl Read) -> io::Result<bool> {
    let mut buffer = [0; 4096];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(false),
            Ok(length) if has_content(buffer.get(..length).unwrap_or_default()) => return Ok(true),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The running checksum of a log.
#[derive(Debug)]
struct Sum {
    page_bytes: usize,
    is_big_endian: bool,
    salt: (u32, u32),
    words: (u32, u32),
}

impl Sum {
    /// Begins with the header; `None` when it is not one.
    fn of_header(header: &[u8]) -> Option<Self> {
        let magic = word(header, 0);
        let page_bytes = word(header, 2);
        if magic & !1 != LITTLE_ENDIAN
            || !PAGE_BYTES.contains(&page_bytes)
            || !page_bytes.is_power_of_two()
        {
            return None;
        }
        let mut sum = Self {
            page_bytes: usize::try_from(page_bytes).ok()?,
            is_big_endian: magic & 1 == 1,
            salt: (word(header, 4), word(header, 5)),
            words: (0, 0),
        };
        sum.add(header.get(..SUMMED_HEADER)?);
        (sum.words == (word(header, 6), word(header, 7))).then_some(sum)
    }

    /// Adds a page with its header; tells whether that is what the page itself says.
    fn takes(&mut self, frame: &[u8]) -> bool {
        self.add(frame.get(..SUMMED_FRAME_HEADER).unwrap_or_default());
        self.add(frame.get(FRAME_HEADER_BYTES..).unwrap_or_default());
        self.words == (word(frame, 4), word(frame, 5))
    }

    fn add(&mut self, bytes: &[u8]) {
        let (pairs, _) = bytes.as_chunks::<8>();
        for [a, b, c, d, e, f, g, h] in pairs {
            let read = |word: [u8; 4]| {
                if self.is_big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
            };
            let (first, second) = (read([*a, *b, *c, *d]), read([*e, *f, *g, *h]));
            self.words.0 = self.words.0.wrapping_add(first).wrapping_add(self.words.1);
            self.words.1 = self.words.1.wrapping_add(second).wrapping_add(self.words.0);
        }
    }
}

/// Reads one of the big-endian words that headers are made of; 0 behind their end.
fn word(bytes: &[u8], number: usize) -> u32 {
    let (words, _) = bytes.as_chunks::<4>();
    words.get(number).map_or(0, |word| u32::from_be_bytes(*word))
}

/// Fills the whole buffer; `false` when the file ends before.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
