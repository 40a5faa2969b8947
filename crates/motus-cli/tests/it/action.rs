//! `motus action`: a step of a CI job, in a faked system.

mod files;
mod hostile;
mod reference;
mod runner;
mod yaml;

use std::fs;

use motus_json::Value;

use crate::support::{
    MOTUS, WAIT_FOR_GO, finish, is_alive, parse, send, start, succeed, wait_until,
};
use runner::{Runner, text};

const NAMES: [&str; 8] = [
    "envelope_path",
    "exit_code",
    "export_path",
    "outcome",
    "receipt_id",
    "receipt_path",
    "run_id",
    "store_path",
];

#[test]
fn a_command_that_fails_leaves_its_documents_and_its_code() {
    let runner = Runner::new();
    let step = runner.run("sh -c 'echo out; echo err >&2; exit 3'", &[]);
    insta::assert_snapshot!(runner.scene.spell(&step.captured), @r"
    exit 3
    --- stdout
    out
    --- stderr
    err
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    motus export: motus-run-export.json
    motus receipt: motus-receipt.json
    motus envelope: motus-envelope.json
    ");
    let names: Vec<&str> = step.outputs.keys().map(String::as_str).collect();
    assert_eq!(names, NAMES);
    runner.expect_documents(step.output("run_id"));
    for (name, value) in [
        ("export_path", "motus-run-export.json"),
        ("receipt_path", "motus-receipt.json"),
        ("envelope_path", "motus-envelope.json"),
        ("outcome", "failure"),
        ("exit_code", "3"),
    ] {
        assert_eq!(step.output(name), value, "{name}");
    }
    let receipt = runner.document("motus-receipt.json");
    assert_eq!(text(&receipt, &["receipt_id"]), step.output("receipt_id"));
    let page = ["run", "show", step.output("run_id"), "--format", "markdown"];
    assert_eq!(step.summary, runner.scene.run(&page).expect_success().stdout_text());
    assert!(step.summary.contains("failure"), "{}", step.summary);
}

/// The export is one that another Store takes in, once it knows the kinds.
#[test]
fn the_run_of_a_step_travels() {
    let runner = Runner::new();
    let step = runner.run("true", &["--store-path=ci.db"]);
    runner.scene.record();
    succeed(runner.scene.run(&["run", "import", "motus-run-export.json"]));
    let shown = runner.scene.show(step.output("run_id"));
    assert_eq!(text(&shown, &["run", "source"]), "github-actions");
}

/// Whatever the system calls the step: a step that is met again is another one.
#[test]
fn the_same_step_again_is_run_again() {
    let runner = Runner::new();
    let command = "sh -c 'echo ran >> ran; exit 5'";
    let steps = [runner.run(command, &[]), runner.run(command, &[])];
    assert_eq!(fs::read_to_string(runner.scene.path("ran")).unwrap(), "ran\nran\n");
    assert_ne!(steps[0].output("run_id"), steps[1].output("run_id"));
    let mut keys = Vec::new();
    for step in &steps {
        assert_eq!(step.output("exit_code"), "5");
        let shown = runner.scene.show(step.output("run_id"));
        let column = |name: &str| text(&shown, &["run", name]);
        assert_eq!(column("source"), "github-actions");
        let producer = "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3";
        assert_eq!(column("producer_id"), format!("producer-sha256-{producer}"));
        keys.push(column("idempotency_key"));
    }
    assert!(keys[0] != keys[1] && keys.iter().all(|key| key.starts_with("idempotency-sha256-")));
    runner.expect_documents(steps[1].output("run_id"));
}

#[test]
fn nothing_of_the_workflow_run_is_left_but_hashes() {
    let runner = Runner::new()
        .with("GITHUB_RUN_ID", "canary-run")
        .with("GITHUB_JOB", "canary-job")
        .with("MOTUS_PRODUCER_ID", "canary-producer");
    let step = runner.run("true canary-argument", &[]);
    assert_eq!(step.captured.code, Some(0));
    for name in ["motus-run-export.json", "motus-receipt.json", "motus-envelope.json"] {
        let document = fs::read_to_string(runner.scene.path(name)).unwrap();
        assert!(!document.contains("canary"), "{name}: {document}");
    }
    assert!(!step.summary.contains("canary"), "{}", step.summary);
}

#[test]
fn an_empty_command_is_refused_and_told() {
    let runner = Runner::new();
    for blank in ["", " ", "\n\t\n", "\\\n"] {
        let step = runner.run(blank, &[]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(runner.scene.spell(&step.captured), @r"
            exit 2
            --- stdout
            --- stderr
            error[action.command_empty]: the command is empty
            hint: give a command, such as `pytest -q`
            ");
        }
        assert_eq!(step.outputs.len(), NAMES.len());
        let mut told = step.outputs.iter().filter(|(_, value)| !value.is_empty());
        assert_eq!(told.next().map(|(_, value)| value.as_str()), Some("2"));
        assert_eq!(told.next().map(|(_, value)| value.as_str()), Some("failure"));
        assert_eq!(told.next(), None);
    }
    let step = runner.perform(&mut runner.action(&[]));
    assert_eq!((step.captured.code, step.output("exit_code")), (Some(2), "2"));
    assert_eq!(fs::read_dir(runner.scene.scratch.project()).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_run() {
    let runner = Runner::new();
    for (command, arguments, code) in [
        ("touch 'ran", [].as_slice(), "action.command_unclosed"),
        ("touch ran \\", &[], "action.command_unclosed"),
        ("touch ran", &["--timeout=0"], "usage.timeout_invalid"),
        ("touch ran", &["--max-output-bytes=0"], "usage.max_output_bytes_invalid"),
        ("touch ran", &["--store-path=~nobody/x.db"], "usage.home_unknown"),
        ("touch ran", &["--export-path=out/"], "action.path_invalid"),
        ("touch ran", &["--export-path=motus-receipt.json"], "action.path_taken"),
        ("touch ran", &["--envelope-path=.motus/kernel-store.db"], "action.path_taken"),
        ("touch ran", &["--evidence=junit:motus-receipt.json"], "action.path_taken"),
        ("touch ran", &["--evidence=x.xml"], "usage.invalid"),
    ] {
        let step = runner.run(command, arguments);
        let stderr = step.captured.stderr_text();
        assert!(stderr.starts_with(&format!("error[{code}]: ")), "{stderr}");
        assert!(stderr.contains("\nhint: "), "{stderr}");
        assert_eq!(step.captured.code, Some(2), "{stderr}");
        assert_eq!((step.output("exit_code"), step.output("outcome")), ("2", "failure"));
    }
    assert_eq!(fs::read_dir(runner.scene.scratch.project()).unwrap().count(), 0);
}

#[test]
fn a_command_that_cannot_be_started_is_recorded() {
    let runner = Runner::new();
    let step = runner.run("no-such-program x", &[]);
    assert_eq!(step.captured.code, Some(127), "{}", step.captured.stderr_text());
    assert_eq!((step.output("exit_code"), step.output("outcome")), ("127", "failure"));
    runner.expect_documents(step.output("run_id"));
}

#[test]
fn a_store_that_cannot_be_opened_costs_the_step() {
    let runner = Runner::new();
    runner.scene.scratch.write("store.db/file", "");
    let step = runner.run("touch ran", &["--store-path=store.db"]);
    let stderr = step.captured.stderr_text();
    assert!(stderr.starts_with("error[store.not_a_file]: "), "{stderr}");
    assert_eq!(step.captured.code, Some(1));
    assert_eq!((step.output("exit_code"), step.output("outcome")), ("1", "failure"));
    assert!(!runner.scene.path("ran").exists());
    assert_eq!(step.output("run_id"), "");
}

#[test]
fn paths_are_told_as_they_were_given() {
    let runner = Runner::new();
    let arguments = [
        "--store-path=state/s.db",
        "--export-path=out/../out/e.json",
        "--receipt-path=out/deep/r.json",
        "--envelope-path=",
    ];
    let step = runner.run("true", &arguments);
    assert_eq!(step.output("store_path"), "state/s.db");
    assert_eq!(step.output("export_path"), "out/../out/e.json");
    assert_eq!(step.output("receipt_path"), "out/deep/r.json");
    assert_eq!(step.output("envelope_path"), "motus-envelope.json");
    for name in ["state/s.db", "out/e.json", "out/deep/r.json", "motus-envelope.json"] {
        assert!(runner.scene.path(name).is_file(), "{name}");
    }
    let step = runner.run("true", &["--store-path=~/s.db"]);
    let home = runner.scene.scratch.home().join("s.db");
    assert_eq!(step.output("store_path"), home.to_string_lossy());
    assert!(home.is_file());
}

/// The exit code is the command's: who has to know of the files looks for them.
#[test]
fn outputs_that_cannot_be_written_cost_nothing_else() {
    let runner = Runner::new();
    let place = |name: &str| runner.file(name).to_string_lossy().into_owned();
    fs::create_dir(runner.file("directory")).unwrap();
    std::os::unix::fs::symlink(runner.file("target"), runner.file("link")).unwrap();
    let mut places = vec![place("directory"), place("nowhere/output"), place("link")];
    places.extend(["/dev/full", "/"].map(str::to_owned));
    if cfg!(target_os = "linux") {
        places.push("/proc/version".to_owned());
    }
    for path in places {
        for (script, code) in [("exit 0", 0), ("exit 4", 4)] {
            let mut command = runner.action(&["--command", &format!("sh -c '{script}'")]);
            command.env("GITHUB_OUTPUT", &path).env("GITHUB_STEP_SUMMARY", &path);
            let step = runner.perform(&mut command);
            let stderr = step.captured.stderr_text();
            assert_eq!(step.captured.code, Some(code), "{stderr}");
            for variable in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
                let told = format!("]: {variable} was not written: ");
                assert!(stderr.contains("warning[file.") && stderr.contains(&told), "{stderr}");
            }
            runner.expect_documents(&runner.scene.column("id").unwrap());
        }
    }
    assert!(!runner.file("target").exists());
}

#[test]
fn without_a_system_the_documents_are_left_all_the_same() {
    let runner = Runner::new();
    for unset in [None, Some(""), Some(" ")] {
        let mut command = runner.scene.motus(&["action", "--command=true"]);
        if let Some(value) = unset {
            command.env("GITHUB_OUTPUT", value).env("GITHUB_STEP_SUMMARY", value);
        }
        let captured = motus_testkit::harness::capture(&mut command).expect_success();
        assert!(!captured.stderr_text().contains("warning"), "{}", captured.stderr_text());
        runner.expect_documents(&runner.scene.column("id").unwrap());
        let producer = "86e299fb5e1494bfe35e3539d7e411c0f980303f38812d8d69a7e4d62435206a";
        let column = |name| runner.scene.column(name).unwrap();
        assert_eq!(column("producer_id"), format!("producer-sha256-{producer}"));
        assert_eq!(column("source"), "github-actions");
    }
    let mut names: Vec<_> = fs::read_dir(runner.scene.scratch.project())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let documents = ["motus-envelope.json", "motus-receipt.json", "motus-run-export.json"];
    assert_eq!(names, [&[".motus"], documents.as_slice()].concat());
}

#[test]
fn the_documents_are_those_of_the_step_whatever_the_command_records() {
    let runner = Runner::new();
    let step = runner.run(&format!("sh -c '{MOTUS} wrap -q -- true; exit 6'"), &[]);
    assert_eq!(step.output("exit_code"), "6");
    assert_ne!(runner.scene.column("id").as_deref(), Some(step.output("run_id")));
    runner.expect_documents(step.output("run_id"));
}

/// The command takes the Store away: there is nothing to make documents of, and none of an earlier run stays.
#[test]
fn what_cannot_be_made_is_missing_and_not_that_of_an_earlier_run() {
    let runner = Runner::new();
    let first = runner.run("true", &[]);
    runner.expect_documents(first.output("run_id"));
    let step = runner.run("sh -c 'rm -r .motus; exit 7'", &[]);
    let stderr = step.captured.stderr_text();
    assert_eq!(step.captured.code, Some(7), "{stderr}");
    assert_eq!((step.output("exit_code"), step.output("outcome")), ("7", "failure"));
    for name in ["export", "receipt", "envelope"] {
        assert_eq!(step.output(&format!("{name}_path")), "");
        assert!(stderr.contains(&format!("]: there is no {name} at motus-")), "{stderr}");
    }
    assert_eq!(step.output("receipt_id"), "");
    for name in ["motus-run-export.json", "motus-receipt.json", "motus-envelope.json"] {
        assert!(!runner.scene.path(name).exists(), "{name}");
    }
}

#[test]
fn a_step_that_is_cancelled_tells_that() {
    let runner = Runner::new();
    let command = format!("--command=sh -c 'echo $$ > child; {WAIT_FOR_GO}'");
    runner.prepare();
    let process = start(&mut runner.action(&[&command]));
    wait_until("the command runs", || runner.scene.path("started").exists());
    send("TERM", process.id());
    let step = runner.collect(finish(process));
    assert_eq!(step.captured.code, Some(143), "{}", step.captured.stderr_text());
    assert_eq!((step.output("exit_code"), step.output("outcome")), ("143", "aborted"));
    let child = fs::read_to_string(runner.scene.path("child")).unwrap();
    assert!(!is_alive(child));
    runner.expect_documents(step.output("run_id"));
}

#[test]
fn a_step_that_takes_too_long_is_ended() {
    let runner = Runner::new();
    let step = runner.run("sleep 60", &["--timeout", "0.2"]);
    assert_eq!((step.output("exit_code"), step.output("outcome")), ("124", "aborted"));
    runner.expect_documents(step.output("run_id"));
}

/// What is configured is for a person at a desk; a project's file is written by whoever asks for a merge.
#[test]
fn the_configuration_limits_no_step() {
    let runner = Runner::new();
    let home = runner.scene.scratch.home().join(".motus");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("config.json"), r#"{"wrap_timeout_seconds":1}"#).unwrap();
    let project = ".motus/project/config/config.json";
    runner.scene.scratch.write(project, r#"{"wrap_max_output_bytes":1}"#);
    let step = runner.run("sh -c 'sleep 1.5; echo more than one byte'", &[]);
    assert_eq!((step.output("exit_code"), step.output("outcome")), ("0", "success"));
    let export = fs::read_to_string(runner.scene.path("motus-run-export.json")).unwrap();
    assert!(export.contains("truncated") && !export.contains(r#""truncated":true"#), "{export}");
}

/// The command has the same file; what the step says last counts.
#[test]
fn a_command_sets_no_output_of_the_step() {
    let runner = Runner::new();
    fs::create_dir(runner.scene.path("there")).unwrap();
    let forge = "sh -c 'echo receipt_path=evil >> $GITHUB_OUTPUT; echo receipt_id=sha256:evil >> $GITHUB_OUTPUT'";
    let step = runner.run(forge, &["--receipt-path=there"]);
    assert_eq!(step.captured.code, Some(0), "{}", step.captured.stderr_text());
    assert_eq!((step.output("receipt_path"), step.output("receipt_id")), ("", ""));
    assert_eq!(step.output("envelope_path"), "motus-envelope.json");
}

#[test]
fn a_document_is_not_written_over_a_file_of_the_runner() {
    let runner = Runner::new();
    runner.prepare();
    for name in ["output", "summary"] {
        let path = runner.file(name);
        let step = runner.run("touch ran", &[&format!("--export-path={}", path.display())]);
        let stderr = step.captured.stderr_text();
        assert!(
            stderr.starts_with("error[action.path_taken]: the export is where GITHUB_"),
            "{stderr}"
        );
        assert_eq!((step.captured.code, step.output("exit_code")), (Some(2), "2"));
    }
    assert!(!runner.scene.path("ran").exists());
}

#[test]
fn the_run_of_a_step_that_was_killed_is_closed_by_the_doctor() {
    let runner = Runner::new();
    let process = start(&mut runner.action(&[&format!("--command=sh -c '{WAIT_FOR_GO}'")]));
    wait_until("the command runs", || runner.scene.path("started").exists());
    send("KILL", process.id());
    let killed = finish_without_outputs(process, &runner);
    assert_eq!(killed, Some(9));
    assert_eq!(runner.scene.column("outcome"), None);
    let told = runner.scene.doctor(&["--fix"]).stdout_text();
    assert!(told.contains("Closed as aborted, its wrapper ended: run_"), "{told}");
    assert_eq!(runner.scene.column("outcome").as_deref(), Some("aborted"));
}

/// The command of a killed wrapper has its outputs still; it ends when it may go on.
fn finish_without_outputs(process: std::process::Child, runner: &Runner) -> Option<i32> {
    runner.scene.go();
    finish(process).signal
}

#[test]
fn a_job_of_gitlab_is_told_as_that() {
    let mut runner = Runner::new().with("GITLAB_CI", "true").with("CI_PIPELINE_ID", "123");
    runner.variables.retain(|name, _| !name.starts_with("GITHUB_"));
    let step = runner.perform(&mut runner.action(&["--command=true"]));
    assert_eq!(step.captured.code, Some(0));
    let column = |name| runner.scene.column(name).unwrap();
    assert_eq!(column("source"), "gitlab-ci");
    let producer = "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3";
    assert_eq!(column("producer_id"), format!("producer-sha256-{producer}"));
    runner.expect_documents(&column("id"));
    let envelope = runner.document("motus-envelope.json");
    assert_eq!(text(&envelope, &["actor", "type"]), "ci");
    assert_eq!(text(&envelope, &["trigger", "ref"]), "gitlab-ci");
}

#[test]
fn a_reviewer_reads_of_a_step_what_is_read_of_a_wrapped_command() {
    let runner = Runner::new();
    let step = runner.run("true", &[]);
    assert!(step.summary.contains("- **Accepted**: yes, by its exit code"), "{}", step.summary);
    let export = runner.document("motus-run-export.json");
    let kinds = export.get("events").and_then(Value::as_array).unwrap();
    let kinds: Vec<String> = kinds.iter().map(|event| text(event, &["schema_kind"])).collect();
    let output = "adapter.wrap.output_summary";
    assert_eq!(kinds, ["adapter.wrap.start", output, output, "adapter.wrap.end"]);
    let bytes = fs::read(runner.scene.path("motus-run-export.json")).unwrap();
    assert_eq!(parse(&bytes), export);
    assert!(bytes.ends_with(b"}\n"));
}

/// What Motus writes is held to no scope, so that it goes where nothing of the command's leads.
#[test]
fn documents_do_not_go_through_a_link_that_the_command_made() {
    let runner = Runner::new();
    runner.scene.scratch.write("precious/r.json", "kept");
    runner.scene.scratch.write("out/d/r.json", "of an earlier run");
    let script = "sh -c 'rm -r out/d; ln -s ../precious out/d; exit 4'";
    let paths = ["--export-path=out/e.json", "--receipt-path=out/d/r.json"];
    let scope = ["--allow=write:out/", "--envelope-path=out/d/new/v.json"];
    let step = runner.run(script, &[paths, scope].concat());
    assert_eq!(step.captured.code, Some(4), "{}", step.captured.stderr_text());
    let kept = fs::read_dir(runner.scene.path("precious")).unwrap().count();
    assert_eq!(
        (kept, fs::read_to_string(runner.scene.path("precious/r.json")).unwrap()),
        (1, "kept".to_owned())
    );
    let told = runner.scene.spell(&step.captured);
    let told: Vec<&str> = told.lines().filter(|line| line.contains("there is no ")).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    warning[file.failed]: there is no receipt at out/d/r.json: another way leads there than before the command: [DIR]/project/out/d/r.json
    warning[file.failed]: there is no envelope at out/d/new/v.json: another way leads there than before the command: [DIR]/project/out/d/new/v.json
    ");
    let paths = ["export_path", "receipt_path", "envelope_path"].map(|name| step.output(name));
    assert_eq!(paths, ["out/e.json", "", ""]);
}
