//! The scope of a command in three lines: what was declared, what was seen, and what of that was outside.

mod listed;

use motus_app::scope::Level;
use motus_ledger::Event;
use motus_ledger::scope::{
    DECLARED_KIND, DeclaredFacts, ObservedEffects, ObservedFacts, RecordedEffect, ScopeEvent,
    is_kind,
};

use super::page::{Line, Piece};
use crate::text::counted;
pub(crate) use listed::outside as outside_sections;

/// How many effects of each sort are named; more of them would bury the rest.
const MOST_NAMED: usize = 3;

const DECLARED: &str = "Declared";
const OBSERVED: &str = "Observed";
const OUTSIDE: &str = "Outside";

/// What a run records of a scope; the first declaration and the first observation count.
#[derive(Debug, Default)]
struct Recorded {
    declared: Part<DeclaredFacts>,
    observed: Part<Box<ObservedFacts>>,
}

/// A half of the record.
#[derive(Debug, Default)]
enum Part<F> {
    #[default]
    Absent,
    /// One of its events cannot be read.
    Unreadable,
    Read(F),
}

impl<F> Part<F> {
    fn take(&mut self, facts: F) {
        if matches!(self, Self::Absent) {
            *self = Self::Read(facts);
        }
    }

    /// Returns what stands in the place of what is not known.
    fn line(&self, label: &'static str, tell: impl Fn(&F) -> Vec<Piece>) -> Line {
        let own = |text: &'static str| vec![Piece::own(text)];
        let pieces = match self {
            Self::Absent => own("nothing is recorded of it"),
            Self::Unreadable => own("not known, its record cannot be read"),
            Self::Read(facts) => tell(facts),
        };
        Line::new(label, pieces)
    }
}

/// Tells the scope of a run; nothing when it had none.
pub(crate) fn scope(events: &[Event]) -> Vec<Line> {
    lines(&read(events))
}

fn lines(recorded: &Recorded) -> Vec<Line> {
    let Recorded { declared, observed } = recorded;
    if matches!((declared, observed), (Part::Absent, Part::Absent)) {
        return Vec::new();
    }
    let mut lines = vec![
        declared.line(DECLARED, declaration),
        observed.line(OBSERVED, |facts| observation(facts)),
    ];
    if let Part::Read(facts) = observed {
        lines.push(Line::new(OUTSIDE, outside(facts)));
    }
    lines
}

/// Tells an event about a scope in a few words.
pub(crate) fn gist(event: &ScopeEvent) -> String {
    match event {
        ScopeEvent::Declared(facts) => {
            format!("{}, {}", counted(facts.total, "effect"), facts.scope.level)
        }
        ScopeEvent::Observed(facts) => {
            let attempts = counted(facts.observed.attempts, "attempt");
            let (outside, denied) = (facts.totals.outside, facts.totals.denied);
            format!("{attempts}, {outside} undeclared, {denied} denied")
        }
    }
}

fn read(events: &[Event]) -> Recorded {
    let mut recorded = Recorded::default();
    for event in events.iter().filter(|event| is_kind(&event.schema_kind)) {
        let payload = event.payload().ok();
        let read = payload.and_then(|payload| ScopeEvent::read(&event.schema_kind, &payload));
        match read {
            Some(ScopeEvent::Declared(facts)) => recorded.declared.take(*facts),
            Some(ScopeEvent::Observed(facts)) => recorded.observed.take(facts),
            None if event.schema_kind == DECLARED_KIND => recorded.declared = Part::Unreadable,
            None => recorded.observed = Part::Unreadable,
        }
    }
    recorded
}

fn declaration(facts: &DeclaredFacts) -> Vec<Piece> {
    let scope = &facts.scope;
    let mut pieces = vec![Piece::own(counted(facts.total, "effect"))];
    for (position, (name, _)) in scope.profiles.iter().enumerate() {
        let before = match (position, scope.profiles.len()) {
            (0, 1) => ", profile ",
            (0, _) => ", profiles ",
            _ => ", ",
        };
        pieces.extend([Piece::own(before), Piece::name(name)]);
    }
    // A name such as `none` would be taken for something else.
    let lead = if Level::parse(&scope.level).is_some() { "; " } else { "; of the unknown level " };
    pieces.extend([Piece::own(lead), Piece::name(&scope.level)]);
    if scope.mode == "observe" {
        pieces.push(Piece::own(", nothing was to be stopped"));
    }
    pieces
}

fn observation(facts: &ObservedFacts) -> Vec<Piece> {
    let observed = &facts.observed;
    let totals = facts.totals;
    let effects =
        [totals.seen, totals.outside, totals.denied].into_iter().fold(0, u64::saturating_add);
    let mut text = format!(
        "{}, {}, {}",
        counted(observed.attempts, "attempt"),
        counted(effects, "effect"),
        counted(totals.programs, "program"),
    );
    for (count, what) in [
        (observed.unlisted, "in no list"),
        (observed.unreadable, "with an unreadable path"),
        (observed.left_running, "left running and ended"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    let mut pieces = vec![Piece::own(text)];
    for (position, blind) in observed.blind.iter().enumerate() {
        let before = if position == 0 { "; " } else { ", " };
        pieces.extend([Piece::own(before), Piece::said(blind)]);
    }
    pieces
}

fn outside(facts: &ObservedFacts) -> Vec<Piece> {
    let (observed, totals) = (&facts.observed, facts.totals);
    let mut pieces = Vec::new();
    for (what, effects, total) in [
        ("undeclared: ", &observed.outside, totals.outside),
        ("denied: ", &observed.denied, totals.denied),
        ("not declarable: ", &calls(observed), totals.calls),
        ("seen by nobody: ", &observed.unobserved, totals.unobserved),
    ] {
        if total > 0 {
            let before = if pieces.is_empty() { "" } else { "; " };
            pieces.push(Piece::own([before, what].concat()));
            pieces.extend(named(effects, total));
        }
    }
    if pieces.is_empty() {
        let is_unknown = observed.went_on_unknown();
        pieces.push(Piece::own(if is_unknown { "nothing that was seen" } else { "nothing" }));
    }
    pieces
}

/// Spells calls as effects are.
fn calls(observed: &ObservedEffects) -> Vec<RecordedEffect> {
    let call = |(name, count): &(String, u64)| RecordedEffect {
        op: "call".to_owned(),
        selector: name.clone(),
        count: *count,
    };
    observed.calls.iter().map(call).collect()
}

/// Names the first effects, each with how often it was attempted, and how many more there are.
fn named(effects: &[RecordedEffect], total: u64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for effect in effects.iter().take(MOST_NAMED) {
        if !pieces.is_empty() {
            pieces.push(Piece::own(", "));
        }
        pieces.extend(attempt(effect));
    }
    let told = u64::try_from(effects.len().min(MOST_NAMED)).unwrap_or(u64::MAX);
    let more = total.saturating_sub(told);
    match (more, pieces.is_empty()) {
        (0, _) => {}
        (more, true) => pieces.push(Piece::own(more.to_string())),
        (more, false) => pieces.push(Piece::own(format!(" and {more} more"))),
    }
    pieces
}

/// Says what was attempted, and how often.
fn attempt(effect: &RecordedEffect) -> Vec<Piece> {
    let mut pieces =
        vec![Piece::own(format!("{} ", verb(&effect.op))), Piece::name(named_of(effect))];
    if effect.count > 1 {
        pieces.push(Piece::own(format!(" ({} times)", effect.count)));
    }
    pieces
}

fn verb(op: &str) -> &'static str {
    match op {
        "ReadFS" => "read",
        "WriteFS" => "write",
        "Exec" => "run",
        "Network" => "reach",
        "call" => "call",
        _ => "do",
    }
}

/// Returns what an effect is about; the operation says of which kind it is.
fn named_of(effect: &RecordedEffect) -> &str {
    let bare = ["fs:", "exec:", "net:"].iter().find_map(|kind| effect.selector.strip_prefix(kind));
    bare.unwrap_or(&effect.selector)
}

#[cfg(test)]
mod tests;
