//! Simulations: what a scenario must be, and what comes of one.

mod failures;
mod goldens;
mod reader;
mod tree;
mod walk;

use motus_app::simulation::{Scenario, Simulated, SimulationError, run};
use motus_kernel::compiler::SealedLoop;
use motus_kernel::policy::Policy;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::verify_bundle;

/// The scenarios of MOTUS-SPEC-V0.1 §8, by name.
const SCENARIOS: [(&str, &str); 7] = [
    ("basic_edit", include_str!("../../../../scenarios/0.1/basic_edit.yaml")),
    ("verify_fail_backtrack", include_str!("../../../../scenarios/0.1/verify_fail_backtrack.yaml")),
    ("parallel_children", include_str!("../../../../scenarios/0.1/parallel_children.yaml")),
    ("effect_compression", include_str!("../../../../scenarios/0.1/effect_compression.yaml")),
    ("hitl_checkpoint", include_str!("../../../../scenarios/0.1/hitl_checkpoint.yaml")),
    ("strategy_applied", include_str!("../../../../scenarios/0.1/strategy_applied.yaml")),
    ("tiered_recovery", include_str!("../../../../scenarios/0.1/tiered_recovery.yaml")),
];

fn text(name: &str) -> &'static str {
    SCENARIOS.iter().find(|(found, _)| *found == name).map(|(_, text)| *text).unwrap()
}

#[track_caller]
fn read(text: &str) -> Scenario {
    Scenario::read(text).unwrap_or_else(|errors| panic!("{}", told(&errors)))
}

/// Returns errors as `CODE LINE:COLUMN MESSAGE`, one a line.
fn told(errors: &[motus_app::simulation::ScenarioError]) -> String {
    let line = |error: &motus_app::simulation::ScenarioError| {
        format!("{} {}:{} {}\n", error.code, error.line, error.column, error.message)
    };
    errors.iter().map(line).collect()
}

fn simulate(scenario: &Scenario) -> Result<Simulated, SimulationError> {
    let mut kept = 0;
    run(scenario, &mut |_, _| {
        kept += 1;
        Ok(format!("bundle {kept}"))
    })
}

/// Returns the files of a bundle.
fn bundle(simulated: &Simulated) -> MemoryBundle {
    let SealedLoop { receipt_json, events_jsonl, manifest_json, .. } = &simulated.sealed;
    let mut bundle = MemoryBundle::default();
    bundle.files.extend(simulated.evidence.clone());
    for (name, text) in [
        ("receipt.json", receipt_json),
        ("events.jsonl", events_jsonl),
        ("manifest.json", manifest_json),
    ] {
        bundle.files.insert(name.to_owned(), text.clone().into_bytes());
    }
    bundle
}

fn digest(simulated: &Simulated) -> String {
    simulated.sealed.receipt.integrity.proof_digest.to_string()
}

/// Checks that a bundle and those of its children verify, with the digests that they claim.
#[track_caller]
fn verifies(simulated: &Simulated, policy: &dyn Policy) {
    let report = verify_bundle(&bundle(simulated), policy);
    assert_eq!(report.failures, [], "{}", simulated.sealed.receipt_json);
    assert_eq!(report.proof_digest.map(|digest| digest.to_string()), Some(digest(simulated)));
    for child in &simulated.children {
        verifies(child, policy);
    }
}
