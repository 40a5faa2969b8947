//! `delete`: one entry, gone.

use motus_json::Object;
use textus_core::Error;
use textus_core::manifest::{Role, Transition};

use super::put::record;
use super::subject::Subject;
use crate::Store;

/// Deletes an entry, only if its file is still the one that the caller saw where that is given.
///
/// Tells `ok, key, deleted`. Errors: `usage`, `unknown_key`, `write_forbidden`, `guard_failed`,
/// `etag_mismatch`, `io_error`.
pub fn delete(
    store: &Store,
    role: &Role,
    key: &str,
    if_etag: Option<&str>,
) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    subject.require_writable(store, role)?;
    store.write("delete", |transaction| {
        let file = subject.file_in(transaction, store)?;
        subject.check_current(store, role, Transition::Delete, &file, if_etag)?;
        subject.expect_etag(if_etag, Some(&file.etag))?;
        transaction.delete(&file.path, record(role, "delete", &subject))
    })?;
    let mut told = Object::new();
    told.insert("ok", true);
    told.insert("key", subject.key.as_str());
    told.insert("deleted", true);
    Ok(told)
}
