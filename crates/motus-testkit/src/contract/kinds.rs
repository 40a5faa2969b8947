//! Registering kinds.

use std::ops::ControlFlow;

use motus_ledger::kind::{Kind, KindVersion};
use motus_ledger::operation;

use super::{StoreFixture, refused};
use crate::TestLedger;
use crate::sample::{ANY_OBJECT, ANY_OBJECT_HASH};

const FIRST: &str = r#"{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}}"#;
const SECOND: &str =
    r#"{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{}}}"#;
const THIRD: &str =
    r#"{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{},"c":{}}}"#;

fn versions(ledger: &mut TestLedger) -> Vec<KindVersion> {
    let mut versions = Vec::new();
    let visited = ledger.read(|transaction| {
        transaction.visit_kind_versions(&mut |version| {
            versions.push(version);
            ControlFlow::Continue(())
        })
    });
    visited.expect("the versions can be read");
    versions
}

fn latest_hash(ledger: &mut TestLedger, kind: &str) -> Option<String> {
    let latest = ledger.read(|transaction| transaction.latest_kind_version(kind));
    latest.expect("the version can be read").map(|version| version.schema_hash)
}

/// The second registration finds the first, whatever the order of members in the document.
pub fn registering_twice_keeps_one_version(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let hash = ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    assert_eq!(hash, ANY_OBJECT_HASH);
    ledger.clock.advance_seconds(60);
    assert_eq!(ledger.register("note", "{ \"type\": \"object\" }").expect("known"), hash);
    let stored = versions(&mut ledger);
    assert_eq!(stored.len(), 1);
    assert_eq!(
        (stored[0].schema_kind.as_str(), stored[0].schema_hash.as_str()),
        ("note", ANY_OBJECT_HASH)
    );
    assert_eq!(stored[0].schema_json, ANY_OBJECT);
    assert_eq!(stored[0].registered_at.as_str(), "2026-01-02T03:04:05Z");
}

/// The latest version is the one that was registered last for the first time.
pub fn registering_an_old_version_does_not_make_it_latest(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let first = ledger.register("note", FIRST).expect("the first version");
    let second = ledger.register("note", SECOND).expect("the second version");
    assert_eq!(ledger.register("note", FIRST).expect("known"), first);
    assert_eq!(latest_hash(&mut ledger, "note"), Some(second));
}

/// A required field that comes or goes, a removed field and a changed one are refused.
pub fn only_optional_fields_may_be_added(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let hash = ledger.register("note", FIRST).expect("the first version");
    for (schema, text) in [
        (ANY_OBJECT, "schema evolution cannot add or remove required fields"),
        (
            r#"{"type":"object","required":["a","b"],"properties":{"a":{"type":"string"},"b":{}}}"#,
            "schema evolution cannot add or remove required fields",
        ),
        (
            r#"{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}"#,
            "schema evolution changed field definition: a",
        ),
    ] {
        refused(ledger.register("note", schema), "kind.evolution_refused", text);
    }
    assert_eq!(latest_hash(&mut ledger, "note"), Some(hash));
    assert_ne!(ledger.register("note", SECOND).ok(), latest_hash(&mut ledger, "other"));
    assert_eq!(versions(&mut ledger).len(), 2);
}

/// A field of the second version may not be missing in the third, though the first had none.
pub fn evolution_is_measured_against_the_latest_version(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    ledger.register("note", FIRST).expect("the first version");
    ledger.register("note", SECOND).expect("the second version");
    let without_b =
        r#"{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"c":{}}}"#;
    refused(
        ledger.register("note", without_b),
        "kind.evolution_refused",
        "schema evolution removed field: b",
    );
    ledger.register("note", THIRD).expect("the third version");
}

/// Two kinds with one schema are two rows, and neither limits the other.
pub fn kinds_do_not_see_each_other(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let first = ledger.register("note", FIRST).expect("the first kind");
    assert_eq!(ledger.register("Note", FIRST).expect("the second kind"), first);
    ledger.register("note.", ANY_OBJECT).expect("the third kind");
    assert_eq!(versions(&mut ledger).len(), 3);
}

/// A blank name is refused.
pub fn a_kind_needs_a_name(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    refused(ledger.register(" ", ANY_OBJECT), "ledger.field_required", "schema_kind is required");
    assert!(versions(&mut ledger).is_empty());
}

/// Versions come in the order of registration, until the visitor has seen enough.
pub fn versions_are_visited_in_order_of_registration(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    for (kind, schema) in [("z", FIRST), ("a", ANY_OBJECT), ("z", SECOND), ("m", ANY_OBJECT)] {
        ledger.register(kind, schema).expect("the kind is registered");
    }
    let kinds: Vec<String> =
        versions(&mut ledger).into_iter().map(|version| version.schema_kind).collect();
    assert_eq!(kinds, ["z", "a", "z", "m"]);
    let mut seen = 0;
    let visited = ledger.read(|transaction| {
        transaction.visit_kind_versions(&mut |_| {
            seen += 1;
            if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    });
    assert!(visited.is_ok());
    assert_eq!(seen, 2);
}

/// A fresh Store gets our schema; one with more optional fields is used as it is; ours is preferred
/// when it is there.
pub fn our_kinds_are_pinned_to_what_the_store_has(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let (start, end) = (Kind::wrap_start(), Kind::wrap_end());
    let ours = ensure(&mut ledger, &start);
    assert_eq!(ours, "sha256:48e6f825293998277e25c27e12c9a8fbf677cc688efde4a0158e0b08c55d542e");
    let wider = wider_than(&start);
    let later = ledger.register(&start.name, &wider).expect("one more optional field");
    assert_eq!(latest_hash(&mut ledger, &start.name), Some(later));
    assert_eq!(ensure(&mut ledger, &start), ours);

    let foreign = ledger.register(&end.name, &wider_than(&end)).expect("a superset");
    assert_eq!(ensure(&mut ledger, &end), foreign);
    assert_eq!(versions(&mut ledger).len(), 3);
}

fn ensure(ledger: &mut TestLedger, kind: &Kind) -> String {
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let hash = operation::ensure_kind(&mut *transaction, kind, &ledger.clock);
    let hash = hash.expect("the kind is available");
    transaction.commit().expect("the commit");
    hash
}

fn wider_than(kind: &Kind) -> String {
    let schema = kind.schema().expect("our kinds are valid").canonical_text();
    schema.replacen(r#""properties":{"#, r#""properties":{"another":{"type":"object"},"#, 1)
}
