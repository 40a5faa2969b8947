//! The work is in proportion to what happens: how often memory is asked for is counted, not the time.

use motus_kernel::compiler::{LoopBudgets, LoopRequest, RecordingProfile, run_fsm};
use motus_kernel::policy::Rules;
use motus_testkit::loops::SteadyWorld;
use motus_testkit::loops::queued::request;

use crate::allocations::{counted, steps_of};

/// Returns how often a loop in this world asks for memory.
#[track_caller]
fn asked(mut world: SteadyWorld) -> u64 {
    let budgets =
        LoopBudgets { max_backtracks: u32::MAX, max_act_retries: u32::MAX, max_events: u32::MAX };
    let request = LoopRequest { budgets, ..request() };
    let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
    let (sealed, asked) = counted(|| run_fsm(&request, &policy, &profile, &mut world));
    let (sealed, _) = sealed.expect("the loop is recorded");
    assert_eq!(sealed.halted, None);
    asked
}

/// What copied all that came before would ask four times as often in the second step.
#[track_caller]
fn grows_in_proportion(world: fn(u32) -> SteadyWorld) {
    let [first, _] = steps_of(|count| asked(world(u32::try_from(count).expect("few"))));
    assert!(first > 400, "there is something to do: {first}");
}

#[test]
fn skills_cost_the_same_each() {
    grows_in_proportion(SteadyWorld::new);
}

#[test]
fn repetitions_cost_the_same_each() {
    grows_in_proportion(|failures| SteadyWorld { failures, ..SteadyWorld::new(1) });
}

#[test]
fn ways_back_cost_the_same_each() {
    grows_in_proportion(|bad_checks| SteadyWorld { bad_checks, ..SteadyWorld::new(1) });
}
