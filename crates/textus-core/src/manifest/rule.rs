//! `rules:`: what else holds for the keys that a glob matches.

use motus_json::Value;

use super::members::{Members, bad, joined, refuse, text_of, wrong_type};
use super::model::{FetchPolicy, OnStale, PredicateRef, Retention, Rule, Transition};
use crate::{Code, Error, duration};

const KEYS: &[&str] = &["match", "fetch", "intake_handler_allowlist", "guard", "retention"];
const FETCH_KEYS: &[&str] = &["ttl", "on_stale", "sync_budget_ms", "fetch_timeout_seconds"];
const RETENTION_KEYS: &[&str] = &["expire_after", "archive_after"];

/// Most seconds that a fetch may take.
const LONGEST_FETCH: u64 = 3_600;

/// A guard of a rule, in the order of the file.
type Guard = Vec<(Transition, Vec<PredicateRef>)>;

/// Refuses unknown keys and a timeout out of bounds. Errors: `bad_manifest`.
pub(super) fn check_keys(rule: &Members<'_>) -> Result<(), Error> {
    rule.only(KEYS)?;
    if let Some(fetch) = rule.mapping("fetch")? {
        fetch.only(FETCH_KEYS)?;
        fetch.count_within("fetch_timeout_seconds", 1, LONGEST_FETCH)?;
    }
    rule.mapping("retention")?.map_or(Ok(()), |retention| retention.only(RETENTION_KEYS))
}

/// Reads the rules, the keys of which were checked. Errors: `usage`, `bad_manifest`.
pub(super) fn read(rules: &[Members<'_>]) -> Result<Vec<Rule>, Error> {
    rules.iter().map(rule).collect()
}

/// Reads one rule.
fn rule(rule: &Members<'_>) -> Result<Rule, Error> {
    let matches = rule.required_text("match", Code::Usage)?.to_owned();
    let allowlist = rule.get("intake_handler_allowlist");
    let allowlist = allowlist.map(|_| rule.texts("intake_handler_allowlist")).transpose()?;
    Ok(Rule {
        matches,
        fetch: rule.mapping("fetch")?.map(|fetch| fetch_policy(&fetch)).transpose()?,
        intake_handler_allowlist: allowlist,
        guard: rule.mapping("guard")?.map(|members| guard(&members)).transpose()?,
        retention: rule.mapping("retention")?.map(|members| retention(&members)),
    })
}

/// Reads when something is stale.
fn fetch_policy(members: &Members<'_>) -> Result<FetchPolicy, Error> {
    Ok(FetchPolicy {
        ttl: members.get("ttl").and_then(duration::seconds),
        on_stale: members.get("on_stale").map_or(Ok(OnStale::Warn), |word| {
            let word = word.as_str();
            word.and_then(OnStale::from_name).ok_or_else(|| unknown_on_stale(members, word))
        })?,
        sync_budget_ms: members.count("sync_budget_ms")?,
        fetch_timeout_seconds: members.count("fetch_timeout_seconds")?,
    })
}

fn unknown_on_stale(members: &Members<'_>, word: Option<&str>) -> Error {
    let words = joined(OnStale::ALL.iter().map(|word| word.name()));
    let why = match word {
        Some(word) => format!("unknown 'on_stale' value '{word}'"),
        None => "'on_stale' is not a text".to_owned(),
    };
    refuse(Code::Usage, &members.place_of("on_stale"), why).hint(format!("values: {words}"))
}

/// Reads when leaves are pruned.
fn retention(members: &Members<'_>) -> Retention {
    Retention {
        expire_after: members.get("expire_after").and_then(duration::seconds),
        archive_after: members.get("archive_after").and_then(duration::seconds),
    }
}

/// Reads what transitions require.
fn guard(members: &Members<'_>) -> Result<Guard, Error> {
    let mut guard = Vec::new();
    for (word, value) in members.object() {
        let place = format!("{}.{word}", members.place());
        let Some(transition) = word.as_str().and_then(Transition::from_name) else {
            let words = joined(Transition::ALL.iter().map(|word| word.name()));
            return Err(bad(members.place(), format!("unknown transition '{word}'"))
                .hint(format!("transitions: {words}")));
        };
        guard.push((transition, predicates(&place, value)?));
    }
    Ok(guard)
}

/// Reads a list of predicates; one alone stands for itself.
fn predicates(place: &str, value: &Value) -> Result<Vec<PredicateRef>, Error> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => {
            let items = items.iter().zip(0_usize..);
            items.map(|(item, at)| predicate(&format!("{place}[{at}]"), item)).collect()
        }
        one => Ok(vec![predicate(place, one)?]),
    }
}

/// Reads one predicate: a name, or a mapping of one name to its parameter.
fn predicate(place: &str, value: &Value) -> Result<PredicateRef, Error> {
    let Value::Object(object) = value else {
        if !matches!(value, Value::String(_)) {
            return Err(wrong_type(place, "the name of a predicate", value));
        }
        return named(place, text_of(place, value)?, &Value::Null);
    };
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((name, parameter)), None) => named(place, &name.to_string_lossy(), parameter),
        _ => Err(bad(place, "expected one predicate with its parameter")),
    }
}

/// Finds the predicate of a name and gives it its parameter.
fn named(place: &str, name: &str, parameter: &Value) -> Result<PredicateRef, Error> {
    let predicate = match name {
        "zone_writable_by" => PredicateRef::ZoneWritableBy,
        "author_held" => PredicateRef::AuthorHeld,
        "target_is_canon" => PredicateRef::TargetIsCanon,
        "schema_valid" => PredicateRef::SchemaValid,
        "etag_match" => PredicateRef::EtagMatch,
        "fresh_within" => return fresh_within(place, parameter),
        _ => {
            let hint = format!("predicates: {}", joined(PredicateRef::NAMES));
            return Err(bad(place, format!("unknown predicate '{name}'")).hint(hint));
        }
    };
    if !parameter.is_null() {
        return Err(bad(place, format!("predicate '{name}' takes no parameter")));
    }
    Ok(predicate)
}

/// Reads a limit of age.
///
/// Elsewhere what is no duration reads as no value; a guard that asks for nothing is refused.
fn fresh_within(place: &str, parameter: &Value) -> Result<PredicateRef, Error> {
    match duration::seconds(parameter) {
        Some(seconds) => Ok(PredicateRef::FreshWithin(Some(seconds))),
        None => Err(bad(place, "predicate 'fresh_within' needs a duration")
            .hint("write {fresh_within: \"1h\"}")),
    }
}
