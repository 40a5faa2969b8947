//! Where a loop goes after a phase, case by case.

use motus_kernel::compiler::{
    ChildSpec, LoopState, PhaseResult, SpawnMode, Transition, next_transition,
};
use motus_kernel::names::{IntentSource, Phase};
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Intent;
use motus_testkit::loops::queued::request;

use super::policy;

/// Returns where a loop with a perfect lens goes.
fn after(phase: Phase, result: &PhaseResult, policy: &Rules) -> Transition {
    let mut state = LoopState::new(&request(), "2026-01-01T00:00:00Z");
    state.body.lens.quality.aggregate = 1000;
    next_transition(&state, phase, result, policy)
}

fn reason() -> String {
    "because".to_owned()
}

fn is_halt(transition: &Transition) -> bool {
    matches!(transition, Transition::Halt { .. })
}

#[test]
fn a_phase_that_is_done_leads_to_the_next() {
    let policy = Rules::published_default();
    for pair in Phase::ALL.windows(2) {
        let next = Transition::Next { to: pair[1] };
        assert_eq!(after(pair[0], &PhaseResult::Ok, &policy), next);
    }
    assert_eq!(after(Phase::Lock, &PhaseResult::Ok, &policy), Transition::Complete);
}

/// §5.1: what may be gone back to, and what may be repeated.
#[test]
fn only_the_ways_of_the_specification_exist() {
    use Phase::{Act, Decide, Observe, Orient, Verify};
    let back: [(Phase, &[Phase]); 6] = [
        (Observe, &[]),
        (Orient, &[Observe]),
        (Decide, &[Observe, Orient]),
        (Act, &[Observe, Orient, Decide]),
        (Verify, &[Observe, Orient, Decide, Act]),
        (Phase::Lock, &[]),
    ];
    for may_observe in [false, true] {
        let policy = policy(&format!(r#""backtrack_to_observe":{may_observe}"#));
        for (from, ways) in back {
            for to in Phase::ALL {
                let is_allowed = may_observe || *to != Observe;
                let needs = PhaseResult::NeedsBacktrack { to: *to, reason: reason() };
                let transition = after(from, &needs, &policy);
                assert_eq!(
                    transition == Transition::Backtrack { to: *to, reason: reason() },
                    ways.contains(to) && is_allowed,
                    "back from {from:?} to {to:?}: {transition:?}"
                );
                let needs = PhaseResult::NeedsRepeat { phase: *to, reason: reason() };
                let transition = after(from, &needs, &policy);
                let is_itself = *to == from && from != Phase::Lock;
                assert_eq!(
                    transition == Transition::Repeat { phase: *to, reason: reason() },
                    is_itself || (ways.contains(to) && is_allowed),
                    "again from {from:?} to {to:?}: {transition:?}"
                );
            }
        }
    }
}

#[test]
fn a_halt_comes_before_all_else() {
    let policy = policy(r#""lens_quality_min":{"Committed":1000}"#);
    let halt = PhaseResult::Halt { reason: reason() };
    for phase in Phase::ALL {
        assert_eq!(after(*phase, &halt, &policy), Transition::Halt { reason: reason() });
    }
}

#[test]
fn a_poor_lens_comes_before_children() {
    let children = vec![ChildSpec {
        intent: Intent { description: reason(), source: IntentSource::ParentLoop },
        critical: true,
    }];
    let mode = SpawnMode::Parallel;
    let spawn = PhaseResult::SpawnChildren { mode, children: children.clone(), reason: reason() };
    let easy = Rules::published_default();
    let spawned = Transition::Spawn { mode, children, reason: reason() };
    for phase in [Phase::Decide, Phase::Act] {
        assert_eq!(after(phase, &spawn, &easy), spawned);
    }
    for phase in [Phase::Observe, Phase::Orient, Phase::Verify, Phase::Lock] {
        assert!(is_halt(&after(phase, &spawn, &easy)), "{phase:?}");
    }
    let strict = policy(r#""lens_quality_min":{"Committed":400}"#);
    let mut state = LoopState::new(&request(), "2026-01-01T00:00:00Z");
    for (quality, goes_back) in [(399, true), (400, false)] {
        state.body.lens.quality.aggregate = quality;
        for phase in [Phase::Decide, Phase::Act] {
            let transition = next_transition(&state, phase, &spawn, &strict);
            let is_back = matches!(transition, Transition::Backtrack { to: Phase::Orient, .. });
            assert_eq!(is_back, goes_back, "{quality}: {transition:?}");
        }
    }
    // Before there is a lens, and where it was used, it is not asked for.
    state.body.lens.quality.aggregate = 0;
    for phase in [Phase::Observe, Phase::Verify] {
        let transition = next_transition(&state, phase, &PhaseResult::Ok, &strict);
        assert!(matches!(transition, Transition::Next { .. }), "{transition:?}");
    }
}

/// Algorithm 7, rule 3, from Decide and Act. A loop never comes there with a lens that is too poor, since it does not
/// leave Orient with one and its lens and its policy stay the same; whoever decides by this rule gets the way back.
#[test]
fn a_poor_lens_leads_back_from_decide_and_act_as_far_as_the_budget_reaches() {
    let strict = policy(r#""lens_quality_min":{"Committed":400}"#);
    let mut state = LoopState::new(&request(), "2026-01-01T00:00:00Z");
    let reason = "lens quality is 399, the policy wants 400".to_owned();
    for phase in [Phase::Decide, Phase::Act] {
        for (quality, backtracks) in [(399, 1), (399, 0), (400, 0)] {
            state.body.lens.quality.aggregate = quality;
            state.budgets.max_backtracks = backtracks;
            let expected = match (quality, backtracks) {
                (399, 1) => Transition::Backtrack { to: Phase::Orient, reason: reason.clone() },
                (399, _) => Transition::Halt { reason: format!("no way back is left: {reason}") },
                _ => after(phase, &PhaseResult::Ok, &Rules::published_default()),
            };
            let transition = next_transition(&state, phase, &PhaseResult::Ok, &strict);
            assert_eq!(transition, expected, "{phase:?}");
        }
        // What the phase itself asks for comes first.
        state.body.lens.quality.aggregate = 0;
        state.budgets.max_backtracks = 0;
        let again = PhaseResult::NeedsRepeat { phase, reason: reason.clone() };
        let repeated = Transition::Repeat { phase, reason: reason.clone() };
        assert_eq!(next_transition(&state, phase, &again, &strict), repeated);
    }
}

/// Entering takes from a budget; deciding only looks whether something is left.
#[test]
fn each_way_needs_its_own_budget() {
    let policy = Rules::published_default();
    let mut state = LoopState::new(&request(), "2026-01-01T00:00:00Z");
    let back = PhaseResult::NeedsBacktrack { to: Phase::Orient, reason: reason() };
    let again = PhaseResult::NeedsRepeat { phase: Phase::Act, reason: reason() };
    for (backtracks, retries) in [(0, 1), (1, 0), (1, 1), (0, 0)] {
        (state.budgets.max_backtracks, state.budgets.max_act_retries) = (backtracks, retries);
        let halts = |result| is_halt(&next_transition(&state, Phase::Verify, result, &policy));
        assert_eq!((halts(&back), halts(&again)), (backtracks == 0, retries == 0));
    }
}
