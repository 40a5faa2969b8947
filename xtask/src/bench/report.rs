//! The table for people and `bench_bounds.json` for programs.

use std::fs;

use serde_json::{Value, json};

use super::measurement::{Measured, Measurement, Pair};
use crate::failure::Failure;
use crate::{output, workspace};

const FILE: &str = "bench_bounds.json";

/// Returns the measurements as a Markdown table, which is also legible as it is.
pub(super) fn table(measurements: &[Measurement]) -> String {
    let heading = ["row", "must", "measured", "verdict"].map(str::to_owned);
    let mut lines = vec![heading];
    lines.extend(measurements.iter().map(|measurement| {
        [
            measurement.name.clone(),
            measurement.must(),
            measurement.found(),
            measurement.verdict().to_string(),
        ]
    }));
    let widest = |column: usize| lines.iter().map(|line| line[column].len()).max();
    let widths = [0, 1, 2, 3].map(|column| widest(column).unwrap_or_default());
    let mut text: Vec<String> = lines.iter().map(|line| table_line(line, &widths)).collect();
    let rule = widths.map(|width| "-".repeat(width));
    text.insert(1, table_line(&rule, &widths));
    text.join("\n")
}

fn table_line(cells: &[String; 4], widths: &[usize; 4]) -> String {
    let padded = cells.iter().zip(widths);
    let padded = padded.map(|(cell, width)| format!("{cell:width$}"));
    format!("| {} |", padded.collect::<Vec<_>>().join(" | "))
}

/// Writes the report at the repository root.
pub(super) fn write(facts: &Value, measurements: &[Measurement]) -> Result<(), Failure> {
    let path = workspace::root().join(FILE);
    let text = format!("{:#}\n", document(facts, measurements));
    fs::write(&path, text)
        .map_err(|error| Failure::Failed(format!("cannot write {FILE}: {error}")))?;
    output::talk(&format!("wrote {FILE}"));
    Ok(())
}

fn document(facts: &Value, measurements: &[Measurement]) -> Value {
    let mut document = facts.clone();
    document["rows"] = measurements.iter().map(row).collect();
    document["schema_version"] = "motus.bench.v2".into();
    document
}

fn row(measurement: &Measurement) -> Value {
    json!({
        "row": measurement.name,
        "must": measurement.must(),
        "measured": measurement.found(),
        "verdict": measurement.verdict().to_string(),
        "samples": samples(&measurement.measured),
    })
}

fn samples(measured: &Measured) -> Value {
    match measured {
        Measured::Skipped(_) => json!({}),
        Measured::Count { unit, found, .. } => json!({"unit": unit, "found": found}),
        Measured::Memory { found, .. } => json!({"unit": "bytes", "found": found}),
        Measured::Ratio { unit, pairs, .. } => {
            let pair = |pair: &Pair| json!({"ours": pair.ours, "theirs": pair.theirs, "ratio": pair.ratio()});
            json!({"unit": unit, "pairs": pairs.iter().map(pair).collect::<Vec<_>>()})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::measurement::Bound;
    use super::*;

    fn sample() -> Vec<Measurement> {
        let pairs = [(1.0, 2.0)];
        vec![
            Measurement::skipped("a", "no strace"),
            Measurement::ratio("b case", Bound::AtMost(1.0), "raw", "ms", pairs),
        ]
    }

    #[test]
    fn the_table_lines_up() {
        let expected = "\
| row    | must           | measured                              | verdict |
| ------ | -------------- | ------------------------------------- | ------- |
| a      | -              | no strace                             | SKIPPED |
| b case | <= 1.000 x raw | 0.500 (0.500 to 0.500; 1.00 : 2.00 ms) | ok      |";
        let squeezed = |text: &str| text.replace(['-', ' '], "");
        assert_eq!(squeezed(&table(&sample())), squeezed(expected));
        let table = table(&sample());
        let mut widths = table.lines().map(str::len);
        let first = widths.next();
        assert!(widths.all(|width| Some(width) == first));
    }

    #[test]
    fn the_report_holds_facts_and_samples() {
        let document = document(&json!({"commit": "c"}), &sample());
        assert_eq!(document["commit"], "c");
        assert_eq!(document["rows"][0]["verdict"], "SKIPPED");
        assert_eq!(document["rows"][1]["samples"]["pairs"][0]["ratio"], 0.5);
    }
}
