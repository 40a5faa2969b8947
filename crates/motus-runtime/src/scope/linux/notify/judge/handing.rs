//! What we open for the caller and hand over: so that what was judged is what it gets, whatever stands in its memory
//! by then.
//!
//! That is what no rule names, such as pipes. Files are opened by the kernel, for the caller, which holds it to the scope.

use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use rustix::fs::{FileType, fstat, ftruncate};

use super::super::super::lookup::Unresolved;
use super::super::super::metadata::Standing;
use super::super::super::sys::{self, Answer};
use super::super::opening::Opening;
use super::{Cut, Judge, Outcome, Question};

impl Judge {
    /// Opens for the caller what has no name, so that it is that which is opened and no file.
    pub(super) fn open_anonymous(&mut self, question: Question<'_>, opening: Opening) -> Outcome {
        if !self.mirror.enforces() {
            return Ok(Answer::Continue);
        }
        let handle = self.hold_anonymous(question)?;
        let standing = self.standing(question)?;
        let opened = {
            let _taken = standing.take_on().map_err(|_| Cut::Unreadable(libc::EACCES))?;
            opening.open_again(handle.as_fd(), self.resolver.descriptors())
        };
        match opened {
            Ok(opened) => hand_over(question, opened.as_fd(), opening),
            Err(error) => Err(Cut::Fails(error.raw_os_error())),
        }
    }

    /// Cuts for the caller what has no name.
    pub(super) fn cut_anonymous(&mut self, question: Question<'_>, length: u64) -> Outcome {
        if !self.mirror.enforces() {
            return Ok(Answer::Continue);
        }
        let handle = self.hold_anonymous(question)?;
        let standing = self.standing(question)?;
        let _taken = standing.take_on().map_err(|_| Cut::Unreadable(libc::EACCES))?;
        let status = fstat(&handle).map_err(|error| Cut::Fails(error.raw_os_error()))?;
        let is_file = FileType::from_raw_mode(status.st_mode) == FileType::RegularFile;
        if !is_file || i64::try_from(length).is_err() {
            return Err(Cut::Fails(libc::EINVAL));
        }
        let cut = Opening::new(u64::from(libc::O_WRONLY.cast_unsigned()))
            .open_again(handle.as_fd(), self.resolver.descriptors())
            .and_then(|opened| ftruncate(opened, length));
        match cut {
            Ok(()) => Ok(Answer::Return(0)),
            Err(error) => Err(Cut::Fails(error.raw_os_error())),
        }
    }

    /// Returns a handle on what has no name, for who may have it.
    fn hold_anonymous(&mut self, question: Question<'_>) -> Result<OwnedFd, Cut> {
        if !self.place.is_reached_by(question.thread) || !self.place.was_never_named() {
            return Err(Cut::Fails(libc::EACCES));
        }
        self.place.handle.take().ok_or(Cut::Unreadable(libc::EBADF))
    }

    pub(super) fn standing(&self, question: Question<'_>) -> Result<Standing, Cut> {
        let standing = Standing::of(self.resolver.processes(), question.thread);
        standing.map_err(|error| question.cut(Unresolved::Unreadable(error)))
    }
}

pub(super) fn hand_over(question: Question<'_>, held: BorrowedFd<'_>, opening: Opening) -> Outcome {
    let given = sys::hand_over(question.listener, question.id, held, opening.closes_on_exec());
    match given {
        Ok(number) => Ok(Answer::Return(number)),
        Err(_) if !sys::still_waits(question.listener, question.id) => Err(Cut::Gone),
        Err(error) => Err(Cut::Fails(error.raw_os_error().unwrap_or(libc::EACCES))),
    }
}
