//! The policy that the caller trusts.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use motus_kernel::policy::Rules;

/// One byte more than a policy may have: enough to see that it has too many.
const LIMIT: u64 = (1 << 20) + 1;

/// Loads a policy, or the default one when no file is named.
///
/// Errors: a code and a sentence with the file's name.
pub(crate) fn load(path: Option<&Path>) -> Result<Rules, (&'static str, String)> {
    let Some(path) = path else { return Ok(Rules::published_default()) };
    let mut bytes = Vec::new();
    // The caller names this file: a link or a pipe is what the caller wanted.
    File::open(path)
        .and_then(|file| file.take(LIMIT).read_to_end(&mut bytes))
        .map_err(|error| ("policy.unreadable", told(path, &error)))?;
    Rules::read(&bytes).map_err(|error| (error.code(), told(path, &error)))
}

fn told(path: &Path, error: &dyn std::error::Error) -> String {
    format!("the policy {} cannot be used: {error}", path.display())
}
