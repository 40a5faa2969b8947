//! What a loop costs whose steps are trivial, with its chain and its roots, and what its lens costs.

use motus_kernel::compiler::{LoopBudgets, LoopRequest, RecordingProfile, run_fsm};
use motus_kernel::lens::score_lens_quality;
use motus_kernel::policy::Rules;
use motus_kernel::receipt::LensItem;
use motus_testkit::loops::SteadyWorld;
use motus_testkit::loops::queued::request;

use super::pairs::{Pair, against};
use super::timed;

/// So many events a second are demanded, whatever the machine.
const EVENTS_A_SECOND: f64 = 20_000.0;

/// What the scoring of 10,000 items may cost, in milliseconds.
const LENS_MS: f64 = 5.0;

/// How many steps a loop has that is measured.
const STEPS: u32 = 10_000;

/// Measures loops of one kind against the time that their events may take; `None` where there is no such kind.
pub(super) fn events(kind: &str) -> Option<Vec<Pair>> {
    let world = match kind {
        "skills" => SteadyWorld::new(STEPS),
        "retries" => SteadyWorld { failures: STEPS / 5, ..SteadyWorld::new(1) },
        "rework" => SteadyWorld { bad_checks: STEPS / 10, ..SteadyWorld::new(1) },
        _ => return None,
    };
    let events = f64::from(run(&world));
    Some(against(events * 1000.0 / EVENTS_A_SECOND, || run(&world)))
}

/// Measures the scoring of a lens against what it may cost.
pub(super) fn lens(items: usize) -> Vec<Pair> {
    let items: Vec<LensItem> = (0..items).map(timed::item).collect();
    let now = "2025-12-24T00:00:00Z";
    against(LENS_MS, || score_lens_quality(&items, now, (1000, 1000, 1000), None))
}

/// Runs a loop to its end, its bundle verified, and returns how many events it has.
fn run(world: &SteadyWorld) -> u32 {
    let most = u32::MAX;
    let budgets = LoopBudgets { max_backtracks: most, max_act_retries: most, max_events: most };
    let request = LoopRequest { budgets, ..request() };
    let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
    let mut world = world.clone();
    let run = run_fsm(&request, &policy, &profile, &mut world);
    assert!(run.is_ok_and(|(sealed, _)| sealed.halted.is_none()), "the loop comes to its end");
    world.events
}
