//! Registering kinds.

use crate::kind::{Kind, KindVersion, Schema, check_evolution};
use crate::operation::require;
use crate::{Clock, LedgerError, WriteTransaction};

/// Registers a version of a kind and returns its digest; a known version is left as it is.
///
/// Errors: `ledger.field_required`; `kind.evolution_refused` when the schema does more than add
/// optional fields to the latest version.
pub fn register_kind(
    transaction: &mut dyn WriteTransaction,
    name: &str,
    schema: &Schema,
    clock: &dyn Clock,
) -> Result<String, LedgerError> {
    require("schema_kind", name)?;
    let hash = schema.digest().as_str().to_owned();
    if transaction.kind_version(name, &hash)?.is_some() {
        return Ok(hash);
    }
    if let Some(latest) = transaction.latest_kind_version(name)? {
        check_evolution(&Schema::from_stored(&latest.schema_json)?, schema)?;
    }
    transaction.insert_kind_version(&KindVersion {
        schema_kind: name.to_owned(),
        schema_hash: hash.clone(),
        schema_json: schema.canonical_text(),
        registered_at: clock.timestamp(),
    })?;
    Ok(hash)
}

/// Makes one of Motus's own kinds available and returns the version to pin events to.
///
/// A Store that release 0.6.5 used first holds a version with more optional fields than ours. That
/// one is taken as it is: registering ours would be refused, and dropping a field is not needed.
pub fn ensure_kind(
    transaction: &mut dyn WriteTransaction,
    kind: &Kind,
    clock: &dyn Clock,
) -> Result<String, LedgerError> {
    let wanted = kind.schema()?;
    let hash = wanted.digest();
    if transaction.kind_version(&kind.name, hash.as_str())?.is_some() {
        return Ok(hash.as_str().to_owned());
    }
    if let Some(latest) = transaction.latest_kind_version(&kind.name)? {
        let found = Schema::from_stored(&latest.schema_json)?;
        if check_evolution(&wanted, &found).is_ok() {
            return Ok(latest.schema_hash);
        }
    }
    register_kind(transaction, &kind.name, &wanted, clock)
}
