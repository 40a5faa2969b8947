//! Project memory: writers that race, are killed, and whose system calls fail.
//!
//! The harness is the one of the tests, which make a part of this; here every verb is walked, with errors
//! too, and writers race for as long as is asked for.

use motus_testkit::harness::can_hinder;
use motus_testkit::textus::{Hindrance, Scenario, Walked, race, walk, walk_settling};

use crate::failure::Failure;
use crate::output;
use crate::product::{Product, TEXTUS};

/// What befalls the writers.
const HINDRANCES: [Hindrance; 4] = [
    Hindrance::Kill,
    Hindrance::Error("ENOSPC"),
    Hindrance::Error("EIO"),
    Hindrance::Error("EINTR"),
];

/// How many of many writers race for each round of two, and how many writers those are.
const CROWDED: (u32, u32) = (20, 16);

/// Tortures, and tells what it came to.
pub(super) fn torture(product: &Product, races: u32) -> Result<(), Failure> {
    let program = product.binary(TEXTUS);
    for (writers, rounds) in [(2, races), (CROWDED.1, races.div_ceil(CROWDED.0))] {
        race(&program, writers, rounds).map_err(Failure::Failed)?;
        tell(&format!("{writers} writers with one etag"), rounds, "rounds");
    }
    if let Err(why) = can_hinder() {
        output::data(&format!("  SKIPPED system calls of textus: {why}"));
        return Ok(());
    }
    for scenario in Scenario::all() {
        for hindrance in HINDRANCES {
            let walked = walk(&program, &scenario, hindrance).map_err(Failure::Failed)?;
            tell(&name(&scenario, hindrance), walked.hindered, &said(hindrance, walked));
        }
        let kills = walk_settling(&program, &scenario).map_err(Failure::Failed)?;
        tell(&format!("{}, settling killed", scenario.name), kills, "system calls of both");
    }
    output::data(&"torture: of every change all or nothing was made, and the log agrees");
    Ok(())
}

fn name(scenario: &Scenario, hindrance: Hindrance) -> String {
    let what = match hindrance {
        Hindrance::Kill => "killed",
        Hindrance::Error(error) => error,
    };
    format!("{}, {what}", scenario.name)
}

fn said(hindrance: Hindrance, walked: Walked) -> String {
    let Walked { refused, unfinished, done, .. } = walked;
    match hindrance {
        Hindrance::Kill => "system calls".to_owned(),
        Hindrance::Error(_) => {
            format!("system calls: {refused} refused, {unfinished} told unfinished, {done} done")
        }
    }
}

fn tell(what: &str, count: u32, unit: &str) {
    output::data(&format!("  {what:<36} {count:>5} {unit}"));
}
