//! A published release that keeps one process and does what it is asked, line by line.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use motus_json::{Object, Value, canonical};
use motus_testkit::harness::{Captured, capture};
use motus_testkit::sample::json;

use super::request::Answer;
use crate::sandbox::Sandbox;

const SCRIPT: &str = include_str!("hand.py");

/// The process; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Package {
    program: PathBuf,
    child: Child,
    /// Taken when the process is to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Package {
    /// Starts the package that stands beside a `motus`.
    pub(super) fn start(program: &Path, sandbox: &Sandbox) -> Self {
        sandbox.make_directory();
        let mut command = sandbox.scratch.command(program.with_file_name("python"));
        command.args(["-c", SCRIPT]).arg(sandbox.place.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the interpreter starts");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { program: program.to_owned(), child, requests, answers }
    }

    /// Calls a function of the package's Store.
    pub(super) fn ask(&mut self, call: &str, arguments: Object) -> Answer {
        let request =
            Object::from([("call", Value::from(call)), ("arguments", arguments.into())]).into();
        let requests = self.requests.as_mut().expect("the process is asked until it ends");
        writeln!(requests, "{}", canonical::store::write(&request)).expect("the process listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the process answers");
        let answer = json(&line);
        match (answer.get("said"), answer.get("refused").and_then(Value::as_str)) {
            (Some(said), None) => Answer::Said(said.clone()),
            (None, Some(why)) => Answer::Refused(why.to_owned()),
            _ => panic!("{call}: {line}"),
        }
    }

    /// Asks something about a run that is told as a text.
    pub(super) fn text(&mut self, call: &str, run: &str) -> String {
        let said = self.ask(call, Object::from([("run_id", run)])).said();
        said.as_str().expect("a text").to_owned()
    }

    /// Runs the release's command on the Store.
    pub(super) fn command(&self, sandbox: &Sandbox, arguments: &[&str]) -> Captured {
        let mut command = sandbox.scratch.command(&self.program);
        command.args(arguments).env("MOTUS_KERNEL_STORE_PATH", sandbox.place.path());
        capture(&mut command)
    }

    /// Runs the release's command and returns the JSON that it prints.
    #[track_caller]
    pub(super) fn told(&self, sandbox: &Sandbox, arguments: &[&str]) -> Value {
        json(&self.command(sandbox, arguments).expect_success().stdout_text())
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
