//! Runs one command under a supervisor, for the tests: handlers belong to a whole process, so each
//! scenario gets its own. The file given with `--report` says what happened.
//!
//! Usage: `supervise [--timeout MS] [--report FILE] [--ready FILE] [--gate FILE] [--linger FILE]
//! [--after FILE] PROGRAM ARGUMENT...` or `supervise --git DIRECTORY MS`.
//!
//! With `--scope FILE` the command is held to a scope: one word a line, `read PATH`, `write PATH`, `exec PATH`,
//! `watch PATH`, `host NAME PORT`, `address A:P`, `loopback`, `listening`, `socket PATH`, `observe`, `no-reads`, `most N`,
//! `processes N`, `output N`, `level NAME`; what was seen is written to `--seen FILE`, one line each.
//!
//! Under the name `git` it is a stand-in for that.

mod scope;
mod stand_in;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use motus_runtime::{
    Completion, End, Interruption, Launch, Outputs, StartFailureKind, StreamCount, Supervisor, git,
};

#[derive(Default)]
struct Plan {
    launch: Launch,
    report: Option<PathBuf>,
    /// Created once the signals are taken over.
    ready: Option<PathBuf>,
    /// Waited for before the run.
    gate: Option<PathBuf>,
    /// Waited for after the run.
    linger: Option<PathBuf>,
    /// Waited for after the supervisor has gone; `FILE.waiting` appears before.
    after: Option<PathBuf>,
    /// Where to write what was seen of a command in a scope.
    seen: Option<PathBuf>,
}

fn main() -> ExitCode {
    if stand_in::is_played() {
        return stand_in::play();
    }
    #[expect(clippy::disallowed_methods, reason = "a program of its own")]
    let mut arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--git") {
        return git_facts(&arguments);
    }
    let plan = plan(&mut arguments);
    let mut supervisor = Supervisor::install().expect("nobody else holds the signals");
    create(plan.ready.as_deref(), "ready");
    wait_for(plan.gate.as_deref());
    let outputs = Outputs::inherited().expect("the standard outputs are open");
    let completion = supervisor.run(&plan.launch, outputs);
    if let Some(observation) = &completion.observation {
        create(plan.seen.as_deref(), &scope::describe(observation));
    }
    let mut report = describe(&completion);
    if plan.linger.is_some() {
        create(plan.report.as_deref(), &report);
        wait_for(plan.linger.as_deref());
        report = format!(
            "{report} pending={}",
            interruption(supervisor.pending().map(Interruption::Signal))
        );
    }
    create(plan.report.as_deref(), &report);
    drop(supervisor);
    if let Some(after) = plan.after.as_deref() {
        create(Some(&after.with_extension("waiting")), "");
        wait_for(Some(after));
    }
    ExitCode::from(exit_code(&completion))
}

fn plan(arguments: &mut Vec<OsString>) -> Plan {
    let mut plan = Plan::default();
    while arguments.first().is_some_and(|first| first.as_encoded_bytes().starts_with(b"--")) {
        let value = arguments.remove(1);
        match arguments.remove(0).to_str() {
            Some("--timeout") => {
                let milliseconds = value.to_str().and_then(|text| text.parse().ok());
                plan.launch.timeout = milliseconds.map(Duration::from_millis);
            }
            Some("--report") => plan.report = Some(value.into()),
            Some("--ready") => plan.ready = Some(value.into()),
            Some("--gate") => plan.gate = Some(value.into()),
            Some("--after") => plan.after = Some(value.into()),
            Some("--linger") => plan.linger = Some(value.into()),
            Some("--scope") => plan.launch.confinement = Some(scope::read(Path::new(&value))),
            Some("--seen") => plan.seen = Some(value.into()),
            other => panic!("unknown option {other:?}"),
        }
    }
    plan.launch.program = arguments.remove(0);
    plan.launch.arguments.append(arguments);
    plan
}

#[expect(clippy::print_stdout, reason = "the answer to the test")]
fn git_facts(arguments: &[OsString]) -> ExitCode {
    let limit = arguments[2].to_str().and_then(|text| text.parse().ok()).expect("milliseconds");
    let facts = git::facts(Path::new(&arguments[1]), Duration::from_millis(limit));
    println!("head={:?} dirty={:?}", facts.head, facts.dirty);
    ExitCode::SUCCESS
}

fn describe(completion: &Completion) -> String {
    let end = match &completion.end {
        End::Exited(code) => format!("exited:{code}"),
        End::Signaled(signal) => format!("signaled:{signal}"),
        End::NotStarted(failure) => {
            let explanation = failure.explanation.as_deref().map(|text| format!(":{text}"));
            let explanation = explanation.unwrap_or_default();
            format!(
                "{:?}:{:?}:{}{}",
                failure.kind,
                failure.errno,
                failure.to_string().replace(' ', "_"),
                explanation.replace(' ', "_"),
            )
        }
    };
    let count =
        |stream: StreamCount| format!("{}/{}/{}", stream.bytes, stream.lines, stream.complete);
    let failed = |stream: StreamCount| stream.write_error.unwrap_or(0);
    format!(
        "end={end} interruption={} stdout={} stderr={} failed={}/{} ms={}",
        interruption(completion.interruption),
        count(completion.stdout),
        count(completion.stderr),
        failed(completion.stdout),
        failed(completion.stderr),
        completion.duration.as_millis(),
    )
}

fn interruption(interruption: Option<Interruption>) -> String {
    match interruption {
        None => "none".to_owned(),
        Some(Interruption::Timeout) => "timeout".to_owned(),
        Some(Interruption::OutputLimit) => "output_limit".to_owned(),
        Some(Interruption::Signal(signal)) => format!("signal:{signal}"),
        Some(Interruption::ReaderLeft) => "reader_left".to_owned(),
        Some(Interruption::OutputFailed) => "output_failed".to_owned(),
    }
}

fn exit_code(completion: &Completion) -> u8 {
    let code = match (&completion.end, &completion.interruption) {
        (_, Some(Interruption::Timeout | Interruption::OutputLimit)) => 124,
        (End::Exited(code), _) => *code,
        (_, Some(Interruption::Signal(signal))) | (End::Signaled(signal), _) => 128 + signal,
        (End::NotStarted(failure), _) if failure.kind == StartFailureKind::NotFound => 127,
        (End::NotStarted(_), _) => 126,
    };
    u8::try_from(code).unwrap_or(255)
}

/// The file appears whole or not at all, so that a test may wait for it.
#[expect(clippy::disallowed_methods, reason = "a test helper does without motus-fs")]
fn create(path: Option<&Path>, text: &str) {
    let Some(path) = path else { return };
    let draft = path.with_extension("draft");
    fs::write(&draft, text).expect("the folder is writable");
    fs::rename(draft, path).expect("the folder is writable");
}

fn wait_for(path: Option<&Path>) {
    while path.is_some_and(|path| !path.exists()) {
        thread::sleep(Duration::from_millis(5));
    }
}
