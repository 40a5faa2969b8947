//! What one opening for writing costs that is seen, resolved, judged and counted.
//!
//! A loop that does nothing else, in a scope, in none, and with a thread that only says yes: each the longer of two by
//! what the shorter one takes, so that no start and no end is in it. Woken on another processor than its own a question
//! costs ten times as much, which this shows.

use super::Row;
use crate::bench::in_scope::{Subject, WITHOUT, lacking, unmeasurable};
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{Spent, spent_on};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "scope_write", gate: false, measure };

/// Openings of the two loops.
const SHORT: u32 = 20_000;
const LONG: u32 = 120_000;

/// What one may take is ten microseconds where a question that is answered without a look takes 2.8: so many times as
/// much on any machine.
const MOST: f64 = 10.0 / 2.8;

const PROGRAM: &str = include_str!("scope_write.c");

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable(workbench).or_else(|| lacking(&["cc"])) {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let subject = Subject::new(workbench, "opening")?;
    subject.write("opening.c", PROGRAM)?;
    subject.write("out/file", "")?;
    subject.run("cc", &["-O1", "-pthread", "-o", "opening", "opening.c"])?;
    let wrapped = |scope: &[&str], openings: &str| {
        subject.spent(1, scope, &["./opening", "out/file", openings])
    };
    let asked = |openings: &str| {
        Ok(spent_on(|| subject.run("./opening", &["out/file", openings, "asked"]))?.1)
    };
    let in_scope = || each(|openings| wrapped(&["--allow", "write:out/"], openings));
    let to_bare = alternate(in_scope, || each(asked))?;
    let to_none = alternate(in_scope, || each(|openings| wrapped(&[], openings)))?;
    let name = format!("{} alone", ROW.name);
    let (most, unit) = (Bound::AtMost(MOST), "us cpu each");
    Ok(vec![
        Measurement::ratio(ROW.name, most, "a bare question", unit, to_bare),
        Measurement::ratio(&name, Bound::None, WITHOUT, unit, to_none),
    ])
}

/// Returns what each opening costs, in microseconds.
fn each(spent: impl Fn(&str) -> Result<Spent, Failure>) -> Result<f64, Failure> {
    let run = |openings: u32| Ok::<_, Failure>(spent(&openings.to_string())?.cpu_milliseconds(1));
    Ok((run(LONG)? - run(SHORT)?) * 1000.0 / f64::from(LONG - SHORT))
}
