//! Runs real commands under supervision and looks at what reaches the outside.

#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

mod escape;
mod git;
mod identity;
mod relay;
mod scope_attempts;
mod signals;
mod start;
mod support;
mod terminal;
mod timeout;
