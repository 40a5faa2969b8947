//! `motus bundle verify`: whether a bundle holds together.

use motus_app::bundle::{Verification, verify};
use motus_app::exit;

use crate::arguments::VerifyArguments;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &VerifyArguments) -> Result<u8, Failure> {
    let expected = arguments.expect.as_deref().map(super::digest).transpose()?;
    let policy = super::policy(arguments.bundle.policy.as_deref())?;
    let verdict = verify(&Verification {
        directory: &arguments.bundle.directory,
        policy: &policy,
        expected,
        children: arguments.children.as_deref(),
    })?;
    if arguments.bundle.json {
        output::json(verdict.object)?;
    } else {
        output::data(&verdict.text)?;
    }
    Ok(if verdict.ok { exit::OK } else { exit::FAILED })
}
