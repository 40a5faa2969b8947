//! Loops in simulated worlds, judged by a model.

use std::collections::BTreeMap;
use std::ops::Range;

use motus_testkit::loops::{Case, Ending, Plant, judge, run};

/// Runs cases and returns how many ended how.
#[track_caller]
fn run_all(seeds: Range<u64>) -> BTreeMap<Ending, u64> {
    let mut endings = BTreeMap::new();
    for seed in seeds {
        let case = Case::of(seed);
        let ran = run(&case);
        match judge(&case, &ran) {
            Ok(ending) => *endings.entry(ending).or_default() += 1,
            Err(broken) => panic!("seed {seed}: {broken:#?}"),
        }
        if seed % 4 == 0 {
            assert_eq!(run(&case).bundle, ran.bundle, "seed {seed} has other bytes once more");
        }
    }
    endings
}

/// All ways to end occur, so that the worlds are neither too good nor too bad.
#[track_caller]
fn ends_in_every_way(seeds: Range<u64>) {
    let endings = run_all(seeds);
    for ending in [Ending::Locked, Ending::Halted, Ending::HaltedInLock, Ending::Nothing] {
        let count = endings.get(&ending).copied().unwrap_or_default();
        assert!(count > 50, "{ending:?} happened {count} times: {endings:?}");
    }
}

#[test]
fn the_first_thousand_worlds_get_loops_that_keep_to_the_rules() {
    ends_in_every_way(0..1100);
}

#[test]
fn the_second_thousand_worlds_get_loops_that_keep_to_the_rules() {
    ends_in_every_way(1100..2200);
}

#[test]
fn planted_faults_are_found() {
    for plant in Plant::ALL {
        let is_found = |case: &Case| plant.run(case).is_some_and(|ran| judge(case, &ran).is_err());
        let found = (0..400).map(Case::of).find(is_found);
        assert!(found.is_some(), "{plant:?} was not found");
    }
}
