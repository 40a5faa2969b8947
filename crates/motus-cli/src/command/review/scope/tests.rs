//! The three lines, of records of every sort.

use motus_ledger::scope::{DeclaredScope, ObservedEffects, ProgramCount, Totals};

use super::*;
use crate::command::review::heading_lines;

fn effect(op: &str, selector: &str, count: u64) -> RecordedEffect {
    RecordedEffect { op: op.to_owned(), selector: selector.to_owned(), count }
}

fn declared(mode: &str) -> DeclaredFacts {
    let scope = DeclaredScope {
        level: "observed".to_owned(),
        mode: mode.to_owned(),
        profiles: vec![("system".to_owned(), "sha256:0".to_owned())],
        ..DeclaredScope::default()
    };
    DeclaredFacts { scope, is_complete: true, total: 12 }
}

fn observed() -> ObservedFacts {
    let observed = ObservedEffects {
        level: "observed".to_owned(),
        outside: ["a", "b", "c", "d"]
            .map(|name| effect("WriteFS", &format!("fs:{name}"), 1))
            .into(),
        denied: vec![
            effect("Network", "net:https://example.com/", 2),
            effect("Exec", "exec:/bin/sh\u{1b}[31m", 1),
        ],
        calls: vec![("socket:udp".to_owned(), 7)],
        programs: vec![ProgramCount { program: "/bin/sh".to_owned(), count: 1 }],
        attempts: 30,
        unlisted: 1,
        unreadable: 2,
        left_running: 3,
        blind: vec!["reads were not seen one by one".to_owned(), "and more".to_owned()],
        ..ObservedEffects::default()
    };
    let totals = Totals { seen: 9, outside: 40, denied: 2, unobserved: 5, calls: 1, programs: 1 };
    ObservedFacts { observed, is_complete: false, totals }
}

fn spelled(lines: &[Line]) -> String {
    let lines = heading_lines(lines).into_iter();
    lines.map(|(label, text)| format!("{label}: {text}\n")).collect::<Vec<_>>().concat()
}

fn told(declared: Option<DeclaredFacts>, observed: Option<ObservedFacts>) -> String {
    let declared = declared.map_or(Part::Absent, Part::Read);
    let observed = observed.map_or(Part::Absent, |facts| Part::Read(Box::new(facts)));
    spelled(&lines(&Recorded { declared, observed }))
}

#[test]
fn every_sort_is_told_with_its_first_and_the_number_of_the_rest() {
    insta::assert_snapshot!(told(Some(declared("observe")), Some(observed())), @r"
    Declared: 12 effects, profile system; observed, nothing was to be stopped
    Observed: 30 attempts, 51 effects, 1 program, 1 in no list, 2 with an unreadable path, 3 left running and ended; reads were not seen one by one, and more
    Outside: undeclared: write a, write b, write c and 37 more; denied: reach https://example.com/ (2 times), run /bin/sh\u{1b}[31m; not declarable: call socket:udp (7 times); seen by nobody: 5
    ");
}

#[test]
fn a_command_that_did_nothing_else_was_outside_of_nothing() {
    let quiet = ObservedFacts {
        observed: ObservedEffects { attempts: 1, ..ObservedEffects::default() },
        is_complete: true,
        totals: Totals { seen: 1, ..Totals::default() },
    };
    insta::assert_snapshot!(told(Some(declared("enforce")), Some(quiet)), @r"
    Declared: 12 effects, profile system; observed
    Observed: 1 attempt, 1 effect, 0 programs
    Outside: nothing
    ");
}

#[test]
fn what_is_not_recorded_is_not_made_up() {
    insta::assert_snapshot!(told(Some(declared("enforce")), None), @r"
    Declared: 12 effects, profile system; observed
    Observed: nothing is recorded of it
    ");
    assert_eq!(told(None, None), "");
    let mut of_before = declared("enforce");
    of_before.scope.level = "none".to_owned();
    let of_before = told(Some(of_before), None);
    assert!(of_before.contains("profile system; of the unknown level none\n"), "{of_before}");
    let without_declaration = told(None, Some(observed()));
    assert!(
        without_declaration.starts_with("Declared: nothing is recorded of it\nObserved: 30 "),
        "{without_declaration}"
    );
    let declared = Part::Read(declared("enforce"));
    let unreadable = Recorded { declared, observed: Part::Unreadable };
    insta::assert_snapshot!(spelled(&lines(&unreadable)), @r"
    Declared: 12 effects, profile system; observed
    Observed: not known, its record cannot be read
    ");
    let unreadable = Recorded { declared: Part::Unreadable, ..Recorded::default() };
    insta::assert_snapshot!(spelled(&lines(&unreadable)), @r"
    Declared: not known, its record cannot be read
    Observed: nothing is recorded of it
    ");
}

#[test]
fn events_are_told_in_a_few_words() {
    assert_eq!(gist(&ScopeEvent::Declared(Box::new(declared("enforce")))), "12 effects, observed");
    let observed = gist(&ScopeEvent::Observed(Box::new(observed())));
    assert_eq!(observed, "30 attempts, 40 undeclared, 2 denied");
}
