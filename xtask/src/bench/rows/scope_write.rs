//! What one opening for writing costs that is seen, resolved, judged and counted.
//!
//! A loop that does nothing else, in a scope and alone, each the longer of two by what the shorter one takes: no start
//! and no end is in it. Woken on another processor than its own a question costs ten times as much, which this shows.

use super::Row;
use crate::bench::in_scope::{Subject, WITHOUT, lacking, unmeasurable};
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "scope_write", gate: false, measure };

/// Openings of the two loops.
const SHORT: u32 = 20_000;
const LONG: u32 = 120_000;

/// What one may take is told beside it, in microseconds.
const TARGET: f64 = 10.0;

const LOOP: &str = r"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
int main(int count, char **words) {
    for (int left = count > 2 ? atoi(words[2]) : 0; left > 0; left--) {
        int file = openat(AT_FDCWD, words[1], O_WRONLY | O_CREAT, 0644);
        if (file < 0) return 1;
        close(file);
    }
    return 0;
}
";

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable(workbench).or_else(|| lacking(&["cc"])) {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let subject = Subject::new(workbench, "opening")?;
    subject.write("loop.c", LOOP)?;
    subject.write("out/file", "")?;
    subject.run("cc", &["-O1", "-o", "loop", "loop.c"])?;
    let scope = ["--allow", "write:out/"];
    let each = |scope: &[&str]| {
        let run =
            |openings: u32| subject.spent(1, scope, &["./loop", "out/file", &openings.to_string()]);
        let long = run(LONG)?.cpu_milliseconds(1);
        Ok((long - run(SHORT)?.cpu_milliseconds(1)) * 1000.0 / f64::from(LONG - SHORT))
    };
    let pairs = alternate(|| each(&scope), || each(&[]))?;
    let added = pairs.iter().map(|(with, without)| (with - without, TARGET));
    let name = format!("{} added", ROW.name);
    Ok(vec![
        Measurement::ratio(&name, Bound::AtMost(1.0), "ten microseconds", "us cpu each", added),
        Measurement::ratio(ROW.name, Bound::AtMost(10.0), WITHOUT, "us cpu each", pairs),
    ])
}
