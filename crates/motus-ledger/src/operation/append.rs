//! Appending an event: gapless, idempotent, checked against its kind.

use motus_json::{NonFinite, ReadOptions, canonical};

use crate::kind::{KindVersion, Schema, check_payload};
use crate::operation::require;
use crate::{Clock, Digest, Event, LedgerError, NewEvent, SchemaError, WriteTransaction};

/// Appends an event to an open run, or returns the one that the same key appended before.
///
/// Errors, in this order: `ledger.field_required`; `ledger.event_conflict` when the key was used for
/// another payload, kind or version; `ledger.run_unknown`; `ledger.run_closed`; `kind.unknown` or
/// `kind.version_unknown`; `kind.payload_invalid`, also for numbers that are not finite.
pub fn append_event(
    transaction: &mut dyn WriteTransaction,
    request: &NewEvent,
    clock: &dyn Clock,
) -> Result<Event, LedgerError> {
    require("run_id", request.run_id.as_str())?;
    require("schema_kind", &request.schema_kind)?;
    require("idempotency_key", &request.idempotency_key)?;
    require("producer_id", &request.producer_id)?;
    let payload_json = canonical::store::write(&request.payload);
    let payload_hash = Digest::of(&payload_json).as_str().to_owned();
    let earlier = transaction.event_by_key(&request.run_id, &request.idempotency_key)?;
    if let Some(earlier) = earlier {
        return replay(earlier, request, &payload_hash);
    }
    refuse_closed(transaction, request)?;
    let version = resolve(transaction, request)?;
    check_payload(&Schema::from_stored(&version.schema_json)?, &request.payload)?;
    refuse_non_finite(&payload_json)?;
    let event = Event {
        run_id: request.run_id.clone(),
        seq: transaction.last_seq(&request.run_id)?.saturating_add(1),
        idempotency_key: request.idempotency_key.clone(),
        id: Event::derive_id(&request.run_id, &request.idempotency_key).as_str().to_owned(),
        payload_hash,
        schema_hash: version.schema_hash,
        schema_kind: request.schema_kind.clone(),
        ts: clock.timestamp(),
        payload_json,
        producer_id: request.producer_id.clone(),
    };
    transaction.insert_event(&event)?;
    Ok(event)
}

/// A replay may come from another producer and on a closed run; what was said must be the same.
fn replay(earlier: Event, request: &NewEvent, payload_hash: &str) -> Result<Event, LedgerError> {
    let same = earlier.payload_hash == payload_hash
        && earlier.schema_kind == request.schema_kind
        && request.schema_hash.as_ref().is_none_or(|hash| *hash == earlier.schema_hash);
    if same { Ok(earlier) } else { Err(LedgerError::EventConflict) }
}

fn refuse_closed(
    transaction: &dyn WriteTransaction,
    request: &NewEvent,
) -> Result<(), LedgerError> {
    match transaction.run(&request.run_id)? {
        None => Err(LedgerError::RunUnknown(request.run_id.clone())),
        Some(run) if !run.is_open() => Err(LedgerError::RunClosed),
        Some(_) => Ok(()),
    }
}

/// Old Stores hold such numbers, which are not JSON; no new one is made.
fn refuse_non_finite(payload_json: &str) -> Result<(), SchemaError> {
    let options = ReadOptions { non_finite: NonFinite::Refuse, ..ReadOptions::STORED };
    canonical::store::check(payload_json.as_bytes(), &options)
        .map_err(|error| SchemaError::Payload(format!("payload cannot be stored: {error}")))
}

fn resolve(
    transaction: &dyn WriteTransaction,
    request: &NewEvent,
) -> Result<KindVersion, LedgerError> {
    let kind = request.schema_kind.clone();
    let Some(latest) = transaction.latest_kind_version(&kind)? else {
        return Err(SchemaError::KindUnknown { kind }.into());
    };
    match &request.schema_hash {
        None => Ok(latest),
        Some(hash) if *hash == latest.schema_hash => Ok(latest),
        Some(hash) => transaction
            .kind_version(&kind, hash)?
            .ok_or_else(|| SchemaError::VersionUnknown { kind, hash: hash.clone() }.into()),
    }
}
