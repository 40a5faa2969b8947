//! `motus action` beside the adapter that the Python package has.
//!
//! Needs `MOTUS_REFERENCE`.

use std::fs;

use motus_testkit::harness::Reference;

use super::runner::{Runner, Step, text};

/// Runs the published adapter in a place of its own.
fn published(reference: &Reference, runner: &Runner, command: &str) -> Step {
    let mut program = runner.scene.scratch.command(reference.python());
    program.args(["-m", "motus.github_action", "--command", command]).envs(&runner.variables);
    runner.perform(&mut program)
}

#[test]
fn outputs_and_documents_are_those_of_the_published_adapter() {
    let Some(reference) =
        Reference::or_skip("outputs_and_documents_are_those_of_the_published_adapter")
    else {
        return;
    };
    for (command, code) in [("sh -c 'echo out; exit 3'", 3), ("true", 0), ("no-such-program", 127)]
    {
        let (ours, theirs) = (Runner::new(), Runner::new());
        let step = ours.run(command, &[]);
        let published = published(&reference, &theirs, command);
        assert_eq!((step.captured.code, published.captured.code), (Some(code), Some(code)));
        for (name, value) in &published.outputs {
            // A file that is written for them where none was named, and an identifier of each run.
            let is_free = matches!(name.as_str(), "run_id" | "store_path");
            assert!(is_free || step.output(name) == value, "{name}: {value}");
        }
        assert_eq!(published.outputs.len(), 6);
        let [own, other] = [&ours, &theirs].map(|runner| {
            let export = runner.document("motus-run-export.json");
            ["source", "producer_id", "intent", "outcome", "outcome_note"]
                .map(|column| text(&export, &["run", column]))
        });
        assert_eq!(own, other);
        let [own, other] = [&ours, &theirs].map(|runner| {
            let receipt = runner.document("motus-receipt.json");
            let members: Vec<String> =
                receipt.as_object().unwrap().iter().map(|(name, _)| name.to_string()).collect();
            members
        });
        assert_eq!(own, other);
    }
    let (ours, theirs) = (Runner::new(), Runner::new());
    let (mut step, published) = (ours.run("", &[]), published(&reference, &theirs, ""));
    // To a later step, what is empty and what was not told are the same.
    step.outputs.retain(|_, value| !value.is_empty());
    assert_eq!((step.captured.code, step.outputs), (published.captured.code, published.outputs));
}

/// The published adapter does not run the second step of a job, and says that it succeeded.
#[test]
fn the_second_step_is_run_here() {
    let Some(reference) = Reference::or_skip("the_second_step_is_run_here") else { return };
    let runner = Runner::new();
    published(&reference, &runner, "sh -c 'exit 0'");
    let theirs = published(&reference, &runner, "sh -c 'echo theirs >> ran; exit 5'");
    assert_eq!(theirs.captured.code, Some(0), "{}", theirs.captured.stderr_text());
    let ours =
        runner.run("sh -c 'echo ours >> ran; exit 5'", &["--store-path=.motus/kernel-store.db"]);
    assert_eq!(ours.captured.code, Some(5), "{}", ours.captured.stderr_text());
    assert_eq!(fs::read_to_string(runner.scene.path("ran")).unwrap(), "ours\n");
}
