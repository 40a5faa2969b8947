//! The results of a run, counted before the rules are known: they may stand behind the results.

use std::collections::BTreeMap;

use motus_json::Value;
use motus_ledger::report::{Level, RuleCount};

use super::rules::{Rules, head};
use super::{Flaw, Json, text};

/// The most combinations of rule and level that are told apart.
const MOST_KINDS: usize = 20_000;

/// The results that were read.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    counts: BTreeMap<Outcome, u64>,
    pub(super) suppressed: u64,
    pub(super) absent: u64,
}

/// What results have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    rule: Rule,
    level: Option<Level>,
}

/// How a result names its rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Named(String),
    Numbered(u64),
    Unknown,
}

impl Outcomes {
    /// Reads the next result.
    pub(super) fn read(&mut self, json: &mut Json<'_>) -> Result<(), Flaw> {
        let place = json.place()?;
        let result = json.value()?;
        let malformed = |problem: String| Flaw::Malformed { place, problem };
        if result.as_object().is_none() {
            return Err(malformed("a result is no object".to_owned()));
        }
        let level = level(&result).map_err(malformed)?;
        if result.get("baselineState").and_then(Value::as_str) == Some("absent") {
            self.absent = self.absent.saturating_add(1);
        } else if is_suppressed(&result) {
            self.suppressed = self.suppressed.saturating_add(1);
        } else {
            self.count(Outcome { rule: rule(&result), level });
        }
        Ok(())
    }

    fn count(&mut self, outcome: Outcome) {
        let is_known = self.counts.contains_key(&outcome);
        let outcome = if is_known || self.counts.len() < MOST_KINDS {
            outcome
        } else {
            Outcome { rule: Rule::Unknown, level: outcome.level }
        };
        let count = self.counts.entry(outcome).or_default();
        *count = count.saturating_add(1);
    }

    /// Returns the counts by the names and levels of the rules.
    pub(super) fn resolved(self, rules: &Rules) -> Vec<RuleCount> {
        let mut resolved: BTreeMap<(Option<String>, Level), u64> = BTreeMap::new();
        for (Outcome { rule, level }, more) in self.counts {
            let name = match rule {
                Rule::Named(name) => Some(name),
                Rule::Numbered(number) => rules.named(number).map(str::to_owned),
                Rule::Unknown => None,
            };
            let usual = || name.as_deref().map_or(Level::Warning, |name| rules.level_of(name));
            let level = level.unwrap_or_else(usual);
            let count = resolved.entry((name, level)).or_default();
            *count = count.saturating_add(more);
        }
        let rule = |((id, level), count)| RuleCount { id, level, count };
        resolved.into_iter().map(rule).collect()
    }
}

/// Returns the level that a result says; what is no failure matters to nobody.
fn level(result: &Value) -> Result<Option<Level>, String> {
    if let Some(level) = result.get("level") {
        let level = level.as_str().and_then(Level::parse);
        return level.map(Some).ok_or_else(|| "the level of a result is none".to_owned());
    }
    match result.get("kind").and_then(Value::as_str) {
        None | Some("fail") => Ok(None),
        Some(_) => Ok(Some(Level::None)),
    }
}

fn rule(result: &Value) -> Rule {
    let within = |name| result.get("rule").and_then(|rule| rule.get(name));
    let name = result.get("ruleId").or_else(|| within("id")).and_then(text);
    let number = result.get("ruleIndex").or_else(|| within("index")).and_then(Value::as_u64);
    // A number counts among the rules of the tool itself, unless the result names another part of it.
    let is_elsewhere = within("toolComponent").is_some();
    match (name, number) {
        (Some(name), _) => Rule::Named(head(name)),
        (None, Some(number)) if !is_elsewhere => Rule::Numbered(number),
        _ => Rule::Unknown,
    }
}

/// Tells whether somebody decided to live with a result, and nobody denied or has to confirm that.
fn is_suppressed(result: &Value) -> bool {
    let suppressions = result.get("suppressions").and_then(Value::as_array).unwrap_or_default();
    let is_open = |it: &Value| {
        matches!(it.get("status").and_then(Value::as_str), Some("rejected" | "underReview"))
    };
    !suppressions.is_empty() && !suppressions.iter().any(is_open)
}
