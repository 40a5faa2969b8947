//! What a key means in an open store, found once for every verb.

use motus_json::Object;
use textus_core::envelope::{Envelope, Freshness};
use textus_core::format::{self, Document};
use textus_core::guard::{Facts, Guard, made_at, zone_writable};
use textus_core::manifest::{Entry, Role, Transition, Zone};
use textus_core::resolve::Resolution;
use textus_core::schema::Subject as Fields;
use textus_core::suggestion::{MOST_CANDIDATES, suggestions, unknown_key};
use textus_core::{Code, Error, Etag, Key, rules};

use crate::{EntryFile, Selection, Store, Transaction, layout};

/// A key that an entry has, whether or not there is a file.
pub(super) struct Subject<'s> {
    pub(super) key: Key,
    pub(super) resolution: Resolution<'s>,
    pub(super) zone: &'s Zone,
}

/// What the file of a subject holds.
pub(super) struct Found {
    pub(super) file: EntryFile,
    pub(super) document: Document,
}

/// What a guard is told of an entry: as it is, or as it would be.
pub(super) struct Seen<'a> {
    pub(super) document: Option<&'a Document>,
    /// What the caller saw.
    pub(super) if_etag: Option<&'a str>,
    /// What is there.
    pub(super) etag: Option<&'a Etag>,
}

impl<'s> Subject<'s> {
    /// Finds what a key means. Errors: `usage` for what is no key, `unknown_key`.
    pub(super) fn find(store: &'s Store, key: &str) -> Result<Self, Error> {
        let key = Key::parse(key)?;
        let manifest = store.manifest();
        let resolved = manifest.resolve(&key).and_then(|resolution| {
            let zone = manifest.zone_of(resolution.entry)?;
            Some((resolution, zone))
        });
        match resolved {
            Some((resolution, zone)) => Ok(Self { key, resolution, zone }),
            None => Err(unknown(store, &key)),
        }
    }

    /// Returns what the manifest declares about it.
    pub(super) fn entry(&self) -> &'s Entry {
        self.resolution.entry
    }

    /// Reads its file. Errors: `unknown_key`, `io_error`.
    pub(super) fn file(&self, store: &Store) -> Result<EntryFile, Error> {
        store.read_entry(&self.resolution)?.ok_or_else(|| unknown(store, &self.key))
    }

    /// Reads its file and what it holds. Errors: those of [`Subject::file`], `bad_frontmatter`.
    pub(super) fn found(&self, store: &Store) -> Result<Found, Error> {
        let file = self.file(store)?;
        let document = self.document(store, &file.path, &file.bytes)?;
        Ok(Found { file, document })
    }

    /// Reads what bytes at a path below `zones/` hold. Errors: `bad_frontmatter`.
    pub(super) fn document(
        &self,
        store: &Store,
        path: &str,
        bytes: &[u8],
    ) -> Result<Document, Error> {
        format::read(self.entry().format, bytes, &absolute(store, path))
    }

    /// Reads its file in a transaction. Errors: `unknown_key`, `io_error`.
    pub(super) fn file_in(
        &self,
        transaction: &mut Transaction<'_>,
        store: &Store,
    ) -> Result<EntryFile, Error> {
        let file = transaction.read_first(&self.resolution.candidates)?.cloned();
        file.ok_or_else(|| unknown(store, &self.key))
    }

    /// Refuses the key of a whole subtree: a file of that key would never be listed. Errors: `usage`.
    pub(super) fn refuse_subtree(&self) -> Result<(), Error> {
        if !self.resolution.is_subtree {
            return Ok(());
        }
        let key = &self.key;
        let message = format!("'{key}' is a subtree of entries, not an entry");
        let error = Error::new(Code::Usage, message).with("key", key.as_str());
        Err(error.hint(format!("give a key below it{}", example(key))))
    }

    /// Refuses a role that may not write here at all. Errors: `usage`, `write_forbidden`.
    pub(super) fn require_writable(&self, store: &Store, role: &Role) -> Result<(), Error> {
        self.refuse_subtree()?;
        zone_writable(store.manifest(), role, self.key.as_str(), self.zone)
    }

    /// Asks the guard of a transition about the entry as `seen`.
    pub(super) fn check_guard(
        &self,
        store: &Store,
        role: &Role,
        transition: Transition,
        seen: &Seen<'_>,
    ) -> Result<(), Error> {
        let required = rules::effective(&store.manifest().rules, &self.key);
        let guard = Guard::of(transition, required.predicates(transition));
        let schema = self.entry().schema.as_deref().filter(|_| guard.asks("schema_valid"));
        let schema = schema.map(|name| store.schema(name));
        let format = self.entry().format;
        guard.check(&Facts {
            schema: schema.as_ref().map(|schema| schema.as_deref()),
            subject: seen.document.and_then(|document| Fields::of(format, document)),
            made_at: seen.document.and_then(|document| made_at(&document.meta)),
            if_etag: seen.if_etag,
            etag: seen.etag,
            ..Facts::new(store.manifest(), role, self.key.as_str(), Some(self.zone), store.now())
        })
    }

    /// Asks the guard before what is there now goes or gets another key.
    ///
    /// A file that cannot be read has nothing that a predicate could hold against it.
    pub(super) fn check_current(
        &self,
        store: &Store,
        role: &Role,
        transition: Transition,
        file: &EntryFile,
        if_etag: Option<&str>,
    ) -> Result<(), Error> {
        let document = self.document(store, &file.path, &file.bytes).ok();
        let seen = Seen { document: document.as_ref(), if_etag, etag: Some(&file.etag) };
        self.check_guard(store, role, transition, &seen)
    }

    /// Compares what the caller saw with what is there. Errors: `etag_mismatch`, `{key, wanted, got}`.
    pub(super) fn expect_etag(
        &self,
        wanted: Option<&str>,
        found: Option<&Etag>,
    ) -> Result<(), Error> {
        let got = found.map(Etag::as_str);
        let Some(wanted) = wanted.filter(|wanted| Some(*wanted) != got) else { return Ok(()) };
        let key = &self.key;
        let message = match got {
            Some(got) => format!("'{key}' is {got}, not {wanted}"),
            None => format!("'{key}' is not there, and was to be {wanted}"),
        };
        Err(Error::new(Code::EtagMismatch, message)
            .with("key", key.as_str())
            .with("wanted", wanted)
            .with("got", got)
            .hint("read it again, and write what should be true now"))
    }

    /// Returns the envelope of what a file holds.
    pub(super) fn envelope(
        &self,
        store: &Store,
        path: &str,
        document: &Document,
        etag: &Etag,
        freshness: Option<&Freshness>,
    ) -> Object {
        let path = absolute(store, path);
        let (key, entry) = (&self.key, self.entry());
        Envelope { key, entry, path: &path, document, etag, freshness }.to_object()
    }
}

/// Returns the absolute path of something below `zones/`.
pub(crate) fn absolute(store: &Store, path: &str) -> String {
    let path = store.root().join(layout::ZONES).join(path);
    path.to_string_lossy().into_owned()
}

/// Makes the error for a key that nothing has, with keys that may have been meant.
///
/// Names are looked for until there are enough, so that the cost does not grow with the store.
pub(super) fn unknown(store: &Store, key: &Key) -> Error {
    let resolution = store.manifest().resolve(key);
    let prefix = resolution.filter(|resolution| resolution.is_subtree).map(|_| key.as_str());
    let selection = Selection { prefix, most: Some(MOST_CANDIDATES), ..Selection::default() };
    // Whatever keeps the store from being listed is not what was asked for.
    let listing = store.list(selection).unwrap_or_default();
    let listed = listing.rows.into_iter().map(|row| row.key);
    if prefix.is_some() {
        return subtree(key, &listed.collect::<Vec<_>>());
    }
    let declared = store.manifest().entries.iter().filter(|entry| !entry.nested);
    let candidates: Vec<Key> =
        declared.map(|entry| entry.key.clone()).chain(listed).take(MOST_CANDIDATES).collect();
    unknown_key(key, store.manifest().resolve(key).is_some(), &candidates)
}

/// Makes the error for the key of a whole subtree, with keys below it.
fn subtree(key: &Key, candidates: &[Key]) -> Error {
    let below = |other: &&Key| *other != key && other.is_within(key.as_str());
    let below = suggestions(key, candidates.iter().filter(below));
    let message = format!("unknown key '{key}': it is a subtree of entries, not an entry");
    let error = Error::new(Code::UnknownKey, message).with("key", key.as_str());
    if below.is_empty() {
        return error.hint(format!("give a key below it{}", example(key)));
    }
    let hint = format!("give a key below it, as {}", below.join(", "));
    error.with("suggestions", below).hint(hint)
}

/// Names a key below another one, where there can be one.
fn example(key: &Key) -> String {
    let below = Key::parse(&format!("{key}.name"));
    below.map(|below| format!(", for instance '{below}'")).unwrap_or_default()
}
