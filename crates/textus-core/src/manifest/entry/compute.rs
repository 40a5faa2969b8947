//! `compute:` of an entry: who computes it, and from what.

use super::super::members::{Members, bad};
use super::super::model::{Compute, ComputeKind, EntryKind};
use crate::Error;

/// The keys that `compute:` may have.
pub(super) const KEYS: &[&str] =
    &["kind", "select", "pluck", "sort_by", "limit", "transform", "format", "command", "sources"];

/// What `format:` may say. Source: textus/3 §5.2.1.
const FORMATS: [&str; 5] = ["list", "hash", "yaml-list-in-md", "json", "markdown-table"];

/// Reads what computes an entry of kind `derived`. Errors: `bad_manifest`.
pub(super) fn read(entry: &Members<'_>, kind: EntryKind) -> Result<Option<Compute>, Error> {
    let hint = "write compute: {kind: projection, ..} or {kind: external, ..}";
    let Some(compute) = entry.mapping("compute")? else {
        return match kind {
            EntryKind::Derived => {
                Err(bad(entry.place(), "an entry of kind 'derived' needs 'compute'").hint(hint))
            }
            _ => Ok(None),
        };
    };
    let kind = match compute.text("kind")? {
        Some("projection") => ComputeKind::Projection,
        Some("external") => ComputeKind::External,
        Some(word) => {
            let place = compute.place_of("kind");
            return Err(bad(&place, format!("unknown kind '{word}'")).hint(hint));
        }
        None => return Err(bad(compute.place(), "'kind' is missing").hint(hint)),
    };
    check_projection(&compute)?;
    Ok(Some(Compute {
        kind,
        select: compute.texts("select")?,
        declared: compute.object().clone(),
        sources: compute.texts("sources")?,
        command: compute.owned_text("command")?,
    }))
}

/// Checks the types of what only a build reads.
fn check_projection(compute: &Members<'_>) -> Result<(), Error> {
    compute.texts("pluck")?;
    compute.text("sort_by")?;
    compute.count("limit")?;
    compute.text("transform")?;
    match compute.text("format")? {
        Some(word) if !FORMATS.contains(&word) => {
            Err(bad(&compute.place_of("format"), format!("unknown format '{word}'"))
                .hint(format!("formats: {}", FORMATS.join(", "))))
        }
        _ => Ok(()),
    }
}
