//! `motus canonicalize`: the bytes that are hashed.

use motus_app::exit;
use motus_json::ReadOptions;
use motus_json::canonical::cj;

use crate::arguments::CanonicalizeArguments;
use crate::failure::Failure;
use crate::{input, output};

pub(crate) fn run(arguments: &CanonicalizeArguments) -> Result<u8, Failure> {
    let (bytes, options) = (input::standard()?, ReadOptions::default());
    if arguments.check {
        cj::check(&bytes, &options).map_err(Failure::NotCanonical)?;
        return Ok(exit::OK);
    }
    let value = cj::read(&bytes, &options).map_err(|error| Failure::NotCanonical(error.into()))?;
    // What was read has a canonical text.
    output::document(cj::write(&value).unwrap_or_default().as_bytes())?;
    Ok(exit::OK)
}
