//! `audit:`: how large the log may get.

use super::members::Members;
use super::model::AuditSettings;
use crate::Error;

const KEYS: &[&str] = &["max_size", "keep"];

/// Most rotated logs that a manifest may ask for; each rotation renames them all.
const MOST_KEPT: u64 = 1_000;

/// Reads the settings; what is not declared has its default. Errors: `bad_manifest`.
///
/// At least one rotated log is kept, for the sequence of rows goes on from it.
pub(super) fn read(root: &Members<'_>) -> Result<AuditSettings, Error> {
    let defaults = AuditSettings::default();
    let Some(members) = root.mapping("audit")? else {
        return Ok(defaults);
    };
    members.only(KEYS)?;
    let max_size = members.count_within("max_size", 1, u64::MAX)?;
    let keep = members.count_within("keep", 1, MOST_KEPT)?;
    Ok(AuditSettings {
        max_size: max_size.unwrap_or(defaults.max_size),
        keep: keep.unwrap_or(defaults.keep),
    })
}
