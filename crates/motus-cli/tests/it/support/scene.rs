//! One test's directory, and the binary run in it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use motus_json::{ReadOptions, Value};
use motus_testkit::harness::{Captured, Scratch, capture};

/// The binary under test.
pub(crate) const MOTUS: &str = env!("CARGO_BIN_EXE_motus");

/// A directory of its own, in which no other `motus` is on the search path.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) scratch: Scratch,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self { scratch: Scratch::new() }
    }

    /// Prepares the binary; it starts in the working directory.
    pub(crate) fn motus(&self, arguments: &[&str]) -> Command {
        let mut command = self.scratch.command(MOTUS);
        command.args(arguments);
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Captured {
        capture(&mut self.motus(arguments))
    }

    /// Records a run of a command that does nothing.
    #[track_caller]
    pub(crate) fn record(&self) {
        succeed(self.run(&["wrap", "true"]));
    }

    /// Prepares wrapping a shell script.
    pub(crate) fn wrapping(&self, script: &str) -> Command {
        self.motus(&["wrap", "--", "sh", "-c", script])
    }

    /// Wraps a shell script.
    pub(crate) fn wrap(&self, script: &str) -> Captured {
        capture(&mut self.wrapping(script))
    }

    /// Runs the doctor where no other `motus` can be found.
    pub(crate) fn doctor(&self, arguments: &[&str]) -> Captured {
        let mut command = self.motus(&["doctor"]);
        capture(command.args(arguments).env("PATH", self.scratch.home()))
    }

    /// Runs the binary and spells what came of it for a snapshot.
    pub(crate) fn tell(&self, arguments: &[&str]) -> String {
        self.spell(&self.run(arguments))
    }

    /// Spells what came of a program for a snapshot.
    pub(crate) fn spell(&self, captured: &Captured) -> String {
        bare(&captured.snapshot(&self.scratch.mask()))
    }

    /// Returns a path in the working directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.scratch.project().join(name)
    }

    /// Returns the default Store.
    pub(crate) fn store(&self) -> PathBuf {
        self.path(".motus/kernel-store.db")
    }

    /// Returns the directory of ends that the default Store did not take.
    pub(crate) fn spool(&self) -> PathBuf {
        self.path(".motus/kernel-store.db-spool")
    }

    /// Returns the files in the spool.
    pub(crate) fn spooled(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.spool()).map(Iterator::collect::<Vec<_>>);
        entries.unwrap_or_default().into_iter().map(|entry| entry.unwrap().path()).collect()
    }

    /// Lets a script that waits for the file `go` continue.
    pub(crate) fn go(&self) {
        self.scratch.write("go", "");
    }

    /// Returns a run's row and events as `run show --json` tells them.
    #[track_caller]
    pub(crate) fn show(&self, run: &str) -> Value {
        parse(&self.run(&["run", "show", run, "--json"]).expect_success().stdout)
    }

    /// Returns the payload of the newest run's event of a kind, the first of them.
    #[track_caller]
    pub(crate) fn payload(&self, kind: &str) -> Value {
        let payloads = payloads_in(&self.show("latest"));
        let found = payloads.into_iter().find(|(found, _)| found == kind);
        found.unwrap_or_else(|| panic!("no event of kind {kind}")).1
    }

    /// Returns the payload of the newest run's event about an output stream.
    #[track_caller]
    pub(crate) fn output(&self, stream: &str) -> Value {
        let payloads = payloads_in(&self.show("latest"));
        let is_of = |payload: &Value| payload.get("stream").and_then(Value::as_str) == Some(stream);
        payloads.into_iter().find(|(_, payload)| is_of(payload)).unwrap().1
    }

    /// Returns one column of the newest run.
    #[track_caller]
    pub(crate) fn column(&self, name: &str) -> Option<String> {
        let shown = self.show("latest");
        shown.get("run").unwrap().get(name).unwrap().as_str().map(str::to_owned)
    }
}

/// How the facts that tell a live wrapper from a dead one begin in a payload within JSON.
const PROCESS: &str = r#"\"process\":{"#;

/// Expects exit code 0.
#[track_caller]
pub(crate) fn succeed(captured: Captured) {
    drop(captured.expect_success());
}

/// Reads a JSON document, NaN included.
#[track_caller]
pub(crate) fn parse(bytes: impl AsRef<[u8]>) -> Value {
    motus_json::read(bytes.as_ref(), &ReadOptions::STORED)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes.as_ref())))
}

/// Returns kind and payload of each event of a run, in order.
#[track_caller]
pub(crate) fn payloads_in(shown: &Value) -> Vec<(String, Value)> {
    let events = shown.get("events").and_then(Value::as_array).unwrap();
    let text = |event: &Value, name| event.get(name).and_then(Value::as_str).unwrap().to_owned();
    events
        .iter()
        .map(|event| (text(event, "schema_kind"), parse(text(event, "payload_json"))))
        .collect()
}

/// Takes process facts, keys and free space out of a text.
pub(crate) fn bare(text: &str) -> String {
    let mut bare = text.to_owned();
    if let Some((before, rest)) = text.split_once(PROCESS) {
        let (_, after) = rest.split_once('}').expect("the object ends");
        bare = format!("{before}{PROCESS}[PROCESS]}}{after}");
    }
    for marker in ["motus-wrap:", "wrap-start-"] {
        let mut parts = bare.split(marker);
        let mut masked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            masked.push_str(marker);
            masked.push_str("[N]");
            masked.push_str(part.trim_start_matches(|it: char| it.is_ascii_digit() || it == '-'));
        }
        bare = masked;
    }
    match bare.split_once(" MB free") {
        Some((before, after)) => {
            format!("{}[N] MB free{after}", before.trim_end_matches(|it: char| it.is_ascii_digit()))
        }
        None => bare,
    }
}
