//! The command, killed at each of its system calls: what `cargo xtask torture` does for every verb.

use std::path::Path;

use motus_testkit::harness::{can_hinder, skip};
use motus_testkit::textus::{Hindrance, Scenario, walk};

const TEXTUS: &str = env!("CARGO_BIN_EXE_textus");

/// Kills at every call of the changes whose names begin so.
fn kill(test: &str, beginning: &str) {
    if let Err(why) = can_hinder() {
        return skip(test, &why);
    }
    let scenarios = Scenario::named(&[beginning]);
    assert!(!scenarios.is_empty(), "{beginning}");
    for scenario in scenarios {
        let walked = walk(Path::new(TEXTUS), &scenario, Hindrance::Kill);
        assert!(walked.unwrap().hindered > 7, "{}", scenario.name);
    }
}

#[test]
fn a_put_is_whole_or_absent() {
    kill("kill::a_put_is_whole_or_absent", "put o");
}

#[test]
fn an_accept_is_whole_or_absent() {
    kill("kill::an_accept_is_whole_or_absent", "accept o");
}
