//! The published digests, out of the runner: the scenarios of `scenarios/0.1` are run as anybody can run them.

use std::fs;

use motus_app::simulation::{Scenario, Simulated, run};
use motus_testkit::goldens::{Golden, PUBLISHED};

use crate::workspace;

/// Runs every scenario and returns its digests.
///
/// Errors: the sentence that tells which scenario cannot be run.
pub(super) fn run_scenarios() -> Result<Vec<Golden>, String> {
    let mut goldens = Vec::new();
    for (name, expected) in PUBLISHED {
        let (scenario, part) = name.split_once('/').unwrap_or((name, "parent"));
        let simulated = simulate(scenario)?;
        let golden = match part.strip_prefix("child_") {
            Some(number) => number
                .parse()
                .ok()
                .and_then(|number: usize| simulated.children.get(number.checked_sub(1)?)),
            None => Some(&simulated),
        };
        let actual = golden.map(|golden| golden.sealed.receipt.integrity.proof_digest.to_string());
        let notes = actual.is_none().then(|| "the scenario has no such loop".to_owned());
        goldens.push(Golden { name: format!("{name} by run_fsm"), expected, actual, notes });
    }
    Ok(goldens)
}

fn simulate(name: &str) -> Result<Simulated, String> {
    let path = workspace::root().join("scenarios/0.1").join(name).with_extension("yaml");
    let text = fs::read_to_string(&path);
    let text = text.map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let scenario = Scenario::read(&text).map_err(|errors| {
        let told = errors.iter().map(|error| format!("{}: {}", error.line, error.message));
        format!("{name}: {}", told.collect::<Vec<_>>().join("; "))
    })?;
    let mut unkept = |_: &_, _: &_| Ok("unkept".to_owned());
    run(&scenario, &mut unkept).map_err(|error| format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_digest_comes_out_of_the_runner() {
        let goldens = run_scenarios().unwrap();
        assert_eq!(goldens.len(), PUBLISHED.len());
        for golden in goldens {
            assert!(golden.passed(), "{golden:?}");
        }
    }
}
