//! `rule`: what the manifest's rules say, all of them and for one key.

use motus_json::Object;
use textus_core::{Error, Key, policy};

use crate::Store;

/// Tells the rules in the order of the manifest.
pub fn list_rules(store: &Store) -> Object {
    policy::list(&store.manifest().rules)
}

/// Tells which rules and guards hold for a key, whether or not an entry has it.
///
/// Errors: `usage` for what is no key.
pub fn explain_rules(store: &Store, key: &str) -> Result<Object, Error> {
    Ok(policy::explain(&store.manifest().rules, &Key::parse(key)?))
}
