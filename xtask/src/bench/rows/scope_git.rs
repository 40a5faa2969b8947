//! What a scope adds to two hundred `git status` of a tree of 2,600 files: small, serial, and nothing but reads.

use super::Row;
use crate::bench::in_scope::{Subject, WITHOUT, lacking, unmeasurable};
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "scope_git", gate: false, measure };

const FILES: u32 = 2_600;
const IN_A_DIRECTORY: u32 = 25;

/// Git writes the index anew when it likes to.
const SCOPE: &[&str] = &["--profile", "workspace", "--allow", "write:.git/"];
const STATUS: &[&str] =
    &["sh", "-c", "n=0; while [ $n -lt 200 ]; do git status --porcelain; n=$((n+1)); done"];

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable(workbench).or_else(|| lacking(&["git"])) {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let subject = repository(workbench)?;
    let line = |case: &str, most: f64, pairs: Vec<(f64, f64)>| {
        let name = format!("{} {case}", ROW.name);
        Measurement::ratio(&name, Bound::AtMost(most), WITHOUT, "ms wall", pairs)
    };
    Ok(vec![
        line("writes", 1.15, subject.pairs_without_reads(SCOPE, STATUS)?),
        line("reads", 2.3, subject.pairs(SCOPE, STATUS)?),
    ])
}

fn repository(workbench: &Workbench) -> Result<Subject<'_>, Failure> {
    let subject = Subject::new(workbench, "repository")?;
    for number in 0..FILES {
        let name = format!("d{:03}/f{number:04}.txt", number / IN_A_DIRECTORY);
        subject.write(&name, &format!("file {number}\n"))?;
    }
    subject.run("git", &["init", "--quiet"])?;
    subject.run("git", &["add", "."])?;
    let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"];
    subject.run("git", &[&who[..], &["commit", "--quiet", "-m", "all"]].concat())?;
    Ok(subject)
}
