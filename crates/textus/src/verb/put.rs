//! `put`: one entry, replaced as a whole.

use motus_json::Object;
use textus_core::format::{self, Document, Payload};
use textus_core::guard::zone_writable;
use textus_core::manifest::{Role, Transition};
use textus_core::request::PutRequest;
use textus_core::schema::Subject as Fields;
use textus_core::{Code, Error, Etag, uid};

use super::subject::{Seen, Subject, absolute};
use crate::{EntryFile, Record, Store, Transaction};

/// Writes an entry from a request, `{_meta, body, content, if_etag}`, and tells its envelope.
///
/// A uid that nobody gives is the one of the file, or a new one. What is told is what was written.
/// Errors, in the order in which they are looked for: `usage`, `unknown_key`, `write_forbidden`,
/// `bad_content`, `guard_failed`, `bad_frontmatter`, `schema_violation`, `etag_mismatch`, `io_error`.
pub fn put(store: &Store, role: &Role, key: &str, request: &[u8]) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    subject.refuse_subtree()?;
    zone_writable(store.manifest(), role, subject.key.as_str(), subject.zone)?;
    let request = PutRequest::read(request)?;
    let written = store.write("put", |transaction| {
        let record = record(role, "put", &subject);
        write(transaction, store, role, &subject, &request, record)
    })?;
    Ok(subject.envelope(store, &written.path, &written.document, &written.etag, None))
}

/// What was planned to be written.
pub(super) struct Written {
    pub(super) path: String,
    pub(super) document: Document,
    pub(super) etag: Etag,
}

/// Plans to write what a request says, once everything that may refuse it was asked.
pub(super) fn write(
    transaction: &mut Transaction<'_>,
    store: &Store,
    role: &Role,
    subject: &Subject<'_>,
    request: &PutRequest,
    record: Record,
) -> Result<Written, Error> {
    let existing = transaction.read_first(&subject.resolution.candidates)?.cloned();
    let path = existing.as_ref().map_or(subject.resolution.primary(), |file| &file.path);
    let bytes = serialise(store, subject, &request.payload, existing.as_ref(), path)?;
    let document = subject.document(store, path, &bytes).map_err(as_content)?;
    let etag = existing.as_ref().map(|file| &file.etag);
    let if_etag = request.if_etag.as_deref();
    let seen = Seen { document: Some(&document), if_etag, etag };
    subject.check_guard(store, role, Transition::Put, &seen)?;
    format::check_name(subject.entry().format, &document.meta, &absolute(store, path))?;
    check_schema(store, subject, &document)?;
    subject.expect_etag(if_etag, etag)?;
    let etag = transaction.put(path, bytes, record)?;
    Ok(Written { path: path.to_owned(), document, etag })
}

/// Begins what the log is to say about a subject.
pub(super) fn record(role: &Role, verb: &str, subject: &Subject<'_>) -> Record {
    Record {
        role: role.name.clone(),
        verb: verb.to_owned(),
        key: subject.key.as_str().to_owned(),
        ..Record::default()
    }
}

fn serialise(
    store: &Store,
    subject: &Subject<'_>,
    payload: &Payload,
    existing: Option<&EntryFile>,
    path: &str,
) -> Result<Vec<u8>, Error> {
    let known = existing.and_then(|file| subject.document(store, path, &file.bytes).ok());
    let kept = known.as_ref().and_then(|document| uid::kept(&document.meta));
    let uid = kept.map_or_else(|| store.mint_uid(), str::to_owned);
    format::write(subject.entry().format, payload, Some(&uid), &absolute(store, path))
}

/// What was just written and cannot be read was no content to begin with.
fn as_content(error: Error) -> Error {
    match error.code() {
        Code::BadFrontmatter => error.recoded(Code::BadContent),
        _ => error,
    }
}

fn check_schema(store: &Store, subject: &Subject<'_>, document: &Document) -> Result<(), Error> {
    let entry = subject.entry();
    let Some(name) = &entry.schema else { return Ok(()) };
    let schema = store.schema(name)?;
    match Fields::of(entry.format, document) {
        // What a schema does not know is no error.
        Some(fields) => schema.validate(&fields).map(|_unknown| ()),
        None => Ok(()),
    }
}
