//! What this machine can do, as its system proves it.

use motus_runtime::scope::Probed;

use super::ScopeError;

/// Tries what this machine can do; ask once per process.
///
/// Errors: `scope.probe_failed`.
pub fn probe() -> Result<Probed, ScopeError> {
    motus_runtime::scope::probe().map_err(ScopeError::NotProbed)
}
