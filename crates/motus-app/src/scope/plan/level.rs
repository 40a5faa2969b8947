//! Whether a machine does what was required.

use motus_runtime::scope::{Level, Probed};

use super::Request;
use crate::scope::ScopeError;

/// Refuses a level that is not what was required.
///
/// Errors: `scope.level_too_low`.
pub(super) fn require(request: &Request, level: Level, probed: &Probed) -> Result<(), ScopeError> {
    let Some(required) = request.require.filter(|required| !level.meets(*required)) else {
        return Ok(());
    };
    let mut shortfalls = shortfalls(probed);
    if request.learns && required.enforces() {
        shortfalls.insert(0, "nothing is stopped while a scope is learned".to_owned());
    }
    Err(ScopeError::LevelTooLow { required, level, shortfalls })
}

/// Returns what the machine cannot do, each with its reason.
pub(super) fn shortfalls(probed: &Probed) -> Vec<String> {
    let told = probed.shortfalls.iter();
    told.map(|short| format!("{}: {}", short.feature.as_str(), short.reason)).collect()
}
