//! Reading what a command left, until somebody asks for an end: what was seen of the command is recorded after it.

use std::io::{self, Read};

/// So many bytes of each file are read whoever asks for an end: they take no time.
const READ_ANYWAY: u64 = 1 << 20;

/// For how long files are read.
pub(crate) struct Patience<'p> {
    is_asked_to_end: &'p mut dyn FnMut() -> bool,
    is_over: bool,
}

/// A file that is read with patience.
pub(super) struct Patient<'s, 'p, R> {
    stream: R,
    patience: &'s mut Patience<'p>,
    read: u64,
    /// Whether it was not read to its end because somebody asked for one.
    pub(super) is_given_up: bool,
}

impl<'p> Patience<'p> {
    /// Reads until this says that an end was asked for since the last time.
    pub(crate) fn until(is_asked_to_end: &'p mut dyn FnMut() -> bool) -> Self {
        Self { is_asked_to_end, is_over: false }
    }

    /// Who asks for an end means all files that are left.
    fn is_over(&mut self) -> bool {
        self.is_over = self.is_over || (self.is_asked_to_end)();
        self.is_over
    }
}

impl<'s, 'p, R: Read> Patient<'s, 'p, R> {
    pub(super) fn new(stream: R, patience: &'s mut Patience<'p>) -> Self {
        Self { stream, patience, read: 0, is_given_up: false }
    }
}

impl<R: Read> Read for Patient<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read >= READ_ANYWAY && self.patience.is_over() {
            self.is_given_up = true;
            return Err(io::Error::other("an end was asked for"));
        }
        let length = self.stream.read(buffer)?;
        self.read = self.read.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_given_up_once_an_end_was_asked_for_and_what_is_short_is_read() {
        let mut asked = 0;
        let mut once = || {
            asked += 1;
            asked == 3
        };
        let mut patience = Patience::until(&mut once);
        let mut read = |bytes: u64| {
            let mut long = Patient::new(io::repeat(b'x').take(bytes), &mut patience);
            let mut piece = vec![0; 64 << 10];
            let end = loop {
                match long.read(&mut piece) {
                    Ok(0) => break true,
                    Ok(_) => {}
                    Err(_) => break false,
                }
            };
            (end, long.is_given_up, long.read)
        };
        assert_eq!(read(READ_ANYWAY + 1), (true, false, READ_ANYWAY + 1));
        assert_eq!(read(u64::MAX), (false, true, READ_ANYWAY), "at the third time");
        assert_eq!(read(READ_ANYWAY - 1), (true, false, READ_ANYWAY - 1));
        assert_eq!(read(u64::MAX), (false, true, READ_ANYWAY), "an end is asked for once");
    }
}
