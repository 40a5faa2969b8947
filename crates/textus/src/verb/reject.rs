//! `reject`: a proposal, refused.

use motus_json::{Object, Value};
use textus_core::manifest::{Role, Transition};
use textus_core::proposal::target_key;
use textus_core::{Code, Error};

use super::put::record;
use super::subject::Subject;
use crate::{EntryFile, Store, Transaction};

/// Deletes a proposal, and tells `rejected, target_key`.
///
/// With `if_etag` only if it is still the one that somebody looked at.
/// Errors: `usage`, `unknown_key`, `guard_failed` for a role that does not hold `author`, `proposal_error`,
/// `etag_mismatch`, `bad_frontmatter`, `io_error`.
pub fn reject(
    store: &Store,
    role: &Role,
    key: &str,
    if_etag: Option<&str>,
) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    let target = store.write("reject", |transaction| {
        let file = waiting(transaction, store, &subject)?;
        subject.check_current(store, role, Transition::Reject, &file, if_etag)?;
        require_queue(store, &subject)?;
        subject.expect_etag(if_etag, Some(&file.etag))?;
        let document = subject.document(store, &file.path, &file.bytes)?;
        let target = target_key(&subject.key, &document)?.to_owned();
        transaction.delete(&file.path, record(role, "delete", &subject))?;
        Ok(target)
    })?;
    let mut told = Object::new();
    told.insert("rejected", subject.key.as_str());
    told.insert("target_key", target);
    Ok(told)
}

/// Reads a proposal in a transaction. Errors: `unknown_key`, also for what nobody waits for any more.
pub(super) fn waiting(
    transaction: &mut Transaction<'_>,
    store: &Store,
    subject: &Subject<'_>,
) -> Result<EntryFile, Error> {
    let file = subject.file_in(transaction, store);
    file.map_err(|error| {
        if error.code() != Code::UnknownKey || subject.resolution.is_subtree {
            return error;
        }
        let key = &subject.key;
        let what = format!("'textus audit --key={key}' tells whether it was accepted or rejected");
        let likely =
            error.details().get("suggestions").and_then(Value::as_array).unwrap_or_default();
        let likely: Vec<&str> = likely.iter().filter_map(Value::as_str).collect();
        let hint = match &likely[..] {
            [] => what,
            likely => format!("did you mean: {}? {what}", likely.join(", ")),
        };
        error.hint(hint)
    })
}

/// Refuses what does not wait for anybody. Errors: `proposal_error`.
pub(super) fn require_queue(store: &Store, subject: &Subject<'_>) -> Result<(), Error> {
    let queue = store.manifest().queue().map(|zone| zone.name.as_str());
    if queue == Some(subject.zone.name.as_str()) {
        return Ok(());
    }
    let (key, zone) = (&subject.key, &subject.zone.name);
    let message = format!("'{key}' is no proposal: zone '{zone}' is no queue");
    let error = Error::new(Code::ProposalError, message).with("key", key.as_str());
    Err(match queue {
        Some(queue) => error.hint(format!("proposals lie in zone '{queue}'")),
        None => error.hint("the manifest declares no queue"),
    })
}
