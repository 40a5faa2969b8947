//! Lines of JSON that cargo writes (`--message-format=json`) and the test harness of Rust (`--format json`).
//!
//! A line that begins with `{` is JSON, as the manual of cargo says; every other line is the output of a
//! program and is passed over. Of the compiler's messages the levels are counted.

mod suite;

use motus_json::Value;
use motus_ledger::report::{Diagnostics, Tests};

use self::suite::Suites;
use super::intake::{Flaw, Intake, Place};
use super::json::{LONGEST_PIECE, PIECE, flaw};
use super::lines::{Line, Lines};

/// What was read of such lines.
#[derive(Debug, Default)]
pub(super) struct CargoReport {
    pub(super) tests: Option<Tests>,
    pub(super) diagnostics: Option<Diagnostics>,
}

/// Reads a report to its end.
pub(super) fn read(intake: Intake<'_>) -> Result<(CargoReport, Intake<'_>), Flaw> {
    let mut lines = Lines::new(intake, LONGEST_PIECE);
    let (mut diagnostics, mut suites) = (None::<Diagnostics>, Suites::default());
    while let Some(line) = lines.next()? {
        if !line.bytes.starts_with(b"{") {
            continue;
        }
        let message = message(&line)?;
        let malformed = |problem: String| Flaw::Malformed { place: line.place, problem };
        if message.get("reason").and_then(Value::as_str).is_some() {
            observe(&message, diagnostics.get_or_insert_default());
        } else if message.get("type").and_then(Value::as_str).is_some() {
            suites.observe(&message).map_err(malformed)?;
        } else {
            return Err(malformed("it is a line of neither cargo nor the test harness".to_owned()));
        }
    }
    let tests = suites.end();
    if tests.is_none() && diagnostics.is_none() {
        let place: Place = lines.place();
        let problem = "there is no line of cargo or of the test harness in it".to_owned();
        return Err(Flaw::Malformed { place, problem });
    }
    Ok((CargoReport { tests, diagnostics }, lines.into_intake()))
}

fn message(line: &Line<'_>) -> Result<Value, Flaw> {
    if line.is_cut {
        let problem = format!("a line is longer than {LONGEST_PIECE} bytes");
        return Err(Flaw::Malformed { place: line.place, problem });
    }
    motus_json::read(line.bytes, &PIECE).map_err(|error| flaw(line.place, line.bytes, error))
}

/// Takes in a line of cargo.
fn observe(message: &Value, diagnostics: &mut Diagnostics) {
    match message.get("reason").and_then(Value::as_str) {
        Some("compiler-message") => {
            let level = message.get("message").and_then(|it| it.get("level"));
            diagnostics.count(level.and_then(Value::as_str).unwrap_or_default());
        }
        Some("build-finished") => {
            diagnostics.succeeded = message.get("success").and_then(Value::as_bool);
        }
        _ => {}
    }
}
