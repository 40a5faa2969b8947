//! `get`: one entry, and whether it is still good. It fetches nothing.

use motus_json::Object;
use textus_core::Error;
use textus_core::envelope::Freshness;

use super::freshness::verdict;
use super::subject::Subject;
use crate::Store;

/// Tells the envelope of an entry with its freshness.
///
/// Cost: the key's own path, whatever else the store holds.
/// Errors: `usage`, `unknown_key`, `bad_frontmatter`, `io_error`.
pub fn get(store: &Store, key: &str) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    let found = subject.found(store)?;
    let verdict = verdict(store, &subject.key, subject.entry(), Some(&found.document));
    let freshness = Freshness::from(&verdict);
    let (file, document) = (&found.file, &found.document);
    Ok(subject.envelope(store, &file.path, document, &file.etag, Some(&freshness)))
}
