//! Running real programs: in a scratch directory, with a clean environment, told apart from the
//! machine they run on.

mod capture;
mod mask;
mod program;
mod reference;
mod scratch;
mod skip;
mod strace;
mod unread;
mod wait;

pub use capture::{Captured, capture, capture_with_input};
pub use mask::Mask;
pub use program::copy_program;
pub use reference::{Reference, fixtures};
pub use scratch::Scratch;
pub use skip::skip;
pub use strace::{CHANGING_CALLS, can_hinder, hindered, trace};
pub use unread::unread_output;
pub use wait::{is_alive, is_stopped, wait_until};
