//! Which releases have recorded in a Store, as far as its kinds tell.

use std::ops::ControlFlow;

use motus_ledger::kind::Kind;
use motus_ledger::wrap::{END_KIND, OUTPUT_SUMMARY_KIND, START_KIND};
use motus_ledger::{SchemaError, Store, StoreError};
use motus_store::SqliteStore;

use crate::doctor::{Check, advice};

/// The digests of the schemas that release 0.6.5 registers for wrapped commands.
const OF_065: [&str; 3] = [
    "sha256:002ea50fb67eb3c459f02e43e257e107b73faaf7b2ace95c624ea6f217f61947",
    "sha256:2577a0ed31559732154fa1e759c0118165c36c6881aeb802d4d48c5af76e2e68",
    "sha256:68ed95d9b3c03c8c53167c16649f8cc4f2ddfef6c677542783eaa98e474550df",
];

/// A kind that every release records wrapped commands with.
struct WrapKind {
    name: &'static str,
    /// The digest of the schema that release 0.5.3 and this one register.
    digest: String,
}

/// What the registered versions say.
#[derive(Debug, Default)]
struct Found {
    /// Whether release 0.6.5 has registered its schemas.
    is_of_065: bool,
    /// Whether another release than those that are known has.
    is_of_unknown: bool,
    /// Kinds of which only larger schemas are registered; release 0.5.3 refuses those.
    larger: Vec<&'static str>,
}

/// Tells whether a later release has recorded here; all of them may go on.
pub(super) fn store_release(store: &mut SqliteStore) -> Check {
    let name = "store_release";
    let kinds = match wrap_kinds() {
        Ok(kinds) => kinds,
        Err(error) => return Check::fail(name, error.to_string(), advice::on_code(error.code())),
    };
    match find(store, &kinds) {
        Err(error) => Check::fail(name, error.to_string(), advice::on_store(&error)),
        Ok(found) => Check::pass(name, found.message()),
    }
}

fn wrap_kinds() -> Result<Vec<WrapKind>, SchemaError> {
    let kinds = [
        (START_KIND, Kind::wrap_start()),
        (OUTPUT_SUMMARY_KIND, Kind::wrap_output_summary()),
        (END_KIND, Kind::wrap_end()),
    ];
    let digest = |kind: Kind| Ok(kind.schema()?.digest().as_str().to_owned());
    kinds.into_iter().map(|(name, kind)| Ok(WrapKind { name, digest: digest(kind)? })).collect()
}

fn find(store: &mut SqliteStore, kinds: &[WrapKind]) -> Result<Found, StoreError> {
    let transaction = store.begin_read()?;
    let mut found = Found::default();
    let (mut seen, mut own) = (Vec::new(), Vec::new());
    transaction.visit_kind_versions(&mut |version| {
        let kind = kinds.iter().find(|kind| kind.name == version.schema_kind);
        if let Some(kind) = kind {
            seen.push(kind.name);
            let hash = version.schema_hash.as_str();
            if hash == kind.digest {
                own.push(kind.name);
            } else if OF_065.contains(&hash) {
                found.is_of_065 = true;
            } else {
                found.is_of_unknown = true;
            }
        }
        ControlFlow::Continue(())
    })?;
    let names = kinds.iter().map(|kind| kind.name);
    found.larger = names.filter(|name| seen.contains(name) && !own.contains(name)).collect();
    Ok(found)
}

impl Found {
    fn message(&self) -> String {
        let who = match (self.is_of_065, self.is_of_unknown) {
            (false, false) => return "No later release has recorded here".to_owned(),
            (true, false) => "Release 0.6.5",
            (false, true) => "Another release",
            (true, true) => "Release 0.6.5, and another one,",
        };
        let rest = match self.larger.as_slice() {
            [] => "every release can go on",
            _ => "release 0.5.3 can no longer record a wrapped command in this Store",
        };
        format!("{who} has recorded here; {rest}")
    }
}
