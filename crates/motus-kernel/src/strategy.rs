//! Strategies, and which of them fit what was observed: Algorithm 15 and Q13.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Something that was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Signal {
    pub name: String,
    /// Permille.
    pub confidence: u16,
    pub evidence: Option<String>,
}

/// A way of working that fits certain signals.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Strategy {
    pub strategy_id: String,
    pub version: String,
    pub name: String,
    /// One is enough.
    pub triggers: Vec<Trigger>,
    pub steps: Vec<String>,
}

/// A signal that speaks for a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Trigger {
    pub signal: String,
    /// Permille.
    pub confidence_threshold: u16,
    /// Permille; 1000 when it is not given.
    pub weight: Option<u16>,
}

/// A strategy that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Suggestion {
    pub strategy_id: String,
    /// Permille.
    pub match_permille: u16,
    pub trigger: String,
    pub explanation: Vec<String>,
}

/// Returns the strategies that fit, the best first.
///
/// Shape: by `match_permille` downwards, then by identifier; the order of signals, strategies and triggers
/// does not show. Of signals with one name the most confident counts. The trigger is the one that fits best,
/// then the first by name. The explanation has a line for each trigger that fits, by name, such as
/// `tests_failed (c=900, θ=500, m_w=800)`. Permille above 1000 counts as 1000.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 15, §11 Q13.
pub fn match_strategies(signals: &[Signal], library: &[Strategy]) -> Vec<Suggestion> {
    let mut confidences = BTreeMap::new();
    for signal in signals {
        let confidence = confidences.entry(signal.name.as_str()).or_default();
        *confidence = signal.confidence.min(1000).max(*confidence);
    }
    let mut suggestions: Vec<Suggestion> =
        library.iter().filter_map(|strategy| suggestion(strategy, &confidences)).collect();
    suggestions.sort_by(|left, right| order(left).cmp(&order(right)));
    suggestions
}

fn order(suggestion: &Suggestion) -> (Reverse<u16>, &str, &str, &[String]) {
    let Suggestion { strategy_id, match_permille, trigger, explanation } = suggestion;
    (Reverse(*match_permille), strategy_id, trigger, explanation)
}

/// Returns how well one strategy fits; `None` when it does not.
fn suggestion(strategy: &Strategy, confidences: &BTreeMap<&str, u16>) -> Option<Suggestion> {
    let mut fits: Vec<Fit<'_>> =
        strategy.triggers.iter().filter_map(|trigger| Fit::of(trigger, confidences)).collect();
    fits.sort_unstable();
    fits.dedup();
    let best = fits.iter().max_by_key(|fit| (fit.weighted, Reverse(fit.signal)))?;
    Some(Suggestion {
        strategy_id: strategy.strategy_id.clone(),
        match_permille: best.weighted,
        trigger: best.signal.to_owned(),
        explanation: fits.iter().map(Fit::told).collect(),
    })
}

/// A trigger that fits. Ordered as explanations are.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit<'t> {
    signal: &'t str,
    confidence: u16,
    threshold: u16,
    weighted: u16,
}

impl<'t> Fit<'t> {
    fn of(trigger: &'t Trigger, confidences: &BTreeMap<&str, u16>) -> Option<Self> {
        let confidence = *confidences.get(trigger.signal.as_str())?;
        let threshold = trigger.confidence_threshold.min(1000);
        let weighted = weighted_match(confidence, threshold, trigger.weight.unwrap_or(1000));
        (weighted > 0).then(|| Self { signal: &trigger.signal, confidence, threshold, weighted })
    }

    fn told(&self) -> String {
        let Self { signal, confidence, threshold, weighted } = self;
        format!("{signal} (c={confidence}, θ={threshold}, m_w={weighted})")
    }
}

/// Scales a confidence above its threshold to permille and weighs it.
fn weighted_match(confidence: u16, threshold: u16, weight: u16) -> u16 {
    let (Some(above), range) =
        (confidence.checked_sub(threshold), 1000_u16.saturating_sub(threshold))
    else {
        return 0;
    };
    // Nothing is left above a threshold of 1000, and who reached it is certain.
    let scaled = if range == 0 { 1000 } else { u32::from(above) * 1000 / u32::from(range) };
    u16::try_from(scaled * u32::from(weight.min(1000)) / 1000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals(named: &[(&str, u16)]) -> Vec<Signal> {
        let signal = |(name, confidence): &(&str, u16)| Signal {
            name: (*name).to_owned(),
            confidence: *confidence,
            evidence: None,
        };
        named.iter().map(signal).collect()
    }

    fn strategy(id: &str, triggers: &[(&str, u16, Option<u16>)]) -> Strategy {
        let trigger = |(signal, confidence_threshold, weight): &(&str, u16, Option<u16>)| Trigger {
            signal: (*signal).to_owned(),
            confidence_threshold: *confidence_threshold,
            weight: *weight,
        };
        Strategy {
            strategy_id: id.to_owned(),
            version: "0.1".to_owned(),
            name: id.to_owned(),
            triggers: triggers.iter().map(trigger).collect(),
            steps: Vec::new(),
        }
    }

    #[test]
    fn a_confidence_is_scaled_above_its_threshold() {
        for ((confidence, threshold, weight), expected) in [
            ((920, 0, 1000), 920),
            ((920, 600, 1000), 800),
            ((920, 600, 500), 400),
            ((800, 700, 1000), 333),
            ((700, 700, 1000), 0),
            ((699, 700, 1000), 0),
            ((1000, 999, 1000), 1000),
            ((1000, 1000, 1000), 1000),
            ((1000, 1000, 250), 250),
            ((999, 1000, 1000), 0),
            ((1000, 0, 0), 0),
            ((1000, 0, 2000), 1000),
        ] {
            let found = weighted_match(confidence, threshold, weight);
            assert_eq!(found, expected, "c={confidence} θ={threshold} w={weight}");
        }
    }

    #[test]
    fn the_best_trigger_decides_and_all_that_fit_explain() {
        let triggers = [
            ("unclear", 500, None),
            ("broad", 0, Some(700)),
            ("absent", 0, None),
            ("weak", 900, None),
        ];
        let observed = signals(&[("unclear", 800), ("broad", 1000), ("weak", 900)]);
        let found = match_strategies(&observed, &[strategy("STRAT-001", &triggers)]);
        let expected = Suggestion {
            strategy_id: "STRAT-001".to_owned(),
            match_permille: 700,
            trigger: "broad".to_owned(),
            explanation: vec![
                "broad (c=1000, θ=0, m_w=700)".to_owned(),
                "unclear (c=800, θ=500, m_w=600)".to_owned(),
            ],
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn of_equal_triggers_the_first_by_name_is_told_and_doubles_once() {
        let triggers = [("b", 0, None), ("a", 0, None), ("b", 0, None), ("b", 500, Some(0))];
        let [found] =
            match_strategies(&signals(&[("b", 600), ("a", 600)]), &[strategy("S", &triggers)])
                .try_into()
                .expect("one suggestion");
        assert_eq!(found.trigger, "a");
        assert_eq!(found.explanation, ["a (c=600, θ=0, m_w=600)", "b (c=600, θ=0, m_w=600)"]);
    }

    #[test]
    fn of_a_repeated_signal_the_most_confident_counts() {
        let library = [strategy("S", &[("x", 500, None)])];
        for confidences in [[900, 100], [100, 900]] {
            let observed = signals(&confidences.map(|confidence| ("x", confidence)));
            assert_eq!(match_strategies(&observed, &library)[0].match_permille, 800);
        }
        assert_eq!(match_strategies(&signals(&[("x", 5000)]), &library)[0].match_permille, 1000);
    }

    #[test]
    fn suggestions_come_best_first_and_then_by_name() {
        let library = [
            strategy("C", &[("x", 0, None)]),
            strategy("B", &[("y", 0, None)]),
            strategy("A", &[("y", 0, None)]),
            strategy("D", &[("z", 0, None)]),
        ];
        let found = match_strategies(&signals(&[("x", 900), ("y", 500), ("z", 0)]), &library);
        let names: Vec<&str> = found.iter().map(|found| found.strategy_id.as_str()).collect();
        assert_eq!(names, ["C", "A", "B"]);
    }
}
