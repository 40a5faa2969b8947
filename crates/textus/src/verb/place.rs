//! `where`: which file a key means, whether or not it is there.

use motus_json::Object;
use textus_core::Error;

use super::subject::{Subject, absolute};
use crate::Store;

/// Tells `key, zone, owner, path`.
///
/// The path is that of the file that there is, or else of the one that a put would make.
/// Errors: `usage`, also for the key of a whole subtree; `unknown_key`, `io_error`.
pub fn place(store: &Store, key: &str) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    subject.refuse_subtree()?;
    let path = store.place_of(&subject.resolution)?;
    let mut told = Object::new();
    told.insert("key", subject.key.as_str());
    told.insert("zone", &subject.zone.name);
    told.insert("owner", subject.entry().owner.as_ref());
    told.insert("path", absolute(store, &path));
    Ok(told)
}
