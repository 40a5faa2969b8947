//! One file per command: arguments in, a use case, output out.

pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod help;
pub(crate) mod run_export;
pub(crate) mod run_list;
pub(crate) mod run_receipt;
pub(crate) mod run_show;
pub(crate) mod wrap;
