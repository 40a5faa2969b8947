//! `action.yml` and `ci/gitlab.yml`: their scripts, run as the systems run them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture};

use super::runner::{Runner, Step, read_outputs, text};
use super::{NAMES, yaml};
use crate::support::{MOTUS, succeed};

const INPUTS: [(&str, &str); 10] = [
    ("command", ""),
    ("export-path", "motus-run-export.json"),
    ("receipt-path", "motus-receipt.json"),
    ("envelope-path", "motus-envelope.json"),
    ("store-path", ".motus/kernel-store.db"),
    ("evidence", ""),
    ("scope", ""),
    ("allow", ""),
    ("profile", ""),
    ("require", ""),
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn file(name: &str) -> Value {
    yaml::read(&fs::read_to_string(workspace().join(name)).unwrap())
}

fn members<'a>(value: &'a Value, path: &[&str]) -> impl Iterator<Item = (String, &'a Value)> {
    let found = path.iter().try_fold(value, |value, name| value.get(name));
    let members = found.and_then(Value::as_object);
    members
        .into_iter()
        .flat_map(|object| object.iter())
        .map(|(name, value)| (name.to_string(), value))
}

/// Finds a program of the system.
fn system(name: &str) -> PathBuf {
    let directories = ["/bin", "/usr/bin", "/usr/local/bin"].map(Path::new);
    let mut places = directories.into_iter().map(|directory| directory.join(name));
    places.find(|path| path.exists()).unwrap()
}

/// What an expression of a workflow refers to, by its words.
type Facts = BTreeMap<String, String>;

/// Puts a fact in the place of an expression, which is all of the value.
fn evaluate(value: &str, facts: &Facts) -> String {
    let inner = value.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}"));
    let Some(inner) = inner else {
        assert!(!value.contains("${{"), "an expression within a text: {value}");
        return value.to_owned();
    };
    // What a step did not tell is empty.
    facts.get(inner).cloned().unwrap_or_default()
}

/// A job whose programs are found where the test wants.
struct Job {
    runner: Runner,
    programs: PathBuf,
    /// Where else programs are looked for.
    others: &'static str,
}

impl Job {
    /// Makes a job in whose path the binary under test is.
    fn new() -> Self {
        let job = Self::without_motus("/usr/bin:/bin");
        symlink(MOTUS, job.programs.join("motus")).unwrap();
        job
    }

    fn without_motus(others: &'static str) -> Self {
        let runner = Runner::new();
        let programs = runner.file("programs");
        fs::create_dir(&programs).unwrap();
        fs::create_dir(runner.file("temp")).unwrap();
        Self { runner, programs, others }
    }

    fn place(&self, name: &str, script: &str) {
        let path = self.programs.join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    fn shell(&self, name: &str, arguments: &[&str], script: &str) -> Command {
        let path = self.runner.file("script");
        fs::write(&path, script).unwrap();
        // Found before the job's own path is set: what is in it is for the script.
        let mut command = self.runner.scene.scratch.command(system(name));
        command.args(arguments).arg(path).envs(&self.runner.variables);
        command.env("PATH", format!("{}:{}", self.programs.display(), self.others));
        command
    }

    /// Performs the action: its steps one after the other, until one fails.
    fn perform(&self, inputs: &[(&str, &str)]) -> Step {
        let action = file("action.yml");
        let mut facts: Facts = members(&action, &["inputs"])
            .map(|(name, input)| {
                let default = input.get("default").and_then(Value::as_str).unwrap_or_default();
                (format!("inputs.{name}"), default.to_owned())
            })
            .collect();
        facts.extend(
            inputs.iter().map(|(name, value)| (format!("inputs.{name}"), (*value).to_owned())),
        );
        let mut last = None;
        for step in action.get("runs").unwrap().get("steps").and_then(Value::as_array).unwrap() {
            self.runner.prepare();
            let captured = self.perform_step(step, &facts);
            let code = captured.code;
            let done = self.runner.collect(captured);
            let id = text(step, &["id"]);
            for (name, value) in &done.outputs {
                facts.insert(format!("steps.{id}.outputs.{name}"), value.clone());
            }
            last = Some(done);
            if code != Some(0) {
                break;
            }
        }
        let last = last.unwrap();
        let outputs = members(&action, &["outputs"])
            .map(|(name, output)| (name, evaluate(&text(output, &["value"]), &facts)))
            .collect();
        Step { outputs, ..last }
    }

    /// Runs the script of a step as the runner does for `shell: bash`.
    fn perform_step(&self, step: &Value, facts: &Facts) -> Captured {
        assert_eq!(text(step, &["shell"]), "bash");
        let script = text(step, &["run"]);
        let arguments = ["--noprofile", "--norc", "-e", "-o", "pipefail"];
        let mut command = self.shell("bash", &arguments, &script);
        command.env("RUNNER_TEMP", self.runner.file("temp"));
        command.env("GITHUB_ACTION_PATH", workspace());
        for (name, value) in members(step, &["env"]) {
            command.env(name, evaluate(value.as_str().unwrap(), facts));
        }
        capture(&mut command)
    }

    /// Runs the script of the template as GitLab does, with the variables of a job.
    fn run_template(&self, variables: &[(&str, &str)]) -> Captured {
        let job = template();
        let lines = job.get("script").and_then(Value::as_array).unwrap();
        let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        let mut command = self.shell("sh", &["-e"], &lines.join("\n"));
        for (name, value) in members(&job, &["variables"]) {
            command.env(name, value.as_str().unwrap());
        }
        command.envs(variables.iter().copied()).env("GITLAB_CI", "true");
        for name in self.runner.variables.keys() {
            command.env_remove(name);
        }
        capture(&mut command)
    }
}

fn template() -> Value {
    file("ci/gitlab.yml").get(".motus").unwrap().clone()
}

#[test]
fn the_action_takes_and_tells_what_it_promises() {
    let action = file("action.yml");
    let mut inputs: Vec<(String, String)> = members(&action, &["inputs"])
        .map(|(name, input)| {
            let default = input.get("default").and_then(Value::as_str).unwrap_or_default();
            (name, default.to_owned())
        })
        .collect();
    inputs.sort();
    let mut expected: Vec<_> =
        INPUTS.map(|(name, default)| (name.to_owned(), default.to_owned())).into();
    expected.sort();
    assert_eq!(inputs, expected);
    let mut outputs: Vec<String> = members(&action, &["outputs"]).map(|(name, _)| name).collect();
    outputs.sort();
    assert_eq!(outputs, NAMES);
    assert_eq!(text(&action, &["runs", "using"]), "composite");
}

/// A value that is a part of a script is a script.
#[test]
fn no_value_is_a_part_of_a_script() {
    let action = file("action.yml");
    let steps = action.get("runs").unwrap().get("steps").and_then(Value::as_array).unwrap();
    for step in steps {
        assert!(!text(step, &["run"]).contains("${{"), "{step:?}");
        for (name, value) in members(step, &["env"]) {
            let value = value.as_str().unwrap();
            assert!(value.starts_with("${{ ") && value.ends_with(" }}"), "{name}: {value}");
        }
    }
    let script = template().get("script").cloned().unwrap();
    let script = motus_json::compact::write(&script);
    assert!(!script.contains("eval") && !script.contains("sh -c"), "{script}");
}

#[test]
fn the_action_records_a_command_and_leaves_its_documents() {
    for code in [0, 3] {
        let job = Job::new();
        let command = format!("sh -c 'echo out; exit {code}'");
        let step = job.perform(&[("command", &command)]);
        assert_eq!(step.captured.code, Some(code), "{}", step.captured.stderr_text());
        assert_eq!(step.captured.stdout_text(), "out\n");
        let outcome = if code == 0 { "success" } else { "failure" };
        assert_eq!(step.output("outcome"), outcome);
        assert_eq!(step.output("exit_code"), code.to_string());
        assert_eq!(step.output("store_path"), ".motus/kernel-store.db");
        for (name, path) in &INPUTS[1..4] {
            assert_eq!(step.output(&name.replace('-', "_")), *path);
        }
        job.runner.expect_documents(step.output("run_id"));
        let receipt = job.runner.document("motus-receipt.json");
        assert_eq!(step.output("receipt_id"), text(&receipt, &["receipt_id"]));
        assert!(step.summary.starts_with("# sh "), "{}", step.summary);
        assert!(step.summary.contains(step.output("run_id")), "{}", step.summary);
    }
}

/// A command that leaves a report and an artifact.
const REPORTING: &str = "sh -c 'printf \"<testsuite><testcase name=\\\"a\\\"/><testcase name=\\\"b\\\"><failure/>\
    </testcase></testsuite>\" > \"the report.xml\"; echo x > dist; exit 1'";

#[test]
fn what_the_command_leaves_is_taken_as_evidence() {
    let evidence = "junit:the report.xml\n\n  file:dist\ntap:missing.tap\n";
    let by_action = |job: &Job| {
        let step = job.perform(&[("command", REPORTING), ("evidence", evidence)]);
        assert_eq!((step.output("exit_code"), step.output("outcome")), ("1", "failure"));
        step.captured
    };
    let by_template = |job: &Job| {
        job.run_template(&[
            ("MOTUS_ACTION_COMMAND", REPORTING),
            ("MOTUS_ACTION_EVIDENCE", evidence),
        ])
    };
    let systems: [&dyn Fn(&Job) -> Captured; 2] = [&by_action, &by_template];
    for perform in systems {
        let job = Job::new();
        let captured = perform(&job);
        assert_eq!(captured.code, Some(1), "{}", captured.stderr_text());
        let told = captured.stderr_text();
        let report = "motus evidence: junit the report.xml: passed=1 failed=1 skipped=0";
        assert!(told.contains(report), "{told}");
        assert!(told.contains("warning[evidence.missing]: missing.tap is not there"), "{told}");
        let export = fs::read_to_string(job.runner.scene.path("motus-run-export.json")).unwrap();
        for kind in ["test_result", "artifact", "report_problem"] {
            assert!(export.contains(&format!("evidence.motus_wrap.{kind}")), "{kind}: {export}");
        }
        succeed(job.runner.scene.run(&["receipt", "verify", "--strict", "motus-envelope.json"]));
    }
}

#[test]
fn evidence_of_no_kind_is_refused_before_anything_is_run_and_told() {
    for evidence in ["$(touch pwned)", "junit:a.xml\nxml:b; touch pwned", "tap:-"] {
        let job = Job::new();
        let step = job.perform(&[("command", "touch ran"), ("evidence", evidence)]);
        assert_eq!(step.captured.code, Some(2), "{}", step.captured.stderr_text());
        assert_eq!((step.output("exit_code"), step.output("outcome")), ("2", "failure"));
        assert!(step.captured.stderr_text().starts_with("error[usage.invalid]: --evidence '"));
        let absent = |name: &str| !job.runner.scene.path(name).exists();
        assert!(absent("ran") && absent("pwned"));
    }
}

/// Writes where it may, and where it may not, and does not mind.
const REACHING: &str = "sh -c 'echo new > \"out put/a\"; echo new > kept; exit 4'";

#[test]
fn a_step_is_held_to_a_scope_that_its_inputs_name() {
    if !crate::scope::is_whole("a_step_is_held_to_a_scope_that_its_inputs_name") {
        return;
    }
    let words = [
        ("allow", "\n  write:out put/\r\nread:kept\n"),
        ("profile", "workspace\nloopback\n"),
        ("require", " enforced+observed "),
    ];
    let by_action = |job: &Job| {
        let step = job.perform(&[&[("command", REACHING)], &words[..]].concat());
        assert_eq!((step.output("exit_code"), step.output("outcome")), ("4", "failure"));
        step.captured
    };
    let by_template = |job: &Job| {
        let names = ["MOTUS_ACTION_ALLOW", "MOTUS_ACTION_PROFILE", "MOTUS_ACTION_REQUIRE"];
        let variables = names.into_iter().zip(words.map(|(_, value)| value));
        let command = ("MOTUS_ACTION_COMMAND", REACHING);
        job.run_template(&std::iter::once(command).chain(variables).collect::<Vec<_>>())
    };
    let systems: [&dyn Fn(&Job) -> Captured; 2] = [&by_action, &by_template];
    for perform in systems {
        let job = Job::new();
        job.runner.scene.scratch.write("kept", "old");
        let captured = perform(&job);
        assert_eq!(captured.code, Some(4), "{}", captured.stderr_text());
        let told = captured.stderr_text();
        assert!(told.contains("motus scope: write kept was denied"), "{told}");
        let content = |name: &str| fs::read_to_string(job.runner.scene.path(name)).unwrap();
        assert_eq!((content("out put/a"), content("kept")), ("new\n".to_owned(), "old".to_owned()));
        let declared = job.runner.scene.payload("adapter.wrap.scope_declared");
        let profiles = declared.get("profiles").and_then(Value::as_array).unwrap();
        assert_eq!(profiles.len(), 3, "those two, and the one that is always in force");
    }
}

#[test]
fn a_document_of_a_scope_is_an_input_as_well() {
    let job = Job::new();
    let (scene, hostile) = (&job.runner.scene, "s '$(touch pwned).yaml");
    scene.scratch.write(hostile, "motus_scope: \"0.1\"\nlimits: {wall_seconds: 1}\n");
    let step = job.perform(&[("command", "sleep 20"), ("scope", hostile)]);
    assert_eq!(step.output("exit_code"), "124", "{}", step.captured.stderr_text());
    assert!(!scene.path("pwned").exists());
}

#[test]
fn a_scope_that_cannot_be_is_refused_before_anything_is_run_and_told() {
    for (name, value, code, exit_code) in [
        ("require", "most; touch pwned", "usage.invalid", "2"),
        ("require", "none", "usage.invalid", "2"),
        ("allow", "write:out/\n$(touch pwned)", "scope.grant_invalid", "2"),
        ("profile", "toolchain\n--help", "scope.profile_unknown", "2"),
        ("scope", "nope.yaml", "input.unreadable", "2"),
    ] {
        let job = Job::new();
        let step = job.perform(&[("command", "touch ran"), (name, value)]);
        assert_eq!((step.output("exit_code"), step.output("outcome")), (exit_code, "failure"));
        let told = step.captured.stderr_text();
        assert!(told.starts_with(&format!("error[{code}]: ")), "{told}");
        let absent = |name: &str| !job.runner.scene.path(name).exists();
        assert!(absent("ran") && absent("pwned"));
    }
}

#[test]
fn two_steps_of_a_job_are_two_runs() {
    let job = Job::new();
    let inputs = [("command", "sh -c 'echo ran >> ran'")];
    let (first, second) = (job.perform(&inputs), job.perform(&inputs));
    assert_ne!(first.output("run_id"), second.output("run_id"));
    assert_eq!(fs::read_to_string(job.runner.scene.path("ran")).unwrap(), "ran\nran\n");
    job.runner.expect_documents(second.output("run_id"));
}

#[test]
fn an_action_without_a_command_fails_and_says_so() {
    let step = Job::new().perform(&[]);
    assert_eq!(step.captured.code, Some(2), "{}", step.captured.stderr_text());
    assert_eq!((step.output("exit_code"), step.output("outcome")), ("2", "failure"));
    assert_eq!((step.output("run_id"), step.output("receipt_path")), ("", ""));
}

#[test]
fn an_input_of_the_action_does_nothing_but_be_a_value() {
    let job = Job::new();
    for value in [
        "x'; touch pwned; '",
        "$(touch pwned)",
        "\"; touch pwned; \"",
        "x\ntouch pwned\nexit_code=0",
        "x\n::set-output name=outcome::success",
        "-x\\",
        "x%0Aoutcome=success",
    ] {
        let paths = INPUTS.map(|(name, _)| (name, format!("{name}/{value}")));
        let quoted = value.replace('\'', r#"'"'"'"#);
        let command = format!("sh -c 'printf %s \"$0\" > told; exit 5' '{quoted}'");
        let mut inputs = paths.each_ref().map(|(name, path)| (*name, path.as_str()));
        inputs[0].1 = &command;
        // What these may be is told by other tests.
        for input in &mut inputs[5..] {
            input.1 = "";
        }
        let step = job.perform(&inputs);
        assert_eq!(step.captured.code, Some(5), "{}", step.captured.stderr_text());
        assert_eq!((step.output("exit_code"), step.output("outcome")), ("5", "failure"));
        for (name, path) in &paths[1..5] {
            assert_eq!(step.output(&name.replace('-', "_")), path);
        }
        assert_eq!(fs::read_to_string(job.runner.scene.path("told")).unwrap(), value);
    }
    assert!(!job.runner.scene.path("pwned").exists());
}

/// Stands for cargo: writes down where and with what it was called, and installs the binary under test.
const CARGO: &str = r#"#!/bin/sh
{ pwd; env | grep -c -e '^RUSTFLAGS=' -e '^CARGO_BUILD_TARGET='; printf '%s\n' "$@"; } > "$HOME/called"
while [ "$1" != --root ]; do shift; done
mkdir -p "$2/bin"
cp "$MOTUS_UNDER_TEST" "$2/bin/motus"
"#;

#[test]
fn a_motus_of_another_version_is_not_used_and_ours_is_built_once() {
    let mut job = Job::without_motus("/usr/bin:/bin");
    job.place("motus", "#!/bin/sh\necho 'motus 0.5.3 (Apache 2.0)'\n");
    job.place("cargo", CARGO);
    job.runner = job.runner.with("MOTUS_UNDER_TEST", MOTUS).with("RUSTFLAGS", "--cfg other");
    let step = job.perform(&[("command", "true")]);
    assert_eq!(step.output("exit_code"), "0", "{}", step.captured.stderr_text());
    let called = job.runner.scene.scratch.home().join("called");
    let told = fs::read_to_string(&called).unwrap();
    let mask = job.runner.scene.scratch.mask().directory(&workspace(), "ACTION");
    let told = mask.apply(&told).replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    insta::assert_snapshot!(told, @r"
    [ACTION]
    0
    install
    --locked
    --path
    [ACTION]/crates/motus-cli
    --root
    [DIR]/temp/motus-[VERSION]
    --target-dir
    [DIR]/temp/motus-[VERSION]/target
    ");
    fs::remove_file(&called).unwrap();
    let step = job.perform(&[("command", "true")]);
    assert_eq!(step.output("exit_code"), "0", "{}", step.captured.stderr_text());
    assert!(!called.exists(), "it is built once for a job");
}

/// It says to be of the same version, and does not know what it would be asked.
#[test]
fn a_motus_that_was_built_before_an_option_came_is_not_used() {
    let job = Job::without_motus("/usr/bin:/bin");
    let version = env!("CARGO_PKG_VERSION");
    let script = format!(
        "#!/bin/sh\ncase $1 in --version) echo 'motus {version} (Apache 2.0)' ;; help) echo --command ;; *) exit 9 ;; esac\n"
    );
    job.place("motus", &script);
    job.place("cargo", CARGO);
    let source = workspace().to_string_lossy().into_owned();
    let captured = job.run_template(&[
        ("MOTUS_ACTION_COMMAND", "true"),
        ("MOTUS_ACTION_SOURCE", &source),
        ("MOTUS_UNDER_TEST", MOTUS),
    ]);
    assert_eq!(captured.code, Some(0), "{}", captured.stderr_text());
    let job = Job { runner: job.runner.with("MOTUS_UNDER_TEST", MOTUS), ..job };
    let step = job.perform(&[("command", "true")]);
    assert_eq!(step.output("exit_code"), "0", "{}", step.captured.stderr_text());
}

#[test]
fn without_motus_and_cargo_the_action_says_what_it_misses() {
    let job = Job::without_motus("");
    symlink(system("sed"), job.programs.join("sed")).unwrap();
    let step = job.perform(&[("command", "touch ran")]);
    assert_eq!(step.captured.code, Some(1));
    let missing = format!(
        "motus {} is not installed, and there is no cargo to build it with\n",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(step.captured.stderr_text(), missing);
    assert!(!job.runner.scene.path("ran").exists());
}

#[test]
fn the_template_records_a_command_and_keeps_its_documents() {
    for code in [0, 3] {
        let job = Job::new();
        let command = format!("sh -c 'echo out; exit {code}'");
        let captured = job.run_template(&[("MOTUS_ACTION_COMMAND", &command)]);
        assert_eq!(captured.code, Some(code), "{}", captured.stderr_text());
        assert_eq!(captured.stdout_text(), "out\n");
        let run_id = job.runner.scene.column("id").unwrap();
        job.runner.expect_documents(&run_id);
        assert_eq!(job.runner.scene.column("source").as_deref(), Some("gitlab-ci"));
    }
    let captured = Job::new().run_template(&[]);
    assert_eq!(captured.code, Some(2), "{}", captured.stderr_text());
}

#[test]
fn the_artifacts_of_the_template_are_the_documents_whatever_came_of_the_command() {
    let job = template();
    assert_eq!(text(&job, &["artifacts", "when"]), "always");
    let variables: BTreeMap<String, &Value> = members(&job, &["variables"]).collect();
    let paths = job.get("artifacts").unwrap().get("paths").and_then(Value::as_array).unwrap();
    let paths: Vec<&str> = paths
        .iter()
        .map(|path| {
            let name = path.as_str().unwrap().strip_prefix('$').unwrap();
            variables[name].as_str().unwrap()
        })
        .collect();
    assert_eq!(paths, INPUTS[1..4].iter().map(|(_, default)| *default).collect::<Vec<_>>());
}

#[test]
fn a_variable_of_the_template_does_nothing_but_be_a_value() {
    let job = Job::new();
    let hostile = "x'; touch pwned; $(touch pwned) \"; touch pwned\n";
    let path = format!("out/{hostile}");
    let captured = job.run_template(&[
        ("MOTUS_ACTION_COMMAND", "sh -c 'exit 5'"),
        ("MOTUS_ACTION_EXPORT_PATH", &path),
        ("MOTUS_ACTION_STORE_PATH", "s '$(touch pwned).db"),
    ]);
    assert_eq!(captured.code, Some(5), "{}", captured.stderr_text());
    assert!(job.runner.scene.path(&path).is_file());
    assert!(job.runner.scene.path("s '$(touch pwned).db").is_file());
    assert!(!job.runner.scene.path("pwned").exists());
}

#[test]
fn the_template_builds_motus_where_there_is_none_or_says_what_it_misses() {
    let job = Job::without_motus("/usr/bin:/bin");
    let captured = job.run_template(&[("MOTUS_ACTION_COMMAND", "touch ran")]);
    assert_eq!(captured.code, Some(1));
    insta::assert_snapshot!(captured.stderr_text(), @"motus is not installed or too old, and MOTUS_ACTION_SOURCE names no checkout to build it from");
    assert!(!job.runner.scene.path("ran").exists());
    job.place("cargo", CARGO);
    let source = workspace().to_string_lossy().into_owned();
    let captured = job.run_template(&[
        ("MOTUS_ACTION_COMMAND", "touch ran"),
        ("MOTUS_ACTION_SOURCE", &source),
        ("MOTUS_UNDER_TEST", MOTUS),
    ]);
    assert_eq!(captured.code, Some(0), "{}", captured.stderr_text());
    assert!(job.runner.scene.path("ran").exists());
    let told = fs::read_to_string(job.runner.scene.scratch.home().join("called")).unwrap();
    assert!(told.contains("install\n--locked\n--path\n"), "{told}");
    succeed(job.runner.scene.run(&["receipt", "verify", "--strict", "motus-envelope.json"]));
}

#[test]
fn the_reader_of_outputs_knows_both_forms() {
    let read = read_outputs("a=b<<c\nd<<E\nx=y\n\nE\n\n");
    let expected = [("a", "b<<c"), ("d", "x=y\n")];
    assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}
