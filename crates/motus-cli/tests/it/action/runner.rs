//! The part of a CI system that a step sees: variables, files to append to, and the reader of those files.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture};

use crate::support::{Scene, parse, succeed};

/// A job whose steps run in one directory.
pub(super) struct Runner {
    pub(super) scene: Scene,
    /// The variables that the system sets.
    pub(super) variables: BTreeMap<&'static str, String>,
}

/// What came of a step.
pub(super) struct Step {
    pub(super) captured: Captured,
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) summary: String,
}

impl Runner {
    /// Makes a job of GitHub's.
    pub(super) fn new() -> Self {
        let scene = Scene::new();
        let path = |name: &str| scene.scratch.path().join(name).to_string_lossy().into_owned();
        let variables = BTreeMap::from([
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_RUN_ID", "123".to_owned()),
            ("GITHUB_RUN_ATTEMPT", "1".to_owned()),
            ("GITHUB_JOB", "test".to_owned()),
            ("GITHUB_ACTION", "__run".to_owned()),
            ("GITHUB_OUTPUT", path("output")),
            ("GITHUB_STEP_SUMMARY", path("summary")),
        ]);
        Self { scene, variables }
    }

    /// Changes a variable.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.insert(name, value.into());
        self
    }

    /// Prepares `motus action`.
    pub(super) fn action(&self, arguments: &[&str]) -> Command {
        let mut command = self.scene.motus(&["action"]);
        command.args(arguments).envs(&self.variables);
        command
    }

    /// Runs a command as a step.
    pub(super) fn run(&self, command: &str, arguments: &[&str]) -> Step {
        let command = format!("--command={command}");
        self.perform(&mut self.action(&[&[command.as_str()], arguments].concat()))
    }

    /// Runs a step with files of its own, and reads them afterwards as the system does.
    pub(super) fn perform(&self, command: &mut Command) -> Step {
        self.prepare();
        let captured = capture(command);
        self.collect(captured)
    }

    /// Makes the files of a step, as the system does.
    pub(super) fn prepare(&self) {
        for name in ["output", "summary"] {
            fs::write(self.file(name), "").unwrap();
        }
    }

    /// Reads the files of a step that ended.
    pub(super) fn collect(&self, captured: Captured) -> Step {
        let outputs = read_outputs(&fs::read_to_string(self.file("output")).unwrap());
        Step { captured, outputs, summary: fs::read_to_string(self.file("summary")).unwrap() }
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.scene.scratch.path().join(name)
    }

    /// Reads a document that a step left.
    #[track_caller]
    pub(super) fn document(&self, name: &str) -> Value {
        parse(fs::read(self.scene.path(name)).unwrap())
    }

    /// Expects documents of one run at their default places, and a portable one without a flaw.
    #[track_caller]
    pub(super) fn expect_documents(&self, run_id: &str) {
        let export = self.document("motus-run-export.json");
        assert_eq!(text(&export, &["run", "id"]), run_id);
        assert_eq!(text(&self.document("motus-receipt.json"), &["run_id"]), run_id);
        assert_eq!(text(&self.document("motus-envelope.json"), &["run_id"]), run_id);
        succeed(self.scene.run(&["receipt", "verify", "--strict", "motus-envelope.json"]));
    }
}

impl Step {
    #[track_caller]
    pub(super) fn output(&self, name: &str) -> &str {
        let found = self.outputs.get(name);
        found.unwrap_or_else(|| panic!("no {name}: {:?}", self.outputs))
    }
}

/// Returns the text at a path of members.
#[track_caller]
pub(super) fn text(document: &Value, path: &[&str]) -> String {
    let found = path.iter().try_fold(document, |value, name| value.get(name));
    found.and_then(Value::as_str).unwrap_or_else(|| panic!("no {path:?}")).to_owned()
}

/// Reads a file of outputs as the runner of GitHub does: `NAME=VALUE`, or `NAME<<DELIMITER` and lines.
pub(super) fn read_outputs(text: &str) -> BTreeMap<String, String> {
    let mut lines = text.split_terminator('\n');
    let mut outputs = BTreeMap::new();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let (name, value) = match (line.find('='), line.find("<<")) {
            (Some(equals), heredoc) if heredoc.is_none_or(|heredoc| equals < heredoc) => {
                (&line[..equals], line[equals + 1..].to_owned())
            }
            (_, Some(heredoc)) => {
                let delimiter = &line[heredoc + 2..];
                let mut value = Vec::new();
                loop {
                    match lines.next() {
                        Some(line) if line == delimiter => break,
                        Some(line) => value.push(line),
                        None => panic!("{delimiter} does not come"),
                    }
                }
                (&line[..heredoc], value.join("\n"))
            }
            (_, None) => panic!("neither form: {line}"),
        };
        outputs.insert(name.to_owned(), value);
    }
    outputs
}
