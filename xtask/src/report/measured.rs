//! `bench_report.json`: the benches of MOTUS-SPEC-V0.1 §9, and how four of them grow.

use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use super::growth::{COURSES, Course, Curve};
use crate::failure::Failure;
use crate::product::{KERNEL_BENCH, Product, VERIFIER};
use crate::{machine, output, workspace};

/// A bench inside of one process: its name, its number, and what §9 wants of it in milliseconds; of a lens, what
/// we want.
const BENCHES: [(&str, usize, Option<f64>); 7] = [
    ("cj_canonicalize", 10_000, None),
    ("cj_canonicalize", 100_000, Some(2.0)),
    ("cj_canonicalize", 1_000_000, None),
    ("event_chain_verify", 10_000, Some(50.0)),
    ("merkle_root", 10_000, Some(100.0)),
    ("effect_compress", 2000, Some(10.0)),
    ("lens_score", 10_000, Some(5.0)),
];

/// What the verification of a bundle is measured on, and what §9 wants of it.
const EVENTS: usize = 10_000;
const EVIDENCE: usize = 1000;
const VERIFY_TARGET_MS: f64 = 1000.0;

/// How many verifications decide a time, after one to warm up.
const VERIFICATIONS: usize = 7;

/// Everything that was measured.
pub(super) struct Measured {
    facts: Value,
    benches: Vec<Bench>,
    pub(super) curves: Vec<Curve>,
}

/// One measurement.
#[derive(Debug)]
struct Bench {
    name: String,
    n: usize,
    time_ms: f64,
    notes: Option<String>,
}

/// Measures everything in release builds; the curves go up to `most`.
pub(super) fn measure(most: usize) -> Result<Measured, Failure> {
    let parent = std::env::temp_dir();
    let facts = machine::facts(&parent);
    let product = Product::build_only(&parent, &[KERNEL_BENCH, VERIFIER])?;
    let mut benches = Vec::new();
    for (case, n, target_ms) in BENCHES {
        output::talk(&format!("measuring {case} {n}"));
        let Timed { n, time_ms } = timed(&product, case, n)?;
        let notes = target_ms.map(|target_ms| target(time_ms, target_ms));
        benches.push(Bench { name: case.to_owned(), n, time_ms, notes });
    }
    benches.push(verification(&product)?);
    let mut curves = Vec::new();
    for course in &COURSES {
        let curve = grow(&product, course, most)?;
        benches.extend(points(&curve));
        curves.push(curve);
    }
    Ok(Measured { facts, benches, curves })
}

/// What the measuring program tells.
#[derive(Debug, PartialEq)]
struct Timed {
    /// How many there were: as many as asked for, or nearly.
    n: usize,
    time_ms: f64,
}

fn timed(product: &Product, case: &str, n: usize) -> Result<Timed, Failure> {
    let said = workspace::capture(&mut kernel(product, &["time", case, &n.to_string()]))?;
    let unreadable = || Failure::Failed(format!("`{KERNEL_BENCH}` printed no time: {said}"));
    read(&said).ok_or_else(unreadable)
}

fn kernel(product: &Product, arguments: &[&str]) -> Command {
    let mut command = product.command(product.binary(KERNEL_BENCH));
    command.args(arguments);
    command
}

/// Reads a line `{"n":N,"time_ms":MS}`.
fn read(line: &str) -> Option<Timed> {
    let line: Value = serde_json::from_str(line).ok()?;
    let n = usize::try_from(line["n"].as_u64()?).ok()?;
    Some(Timed { n, time_ms: line["time_ms"].as_f64()? })
}

/// Measures `motus-verify`, the whole process, on a bundle in a folder.
fn verification(product: &Product) -> Result<Bench, Failure> {
    output::talk(&format!("measuring verify_bundle {EVENTS}"));
    let folder = product.new_folder("bundle")?.display().to_string();
    let (events, evidence) = (EVENTS.to_string(), EVIDENCE.to_string());
    workspace::capture(&mut kernel(product, &["write", &folder, &events, &evidence]))?;
    let mut command = product.command(product.binary(VERIFIER));
    command.arg(&folder);
    workspace::capture(&mut command)?;
    let mut times = Vec::new();
    for _ in 0..VERIFICATIONS {
        let started = Instant::now();
        workspace::capture(&mut command)?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let time_ms = times.get(VERIFICATIONS / 2).copied().unwrap_or_default();
    let target = target(time_ms, VERIFY_TARGET_MS);
    let notes =
        format!("{EVENTS} events and {EVIDENCE} files of evidence, whole process; {target}");
    Ok(Bench { name: "verify_bundle".to_owned(), n: EVENTS, time_ms, notes: Some(notes) })
}

/// Tells whether a time is within what was wanted of it. That is no verdict: it depends on the machine.
fn target(time_ms: f64, target_ms: f64) -> String {
    let found = if time_ms < target_ms { "met" } else { "missed" };
    format!("target below {target_ms} ms: {found}")
}

fn grow(product: &Product, course: &Course, most: usize) -> Result<Curve, Failure> {
    let mut points = Vec::new();
    for number in course.numbers(most) {
        output::talk(&format!("measuring {} {number}", course.name));
        let Timed { n, time_ms } = timed(product, course.name, number)?;
        #[expect(clippy::cast_precision_loss, reason = "numbers of a chart")]
        points.push((n as f64, time_ms));
    }
    Ok(Curve { name: course.name, unit: course.unit, points })
}

/// Returns the points of a curve as measurements; the last one tells how steep it ends.
fn points(curve: &Curve) -> Vec<Bench> {
    let last = curve.points.len().saturating_sub(1);
    let exponent = curve.exponent();
    let point = |(place, (number, time_ms)): (usize, &(f64, f64))| {
        let exponent = exponent.filter(|_| place == last);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was a count"
        )]
        let n = *number as usize;
        Bench {
            name: format!("growth/{}", curve.name),
            n,
            time_ms: *time_ms,
            notes: exponent
                .map(|exponent| format!("grows as n^{exponent:.2} over the last decade")),
        }
    };
    curve.points.iter().enumerate().map(point).collect()
}

impl Measured {
    /// Returns the document.
    pub(super) fn document(&self) -> Value {
        let mut document = self.facts.clone();
        document["spec_version"] = super::SPEC_VERSION.into();
        document["benches"] = self.benches.iter().map(Bench::row).collect();
        document
    }
}

impl Bench {
    fn row(&self) -> Value {
        let mut row = json!({"name": self.name, "n": self.n, "time_ms": self.time_ms});
        if let Some(notes) = &self.notes {
            row["notes"] = notes.as_str().into();
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::{BENCH_REPORT, faults};
    use super::*;

    #[test]
    fn the_report_is_as_its_schema_wants_it() {
        let points = vec![(100.0, 1.0), (1000.0, 12.5)];
        let curve = Curve { name: "merkle_root", unit: "leaves", points };
        let benches = super::points(&curve);
        let facts = machine::facts(&std::env::temp_dir());
        let document = Measured { facts, benches, curves: vec![curve] }.document();
        assert_eq!(faults(BENCH_REPORT, &document), [""; 0]);
        let first = json!({"name": "growth/merkle_root", "n": 100, "time_ms": 1.0});
        assert_eq!(document["benches"][0], first);
        assert_eq!(document["benches"][1]["notes"], "grows as n^1.10 over the last decade");
    }

    #[test]
    fn every_bench_of_the_specification_is_there() {
        let has = |name: &str| BENCHES.iter().any(|(case, _, _)| *case == name);
        let names = ["cj_canonicalize", "event_chain_verify", "merkle_root", "effect_compress"];
        assert!(names.iter().all(|name| has(name)));
        assert!(COURSES.iter().all(|course| has(course.name)));
    }

    #[test]
    fn times_are_read_from_lines() {
        assert_eq!(read("{\"n\":7,\"time_ms\":1.5}\n"), Some(Timed { n: 7, time_ms: 1.5 }));
        assert_eq!(read(r#"{"n":7}"#), None);
        assert_eq!(read(r#"{"n":-7,"time_ms":1}"#), None);
    }

    #[test]
    fn a_target_is_told_and_no_verdict() {
        assert_eq!(target(1.5, 2.0), "target below 2 ms: met");
        assert_eq!(target(2.0, 2.0), "target below 2 ms: missed");
    }
}
