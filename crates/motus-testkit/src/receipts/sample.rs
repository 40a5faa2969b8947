//! Pieces of work, one for each way in which work ends, with the digests that their documents have.

use motus_json::Object;
use motus_ledger::portable::work::{Happening, Instruction, Moment, References, Step, Work};

/// A piece of work and what it is known by.
#[derive(Debug)]
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    /// The work.
    pub work: Work,
    /// The seal of its receipt, 64 digits.
    pub golden: &'static str,
    /// Whether it is handed over.
    pub is_handed_over: bool,
}

/// Returns every piece of work.
pub fn samples() -> Vec<Sample> {
    let sample = |name, work, golden, is_handed_over| Sample { name, work, golden, is_handed_over };
    vec![
        sample(
            "command",
            command(),
            "8bb0b3e4a9a1a9f9f07f65db8eca321dd77f59d4008e410cb90d9e0c92cf06cd",
            false,
        ),
        sample(
            "rejected",
            rejected(),
            "c1290b61764f4220f2727c8b782ea475a50bb7318d6ac3583740a4918dad21b8",
            false,
        ),
        sample(
            "abandoned",
            abandoned(),
            "cf79ac4bd74622ac56419210c95ac4978cd9e8922e74b1119e1143c6c425a145",
            false,
        ),
        sample(
            "handed over",
            handed_over(),
            "ba67248e8ca97c6d4db1c84110cd9016ef3bc70535d93352c25779991a3af715",
            true,
        ),
    ]
}

fn object<const N: usize>(members: [(&str, &str); N]) -> Object {
    members.into_iter().collect()
}

fn moment(second: u32, key: &str) -> Moment {
    Moment { at: format!("2026-03-04T05:06:{second:02}Z"), key: key.to_owned() }
}

fn evidence(id: &str, kind: &str, redaction: Object) -> Object {
    let digest = object([
        ("algorithm", "sha256"),
        ("value", "00000000000000000000000000000000000000000000000000000000000000aa"),
        ("canonicalization", "json.sorted.compact.v0"),
    ]);
    let mut evidence = object([("evidence_id", id), ("kind", kind), ("summary", "é: 3 passed")]);
    evidence.insert("digest", digest);
    evidence.insert("redaction", redaction);
    evidence
}

/// A command that succeeded.
fn command() -> Work {
    let agent = object([("type", "tool"), ("id", "motus-wrap")]);
    let mut acceptance = object([("status", "accepted"), ("method", "exit_code_0")]);
    acceptance.insert("actor", agent.clone());
    acceptance.insert("accepted_at", "2026-03-04T05:06:09Z");
    let output = object([("status", "redacted"), ("reason", "output is not recorded")]);
    let output = evidence("sha256:out", "output_metadata", output);
    Work {
        run_id: "run_00000000000000000001_0123456789ab".to_owned(),
        work_id: "T-1".to_owned(),
        producer_id: None,
        git_sha: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        actor: agent,
        trigger: object([("kind", "manual"), ("ref", "motus-wrap")]),
        runtime: object([("name", "motus"), ("kind", "cli")]),
        instruction: Instruction {
            kind: "command".to_owned(),
            summary: Some("make check".to_owned()),
            uri: None,
            text: "make check".to_owned(),
        },
        started: moment(7, "run:started"),
        steps: vec![
            Step {
                moment: moment(7, "run:tool"),
                what: Happening::Tools(vec![
                    object([("name", "make"), ("kind", "command")]).into(),
                ]),
            },
            Step {
                moment: moment(8, "sha256:out"),
                what: Happening::Evidence(vec![output.into()]),
            },
        ],
        closed: moment(9, "run:closed"),
        outcome: object([("status", "success"), ("closed_at", "2026-03-04T05:06:09Z")]),
        acceptance,
        route_summary: object([("status", "complete")]),
        handoff: object([("status", "none")]),
        redaction: object([("status", "redacted"), ("summary", "output is left out")]),
        references: References {
            export_uri: Some("motus-store:run/run_00000000000000000001_0123456789ab".to_owned()),
            receipt_uri: None,
            projection_id: "projection:1".to_owned(),
            exported_at: "2026-03-04T05:06:09Z".to_owned(),
            created_at: "2026-03-04T05:06:09Z".to_owned(),
        },
    }
}

/// A command that failed, which a person looked at.
fn rejected() -> Work {
    let person = object([("type", "human"), ("id", "reviewer")]);
    let mut acceptance = object([("status", "rejected"), ("method", "review")]);
    acceptance.insert("actor", person);
    acceptance.insert("accepted_at", "2026-03-04T07:06:09.5+02:00");
    acceptance.insert("rationale_ref", "https://example.org/reviews/1");
    Work {
        outcome: object([
            ("status", "failure"),
            ("summary", "exit code 2"),
            ("closed_at", "2026-03-04T05:06:09Z"),
        ]),
        acceptance,
        references: References {
            created_at: "2026-03-04T05:06:10Z".to_owned(),
            ..command().references
        },
        ..command()
    }
}

/// Work that was given up, and has nothing to show.
fn abandoned() -> Work {
    let mut steps = command().steps;
    steps.truncate(1);
    Work {
        git_sha: None,
        steps,
        outcome: object([("status", "aborted"), ("closed_at", "2026-03-04T05:06:09Z")]),
        acceptance: object([("status", "not_required"), ("method", "terminal_outcome")]),
        redaction: object([("status", "none")]),
        ..command()
    }
}

/// Work of which some is done and somebody is to do the rest.
fn handed_over() -> Work {
    let receiver = object([("type", "human"), ("id", "owner")]);
    let shown = evidence("sha256:test", "test_result", object([("status", "none")]));
    let mut acceptance = object([("status", "pending"), ("method", "handoff_acceptance")]);
    acceptance.insert("actor", receiver.clone());
    let mut route_summary = object([("status", "handoff"), ("reason", "needs approval")]);
    route_summary.insert("next_actor", receiver.clone());
    let mut handoff =
        object([("status", "ready"), ("expected_action", "approve"), ("reason", "needs approval")]);
    handoff.insert("receiver", receiver);
    handoff.insert("evidence_refs", vec!["sha256:test"]);
    let mut steps = command().steps;
    steps.push(Step {
        moment: moment(8, "sha256:test"),
        what: Happening::Evidence(vec![shown.into()]),
    });
    Work {
        actor: object([("type", "agent"), ("id", "ann")]),
        steps,
        outcome: object([
            ("status", "partial"),
            ("summary", "two of three"),
            ("closed_at", "2026-03-04T05:06:09Z"),
        ]),
        acceptance,
        route_summary,
        handoff,
        ..command()
    }
}
