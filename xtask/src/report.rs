//! `cargo xtask report`: what holds and what it costs, in the form of MOTUS-SPEC-V0.1 §12.
//!
//! `test_report.json` has every property of §7.1 and every golden of §8, `bench_report.json` the benches of §9
//! and how they grow, `growth.svg` the curves. Both documents are checked against their schemas before they are
//! written. Times are no verdict here: what the product may cost is held by `cargo xtask bench`.

mod chart;
mod growth;
mod measured;
mod options;
mod runner;
mod schema;
mod shown;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::failure::Failure;
use crate::output;
use options::{Options, Part};

/// The version of the specification that is reported on.
const SPEC_VERSION: &str = "0.1.0";

/// Writes the reports; a property or golden that does not hold is a failure, after it was written.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    fs::create_dir_all(&options.out).map_err(|error| {
        Failure::Failed(format!("cannot make {}: {error}", options.out.display()))
    })?;
    let mut failed = 0;
    if options.has(Part::Tests) {
        output::talk(&"running the properties");
        let shown = shown::show(options.seed, None);
        for skipped in &shown.skipped {
            output::talk(&format!("SKIPPED {skipped}"));
        }
        write_document(&options.out, "test_report.json", schema::TEST_REPORT, &shown.report)?;
        failed = shown.failed;
    }
    if options.has(Part::Benches) {
        let measured = measured::measure(options.most)?;
        let document = measured.document();
        write_document(&options.out, "bench_report.json", schema::BENCH_REPORT, &document)?;
        write(&options.out, "growth.svg", &chart::draw(&measured.curves))?;
    }
    if failed == 0 { Ok(()) } else { Err(Failure::Findings(failed)) }
}

fn write_document(
    folder: &Path,
    name: &str,
    schema: &str,
    document: &Value,
) -> Result<(), Failure> {
    let faults = schema::faults(schema, document);
    if faults.is_empty() {
        return write(folder, name, &format!("{document:#}\n"));
    }
    Err(Failure::Failed(format!("{name} is not as its schema wants it: {}", faults.join("; "))))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    fs::write(&path, text)
        .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))?;
    output::talk(&format!("wrote {}", path.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_as_its_schema_wants_it_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let write = |document: &Value| {
            write_document(folder.path(), "bench_report.json", schema::BENCH_REPORT, document)
        };
        let mut document = json!({"spec_version": "0.1.0", "benches": []});
        let failure = write(&document).unwrap_err();
        assert!(failure.to_string().contains("$: has no machine"), "{failure}");
        assert!(!folder.path().join("bench_report.json").exists());
        document["machine"] = json!({"os": "", "cpu": "", "ram_gb": 0.5});
        write(&document).unwrap();
        assert!(folder.path().join("bench_report.json").exists());
    }
}
