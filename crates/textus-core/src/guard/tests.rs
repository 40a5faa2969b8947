//! Every predicate, alone and together, on the common store.

use motus_json::Object;

use super::*;
use crate::fixture::{json, object, store, text};
use crate::format::Times;
use crate::manifest::{Manifest, Role};
use crate::schema::{Schema, Subject};
use crate::time::Utc;
use crate::{Error, Etag};

use PredicateRef::{
    AuthorHeld, EtagMatch, FreshWithin, SchemaValid, TargetIsCanon, ZoneWritableBy,
};

const NOW: i64 = 1_800_000_000;

fn facts<'a>(manifest: &'a Manifest, role: &str, key: &'a str, zone: &str) -> Facts<'a> {
    let role: &Role = manifest.role(role).unwrap();
    Facts::new(manifest, role, key, manifest.zone(zone), Utc::from_seconds(NOW))
}

fn refusal(guard: &Guard, facts: &Facts<'_>) -> Error {
    guard.check(facts).unwrap_err()
}

/// Returns the names of the predicates that failed, in order, and the reason of the last.
fn failed(error: &Error) -> (Vec<String>, String) {
    assert_eq!(error.code(), Code::GuardFailed);
    let rows = error.details().get("failed").unwrap().as_array().unwrap();
    let member = |row: &Value, name| row.get(name).unwrap().as_str().unwrap().to_owned();
    let reason = rows.last().map(|row| member(row, "reason")).unwrap();
    (rows.iter().map(|row| member(row, "predicate")).collect(), reason)
}

#[test]
fn rules_add_to_the_base_and_never_repeat_or_replace_it() {
    assert_eq!(Guard::of(Transition::Put, &[]).names(), ["zone_writable_by"]);
    assert_eq!(
        Guard::of(Transition::Accept, &[SchemaValid, AuthorHeld]).names(),
        ["author_held", "target_is_canon", "schema_valid"]
    );
    let twice = [EtagMatch, FreshWithin(Some(5)), EtagMatch, FreshWithin(None), ZoneWritableBy];
    let guard = Guard::of(Transition::Delete, &twice);
    assert_eq!(guard.names(), ["zone_writable_by", "etag_match", "fresh_within"]);
    assert!(guard.asks("fresh_within") && !guard.asks("schema_valid"));
    let weaker = Guard::of(Transition::Put, &[FreshWithin(Some(5)), FreshWithin(None)]);
    assert_eq!(weaker, Guard::of(Transition::Put, &[FreshWithin(Some(5))]));
}

#[test]
fn every_transition_is_explained() {
    let explained = explain(|transition| match transition {
        Transition::Accept => &[SchemaValid],
        _ => &[],
    });
    assert_eq!(
        text(&explained),
        concat!(
            r#"{"put":["zone_writable_by"],"delete":["zone_writable_by"],"mv":["zone_writable_by"],"#,
            r#""accept":["author_held","target_is_canon","schema_valid"],"reject":["author_held"],"#,
            r#""fetch":["zone_writable_by"]}"#
        )
    );
}

#[test]
fn fixture_b_an_agent_may_not_write_canon() {
    let manifest = store();
    let facts = facts(&manifest, "agent", "knowledge.identity.self", "knowledge");
    let error = refusal(&Guard::of(Transition::Put, &[SchemaValid]), &facts);
    assert_eq!(error.code(), Code::WriteForbidden);
    assert_eq!(
        error.message(),
        "writing 'knowledge.identity.self' (zone 'knowledge') needs capability 'author'"
    );
    assert_eq!(
        text(error.details()),
        r#"{"key":"knowledge.identity.self","zone":"knowledge","verb":"author","holders":["human"]}"#
    );
    assert_eq!(error.next_step(), Some("held by: human; pass --as=<role>"));
}

#[test]
fn each_zone_is_written_by_those_who_hold_its_capability() {
    let manifest = store();
    let writers = [
        ("knowledge", "human"),
        ("notebook", "agent"),
        ("feeds", "automation"),
        ("proposals", "human agent"),
        ("artifacts", "automation"),
    ];
    let guard = Guard::of(Transition::Put, &[]);
    for (zone, writers) in writers {
        for role in ["human", "agent", "automation"] {
            let is_allowed = guard.check(&facts(&manifest, role, "some.key", zone)).is_ok();
            assert_eq!(is_allowed, writers.contains(role), "{role} in {zone}");
        }
    }
}

#[test]
fn a_capability_that_nobody_holds_is_held_by_no_declared_role() {
    let mut manifest = store();
    manifest.roles.retain(|role| role.name == "agent");
    let facts = facts(&manifest, "agent", "feeds.notes", "feeds");
    let error = refusal(&Guard::of(Transition::Fetch, &[]), &facts);
    assert_eq!(error.next_step(), Some("held by: no declared role"));
    assert!(text(error.details()).ends_with(r#""verb":"fetch","holders":[]}"#));
}

#[test]
fn what_does_not_hold_is_told_all_at_once_and_in_order() {
    let manifest = store();
    let facts = facts(&manifest, "agent", "notebook.x", "notebook");
    let error = refusal(&Guard::of(Transition::Accept, &[]), &facts);
    let (names, reason) = failed(&error);
    assert_eq!(names, ["author_held", "target_is_canon"]);
    assert_eq!(reason, "'notebook.x' lies in zone 'notebook', which is workspace and not canon");
    assert!(error.message().starts_with("accept of 'notebook.x' is refused by its guard: "));
    assert!(
        error
            .message()
            .contains("author_held (role 'agent' does not hold 'author', held by: human)")
    );
}

#[test]
fn a_target_that_resolves_to_nothing_is_not_canon() {
    let manifest = store();
    let facts = Facts { zone: None, ..facts(&manifest, "human", "Not a key", "knowledge") };
    let guard = Guard::of(Transition::Accept, &[ZoneWritableBy]);
    let (names, reason) = failed(&refusal(&guard, &facts));
    assert_eq!(names, ["target_is_canon", "zone_writable_by"]);
    assert_eq!(reason, "'Not a key' lies in no zone");
}

#[test]
fn only_an_author_rejects() {
    let manifest = store();
    let guard = Guard::of(Transition::Reject, &[]);
    assert!(guard.check(&facts(&manifest, "human", "proposals.items.x", "proposals")).is_ok());
    let agent = facts(&manifest, "agent", "proposals.items.x", "proposals");
    assert_eq!(failed(&refusal(&guard, &agent)).0, ["author_held"]);
}

#[test]
fn an_etag_matches_when_it_is_that_of_the_file() {
    let manifest = store();
    let guard = Guard::of(Transition::Put, &[EtagMatch]);
    let etag = Etag::of(b"x");
    let facts = facts(&manifest, "human", "knowledge.x", "knowledge");
    assert!(guard.check(&facts).is_ok());
    assert!(guard.check(&Facts { etag: Some(&etag), ..facts.clone() }).is_ok());
    let seen = Facts { if_etag: Some(etag.as_str()), ..facts };
    assert!(guard.check(&Facts { etag: Some(&etag), ..seen.clone() }).is_ok());
    let (names, reason) = failed(&refusal(&guard, &seen));
    assert_eq!(names, ["etag_match"]);
    assert_eq!(reason, format!("wanted {etag}, but there is no file"));
    let other = Etag::of(b"y");
    let (_, reason) = failed(&refusal(&guard, &Facts { etag: Some(&other), ..seen }));
    assert_eq!(reason, format!("wanted {etag}, got {other}"));
}

#[test]
fn content_is_fresh_within_its_limit() {
    let manifest = store();
    let check = |limit: Option<u64>, made_at: &str| {
        let made_at = json(made_at);
        let facts = Facts {
            made_at: Some(&made_at).filter(|made_at| !made_at.is_null()),
            ..facts(&manifest, "human", "knowledge.x", "knowledge")
        };
        let outcome = Guard::of(Transition::Put, &[FreshWithin(limit)]).check(&facts);
        outcome.map_err(|error| failed(&error).1)
    };
    let hour_old = "\"2027-01-15T07:00:00Z\"";
    assert_eq!(Utc::from_seconds(NOW).to_string(), "2027-01-15T08:00:00Z");
    assert_eq!(check(Some(3_600), hour_old), Ok(()));
    assert_eq!(check(Some(3_599), hour_old), Err("age 3600s exceeds 3599s".to_owned()));
    assert_eq!(check(None, hour_old), Ok(()));
    assert_eq!(check(Some(0), "null"), Ok(()));
    assert_eq!(check(Some(9), "\"soon\""), Err("'soon' is no time".to_owned()));
    assert_eq!(check(Some(9), "12"), Err("what was given is no time".to_owned()));
}

#[test]
fn content_of_the_future_is_not_fresh() {
    let manifest = store();
    let check = |limit: u64, made_at: &str| {
        let made_at = Value::from(made_at);
        let facts = Facts {
            made_at: Some(&made_at),
            ..facts(&manifest, "human", "knowledge.x", "knowledge")
        };
        let outcome = Guard::of(Transition::Put, &[FreshWithin(Some(limit))]).check(&facts);
        outcome.map_err(|error| failed(&error).1)
    };
    assert_eq!(check(0, "2027-01-15T08:00:00Z"), Ok(()));
    assert_eq!(check(0, "2027-01-15T08:05:00Z"), Ok(()));
    let ahead = "'2027-01-15T08:05:01Z' is 301s in the future";
    assert_eq!(check(0, "2027-01-15T08:05:01Z"), Err(ahead.to_owned()));
    assert_eq!(check(u64::MAX, "2027-01-15T08:05:01Z"), Err(ahead.to_owned()));
    let last = check(3_600, "9999-12-31T23:59:59Z").unwrap_err();
    assert!(
        last.starts_with("'9999-12-31T23:59:59Z' is ") && last.ends_with("s in the future"),
        "{last}"
    );
}

#[test]
fn content_says_when_it_was_made() {
    let found = |meta: &str| made_at(&object(meta)).and_then(|at| Some(at.as_str()?.to_owned()));
    assert_eq!(found(r#"{"generated_at":"g","last_fetched_at":"f"}"#).as_deref(), Some("f"));
    assert_eq!(found(r#"{"generated_at":"g","last_fetched_at":null}"#).as_deref(), Some("g"));
    assert_eq!(found("{}"), None);
}

#[test]
fn what_would_be_written_is_held_against_the_schema() {
    let manifest = store();
    let none = Times::default();
    let schema = Schema::from_value("person", json(r#"{"required":["name"]}"#), &none).unwrap();
    let empty = Object::new();
    let guard = Guard::of(Transition::Put, &[SchemaValid]);
    let bare = facts(&manifest, "human", "knowledge.x", "knowledge");
    let bound = Facts { schema: Some(Ok(&schema)), ..bare.clone() };
    assert!(guard.check(&bound).is_ok());
    let given = Facts { subject: Some(Subject::new(&empty, &none)), ..bound };
    let (names, reason) = failed(&refusal(&guard, &given));
    assert_eq!(names, ["schema_valid"]);
    assert_eq!(reason, "schema 'person': required and missing: name");
    assert!(guard.check(&Facts { schema: None, ..given.clone() }).is_ok());
    let broken = Error::new(Code::IoError, "schema 'person' is missing");
    let error = refusal(&guard, &Facts { schema: Some(Err(&broken)), ..given.clone() });
    assert_eq!(error, broken);
    let agent = Facts { role: manifest.role("agent").unwrap(), ..given };
    assert_eq!(refusal(&guard, &agent).code(), Code::WriteForbidden);
}

#[test]
fn canon_may_be_asked_of_any_transition() {
    let manifest = store();
    let guard = Guard::of(Transition::Put, &[TargetIsCanon]);
    assert!(guard.check(&facts(&manifest, "human", "knowledge.x", "knowledge")).is_ok());
    let queued = facts(&manifest, "human", "proposals.items.x", "proposals");
    assert_eq!(failed(&refusal(&guard, &queued)).0, ["target_is_canon"]);
}
