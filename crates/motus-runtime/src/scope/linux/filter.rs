//! The filter: which system calls go on, and which are asked about; classic BPF, in the kernel's own words.
//!
//! It fails closed: another architecture's calls and calls newer than its table do not exist. What is asked about and
//! what is refused stands in [`calls`] and [`refusal`] alone.

mod assembler;
pub(super) mod calls;
mod refusal;

#[cfg(test)]
mod tests;

use assembler::{ARCHITECTURE, Assembler, Label, NUMBER, Test, lower_half};
use calls::{Attribute, Treatment};
#[cfg(test)]
pub(super) use refusal::Sign;
use refusal::write_unsupported;
pub(super) use refusal::{Refusal, named, refusal};

/// One instruction, as the kernel's `sock_filter`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instruction {
    pub(super) code: u16,
    pub(super) jump_true: u8,
    pub(super) jump_false: u8,
    pub(super) value: u32,
}

/// What a filter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Somebody answers.
    Asking {
        /// Whether opening for reading is asked about.
        observes_reads: bool,
    },
    /// Nobody answers: what would be asked about files goes on, to be decided by Landlock, and what no scope allows
    /// fails at once. Of what Landlock does not know, times and modes are changed, but for those that run a program as
    /// somebody else.
    Alone,
    /// As alone, for who only reads: modes and times are not changed either.
    Reading,
}

impl Purpose {
    fn asks(self) -> bool {
        matches!(self, Self::Asking { .. })
    }
}

/// The architecture of this machine's calls, an `AUDIT_ARCH` value; 0 is none, and then every call is refused.
#[cfg(target_arch = "x86_64")]
pub(super) const NATIVE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
pub(super) const NATIVE: u32 = 0xc000_00b7;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) const NATIVE: u32 = 0;

/// Flags of `open` with which something may be made or changed.
const WRITING: u32 = flags(libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | TEMPORARY);
/// The flag of a file without a name, without that of a directory, which is part of `O_TMPFILE`.
const TEMPORARY: libc::c_int = libc::O_TMPFILE & !libc::O_DIRECTORY;
/// The flag of a mere look: with it the kernel drops all of the above, and nothing can be read.
const LOOKING: u32 = flags(libc::O_PATH);

/// The bits of a mode by which a program runs as its file's owner, or in its group.
const SET_ID: u32 = libc::S_ISUID | libc::S_ISGID;

const fn flags(bits: libc::c_int) -> u32 {
    bits.cast_unsigned()
}

/// Returns the filter for this machine's architecture.
pub(super) fn program(purpose: Purpose) -> Vec<Instruction> {
    let mut code = Assembler::default();
    let unknown = code.end(failure(libc::ENOSYS));
    let goes_on = code.end(libc::SECCOMP_RET_ALLOW);
    let mut treated: Vec<(u32, Label)> = calls::all()
        .map(|call| (call.number, write(call.treatment, purpose, &mut code, goes_on)))
        .collect();
    treated.sort_by_key(|(number, _)| *number);
    let listed = search(&treated, &mut code, goes_on);
    // Numbers of x32 are far above, and so is what is not a number of a call at all.
    let known = code.branch(Test::Exceeds(calls::NEWEST), unknown, listed);
    let number = code.load(NUMBER, known);
    let native = code.branch(Test::Equals(NATIVE), number, unknown);
    code.load(ARCHITECTURE, native);
    code.finish()
}

/// Writes a search in halves. When a filter is taken on, the kernel follows it for every number that there is; one number
/// after the other that takes as long as everything else of a start.
fn search(treated: &[(u32, Label)], code: &mut Assembler, goes_on: Label) -> Label {
    let (lower, upper) = treated.split_at(treated.len() / 2);
    match (lower.last(), upper) {
        (None, []) => goes_on,
        (None, [(number, treatment), ..]) => {
            code.branch(Test::Equals(*number), *treatment, goes_on)
        }
        (Some((highest, _)), _) => {
            let above = search(upper, code, goes_on);
            let below = search(lower, code, goes_on);
            code.branch(Test::Exceeds(*highest), above, below)
        }
    }
}

/// Writes what is done about a call.
fn write(treatment: Treatment, purpose: Purpose, code: &mut Assembler, goes_on: Label) -> Label {
    match treatment {
        Treatment::Opens(_) | Treatment::Files if !purpose.asks() => goes_on,
        Treatment::Opens(argument) => {
            let asked = code.end(libc::SECCOMP_RET_USER_NOTIF);
            let looked = if purpose == (Purpose::Asking { observes_reads: true }) {
                asked
            } else {
                code.branch(Test::HasAnyBit(WRITING), asked, goes_on)
            };
            let tested = code.branch(Test::HasAnyBit(LOOKING), goes_on, looked);
            code.load(lower_half(argument), tested)
        }
        Treatment::Absent => code.end(failure(libc::ENOSYS)),
        Treatment::Files => code.end(libc::SECCOMP_RET_USER_NOTIF),
        Treatment::Attributes(attribute) => write_attribute(attribute, purpose, code, goes_on),
        Treatment::Reaches => code.end(asked_or(purpose, libc::EACCES)),
        Treatment::Refused(sign, errno) => {
            let refused = code.end(asked_or(purpose, errno));
            let tested = sign.write(code, refused, goes_on);
            if !sign.has_unsupported() {
                return tested;
            }
            let unsupported = code.end(asked_or(purpose, libc::EOPNOTSUPP));
            write_unsupported(code, unsupported, tested)
        }
    }
}

/// Writes what is done about an attribute: nobody but who answers can say of which file it is.
fn write_attribute(
    attribute: Attribute,
    purpose: Purpose,
    code: &mut Assembler,
    goes_on: Label,
) -> Label {
    match (purpose, attribute) {
        (Purpose::Asking { .. }, _) => code.end(libc::SECCOMP_RET_USER_NOTIF),
        (Purpose::Reading, _) => code.end(failure(libc::EACCES)),
        // Linkers, archivers and installers could do nothing without these.
        (Purpose::Alone, Attribute::Times) => goes_on,
        (Purpose::Alone, Attribute::Mode(argument)) => {
            let refused = code.end(failure(libc::EPERM));
            let tested = code.branch(Test::HasAnyBit(SET_ID), refused, goes_on);
            code.load(lower_half(argument), tested)
        }
        (Purpose::Alone, Attribute::Owner) => code.end(failure(libc::EPERM)),
        // Who copies them does without where a file system has none.
        (Purpose::Alone, Attribute::Named) => code.end(failure(libc::EOPNOTSUPP)),
    }
}

/// The verdict on what is asked about if there is somebody to ask.
fn asked_or(purpose: Purpose, errno: i32) -> u32 {
    if purpose.asks() { libc::SECCOMP_RET_USER_NOTIF } else { failure(errno) }
}

/// The verdict that lets a call fail.
fn failure(errno: i32) -> u32 {
    libc::SECCOMP_RET_ERRNO | (errno.cast_unsigned() & libc::SECCOMP_RET_DATA)
}
