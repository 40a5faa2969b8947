//! Portable documents of runs that the published releases record.

use std::path::{Path, PathBuf};

use motus_ledger::portable::documents::Documents;
use motus_ledger::portable::story::{StoryError, tell};
use motus_ledger::portable::verify::{FindingKind, Mode, Options, Phase, verify};
use motus_ledger::{Run, RunQuery};
use motus_testkit::TestLedger;
use motus_testkit::harness::{Reference, Scratch, capture, skip};
use motus_testkit::levels::{self, Papers, Schemas, Value, json, level_0, level_1};

/// A project in which a published release records runs.
struct Project {
    scratch: Scratch,
    program: PathBuf,
}

impl Project {
    fn of(program: &Path) -> Self {
        Self { scratch: Scratch::new(), program: program.to_owned() }
    }

    fn store(&self) -> PathBuf {
        self.scratch.project().join("kernel-store.db")
    }

    /// Runs a program of the release, whatever its exit code, and returns what it prints.
    fn run(&self, program: &Path, arguments: &[&str]) -> String {
        let mut command = self.scratch.command(program);
        command.args(arguments).env("MOTUS_KERNEL_STORE_PATH", self.store());
        capture(&mut command).stdout_text()
    }

    fn motus(&self, arguments: &[&str]) -> String {
        self.run(&self.program, arguments)
    }

    fn claim(&self, task: &str) -> String {
        let told = self.motus(&["work", "claim", task, "--json"]);
        let told = levels::document(told.as_bytes());
        told["lease_id"].as_str().expect("a lease").to_owned()
    }

    /// Claims a task and releases it; to one that is done in part, everything is added before.
    fn work(&self, task: &str, outcome: &str) {
        let lease = self.claim(task);
        if outcome != "partial" {
            self.motus(&["work", "release", &lease, outcome]);
            return;
        }
        let log = format!("{}/canary.log", self.scratch.path().display());
        self.motus(&["work", "evidence", &lease, "test_result", "--passed", "3"]);
        self.motus(&["work", "evidence", &lease, "log", "--log", &log]);
        self.motus(&["work", "evidence", &lease, "diff", "--diff", &log]);
        self.motus(&["work", "evidence", &lease, &log]);
        self.motus(&["work", "decision", &lease, &log, "--rationale", &log]);
        self.motus(&["work", "outcome", &lease, "file", "--path", &log]);
        self.motus(&["work", "release", &lease, outcome]);
    }

    /// Makes the documents of each closed run, and counts the open ones.
    fn documents(&self) -> (Vec<(Run, Documents)>, usize) {
        let mut ledger = TestLedger::at(&self.store());
        let query = RunQuery { limit: 100, ..RunQuery::default() };
        let runs = ledger.read(|transaction| transaction.runs(&query)).expect("the runs");
        let (mut closed, mut open) = (Vec::new(), 0);
        for run in runs {
            match ledger.read(|transaction| tell(transaction, run.clone(), None)) {
                Ok(work) => closed.push((run, Documents::of(work).expect("texts"))),
                Err(StoryError::RunOpen(_)) if run.is_open() => open += 1,
                Err(other) => panic!("{}: {other}", run.id),
            }
        }
        (closed, open)
    }

    /// Expects that documents are sound and say nothing of this machine.
    fn expect_sound(&self, documents: &Documents) -> Value {
        let text = |object| motus_json::pretty::write(&motus_json::Value::Object(object));
        let envelope = text(documents.envelope.clone());
        let manifest = text(documents.manifest.clone());
        let export = documents.export.as_str().to_owned();
        let scratch = self.scratch.path().display().to_string();
        for document in [&envelope, &export, &manifest] {
            let options = Options { mode: Mode::Strict, golden: None };
            let verdict = verify(document.as_bytes(), &options);
            // That a failure has no reason is true of its run.
            let is_of_run = |kind| kind == FindingKind::FailureAccepted;
            let is_sound = verdict.failed.is_none_or(|phase| phase == Phase::Findings)
                && verdict.findings.iter().all(|finding| is_of_run(finding.kind));
            assert!(is_sound, "{verdict:?} {document}");
            for canary in [scratch.as_str(), "canary", "wrap-start-", "motus-wrap:", "motus-work:"]
            {
                assert!(!document.contains(canary), "{canary}: {document}");
            }
        }
        let options = Options { mode: Mode::Reference, golden: None };
        assert!(verify(envelope.as_bytes(), &options).is_valid());
        let of = |text: &str| levels::document(text.as_bytes());
        let papers =
            Papers { envelope: of(&envelope), export: of(&export), manifest: of(&manifest) };
        assert_eq!(level_0(&papers.envelope, &Schemas::printed(), None), [""; 0]);
        assert_eq!(level_1(&papers), [""; 0]);
        papers.envelope
    }
}

fn releases(test: &str) -> Vec<PathBuf> {
    let found = [Reference::or_skip(test), Reference::later_or_skip(test)].into_iter().flatten();
    found.map(|reference| reference.program().to_owned()).collect()
}

#[test]
fn runs_of_the_published_releases_have_sound_documents() {
    for program in releases("receipts::runs_of_the_published_releases_have_sound_documents") {
        let project = Project::of(&program);
        project.motus(&["wrap", "--", "sh", "-c", "echo out; echo err >&2"]);
        project.motus(&["wrap", "--", "sh", "-c", "exit 3"]);
        project.motus(&["wrap", "--", "/no/such/program"]);
        for outcome in ["success", "failure", "partial", "aborted"] {
            project.work(&format!("T-{outcome}"), outcome);
        }
        project.claim("T-open");
        let (closed, open) = project.documents();
        assert_eq!((closed.len(), open), (7, 1), "{}", program.display());
        let mut ends = Vec::new();
        for (run, documents) in &closed {
            let envelope = project.expect_sound(documents);
            let actor = match run.source.as_str() {
                "motus-wrap" => json!({"type": "tool", "id": "motus-wrap"}),
                _ => json!({"type": "agent", "id": "default"}),
            };
            assert_eq!(envelope["actor"], actor);
            let of =
                |part: &str, name: &str| envelope[part][name].as_str().expect("a text").to_owned();
            ends.push([
                of("outcome", "status"),
                of("acceptance", "status"),
                of("acceptance", "method"),
            ]);
        }
        ends.sort();
        assert_eq!(
            ends,
            [
                ["aborted", "not_required", "terminal_outcome"],
                ["failure", "accepted", "work_release"],
                ["failure", "rejected", "exit_code_nonzero"],
                ["failure", "rejected", "exit_code_nonzero"],
                ["partial", "accepted", "work_release"],
                ["success", "accepted", "exit_code_0"],
                ["success", "accepted", "work_release"],
            ]
        );
    }
}

#[test]
fn a_run_of_the_published_action_is_of_ci() {
    let test = "receipts::a_run_of_the_published_action_is_of_ci";
    let reference = match Reference::find() {
        Ok(reference) => reference,
        Err(why) => return skip(test, &why),
    };
    let project = Project::of(reference.program());
    let store = project.store();
    let store = store.to_str().expect("a path of characters");
    let export = project.scratch.project().join("export.json");
    let receipt = project.scratch.project().join("receipt.json");
    let files = [export.to_str().expect("a path"), receipt.to_str().expect("a path")];
    project.run(
        &reference.python(),
        &[
            "-m",
            "motus.github_action",
            "--command",
            "echo canary",
            "--store-path",
            store,
            "--export-path",
            files[0],
            "--receipt-path",
            files[1],
        ],
    );
    let (closed, open) = project.documents();
    assert_eq!((closed.len(), open), (1, 0));
    let envelope = project.expect_sound(&closed[0].1);
    assert_eq!(envelope["actor"], json!({"type": "ci", "id": "github-actions"}));
    assert_eq!(envelope["runtime"]["kind"], "ci");
    assert_eq!(envelope["tool_refs"], json!([{"name": "echo", "kind": "command"}]));
    assert_eq!(envelope["evidence_refs"].as_array().map(Vec::len), Some(2));
}
