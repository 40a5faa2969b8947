//! The triggers that keep a Store append-only, told from others of the same name.

use crate::{TABLES, statement};

/// The triggers that keep a Store append-only.
pub const GUARDS: [&str; 8] = [
    "events_closed_run_guard",
    "events_no_delete",
    "events_no_update",
    "kind_versions_no_delete",
    "kind_versions_no_update",
    "runs_closed_outcome_guard",
    "runs_identity_guard",
    "runs_no_delete",
];

/// What stands before the name of a trigger.
const KEYWORD: &str = "TRIGGER ";

/// A trigger that a database has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trigger {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) sql: String,
}

/// Returns the guards that are not there.
pub(crate) fn missing(triggers: &[Trigger]) -> Vec<&'static str> {
    GUARDS.into_iter().filter(|name| !triggers.iter().any(|found| found.name == *name)).collect()
}

/// Returns the guards whose place is taken by a trigger that no release has written.
pub(crate) fn changed(triggers: &[Trigger]) -> Vec<&'static str> {
    let known = known();
    GUARDS
        .into_iter()
        .filter(|name| {
            triggers.iter().any(|found| found.name == *name && !known.contains(&spelled(found)))
        })
        .collect()
}

/// Returns the triggers on tables of a Store that no release has written and that take no guard's place.
///
/// Each acts on what is written here, unseen: it may undo a change, add to it, or never end.
pub(crate) fn foreign(triggers: &[Trigger]) -> Vec<String> {
    let is_on_ours = |found: &Trigger| {
        // SQLite takes the name of a table in any case.
        TABLES.iter().any(|table| found.table.eq_ignore_ascii_case(table))
    };
    triggers
        .iter()
        .filter(|found| is_on_ours(found) && !GUARDS.contains(&found.name.as_str()))
        .map(|found| found.name.clone())
        .collect()
}

/// Returns every guard as some release writes it, each as [`spelled`] spells it.
fn known() -> Vec<String> {
    [statement::GUARDS, statement::GUARDS_PUBLISHED]
        .into_iter()
        .flat_map(|text| text.split_inclusive("END;"))
        .filter_map(|text| text.split_once(KEYWORD))
        .map(|(_, text)| {
            let text = text.trim_start_matches("IF NOT EXISTS ").trim_end_matches(';');
            let text = with_single_spaces(text);
            let table = text.split(" ON ").nth(1).and_then(|rest| rest.split(' ').next());
            format!("{}: {text}", table.unwrap_or_default())
        })
        .collect()
}

/// Spells a trigger so that white space makes no difference: its table, then its name and the rest.
fn spelled(trigger: &Trigger) -> String {
    let text = trigger.sql.split_once(KEYWORD).map_or(trigger.sql.as_str(), |(_, text)| text);
    format!("{}: {}", trigger.table, with_single_spaces(text))
}

fn with_single_spaces(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guard_is_known_once_or_in_two_spellings() {
        let known = known();
        assert_eq!(known.len(), 11);
        for name in GUARDS {
            let table = name.split("_no_").next().and_then(|it| it.split("_closed_").next());
            let table = table.and_then(|it| it.split("_identity_").next()).unwrap();
            let start = format!("{table}: {name} BEFORE ");
            assert!(known.iter().any(|text| text.starts_with(&start)), "{start}");
            assert!(known.iter().all(|text| text.ends_with("); END")));
        }
    }
}
