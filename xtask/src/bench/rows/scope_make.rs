//! What a scope adds to `make -j2` of 150 tiny compiles: many short processes, and all processors at work.

use super::Row;
use crate::bench::in_scope::{Subject, WITHOUT, lacking, unmeasurable};
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "scope_make", gate: false, measure };

const UNITS: u32 = 150;

const MAKEFILE: &str = "\
objects = $(patsubst src/%.c,out/%.o,$(wildcard src/*.c))
all: $(objects)
out/%.o: src/%.c
\tcc -c -o $@ $<
";

const SCOPE: &[&str] = &["--profile", "toolchain", "--allow", "write:out/"];
const MAKE: &[&str] = &["make", "--always-make", "-j2"];

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable(workbench).or_else(|| lacking(&["make", "cc"])) {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let subject = Subject::new(workbench, "make")?;
    subject.write("Makefile", MAKEFILE)?;
    subject.write("out/.keep", "")?;
    for number in 0..UNITS {
        let text = format!("int unit{number}(int x) {{ return x + {number}; }}\n");
        subject.write(&format!("src/unit{number}.c"), &text)?;
    }
    let line = |case: &str, most: f64, pairs: Vec<(f64, f64)>| {
        let name = format!("{} {case}", ROW.name);
        Measurement::ratio(&name, Bound::AtMost(most), WITHOUT, "ms wall", pairs)
    };
    Ok(vec![
        line("writes", 1.15, subject.pairs_without_reads(SCOPE, MAKE)?),
        line("reads", 2.0, subject.pairs(SCOPE, MAKE)?),
    ])
}
