//! Linux: Landlock decides on files and connections, seccomp asks us about the rest.

pub(super) mod broker;
mod call;
pub(super) mod filter;
mod kin;
mod lookup;
mod metadata;
pub(super) mod notify;
mod privileges;
mod probe;
pub(super) mod proxy;
pub(super) mod reaper;
pub(super) mod ruleset;
pub(super) mod spawn;
mod sys;
mod unlinked;

pub(super) use probe::probe;
