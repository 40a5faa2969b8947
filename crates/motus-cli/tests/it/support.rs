//! A directory with a Store in it, the binary run in it, and reading back what was recorded.

mod bundles;
mod exports;
mod kills;
pub(crate) mod loops;
mod python;
mod scene;
mod wait;

pub(crate) use bundles::{DIGEST, EVIDENCE, error_code, set};
pub(crate) use exports::{Draft, KIND, SCHEMA, file_of, kind};
pub(crate) use kills::{Before, can_kill, hindered};
pub(crate) use python::Python;
pub(crate) use scene::{MOTUS, Scene, bare, parse, payloads_in, succeed};
pub(crate) use wait::{WAIT_FOR_GO, finish, is_alive, send, start, wait_until};
