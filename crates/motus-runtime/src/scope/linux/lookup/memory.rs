//! The memory of whoever asks, read in pieces that end where pages do, and never more than is meant.

use std::io::IoSliceMut;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;
use rustix::io::Errno;

use super::Unresolved;

/// At most so long is a path with the zero at its end.
pub(in super::super) const MOST_TEXT: usize = 4096;
/// Pages are at least so large, everywhere.
const PAGE: u64 = 4096;
/// Most paths are shorter, and what is not read is not copied.
const FIRST: u64 = 256;

/// Reads a text that ends with a zero, which is left out.
///
/// Errors: as the kernel's own when it is too long or not there; EPERM when the process hides.
pub(in super::super) fn read_text(
    thread: u32,
    address: u64,
    text: &mut Vec<u8>,
) -> Result<(), Unresolved> {
    text.clear();
    let mut at = address;
    while text.len() < MOST_TEXT {
        let most = if text.is_empty() { FIRST } else { PAGE };
        let left = u64::try_from(MOST_TEXT - text.len()).unwrap_or_default();
        let length = (PAGE - at % PAGE).min(most).min(left);
        let begun = text.len();
        text.resize(begun + usize::try_from(length).unwrap_or_default(), 0);
        let piece = text.get_mut(begun..).unwrap_or_default();
        let read = read(thread, at, piece)?;
        if let Some(end) = memchr::memchr(0, piece.get(..read).unwrap_or_default()) {
            text.truncate(begun + end);
            return Ok(());
        }
        at = at.wrapping_add(length);
    }
    Err(Unresolved::Fails(Errno::NAMETOOLONG))
}

/// Reads exactly as much as the buffer holds.
pub(in super::super) fn read_into(
    thread: u32,
    address: u64,
    buffer: &mut [u8],
) -> Result<(), Unresolved> {
    if buffer.is_empty() || read(thread, address, buffer)? == buffer.len() {
        Ok(())
    } else {
        Err(Unresolved::Unreadable(Errno::FAULT))
    }
}

/// Reads at least something.
fn read(thread: u32, address: u64, buffer: &mut [u8]) -> Result<usize, Unresolved> {
    let process = Pid::from_raw(i32::try_from(thread).unwrap_or(-1));
    let base = usize::try_from(address).map_err(|_| Unresolved::Unreadable(Errno::FAULT))?;
    let remote = [RemoteIoVec { base, len: buffer.len() }];
    match process_vm_readv(process, &mut [IoSliceMut::new(buffer)], &remote) {
        Ok(0) => Err(Unresolved::Unreadable(Errno::FAULT)),
        Ok(length) => Ok(length),
        Err(error) => Err(Unresolved::Unreadable(Errno::from_raw_os_error(error as i32))),
    }
}
