//! All that was outside of a scope, one thing a line, with the word that would allow it.

use motus_app::scope::offered;
use motus_ledger::Event;
use motus_ledger::scope::{EffectList, ObservedFacts, RecordedEffect};
use motus_ledger::wrap::shell_quote;

use super::super::page::{Item, Piece, Section};
use super::{Part, attempt, calls, read};
use crate::text::printable;

/// So many things of a sort are listed; a record may hold thousands.
const MOST_LISTED: usize = 200;

/// The record does not tell a file that was written from one that was made or removed.
const ABOUT_NAMES: &str = "making, renaming or removing a file needs the directory that it lies in: --allow write:DIRECTORY/";

/// Lists what a command attempted outside of its scope; nothing when it had none, or kept to it.
pub(crate) fn outside(events: &[Event]) -> Vec<Section> {
    let Part::Read(facts) = read(events).observed else { return Vec::new() };
    let mut sections = sections(&facts);
    sections.retain(|section| !section.items.is_empty());
    sections
}

pub(super) fn sections(facts: &ObservedFacts) -> Vec<Section> {
    let (observed, totals) = (&facts.observed, facts.totals);
    let list = observed.list.as_ref();
    vec![
        section("Undeclared", &observed.outside, totals.outside, list, true),
        section("Denied", &observed.denied, totals.denied, list, true),
        section("Not declarable", &calls(observed), totals.calls, list, false),
        section("Seen by nobody", &observed.unobserved, totals.unobserved, list, false),
    ]
}

fn section(
    title: &'static str,
    effects: &[RecordedEffect],
    total: u64,
    list: Option<&EffectList>,
    is_declarable: bool,
) -> Section {
    let listed = effects.get(..MOST_LISTED).unwrap_or(effects);
    let item = |effect: &RecordedEffect| {
        let mut head = attempt(effect);
        if is_declarable {
            head.extend(allowed(effect));
        }
        Item { head, below: Vec::new() }
    };
    let mut items: Vec<Item> = listed.iter().map(item).collect();
    let mut below = rest(effects.len(), listed.len(), total, list);
    if is_declarable && listed.iter().any(|it| it.op == "WriteFS") {
        below.push(vec![Piece::own(ABOUT_NAMES)]);
    }
    match items.last_mut() {
        Some(end) => end.below = below,
        // Not one of them had room in the record.
        None => items.extend(below.into_iter().map(|head| Item { head, below: Vec::new() })),
    }
    Section { title, items }
}

/// Says where the others are: in the event, or in the list that lies beside the Store.
fn rest(recorded: usize, listed: usize, total: u64, list: Option<&EffectList>) -> Vec<Vec<Piece>> {
    let recorded = u64::try_from(recorded).unwrap_or(u64::MAX);
    let unlisted = recorded.saturating_sub(u64::try_from(listed).unwrap_or(u64::MAX));
    let unrecorded = total.saturating_sub(recorded);
    let more = |number: u64| {
        if listed == 0 { number.to_string() } else { format!("and {number} more") }
    };
    let mut lines = Vec::new();
    if unlisted > 0 {
        lines.push(vec![Piece::own(format!("{}, which --json tells", more(unlisted)))]);
    }
    match list {
        _ if unrecorded == 0 => {}
        Some(list) => lines.push(vec![
            Piece::own(format!("{}, in the list beside the Store: ", more(unrecorded))),
            Piece::name(&list.digest),
        ]),
        None => lines.push(vec![Piece::own(format!("{}, by no name", more(unrecorded)))]),
    }
    lines
}

/// Says what would have allowed an effect.
fn allowed(effect: &RecordedEffect) -> Vec<Piece> {
    let Some((option, value)) = offered(effect) else {
        return vec![Piece::own("; no scope can allow it")];
    };
    let word = shell_quote(&value);
    // A word that is not what is seen of it would allow something else.
    if printable(&word) != word {
        return vec![Piece::own("; to allow it, name it in the document of a scope")];
    }
    vec![Piece::own(format!("; to allow it: {option} ")), Piece::name(word)]
}
