//! `key uid`: the identifier that stays with an entry when it is renamed.

use motus_json::Object;
use textus_core::{Error, uid};

use super::subject::Subject;
use crate::Store;

/// Tells `key, uid`; the uid is `null` where the file has none.
///
/// Errors: `usage`, `unknown_key`, `bad_frontmatter`, `io_error`.
pub fn identify(store: &Store, key: &str) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    let found = subject.found(store)?;
    let mut told = Object::new();
    told.insert("key", subject.key.as_str());
    told.insert("uid", uid::of(&found.document.meta));
    Ok(told)
}
