//! The runner: whatever a world answers, a loop keeps to its rules or says why it could not.

mod checks;
mod children;
mod effects;
mod halts;
mod human;
mod linear;
mod recorded;
mod simulated;
mod transitions;
mod ways;

use motus_kernel::compiler::{LoopRequest, RecordingProfile, RunError, run_fsm};
use motus_kernel::names::Phase;
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Receipt;
use motus_testkit::loops::QueuedWorld;
use motus_testkit::loops::queued::request;

/// A loop that was run, as its receipt and its log tell it.
#[derive(Debug)]
struct Ran {
    receipt: Receipt,
    halted: Option<String>,
    /// The phase and the kind of each event.
    told: Vec<String>,
    events_jsonl: String,
    manifest_json: String,
}

impl Ran {
    /// Returns the phases that the receipt tells, by their first letters but for Lock and Verify.
    fn phases(&self) -> String {
        let letter = |phase: &Phase| match phase {
            Phase::Observe => 'o',
            Phase::Orient => 'r',
            Phase::Decide => 'd',
            Phase::Act => 'a',
            Phase::Verify => 'v',
            Phase::Lock => 'l',
        };
        self.receipt.phase_sequence.iter().map(letter).collect()
    }

    fn halted(&self) -> Option<&str> {
        self.halted.as_deref()
    }

    fn error_codes(&self) -> Vec<&str> {
        self.receipt.errors.iter().map(|error| error.code.as_str()).collect()
    }

    fn check_ids(&self) -> Vec<&str> {
        self.receipt.checks.iter().map(|check| check.check_id.as_str()).collect()
    }
}

/// Runs a loop; what it leaves has been verified.
fn run_with(
    request: &LoopRequest,
    policy: &Rules,
    profile: &RecordingProfile,
    world: &mut QueuedWorld,
) -> Result<Ran, RunError> {
    let (sealed, _) = run_fsm(request, policy, profile, world)?;
    let told = |line: &str| {
        let part = |name: &str| {
            let (_, rest) = line.split_once(&format!("\"{name}\":\""))?;
            rest.split_once('"').map(|(value, _)| value)
        };
        let kind = part("kind").unwrap_or_default();
        let phase = line.rsplit_once("\"phase\":\"").and_then(|(_, rest)| rest.split_once('"'));
        format!("{} {kind}", phase.map(|(phase, _)| phase).unwrap_or_default())
    };
    Ok(Ran {
        told: sealed.events_jsonl.lines().map(told).collect(),
        halted: sealed.halted,
        receipt: sealed.receipt,
        events_jsonl: sealed.events_jsonl,
        manifest_json: sealed.manifest_json,
    })
}

/// Runs a loop as usual.
#[track_caller]
fn run(world: &mut QueuedWorld) -> Ran {
    let profile = RecordingProfile::standard();
    run_with(&request(), &Rules::published_default(), &profile, world)
        .expect("the loop is recorded")
}

/// Reads a policy that asks for this beside what every policy must say.
fn policy(members: &str) -> Rules {
    let mut document =
        r#"{"policy_version":"POLICY-0.1","policy_id":"TEST","effect_cap_k":50"#.to_owned();
    for (name, usual) in [
        ("backtrack_to_observe", "false"),
        ("checks_required", "{}"),
        ("lens_quality_min", "{}"),
        ("human", r#"{"cost_ms":45000,"loss_ms":0,"risks":[]}"#),
    ] {
        if !members.contains(&format!("\"{name}\"")) {
            document.push_str(&format!(",\"{name}\":{usual}"));
        }
    }
    if !members.is_empty() {
        document.push_str(&format!(",{members}"));
    }
    document.push('}');
    Rules::read(document.as_bytes()).expect("the test spells a policy")
}
