//! Times, as the calls of several generations spell them.

use rustix::fs::{Timespec, Timestamps, UTIME_NOW};
use rustix::io::Errno;

use super::super::call::TimeForm;
use super::super::lookup::{Unresolved, read_into};

/// Reads two times; address 0 is now, twice.
pub(super) fn read_times(
    thread: u32,
    address: u64,
    form: TimeForm,
) -> Result<Timestamps, Unresolved> {
    if address == 0 {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        return Ok(Timestamps { last_access: now, last_modification: now });
    }
    let mut buffer = [0; 32];
    let read = match form {
        TimeForm::Seconds => buffer.get_mut(..16),
        TimeForm::Nanoseconds | TimeForm::Microseconds => buffer.get_mut(..),
    };
    read_into(thread, address, read.unwrap_or_default())?;
    times(buffer, form)
}

/// On the architectures of 64 bits every field has eight bytes.
fn times(buffer: [u8; 32], form: TimeForm) -> Result<Timestamps, Unresolved> {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(buffer.as_chunks::<8>().0) {
        *word = i64::from_ne_bytes(*bytes);
    }
    let [a, b, c, d] = words;
    let (access, modification) = match form {
        TimeForm::Nanoseconds => ((a, b), (c, d)),
        TimeForm::Microseconds => ((a, nanoseconds(b)?), (c, nanoseconds(d)?)),
        TimeForm::Seconds => ((a, 0), (b, 0)),
    };
    let time = |(tv_sec, tv_nsec)| Timespec { tv_sec, tv_nsec };
    Ok(Timestamps { last_access: time(access), last_modification: time(modification) })
}

/// Numbers with a meaning of their own exist among nanoseconds only.
fn nanoseconds(microseconds: i64) -> Result<i64, Unresolved> {
    if (0..1_000_000).contains(&microseconds) {
        Ok(microseconds * 1000)
    } else {
        Err(Unresolved::Fails(Errno::INVAL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: [i64; 4], form: TimeForm) -> Option<[i64; 4]> {
        let mut buffer = [0; 32];
        for (bytes, word) in buffer.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *bytes = word.to_ne_bytes();
        }
        let Timestamps { last_access: a, last_modification: m } = times(buffer, form).ok()?;
        Some([a.tv_sec, a.tv_nsec, m.tv_sec, m.tv_nsec])
    }

    #[test]
    fn every_spelling_comes_to_seconds_and_nanoseconds() {
        for (words, form, expected) in [
            ([1, 2, 3, 4], TimeForm::Nanoseconds, Some([1, 2, 3, 4])),
            ([1, 2, 3, 4], TimeForm::Microseconds, Some([1, 2000, 3, 4000])),
            ([1, 2, 0, 0], TimeForm::Seconds, Some([1, 0, 2, 0])),
            ([-1, UTIME_NOW, 0, 0], TimeForm::Nanoseconds, Some([-1, UTIME_NOW, 0, 0])),
            ([1, UTIME_NOW, 3, 4], TimeForm::Microseconds, None),
            ([1, 1_000_000, 3, 4], TimeForm::Microseconds, None),
            ([1, 2, 3, -1], TimeForm::Microseconds, None),
        ] {
            assert_eq!(told(words, form), expected, "{words:?} {form:?}");
        }
    }
}
