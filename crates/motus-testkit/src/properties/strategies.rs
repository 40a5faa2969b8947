//! Which strategies fit: p16 and p17.

use std::collections::BTreeMap;

use motus_kernel::strategy::{Signal, Strategy as Pattern, Suggestion, Trigger, match_strategies};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::check::{Outcome, Run, check};
use crate::any;

/// Few names, so that signals meet triggers and each other.
fn name() -> impl Strategy<Value = String> {
    select(vec!["a", "ab", "b", "é", ""]).prop_map(str::to_owned)
}

fn signals() -> impl Strategy<Value = Vec<Signal>> {
    let signal = (name(), any::permille());
    vec(signal.prop_map(|(name, confidence)| Signal { name, confidence, evidence: None }), 0..6)
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let threshold = prop_oneof![any::permille(), select(vec![0, 1, 999, 1000])];
    (name(), threshold, option::of(any::permille())).prop_map(
        |(signal, confidence_threshold, weight)| Trigger { signal, confidence_threshold, weight },
    )
}

/// Strategies of which some share an identifier.
fn library() -> impl Strategy<Value = Vec<Pattern>> {
    let pattern = (0..6_u8, vec(trigger(), 0..5)).prop_map(|(number, triggers)| Pattern {
        strategy_id: format!("STRAT-{number:03}"),
        version: "0.1".to_owned(),
        name: "any".to_owned(),
        triggers,
        steps: Vec::new(),
    });
    vec(pattern, 0..6)
}

/// The same signals and strategies give the same suggestions in the same order, in whatever order they, and
/// the triggers of each, are given.
pub(super) fn p16(run: &Run) -> Outcome {
    let given = (any::shuffled(signals()), any::shuffled(library()), any::<bool>());
    check(run, given, |((signals, other_signals), (library, mut other_library), turned)| {
        let found = match_strategies(&signals, &library);
        prop_assert_eq!(&match_strategies(&signals, &library), &found);
        if turned {
            for pattern in &mut other_library {
                pattern.triggers.reverse();
            }
        }
        prop_assert_eq!(&match_strategies(&other_signals, &other_library), &found);
        let is_before = |left: &Suggestion, right: &Suggestion| {
            (right.match_permille, &left.strategy_id) <= (left.match_permille, &right.strategy_id)
        };
        prop_assert!(found.is_sorted_by(is_before), "{:?}", found);
        for suggestion in &found {
            prop_assert!((1..=1000).contains(&suggestion.match_permille));
            prop_assert!(
                suggestion.explanation.is_sorted_by(|left, right| signal(left) <= signal(right))
            );
            let told = format!("{} (c=", suggestion.trigger);
            prop_assert!(suggestion.explanation.iter().any(|line| line.starts_with(&told)));
        }
        Ok(())
    })
}

/// Returns the signal that a line of an explanation begins with.
fn signal(line: &str) -> &str {
    line.split_once(" (c=").map_or(line, |(signal, _)| signal)
}

/// Where every confidence is below every threshold for it, nothing is suggested; where one trigger that counts
/// is reached with certainty, its strategy is.
pub(super) fn p17(run: &Run) -> Outcome {
    check(run, (signals(), library()), |(mut signals, library)| {
        let mut least = BTreeMap::new();
        for trigger in library.iter().flat_map(|pattern| &pattern.triggers) {
            let threshold = trigger.confidence_threshold;
            let least = least.entry(trigger.signal.clone()).or_insert(threshold);
            *least = threshold.min(*least);
        }
        signals.retain(|signal| least.get(&signal.name) != Some(&0));
        for signal in &mut signals {
            if let Some(threshold) = least.get(&signal.name) {
                signal.confidence %= threshold;
            }
        }
        prop_assert_eq!(match_strategies(&signals, &library), []);

        for (place, pattern) in library.iter().enumerate() {
            for trigger in pattern.triggers.iter().filter(|trigger| trigger.weight != Some(0)) {
                let name = trigger.signal.clone();
                signals.push(Signal { name, confidence: 1000, evidence: None });
                let found = match_strategies(&signals, &library[place..=place]);
                prop_assert!(!found.is_empty(), "{trigger:?}");
                prop_assert!(found[0].match_permille >= trigger.weight.unwrap_or(1000));
                signals.pop();
            }
        }
        Ok(())
    })
}
