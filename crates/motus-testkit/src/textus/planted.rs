//! The harness against a program with faults: each must be noticed.
//!
//! The program is a script that knows `put` and `doctor`. It compares outside of any lock, writes its row
//! before it writes anything else, and settles nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{Hindrance, Scenario, race, walk};
use crate::harness::{Scratch, can_hinder, skip};

const SCRIPT: &str = include_str!("planted.sh");

fn planted(scratch: &Scratch) -> PathBuf {
    let program = scratch.write("textus", SCRIPT);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("modes can be set");
    program
}

#[test]
fn a_compare_outside_the_lock_is_noticed() {
    let scratch = Scratch::new();
    let found = race(&planted(&scratch), 4, 20).unwrap_err();
    assert!(found.contains("writers won") || found.contains("and the file is"), "{found}");
}

#[test]
fn a_row_before_the_content_is_noticed() {
    if let Err(why) = can_hinder() {
        return skip("textus::planted::a_row_before_the_content_is_noticed", &why);
    }
    let scratch = Scratch::new();
    let program = planted(&scratch);
    let scenarios = Scenario::named(&["put over"]);
    let found = walk(&program, &scenarios[0], Hindrance::Kill).unwrap_err();
    assert!(found.contains("Kill at write number"), "{found}");
    assert!(found.contains("on disk and") || found.contains("neither"), "{found}");
    let found = walk(&program, &scenarios[0], Hindrance::Error("ENOSPC")).unwrap_err();
    assert!(found.contains("ENOSPC"), "{found}");
}
