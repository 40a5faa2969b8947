//! Which kind an entry is of, declared or seen from its other members, and that these agree.

use super::super::members::{Members, bad, joined};
use super::super::model::EntryKind;
use crate::Error;

/// Returns the kind, and whether the keys below the entry's are its own too. Errors: `bad_manifest`.
///
/// Without `kind:`, `compute` makes an entry derived, `intake` an intake, `nested: true` nested;
/// else it is a leaf. Source: textus/3 §4, whose examples leave the kind out.
pub(super) fn read(members: &Members<'_>) -> Result<(EntryKind, bool), Error> {
    let computed = members.get("compute").is_some();
    let fetched = members.get("intake").is_some();
    let nested = members.flag("nested")?;
    let kind = match members.text("kind")? {
        Some(word) => EntryKind::from_name(word).ok_or_else(|| unknown(members, word))?,
        None if computed => EntryKind::Derived,
        None if fetched => EntryKind::Intake,
        None if nested == Some(true) => EntryKind::Nested,
        None => EntryKind::Leaf,
    };
    let contradiction = match (kind, nested) {
        _ if computed && fetched => Some("'intake'"),
        _ if computed && kind != EntryKind::Derived => Some("'compute'"),
        _ if fetched && kind != EntryKind::Intake => Some("'intake'"),
        (EntryKind::Leaf | EntryKind::Derived, Some(true)) => Some("'nested: true'"),
        (EntryKind::Nested, Some(false)) => Some("'nested: false'"),
        _ => None,
    };
    if let Some(other) = contradiction {
        let why = format!("{other} contradicts kind '{}'", kind.name());
        return Err(bad(members.place(), why));
    }
    Ok((kind, kind == EntryKind::Nested || nested == Some(true)))
}

fn unknown(members: &Members<'_>, word: &str) -> Error {
    let kinds = joined(EntryKind::ALL.iter().map(|kind| kind.name()));
    bad(&members.place_of("kind"), format!("unknown kind '{word}'")).hint(format!("kinds: {kinds}"))
}
