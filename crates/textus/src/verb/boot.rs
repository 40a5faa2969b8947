//! `boot`: what somebody needs to know before using the store.

use motus_json::Object;
use textus_core::Error;
use textus_core::boot::{self, Surroundings, Verb};

use crate::Store;

/// The verbs of this build, as an agent is told of them.
pub const VERBS: &[Verb<'static>] = &[
    Verb { name: "init", summary: "start a memory in the current directory" },
    Verb { name: "boot", summary: "tell what to know before using the store" },
    Verb { name: "pulse", summary: "tell what changed since a cursor" },
    Verb { name: "list", summary: "list entries, by prefix, zone, schema or text" },
    Verb { name: "where", summary: "tell which file a key means" },
    Verb { name: "get", summary: "read an entry and its freshness" },
    Verb { name: "put", summary: "write an entry from standard input" },
    Verb { name: "delete", summary: "delete an entry" },
    Verb { name: "key mv", summary: "rename an entry within its zone" },
    Verb { name: "key delete", summary: "delete an entry" },
    Verb { name: "key uid", summary: "tell the identifier that stays when an entry is renamed" },
    Verb { name: "accept", summary: "make a proposal canon" },
    Verb { name: "reject", summary: "refuse a proposal" },
    Verb { name: "freshness", summary: "tell which entries are stale" },
    Verb { name: "audit", summary: "read the audit log" },
    Verb { name: "doctor", summary: "check the store" },
    Verb { name: "rule list", summary: "list the rules" },
    Verb { name: "rule explain", summary: "tell which rules and guards hold for a key" },
    Verb { name: "schema show", summary: "show the schema of a key" },
];

/// Tells the boot envelope. It creates nothing.
pub fn boot(store: &Store) -> Result<Object, Error> {
    let root = store.root().to_string_lossy();
    let surroundings = Surroundings {
        store_root: &root,
        latest_seq: store.journal().latest_seq()?,
        verbs: VERBS,
        hooks: &[],
    };
    Ok(boot::boot(store.manifest(), &surroundings))
}
