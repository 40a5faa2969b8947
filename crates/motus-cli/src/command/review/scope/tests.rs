//! The three lines, of records of every sort.

use motus_ledger::scope::{DeclaredScope, EffectList, ProgramCount, Totals};

use super::*;
use crate::command::review::{heading_lines, section_pages};

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

fn quiet(level: &str) -> ObservedFacts {
    let (level, totals) = (level.to_owned(), Totals { seen: 1, ..Totals::default() });
    let observed = ObservedEffects { level, attempts: 1, ..ObservedEffects::default() };
    ObservedFacts { observed, is_complete: true, totals }
}

#[test]
fn a_command_that_did_nothing_else_was_outside_of_nothing() {
    insta::assert_snapshot!(told(Some(declared("enforce")), Some(quiet("observed"))), @r"
    Declared: 12 effects, profile system; observed
    Observed: 1 attempt, 1 effect, 0 programs
    Outside: nothing
    ");
    for stopped in ["enforced+snapshot", "enforced+observed"] {
        let told = told(Some(declared("enforce")), Some(quiet(stopped)));
        assert!(told.ends_with("Outside: nothing\n"), "{told}");
    }
}

#[test]
fn where_nothing_is_stopped_and_not_all_was_seen_nothing_more_is_said() {
    let mut unreadable = quiet("observed");
    unreadable.observed.unreadable = 1;
    for partly in [quiet("snapshot"), quiet("of another version"), unreadable] {
        let told = told(Some(declared("enforce")), Some(partly));
        assert!(told.ends_with("Outside: nothing that was seen\n"), "{told}");
    }
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

/// Spells the lists as they are told where nobody has a terminal.
fn listed_of(facts: &ObservedFacts) -> String {
    let page = section_pages(&listed::sections(facts));
    page.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "").trim_start().to_owned()
}

#[test]
fn all_that_was_outside_is_listed_with_the_word_that_would_allow_it() {
    let mut facts = observed();
    facts.observed.denied.push(effect("Network", "net:abstract://localhost/", 1));
    facts.observed.denied.push(effect("ReadFS", "fs:/a b", 1));
    facts.totals.denied = 4;
    insta::assert_snapshot!(listed_of(&facts), @r"
    Undeclared
       1  write a; to allow it: --allow write:a
       2  write b; to allow it: --allow write:b
       3  write c; to allow it: --allow write:c
       4  write d; to allow it: --allow write:d
          and 36 more, by no name
          making, renaming or removing a file needs the directory that it lies in: --allow write:DIRECTORY/

    Denied
       1  reach https://example.com/ (2 times); to allow it: --allow net:https://example.com/
       2  run /bin/sh\u{1b}[31m; to allow it, name it in the document of a scope
       3  reach abstract://localhost/; no scope can allow it
       4  read /a b; to allow it: --allow 'read:/a b'

    Not declarable
       1  call socket:udp (7 times)

    Seen by nobody
       1  5, by no name
    ");
}

/// A record may hold thousands, and still more may lie beside the Store.
#[test]
fn of_many_the_first_are_listed_and_it_is_said_where_the_others_are() {
    let mut facts = quiet("enforced+observed");
    let read = |number: usize| effect("ReadFS", &format!("fs:/{number:03}"), 1);
    facts.observed.denied = (0..203).map(read).collect();
    facts.totals.denied = 203;
    let tail = |facts: &ObservedFacts| {
        let page = listed_of(facts);
        let denied =
            page.lines().skip_while(|line| *line != "Denied").take_while(|it| !it.is_empty());
        denied.skip(200).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(tail(&facts), @r"
     200  read /199; to allow it: --allow read:/199
          and 3 more, which --json tells
    ");
    facts.totals.denied = 500;
    facts.observed.list = Some(EffectList { digest: "sha256:ab".to_owned(), bytes: 9 });
    insta::assert_snapshot!(tail(&facts), @r"
     200  read /199; to allow it: --allow read:/199
          and 3 more, which --json tells
          and 297 more, in the list beside the Store: sha256:ab
    ");
}
