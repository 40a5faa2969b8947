//! `key mv`: an entry gets another key within its zone, and keeps its identifier.

use motus_json::{Object, Value};
use textus_core::audit::Moved;
use textus_core::format::{self, Format, stem};
use textus_core::manifest::{Role, Transition};
use textus_core::{Code, Error, Etag, uid};

use super::put::record;
use super::subject::{Subject, absolute};
use crate::{EntryFile, Store, Transaction, layout};

/// Renames an entry and tells `ok, from_key, to_key, from_path, to_path, uid, envelope`.
///
/// A file without a uid gets one first, with a row of its own. A name in the metadata follows the file; every
/// other byte stays. With `is_dry_run` nothing is done: `dry_run` is told instead of the envelope, and the uid
/// is `null` where it would be new.
/// Errors, those about `from` first: `usage` for equal keys, another zone or format, or a key that is taken;
/// `unknown_key`, `write_forbidden`, `guard_failed`, `bad_frontmatter`, `io_error`.
pub fn rename(
    store: &Store,
    role: &Role,
    from: &str,
    to: &str,
    is_dry_run: bool,
) -> Result<Object, Error> {
    let renaming = Renaming::of(store, role, from, to)?;
    if is_dry_run {
        let file = renaming.from.file(store)?;
        let taken = store.read_entry(&renaming.to.resolution)?;
        let plan = renaming.plan(&file, taken.as_ref())?;
        return Ok(renaming.told(&plan, None));
    }
    let (plan, envelope) = store.write("key mv", |transaction| renaming.run(transaction))?;
    Ok(renaming.told(&plan, Some(envelope)))
}

/// Two keys of which one may become the other.
struct Renaming<'s> {
    store: &'s Store,
    role: &'s Role,
    from: Subject<'s>,
    to: Subject<'s>,
}

/// What becomes of the file.
struct Plan {
    from_path: String,
    to_path: String,
    /// Without one, or for a new one.
    uid: Option<String>,
    is_uid_missing: bool,
}

impl<'s> Renaming<'s> {
    fn of(store: &'s Store, role: &'s Role, from: &str, to: &str) -> Result<Self, Error> {
        let from = Subject::find(store, from)?;
        from.require_writable(store, role)?;
        match target_of(store, role, &from, to) {
            Ok(to) => Ok(Self { store, role, from, to }),
            // What cannot be renamed at all is told before anything about the new key.
            Err(error) => from.file(store).and(Err(error)),
        }
    }

    /// Decides what becomes of a file, once everything that may refuse it was asked.
    fn plan(&self, file: &EntryFile, taken: Option<&EntryFile>) -> Result<Plan, Error> {
        if taken.is_some() {
            let message = format!("'{}' is there already", self.to.key);
            return Err(Error::new(Code::Usage, message).with("key", self.to.key.as_str()));
        }
        for subject in [&self.from, &self.to] {
            subject.check_current(self.store, self.role, Transition::Mv, file, None)?;
        }
        let document = self.from.document(self.store, &file.path, &file.bytes)?;
        let uid = uid::kept(&document.meta).map(str::to_owned);
        let is_uid_missing = uid.is_none() && self.format() != Format::Text;
        let to_path = self.path_for(&file.path);
        Ok(Plan { from_path: file.path.clone(), to_path, uid, is_uid_missing })
    }

    fn format(&self) -> Format {
        self.from.entry().format
    }

    /// Keeps the extension that a file has, where the new key allows it.
    fn path_for(&self, from: &str) -> String {
        let candidates = &self.to.resolution.candidates;
        let extension = |path: &str| path.rsplit_once('.').map(|(_, end)| end.to_owned());
        let same = candidates.iter().find(|path| extension(path) == extension(from));
        same.map_or_else(|| self.to.resolution.primary().to_owned(), Clone::clone)
    }

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<(Plan, Object), Error> {
        let file = self.from.file_in(transaction, self.store)?;
        let taken = transaction.read_first(&self.to.resolution.candidates)?.cloned();
        let mut plan = self.plan(&file, taken.as_ref())?;
        let mut bytes = file.bytes;
        if plan.is_uid_missing {
            let uid = self.store.mint_uid();
            bytes = format::with_uid(self.format(), &bytes, &uid, &self.shown(&file.path))?;
            transaction.put(&file.path, bytes.clone(), record(self.role, "put", &self.from))?;
            plan.uid = Some(uid);
        }
        let name = stem(self.format(), &plan.to_path);
        let bytes = format::with_name(self.format(), &bytes, name, &self.shown(&file.path))?;
        let document = self.to.document(self.store, &plan.to_path, &bytes)?;
        let etag = Etag::of(&bytes);
        let (from, to) = (&plan.from_path, &plan.to_path);
        transaction.rename(from, to, Some(bytes), self.record(&plan))?;
        let envelope = self.to.envelope(self.store, to, &document, &etag, None);
        Ok((plan, envelope))
    }

    fn record(&self, plan: &Plan) -> crate::Record {
        let mut record = record(self.role, "mv", &self.to);
        record.moved = Some(Moved {
            from_key: self.from.key.as_str().to_owned(),
            to_key: self.to.key.as_str().to_owned(),
            uid: plan.uid.clone(),
        });
        // The log travels with the repository: where that lies is nobody's business.
        record.extras.insert("from_path", format!("{}/{}", layout::ZONES, plan.from_path));
        record.extras.insert("to_path", format!("{}/{}", layout::ZONES, plan.to_path));
        record
    }

    fn told(&self, plan: &Plan, envelope: Option<Object>) -> Object {
        let mut told = Object::new();
        told.insert("ok", true);
        told.insert("from_key", self.from.key.as_str());
        told.insert("to_key", self.to.key.as_str());
        told.insert("from_path", self.shown(&plan.from_path));
        told.insert("to_path", self.shown(&plan.to_path));
        told.insert("uid", plan.uid.as_ref());
        match envelope {
            Some(envelope) => told.insert("envelope", Value::Object(envelope)),
            None => told.insert("dry_run", true),
        };
        told
    }

    fn shown(&self, path: &str) -> String {
        absolute(self.store, path)
    }
}

/// Finds what an entry would become. Errors: `usage`, `unknown_key`, `write_forbidden`.
fn target_of<'s>(
    store: &'s Store,
    role: &Role,
    from: &Subject<'_>,
    to: &str,
) -> Result<Subject<'s>, Error> {
    let to = Subject::find(store, to)?;
    let refuse = |why: String| {
        let message = format!("'{}' cannot become '{}': {why}", from.key, to.key);
        Err(Error::new(Code::Usage, message))
    };
    if from.key == to.key {
        return refuse("it is the same key".to_owned());
    }
    let (zone, other) = (&from.zone.name, &to.zone.name);
    if zone != other {
        return refuse(format!("it lies in zone '{zone}', the other key in '{other}'"));
    }
    let (format, other) = (from.entry().format.name(), to.entry().format.name());
    if format != other {
        return refuse(format!("it is {format}, the other key {other}"));
    }
    to.require_writable(store, role)?;
    Ok(to)
}
