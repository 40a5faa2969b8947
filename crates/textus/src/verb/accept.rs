//! `accept`: a proposal becomes what it proposes.
//!
//! Target and proposal change in one step, with two rows in one append: there is no moment at which one
//! happened and the other may not.

use std::ops::ControlFlow;

use motus_json::{Object, Value};
use textus_core::audit::Row;
use textus_core::format::{self, Document, Format, Payload};
use textus_core::guard::{Facts, Guard, made_at};
use textus_core::manifest::{Role, Transition};
use textus_core::proposal::{Action, Proposal, proposed};
use textus_core::request::PutRequest;
use textus_core::schema::Subject as Fields;
use textus_core::{Code, Error, Etag, rules};

use super::put::{record, write};
use super::reject::{require_queue, waiting};
use super::subject::Subject;
use crate::{EntryFile, Store, Transaction};

/// Writes or deletes the target of a proposal, deletes the proposal, and tells
/// `accepted, target_key, action, proposal_etag, etag`.
///
/// With `if_etag` only if the proposal is still the one that somebody looked at; with an `if_etag` of its own,
/// only if the target is still the one that the proposer saw. `etag` is that of the target now. The row of the target says in its extras which proposal it was, who proposed it, and when. Whatever
/// refuses leaves the proposal. Errors: `usage`, `unknown_key`, `proposal_error`, `etag_mismatch`,
/// `guard_failed`, `schema_violation`, `bad_content`, `bad_frontmatter`, `io_error`.
pub fn accept(
    store: &Store,
    role: &Role,
    key: &str,
    if_etag: Option<&str>,
) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    let (proposal, accepted, etag) = store.write("accept", |transaction| {
        let file = waiting(transaction, store, &subject)?;
        require_queue(store, &subject)?;
        subject.expect_etag(if_etag, Some(&file.etag))?;
        let document = subject.document(store, &file.path, &file.bytes)?;
        let proposal = Proposal::of(&subject.key, &document)?;
        check_guard(store, role, &subject, &proposal, &document)?;
        let origin = origin(store, &subject, &file)?;
        let etag = act(transaction, store, role, &proposal, &document, origin);
        let etag = etag.map_err(as_proposal)?;
        let accepted = transaction.delete(&file.path, record(role, "delete", &subject))?;
        Ok((proposal, accepted, etag))
    })?;
    let mut told = Object::new();
    told.insert("accepted", subject.key.as_str());
    told.insert("target_key", proposal.target.as_str());
    told.insert("action", proposal.action.name());
    told.insert("proposal_etag", accepted.as_str());
    told.insert("etag", etag.as_ref().map(Etag::as_str));
    Ok(told)
}

/// Asks the guard of the target's key; the facts are those of the target.
fn check_guard(
    store: &Store,
    role: &Role,
    subject: &Subject<'_>,
    proposal: &Proposal,
    document: &Document,
) -> Result<(), Error> {
    let manifest = store.manifest();
    let required = rules::effective(&manifest.rules, &proposal.target);
    let guard = Guard::of(Transition::Accept, required.predicates(Transition::Accept));
    let target = manifest.resolve(&proposal.target);
    let entry = target.as_ref().map(|target| target.entry);
    let schema = entry.and_then(|entry| entry.schema.as_deref());
    let schema = schema.filter(|_| guard.asks("schema_valid")).map(|name| store.schema(name));
    let zone = entry.and_then(|entry| manifest.zone_of(entry));
    let proposed = proposed(document);
    let written = entry.and_then(|entry| written(entry.format, &proposed));
    // Nothing has to be true of what goes.
    let fields = (proposal.action == Action::Put).then(|| match (entry, &written) {
        (Some(entry), Some(written)) => Fields::of(entry.format, written),
        _ => Some(Fields::proposed(subject.entry().format, document)),
    });
    guard.check(&Facts {
        schema: schema.as_ref().map(|schema| schema.as_deref()),
        subject: fields.flatten(),
        made_at: made_at(&proposed.meta),
        ..Facts::new(manifest, role, proposal.target.as_str(), zone, store.now())
    })
}

/// Reads what would be written where a schema is held against content, not against metadata.
fn written(format: Format, proposed: &Payload) -> Option<Document> {
    let is_structured = matches!(format, Format::Json | Format::Yaml);
    let bytes = is_structured.then(|| format::write(format, proposed, None, "")).transpose();
    // What cannot be written is refused, and told, when it is to be written.
    format::read(format, &bytes.ok()??, "").ok()
}

/// Makes the target what is proposed, as a put or a delete would; returns its etag, if it is still there.
fn act(
    transaction: &mut Transaction<'_>,
    store: &Store,
    role: &Role,
    proposal: &Proposal,
    document: &Document,
    origin: Object,
) -> Result<Option<Etag>, Error> {
    let target = Subject::find(store, proposal.target.as_str())?;
    target.refuse_subtree()?;
    let mut record = record(role, proposal.action.name(), &target);
    record.extras.insert("proposal", origin);
    match proposal.action {
        Action::Put => {
            let request =
                PutRequest { payload: proposed(document), if_etag: proposal.if_etag.clone() };
            let written = write(transaction, store, role, &target, &request, record)?;
            Ok(Some(written.etag))
        }
        Action::Delete => {
            let file = target.file_in(transaction, store)?;
            let if_etag = proposal.if_etag.as_deref();
            target.check_current(store, role, Transition::Delete, &file, if_etag)?;
            target.expect_etag(if_etag, Some(&file.etag))?;
            transaction.delete(&file.path, record)?;
            Ok(None)
        }
    }
}

/// Whoever accepts used the command rightly; what cannot be made of the proposal is its own fault.
fn as_proposal(error: Error) -> Error {
    match error.code() {
        Code::Usage => error.recoded(Code::ProposalError),
        _ => error,
    }
}

/// Finds out who made the proposal as it is now, and when; `null` where the log does not know.
fn origin(store: &Store, subject: &Subject<'_>, file: &EntryFile) -> Result<Object, Error> {
    let row = last_write(store, subject, &file.etag)?;
    let mut origin = Object::new();
    origin.insert("key", subject.key.as_str());
    origin.insert("role", row.as_ref().map(|row| Value::from(&row.role)));
    origin.insert("ts", row.as_ref().map(|row| Value::from(&row.ts)));
    Ok(origin)
}

fn last_write(store: &Store, subject: &Subject<'_>, etag: &Etag) -> Result<Option<Row>, Error> {
    let mut last = None;
    store.journal().scan_back(&mut |row| {
        let is_about = row.key == subject.key.as_str();
        if is_about && row.etag_after.as_deref() == Some(etag.as_str()) {
            last = Some(row);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(last)
}
