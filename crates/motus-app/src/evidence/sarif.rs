//! Reports in the Static Analysis Results Interchange Format, version 2.1.0.
//!
//! Results are counted by rule and level. A level that a result leaves out is that of its rule. Messages, code,
//! places and everything else are passed over.

mod outcome;
mod rules;

use motus_json::Value;
use motus_ledger::report::Analysis;

use self::outcome::Outcomes;
use self::rules::Rules;
use super::intake::{Flaw, Intake};
use super::json::{Json, Kind};

/// The most runs of tools in a report.
const MOST_RUNS: usize = 256;

/// Reads a report to its end.
pub(super) fn read(intake: Intake<'_>) -> Result<(Vec<Analysis>, Intake<'_>), Flaw> {
    let mut json = Json::new(intake);
    let mut runs: Option<Vec<Analysis>> = None;
    let mut version: Option<String> = None;
    let begin = json.place()?;
    json.object(|json, key| {
        match key {
            "version" => version = text(&json.value()?),
            "runs" => runs = Some(read_runs(json)?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    let malformed =
        |problem: &str| Err(Flaw::Malformed { place: begin, problem: problem.to_owned() });
    let Some(runs) = runs else { return malformed("it has no runs") };
    match version.as_deref() {
        Some("2.1.0") => Ok((runs, json.end()?)),
        Some(_) => malformed("its version is not 2.1.0"),
        None => malformed("it has no version"),
    }
}

fn read_runs(json: &mut Json<'_>) -> Result<Vec<Analysis>, Flaw> {
    let mut runs = Vec::new();
    json.array(|json| {
        let place = json.place()?;
        if runs.len() >= MOST_RUNS {
            let problem = format!("it has more than {MOST_RUNS} runs");
            return Err(Flaw::Malformed { place, problem });
        }
        runs.push(read_run(json)?);
        Ok(())
    })?;
    Ok(runs)
}

fn read_run(json: &mut Json<'_>) -> Result<Analysis, Flaw> {
    let place = json.place()?;
    let (mut rules, mut outcomes) = (Rules::default(), Outcomes::default());
    json.object(|json, key| match key {
        "tool" => rules.read_tool(json),
        // The results may be in another file.
        "results" if json.kind()? == Kind::Array => json.array(|json| outcomes.read(json)),
        _ => json.skip(),
    })?;
    let Some(tool) = rules.tool.clone() else {
        let problem = "a run does not name its tool".to_owned();
        return Err(Flaw::Malformed { place, problem });
    };
    let version = rules.version.clone();
    let (suppressed, absent) = (outcomes.suppressed, outcomes.absent);
    Ok(Analysis { tool, version, rules: outcomes.resolved(&rules), suppressed, absent })
}

fn text(value: &Value) -> Option<String> {
    value.as_text().map(|text| text.to_string_lossy().into_owned())
}
