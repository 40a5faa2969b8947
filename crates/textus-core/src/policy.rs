//! How rules are told: all of them, and what they come to for one key. Source: textus/3 §5.11.
//!
//! On the wire a rule is a policy. Nothing is decided here.

use motus_json::{Object, Value};

use crate::manifest::{FetchPolicy, PredicateRef, Retention, Rule, Transition};
use crate::rules::{self, Slot};
use crate::{Key, guard};

/// Returns what `rule list` tells, without the protocol.
///
/// Shape: `verb policies`, each `match [fetch] [handler_allowlist] [guard] [retention]`. Units: seconds,
/// and milliseconds where a name ends in `_ms`.
pub fn list(rules: &[Rule]) -> Object {
    let policies: Vec<Value> = rules.iter().map(policy).collect();
    Object::from([("verb", Value::from("policy_list")), ("policies", Value::from(policies))])
}

/// Returns what `rule explain` tells about a key, declared or not, without the protocol.
///
/// Shape: `verb key matched_blocks effective guards`. Of each matching rule it is told which slots it
/// carries, of the effective rules what they say, of each transition the names of its predicates.
pub fn explain(rules: &[Rule], key: &Key) -> Object {
    let set = rules::effective(rules, key);
    let matched: Vec<Value> = rules::matching(rules, key).into_iter().map(matched_block).collect();
    let mut effective = Object::new();
    effective.insert("fetch", set.fetch.map(effective_fetch));
    effective.insert("handler_allowlist", set.intake_handler_allowlist.map(names));
    effective.insert("retention", set.retention.map(retention));
    let mut told = Object::new();
    told.insert("verb", "policy_explain");
    told.insert("key", key.as_str());
    told.insert("matched_blocks", matched);
    told.insert("effective", effective);
    told.insert("guards", guard::explain(|transition| set.predicates(transition)));
    told
}

fn policy(rule: &Rule) -> Value {
    let mut told = Object::new();
    told.insert("match", &rule.matches);
    if let Some(policy) = &rule.fetch {
        told.insert("fetch", fetch(policy));
    }
    if let Some(handlers) = &rule.intake_handler_allowlist {
        told.insert("handler_allowlist", names(handlers));
    }
    if let Some(guard) = &rule.guard {
        told.insert("guard", guard.iter().map(required).collect::<Object>());
    }
    if let Some(policy) = &rule.retention {
        told.insert("retention", retention(policy));
    }
    Value::Object(told)
}

fn matched_block(rule: &Rule) -> Value {
    let mut told = Object::new();
    told.insert("match", &rule.matches);
    told.extend(Slot::ALL.map(|slot| (slot.name(), slot.is_in(rule))));
    Value::Object(told)
}

fn effective_fetch(policy: &FetchPolicy) -> Object {
    let mut told = Object::new();
    told.insert("ttl_seconds", policy.ttl);
    told.insert("on_stale", policy.on_stale.name());
    told
}

fn fetch(policy: &FetchPolicy) -> Object {
    let mut told = effective_fetch(policy);
    told.insert("sync_budget_ms", policy.sync_budget_ms);
    told.insert("fetch_timeout_seconds", policy.fetch_timeout_seconds);
    told
}

fn retention(policy: &Retention) -> Object {
    let mut told = Object::new();
    told.insert("expire_after", policy.expire_after);
    told.insert("archive_after", policy.archive_after);
    told
}

fn names(handlers: &[String]) -> Value {
    handlers.iter().collect()
}

fn required((transition, predicates): &(Transition, Vec<PredicateRef>)) -> (&'static str, Value) {
    let told = predicates.iter().map(|predicate| match predicate {
        PredicateRef::FreshWithin(seconds) => {
            Value::Object(Object::from([(predicate.name(), *seconds)]))
        }
        other => Value::from(other.name()),
    });
    (transition.name(), told.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{store, text};
    use crate::manifest::OnStale;

    fn rules() -> Vec<Rule> {
        let fetch = FetchPolicy {
            ttl: Some(1_800),
            on_stale: OnStale::TimedSync,
            sync_budget_ms: Some(800),
            fetch_timeout_seconds: None,
        };
        let guard = vec![
            (Transition::Put, vec![PredicateRef::FreshWithin(Some(60)), PredicateRef::EtagMatch]),
            (Transition::Accept, vec![]),
        ];
        let everything = Rule {
            matches: "feeds.**".to_owned(),
            fetch: Some(fetch),
            intake_handler_allowlist: Some(vec!["json".to_owned()]),
            guard: Some(guard),
            retention: Some(Retention { expire_after: None, archive_after: Some(60) }),
        };
        vec![everything, Rule { matches: "*.notes".to_owned(), ..Rule::default() }]
    }

    #[test]
    fn rules_are_told_with_what_they_carry() {
        assert_eq!(
            text(&list(&rules())),
            concat!(
                r#"{"verb":"policy_list","policies":[{"match":"feeds.**","#,
                r#""fetch":{"ttl_seconds":1800,"on_stale":"timed_sync","sync_budget_ms":800,"#,
                r#""fetch_timeout_seconds":null},"handler_allowlist":["json"],"#,
                r#""guard":{"put":[{"fresh_within":60},"etag_match"],"accept":[]},"#,
                r#""retention":{"expire_after":null,"archive_after":60}},{"match":"*.notes"}]}"#
            )
        );
        assert_eq!(text(&list(&[])), r#"{"verb":"policy_list","policies":[]}"#);
    }

    #[test]
    fn a_key_is_explained_by_what_matches_and_what_wins() {
        assert_eq!(
            text(&explain(&rules(), &Key::parse("feeds.notes").unwrap())),
            concat!(
                r#"{"verb":"policy_explain","key":"feeds.notes","matched_blocks":["#,
                r#"{"match":"feeds.**","fetch":true,"handler_allowlist":true,"guard":true,"#,
                r#""retention":true},{"match":"*.notes","fetch":false,"handler_allowlist":false,"#,
                r#""guard":false,"retention":false}],"#,
                r#""effective":{"fetch":{"ttl_seconds":1800,"on_stale":"timed_sync"},"#,
                r#""handler_allowlist":["json"],"#,
                r#""retention":{"expire_after":null,"archive_after":60}},"#,
                r#""guards":{"put":["zone_writable_by","fresh_within","etag_match"],"#,
                r#""delete":["zone_writable_by"],"mv":["zone_writable_by"],"#,
                r#""accept":["author_held","target_is_canon"],"reject":["author_held"],"#,
                r#""fetch":["zone_writable_by"]}}"#
            )
        );
    }

    #[test]
    fn a_key_without_rules_has_the_base_guards() {
        let told = text(&explain(&store().rules, &Key::parse("knowledge.x").unwrap()));
        assert!(told.contains(
            r#""matched_blocks":[],"effective":{"fetch":null,"handler_allowlist":null,"retention":null}"#
        ));
        assert!(told.contains(r#""accept":["author_held","target_is_canon"]"#));
    }
}
