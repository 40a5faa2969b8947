//! The simulation finds nothing, and finds every planted bug.

use std::ops::Range;
use std::path::Path;

use motus_testkit::harness::{Scratch, capture};
use motus_testkit::simulation::{
    Finding, Mode, Plant, Simulated, Tally, simulate, simulate_interleaved,
};

/// Within so many seeds a planted bug must be found.
const BOUND: u64 = 30;

fn processes() -> Mode<'static> {
    Mode::Processes(Path::new(env!("CARGO_BIN_EXE_motus-testkit-simulant")))
}

/// Returns the seeds of a test, or the one that was asked for.
fn seeds(usual: Range<u64>) -> Range<u64> {
    let Some(asked) = std::env::var_os("MOTUS_SIMULATION_SEED") else {
        return usual;
    };
    let asked = asked.to_str().and_then(|text| text.parse::<u64>().ok());
    let asked = asked.expect("MOTUS_SIMULATION_SEED is a number");
    asked..asked + 1
}

#[track_caller]
fn sound(simulated: Result<Simulated, Box<Finding>>) -> Simulated {
    simulated.unwrap_or_else(|finding| panic!("{finding}"))
}

/// Simulates seeds, of which nothing may be found, and returns what happened in all of them.
#[track_caller]
fn all_sound(mode: Mode<'_>, seeds: Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        tally.merge(&sound(simulate(mode, seed, None)).tally);
    }
    tally
}

/// A simulation in which something never happens says nothing about it.
#[track_caller]
fn require(tally: &Tally, names: &[&str]) {
    for name in names {
        assert!(tally.count(name) > 0, "never: {name}\n{tally}");
    }
}

#[test]
fn memory_agrees_with_the_model() {
    let usual = 0..200;
    let tally = all_sound(Mode::Memory, seeds(usual.clone()));
    if tally.count(Tally::SEEDS) != usual.end {
        return;
    }
    let happened = [
        "start: done",
        "start: done before",
        "start: ledger.start_conflict",
        "append: done",
        "append: done before",
        "append: kind.payload_invalid",
        "append: kind.unknown",
        "append: ledger.event_conflict",
        "append: ledger.field_required",
        "append: ledger.run_closed",
        "append: ledger.run_unknown",
        "fenced append: done",
        "fenced append: done before",
        "fenced append: lock.fence_invalid",
        "fenced append: lock.missing",
        "close: done",
        "close: done before",
        "close: ledger.close_conflict",
        "close: ledger.run_unknown",
        "fenced close: done",
        "fenced close: done before",
        "fenced close: ledger.close_conflict",
        "fenced close: lock.fence_invalid",
        "acquire: first tenure",
        "acquire: next tenure",
        "acquire: renewed",
        "acquire: lock.held",
        "acquire: lock.ttl_invalid",
        "assert: done",
        "assert: lock.fence_invalid",
        "release: done",
        "release: lock.fence_invalid",
        Tally::DEATHS,
        Tally::UNTOLD,
    ];
    require(&tally, &happened);
}

#[test]
fn sqlite_has_the_history_of_memory() {
    for seed in seeds(0..8) {
        let sqlite = sound(simulate_interleaved(seed)).history;
        let again = sound(simulate(Mode::Memory, seed, None)).history;
        assert_eq!(sqlite, again, "seed {seed}");
    }
    let histories = [1, 2].map(|seed| sound(simulate(Mode::Memory, seed, None)).history);
    assert_ne!(histories[0], histories[1]);
}

#[test]
fn threads_agree_with_the_model() {
    all_sound(Mode::Threads, seeds(0..4));
}

#[test]
fn processes_agree_with_the_model_when_they_are_stopped_and_killed() {
    let usual = 0..4;
    let tally = all_sound(processes(), seeds(usual.clone()));
    if tally.count(Tally::SEEDS) == usual.end {
        require(&tally, &[Tally::DEATHS, Tally::STOPS]);
    }
}

/// Returns what the simulation says of a planted bug, and with which seed.
#[track_caller]
fn found(mode: Mode<'_>, plant: Plant) -> (u64, String) {
    let mut findings =
        (0..BOUND).filter_map(|seed| Some((seed, simulate(mode, seed, Some(plant)).err()?)));
    let (seed, finding) = findings.next().unwrap_or_else(|| panic!("{plant:?} went unnoticed"));
    (seed, finding.to_string())
}

#[test]
fn every_planted_bug_is_found() {
    for plant in Plant::ALL {
        for mode in [Mode::Memory, Mode::Sqlite] {
            let (seed, finding) = found(mode, plant);
            let repeat = format!("repeat with: MOTUS_SIMULATION_SEED={seed} cargo test");
            assert!(finding.contains(&repeat), "{finding}");
        }
    }
}

#[test]
fn planted_bugs_are_found_among_threads_and_processes() {
    for plant in [Plant::FenceIgnored, Plant::SeqBeforeLock] {
        for mode in [Mode::Threads, processes()] {
            found(mode, plant);
        }
    }
}

#[test]
fn a_finding_shows_the_steps_that_led_to_it() {
    let (seed, finding) = found(Mode::Memory, Plant::TokenKept);
    let lines: Vec<&str> = finding.lines().collect();
    let head = format!("simulation of seed {seed} over memory: step ");
    assert!(lines[0].starts_with(&head), "{finding}");
    assert!(lines[0].contains("fencing_token: expected 2, found 1"), "{finding}");
    let last = lines[lines.len() - 2];
    assert!(last.contains(": acquire ") && last.contains("token 1 of"), "{finding}");
}

#[test]
fn a_simulant_says_what_went_wrong() {
    let scratch = Scratch::new();
    let program = env!("CARGO_BIN_EXE_motus-testkit-simulant");
    let checked = capture(scratch.command(program).args(["check", "interleaved", "7", "2"]));
    let tally = Tally::parse(&checked.expect_success().stdout_text()).expect("counts");
    assert_eq!(tally.count(Tally::SEEDS), 4);
    for arguments in [&["check", "none", "0", "1"][..], &["plant", "memory", "none", "1"], &["x"]] {
        let refused = capture(scratch.command(program).args(arguments));
        assert_eq!(refused.code, Some(1), "{arguments:?}");
        assert!(refused.stderr_text().starts_with("error: "), "{arguments:?}");
    }
    let unnoticed = capture(scratch.command(program).args(["plant", "memory", "token-kept", "0"]));
    assert_eq!(unnoticed.stderr_text(), "error: 0 seeds do not find token-kept\n");
}
