//! One file per command: arguments in, a use case, output out.

pub(crate) mod action;
pub(crate) mod bundle_explain;
pub(crate) mod bundle_verify;
pub(crate) mod canonicalize;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod db;
pub(crate) mod doctor;
pub(crate) mod effects;
pub(crate) mod help;
pub(crate) mod init;
pub(crate) mod install;
pub(crate) mod lock;
mod moment;
pub(crate) mod receipt;
pub(crate) mod release;
pub(crate) mod review;
pub(crate) mod run_export;
pub(crate) mod run_import;
pub(crate) mod run_list;
mod run_page;
pub(crate) mod run_projection;
pub(crate) mod run_receipt;
pub(crate) mod run_show;
pub(crate) mod scope;
pub(crate) mod simulate;
pub(crate) mod strategy;
pub(crate) mod work;
pub(crate) mod wrap;

use std::path::Path;

use motus_app::bundle::{ProofDigest, Rules, read_policy};

use crate::failure::Failure;
use crate::input;

/// Reads the policy that the person names; the published default when they name none.
fn policy(path: Option<&Path>) -> Result<Rules, Failure> {
    let Some(path) = path else { return Ok(Rules::published_default()) };
    let document = input::file(path)?;
    read_policy(&document).map_err(|error| Failure::Policy(path.to_owned(), error))
}

/// Reads a proof digest as a person gives it.
fn digest(text: &str) -> Result<ProofDigest, Failure> {
    ProofDigest::parse(text).ok_or(Failure::DigestInvalid)
}
