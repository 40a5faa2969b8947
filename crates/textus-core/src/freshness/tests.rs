//! Verdicts at fixed moments.

use proptest::prelude::*;

use super::*;
use crate::fixture::{object, store, text};
use crate::manifest::OnStale;

fn policy(ttl: Option<u64>) -> FetchPolicy {
    FetchPolicy { ttl, on_stale: OnStale::Warn, sync_budget_ms: None, fetch_timeout_seconds: None }
}

fn at(text: &str) -> Utc {
    Utc::parse(text).unwrap()
}

fn entry(key: &str) -> Entry {
    store().entries.into_iter().find(|entry| entry.key.as_str() == key).unwrap()
}

#[test]
fn fixture_d_what_is_older_than_its_rule_allows_is_stale() {
    let manifest = store();
    let rule = manifest.rules[0].fetch.as_ref();
    let meta = object(r#"{"last_fetched_at":"2020-01-01T00:00:00Z"}"#);
    let verdict = Verdict::of(rule, &meta, at("2020-01-02T00:00:00Z"));
    assert_eq!(
        text(&verdict.row(&entry("feeds.notes"))),
        concat!(
            r#"{"key":"feeds.notes","zone":"feeds","last_fetched_at":"2020-01-01T00:00:00Z","#,
            r#""age_seconds":86400,"status":"stale","ttl_seconds":3600,"on_stale":"warn","#,
            r#""next_due_at":"2020-01-01T01:00:00Z"}"#
        )
    );
    assert_eq!(verdict.reason.as_deref(), Some("ttl exceeded (age=86400s, ttl=3600s)"));
    assert!(verdict.is_stale());
}

#[test]
fn an_age_up_to_the_limit_is_fresh() {
    let meta = object(r#"{"last_fetched_at":"2026-01-01T00:00:00Z"}"#);
    let status = |seconds| {
        let now = at("2026-01-01").plus(seconds);
        Verdict::of(Some(&policy(Some(60))), &meta, now).status
    };
    assert_eq!(status(0), Status::Fresh);
    assert_eq!(status(60), Status::Fresh);
    assert_eq!(status(61), Status::Stale);
    let early = Verdict::of(Some(&policy(Some(60))), &meta, at("2025-01-01"));
    assert_eq!((early.status, early.age_seconds), (Status::Fresh, Some(0)));
}

#[test]
fn without_a_rule_nothing_is_stale() {
    let meta = object(r#"{"last_fetched_at":"2020-01-01"}"#);
    let verdict = Verdict::of(None, &meta, at("2020-01-02"));
    assert_eq!((verdict.status, verdict.reason.clone()), (Status::NoPolicy, None));
    assert_eq!(
        text(&verdict.row(&entry("knowledge.identity.self"))),
        concat!(
            r#"{"key":"knowledge.identity.self","zone":"knowledge","last_fetched_at":"2020-01-01","#,
            r#""age_seconds":86400,"status":"no_policy"}"#
        )
    );
}

#[test]
fn a_rule_without_a_limit_lets_everything_be_fresh() {
    for meta in ["{}", r#"{"last_fetched_at":"1999-01-01"}"#] {
        let verdict = Verdict::of(Some(&policy(None)), &object(meta), at("2026-01-01"));
        assert_eq!((verdict.status, verdict.next_due_at), (Status::Fresh, None));
    }
}

#[test]
fn without_a_readable_time_it_was_never_fetched() {
    for meta in ["{}", r#"{"last_fetched_at":null}"#, r#"{"last_fetched_at":5}"#] {
        let verdict = Verdict::of(Some(&policy(Some(9))), &object(meta), at("2026-01-01"));
        assert_eq!(verdict.status, Status::NeverFetched);
        assert_eq!(verdict.reason.as_deref(), Some("never fetched"));
        let row = text(&verdict.row(&entry("feeds.notes")));
        assert!(
            row.contains(r#""last_fetched_at":null,"age_seconds":null,"status":"never_fetched""#)
        );
        assert!(row.ends_with(r#""ttl_seconds":9,"on_stale":"warn","next_due_at":null}"#));
    }
    let meta = object(r#"{"last_fetched_at":"lately"}"#);
    let verdict = Verdict::of(Some(&policy(Some(9))), &meta, at("2026-01-01"));
    assert_eq!(verdict.status, Status::NeverFetched);
    assert_eq!(verdict.last_fetched_at.as_deref(), Some("lately"));
}

#[test]
fn the_next_fetch_of_a_huge_limit_is_the_last_moment() {
    let meta = object(r#"{"last_fetched_at":"2026-01-01"}"#);
    let verdict = Verdict::of(Some(&policy(Some(u64::MAX))), &meta, at("2026-01-01"));
    assert_eq!(verdict.next_due_at, Some(Utc::from_seconds(i64::MAX)));
}

#[test]
fn what_is_computed_elsewhere_is_stale_when_a_source_is_newer() {
    let generated = object(r#"{"generated":{"at":"2026-01-02T00:00:00Z","from":["src"]}}"#);
    let sources = [("src/a", at("2026-01-01")), ("src/b", at("2026-01-02T00:00:00Z"))];
    assert_eq!(External::of(Some(&generated), sources), External::Fresh);
    let newer = [("src/a", at("2026-01-02T00:00:01Z"))];
    let stale = |meta: Option<&Object>, sources: &[(&str, Utc)]| match External::of(
        meta,
        sources.iter().copied(),
    ) {
        External::Stale(reason) => reason,
        External::Fresh => panic!("it is fresh"),
    };
    assert_eq!(
        stale(Some(&generated), &newer),
        "source 'src/a' changed at 2026-01-02T00:00:01Z, after generated.at"
    );
    assert_eq!(stale(None, &[]), "the file is missing");
    assert_eq!(stale(Some(&Object::new()), &[]), "generated.at is missing");
    for meta in [r#"{"generated":{"at":"x"}}"#, r#"{"generated_at":7}"#] {
        assert_eq!(stale(Some(&object(meta)), &[]), "generated.at is no time");
    }
    let projected = object(r#"{"generated_at":"2026-01-02"}"#);
    assert_eq!(External::of(Some(&projected), []), External::Fresh);
}

#[test]
fn a_stale_computation_is_told_with_its_command_and_why() {
    let catalog = entry("artifacts.catalog");
    let fresh = Verdict::of(None, &Object::new(), at("2026-01-01"));
    let row = text(&fresh.clone().and_external(&External::Fresh).row(&catalog));
    assert!(row.ends_with(r#""status":"no_policy","generator":"rake catalog"}"#), "{row}");
    let stale = fresh.and_external(&External::of(None, []));
    assert!(stale.is_stale());
    let row = text(&stale.row(&catalog));
    let end =
        r#""status":"stale","generator":"rake catalog","stale_reason":"the file is missing"}"#;
    assert!(row.ends_with(end), "{row}");
}

proptest! {
    #[test]
    fn a_verdict_agrees_with_itself(
        ttl in prop::option::of(0..100_u64),
        fetched in prop::option::of(0..200_i64),
        now in 0..200_i64,
    ) {
        let written = fetched.map(|at| Utc::from_seconds(at).to_string());
        let meta = Object::from([("last_fetched_at", Value::from(written))]);
        let now = Utc::from_seconds(now);
        let verdict = Verdict::of(Some(&policy(ttl)), &meta, now);
        let is_warned = matches!(verdict.status, Status::Stale | Status::NeverFetched);
        prop_assert_eq!(verdict.is_stale(), is_warned);
        if let Some(due) = verdict.next_due_at {
            prop_assert_eq!(verdict.status == Status::Stale, now > due);
        }
    }
}
