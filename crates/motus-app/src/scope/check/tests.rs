//! Records by hand, and what is decided about them.

use motus_ledger::scope::{DeclaredScope, ObservedEffects, Totals};
use motus_runtime::scope::Level;

use super::*;

fn effect(selector: &str) -> RecordedEffect {
    RecordedEffect { op: "WriteFS".to_owned(), selector: selector.to_owned(), count: 1 }
}

fn decided(promised: &str, mode: &str, level: &str) -> Checked {
    decided_of(promised, mode, level, |_| {})
}

fn decided_of(
    promised: &str,
    mode: &str,
    level: &str,
    change: impl Fn(&mut ObservedEffects),
) -> Checked {
    let scope = DeclaredScope {
        level: promised.to_owned(),
        mode: mode.to_owned(),
        effects: vec![effect("fs:out/")],
        ..DeclaredScope::default()
    };
    let declared = DeclaredFacts { scope, is_complete: true, total: 1 };
    let mut observed = ObservedEffects {
        level: level.to_owned(),
        seen: vec![effect("fs:out/a")],
        ..ObservedEffects::default()
    };
    change(&mut observed);
    let totals = Totals {
        seen: 1,
        denied: observed.denied.len() as u64,
        calls: observed.calls.len() as u64,
        ..Totals::default()
    };
    let observed = ObservedFacts { observed, is_complete: true, totals };
    decide("run_1", &declared, &observed).unwrap()
}

#[test]
fn each_half_that_is_not_there_has_its_own_error() {
    let code = |absent: Absent, is_open| absent.error("run_1", is_open).code();
    assert_eq!(both(Some(1), Some(2)), Ok((1, 2)));
    let neither = both::<u8, u8>(None, None).unwrap_err();
    assert_eq!(code(neither, false), "scope.not_recorded");
    let undeclared = both::<u8, u8>(None, Some(2)).unwrap_err();
    assert_eq!(code(undeclared, false), "scope.record_malformed");
    assert_eq!(code(both::<u8, u8>(Some(1), None).unwrap_err(), true), "scope.nothing_seen");
    let lost = both::<u8, u8>(Some(1), None).unwrap_err();
    assert_eq!(code(lost, false), "scope.observation_lost");
}

#[test]
fn what_this_version_does_not_know_is_a_gap_and_an_unknown_level_leaves_it_undecided() {
    let known = decided("observed", "observe", "observed");
    assert!(known.is_observation_whole && known.gaps.is_empty(), "{known:?}");
    // Earlier versions knew this one.
    let unknown = decided("none", "enforce", "none");
    assert!(!unknown.is_observation_whole && unknown.outside.is_empty());
    assert_eq!(unknown.gaps, ["what is seen at the level none is not known here"]);
    let lower = decided("enforced+observed", "enforce", "snapshot");
    assert_eq!(
        lower.gaps,
        [
            "nothing was stopped, and no attempt was seen",
            "the level enforced+observed was declared, and snapshot observed"
        ]
    );
    let unlike = decided("observed", "dream", "observed");
    assert_eq!(unlike.gaps, ["the mode dream is not known here"]);
}

#[test]
fn what_contradicts_itself_leaves_nothing_to_decide_by() {
    let is_decided = |promised, mode, level| decided(promised, mode, level).is_observation_whole;
    assert!(is_decided("enforced+observed", "enforce", "enforced+observed"));
    assert!(is_decided("enforced+observed", "enforce", "observed"), "less than declared is known");
    for (promised, mode, level) in [
        ("observed", "enforce", "enforced+observed"),
        ("xx", "enforce", "observed"),
        ("enforced+observed", "", "enforced+observed"),
        ("enforced+observed", "observe", "enforced+observed"),
        ("", "enforce", ""),
    ] {
        let checked = decided(promised, mode, level);
        assert!(!checked.is_observation_whole && !checked.gaps.is_empty(), "{checked:?}");
    }
}

#[test]
fn more_than_a_level_sees_or_stops_leaves_nothing_to_decide_by() {
    let network =
        || RecordedEffect { op: "Network".to_owned(), ..effect("net:tcp://a.example:1/") };
    let changes: [&dyn Fn(&mut ObservedEffects); 4] = [
        &|observed| observed.attempts = 1,
        &|observed| observed.denied = vec![network()],
        &|observed| observed.denied = vec![network(), effect("fs:b")],
        &|observed| observed.calls = vec![("io_uring_setup".to_owned(), 1)],
    ];
    for (level, mode, expected) in [
        ("enforced+observed", "enforce", [true, true, true, true]),
        ("enforced+snapshot", "enforce", [false, false, false, false]),
        // The proxy lets nobody through who is not declared, whatever the level is.
        ("observed", "enforce", [true, true, false, true]),
        ("observed", "observe", [true, false, false, true]),
        ("snapshot", "observe", [false, false, false, false]),
    ] {
        let checked = changes.map(|change| decided_of(level, mode, level, change));
        let is_decided = checked.each_ref().map(|checked| checked.is_observation_whole);
        assert_eq!(is_decided, expected, "{level} {mode}");
        let is_told = |checked: &Checked| checked.is_observation_whole == checked.gaps.is_empty();
        assert!(checked.iter().all(is_told), "{checked:?}");
    }
}

#[test]
fn calls_that_no_scope_allows_went_on_where_nothing_is_stopped() {
    let calls = [("io_uring_setup", 1), ("socket:udp", 2)];
    let went_on = |level: &str| {
        let add = |observed: &mut ObservedEffects| {
            observed.calls = calls.map(|(name, count)| (name.to_owned(), count)).into();
        };
        decided_of(level, "enforce", level, add).calls
    };
    assert_eq!(went_on("observed"), [("socket:udp".to_owned(), 2)]);
    assert_eq!(went_on("snapshot"), [("socket:udp".to_owned(), 2)]);
    for stopped in ["enforced+observed", "enforced+snapshot", "of another version"] {
        assert_eq!(went_on(stopped), []);
    }
}

#[test]
fn what_nobody_could_name_is_a_gap_where_it_was_stopped_and_else_leaves_it_undecided() {
    let changes: [fn(&mut ObservedEffects); 2] =
        [|observed| observed.unreadable = 5, |observed| observed.unlisted = u64::MAX];
    for (change, gap) in changes.into_iter().zip([
        "5 attempts had a path that could not be read",
        "18446744073709551615 attempts are in no list",
    ]) {
        for level in Level::ALL {
            let checked = decided_of(level.as_str(), "enforce", level.as_str(), change);
            assert_eq!(checked.is_observation_whole, level.enforces(), "{checked:?}");
            assert_eq!(checked.gaps.last().map(String::as_str), Some(gap));
        }
    }
}

#[test]
fn where_nothing_is_stopped_and_nobody_looks_what_was_seen_is_not_all() {
    for level in Level::ALL {
        let checked = decided(level.as_str(), "enforce", level.as_str());
        let is_known = level.enforces() || level.observes();
        assert_eq!(checked.is_observation_whole, is_known, "{checked:?}");
        assert_eq!(checked.gaps.is_empty(), is_known, "{checked:?}");
    }
    let stray = |observed: &mut ObservedEffects| observed.outside = vec![effect("fs:stray")];
    let checked = decided_of("snapshot", "enforce", "snapshot", stray);
    assert_eq!(checked.outside.len(), 1, "what is outside is outside at every level");
}

#[test]
fn the_record_knows_by_the_name_of_a_level_whether_it_stops() {
    for level in Level::ALL {
        let record = ObservedEffects { level: level.to_string(), ..ObservedEffects::default() };
        assert_eq!(record.is_enforced(), level.enforces(), "{level}");
        assert_eq!(record.went_on_unknown(), !level.enforces() && !level.observes(), "{level}");
    }
}
