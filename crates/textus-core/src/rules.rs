//! Which rule holds for a key, slot by slot.
//!
//! It answers for every key that is well formed, declared or not.

use crate::manifest::{FetchPolicy, PredicateRef, Retention, Rule, Transition};
use crate::{Key, pattern};

/// One of the things that a rule may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// When what was fetched is stale.
    Fetch,
    /// Which handlers may be named.
    HandlerAllowlist,
    /// What a transition requires beyond its base guard.
    Guard,
    /// When leaves are pruned.
    Retention,
}

impl Slot {
    /// Holds every slot, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Fetch, Self::HandlerAllowlist, Self::Guard, Self::Retention];

    /// Returns the name as `rule explain` and `doctor` tell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::HandlerAllowlist => "handler_allowlist",
            Self::Guard => "guard",
            Self::Retention => "retention",
        }
    }

    /// Tells whether a rule says something here, even if it says nothing in detail.
    pub fn is_in(self, rule: &Rule) -> bool {
        match self {
            Self::Fetch => rule.fetch.is_some(),
            Self::HandlerAllowlist => rule.intake_handler_allowlist.is_some(),
            Self::Guard => rule.guard.is_some(),
            Self::Retention => rule.retention.is_some(),
        }
    }
}

/// Holds what the rules say about one key; each slot comes from the rule that wins it.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleSet<'a> {
    /// When what was fetched is stale.
    pub fetch: Option<&'a FetchPolicy>,
    /// Which handlers may be named.
    pub intake_handler_allowlist: Option<&'a [String]>,
    /// What transitions require beyond their base guards.
    pub guard: Option<&'a [(Transition, Vec<PredicateRef>)]>,
    /// When leaves are pruned.
    pub retention: Option<&'a Retention>,
}

impl<'a> RuleSet<'a> {
    /// Returns what a transition requires beyond its base guard, in the order of the file.
    pub fn predicates(&self, transition: Transition) -> &'a [PredicateRef] {
        let declared = self.guard.unwrap_or_default().iter();
        let mut own = declared.filter(|(name, _)| *name == transition);
        own.next().map_or(&[], |(_, predicates)| predicates.as_slice())
    }
}

/// Names rules between which only the tie-break decides, for one slot of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguity<'a> {
    /// What they all say something about.
    pub slot: Slot,
    /// Their globs, the winner's first.
    pub globs: Vec<&'a str>,
}

/// Returns the rules that match a key, in the order of the file.
pub fn matching<'a>(rules: &'a [Rule], key: &Key) -> Vec<&'a Rule> {
    rules.iter().filter(|rule| pattern::matches(&rule.matches, key)).collect()
}

/// Returns what holds for a key.
///
/// For each slot the most specific rule that matches and carries it wins; among equally specific
/// ones the shorter glob, then the one that sorts last, then the first of the file.
/// Source: textus/3 §5.11.
pub fn effective<'a>(rules: &'a [Rule], key: &Key) -> RuleSet<'a> {
    let matching = matching(rules, key);
    let winner = |slot| best(&matching, slot).into_iter().next();
    RuleSet {
        fetch: winner(Slot::Fetch).and_then(|rule| rule.fetch.as_ref()),
        intake_handler_allowlist: winner(Slot::HandlerAllowlist)
            .and_then(|rule| rule.intake_handler_allowlist.as_deref()),
        guard: winner(Slot::Guard).and_then(|rule| rule.guard.as_deref()),
        retention: winner(Slot::Retention).and_then(|rule| rule.retention.as_ref()),
    }
}

/// Returns the slots of a key for which several rules are equally and most specific.
///
/// Ties between rules that lose anyway are not told: they change nothing.
pub fn ambiguities<'a>(rules: &'a [Rule], key: &Key) -> Vec<Ambiguity<'a>> {
    let matching = matching(rules, key);
    let tied = Slot::ALL.map(|slot| (slot, best(&matching, slot))).into_iter();
    tied.filter(|(_, rules)| rules.len() > 1)
        .map(|(slot, rules)| Ambiguity {
            slot,
            globs: rules.iter().map(|rule| rule.matches.as_str()).collect(),
        })
        .collect()
}

/// Returns the most specific rules that carry a slot, the winner first.
fn best<'a>(matching: &[&'a Rule], slot: Slot) -> Vec<&'a Rule> {
    let carrying = || matching.iter().filter(|rule| slot.is_in(rule));
    let most = carrying().map(|rule| pattern::specificity(&rule.matches)).max();
    let mut best: Vec<&Rule> = carrying()
        .filter(|rule| Some(pattern::specificity(&rule.matches)) == most)
        .copied()
        .collect();
    // The sort is stable: equal globs stay in the order of the file.
    best.sort_by(|left, right| {
        let length = |rule: &Rule| rule.matches.chars().count();
        length(left).cmp(&length(right)).then_with(|| right.matches.cmp(&left.matches))
    });
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(glob: &str) -> Rule {
        Rule { matches: glob.to_owned(), ..Rule::default() }
    }

    /// A rule whose handler list names the rule, so that a test sees which one won.
    fn named(glob: &str, name: &str) -> Rule {
        Rule { intake_handler_allowlist: Some(vec![name.to_owned()]), ..rule(glob) }
    }

    fn pruning(glob: &str, expire_after: u64) -> Rule {
        let retention = Retention { expire_after: Some(expire_after), archive_after: None };
        Rule { retention: Some(retention), ..rule(glob) }
    }

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    #[track_caller]
    fn wins(rules: &[Rule], expected: &str) {
        let set = effective(rules, &key("a.b.c"));
        assert_eq!(set.intake_handler_allowlist, Some(&[expected.to_owned()][..]));
    }

    #[test]
    fn the_most_specific_rule_that_carries_the_slot_wins() {
        let rules = [
            named("**", "everything"),
            named("a.**", "zone"),
            rule("a.b.c"),
            named("a.*.c", "star"),
            named("a.b.x", "other"),
            pruning("a.**", 7),
        ];
        wins(&rules, "star");
        let set = effective(&rules, &key("a.b.c"));
        assert_eq!(set.retention.unwrap().expire_after, Some(7));
        assert!(set.fetch.is_none() && set.guard.is_none());
        assert_eq!(matching(&rules, &key("a.b.c")).len(), 5);
        assert_eq!(ambiguities(&rules, &key("a.b.c")), []);
    }

    #[test]
    fn an_empty_slot_is_still_a_slot() {
        let rules =
            [pruning("a.**", 7), Rule { retention: Some(Retention::default()), ..rule("a.b.c") }];
        assert_eq!(effective(&rules, &key("a.b.c")).retention, Some(&Retention::default()));
    }

    #[test]
    fn ties_are_broken_by_length_then_text_then_place() {
        wins(&[named("a.b.c.**", "long"), named("a.b.c", "short")], "short");
        wins(&[named("a.*.c", "lesser"), named("a.b.*", "greater")], "greater");
        wins(&[named("a.b.*", "greater"), named("a.*.c", "lesser")], "greater");
        wins(&[named("a.b.c", "first"), named("a.b.c", "second")], "first");
    }

    #[test]
    fn ties_are_told_with_the_winner_first() {
        let rules =
            [named("a.*.c", "x"), pruning("a.b.c", 1), named("a.b.*", "y"), named("**", "z")];
        let expected = Ambiguity { slot: Slot::HandlerAllowlist, globs: vec!["a.b.*", "a.*.c"] };
        assert_eq!(ambiguities(&rules, &key("a.b.c")), [expected]);
        assert_eq!(ambiguities(&rules, &key("a.b.d")), []);
    }

    #[test]
    fn ties_that_lose_are_not_told() {
        let rules = [named("a.b.c", "x"), named("a.*.c", "y"), named("a.b.*", "z")];
        assert_eq!(ambiguities(&rules, &key("a.b.c")), []);
    }

    #[test]
    fn predicates_are_those_of_the_transition() {
        let guard = vec![
            (Transition::Put, vec![PredicateRef::SchemaValid]),
            (Transition::Accept, vec![PredicateRef::AuthorHeld, PredicateRef::EtagMatch]),
        ];
        let rules = [Rule { guard: Some(guard), ..rule("a.**") }];
        let set = effective(&rules, &key("a.b"));
        assert_eq!(set.predicates(Transition::Put), [PredicateRef::SchemaValid]);
        assert_eq!(set.predicates(Transition::Accept).len(), 2);
        assert_eq!(set.predicates(Transition::Mv), []);
        assert_eq!(effective(&rules, &key("b")).predicates(Transition::Put), []);
    }
}
