//! Every error as code, message, causes, hint and exit code.

use std::error::Error;
use std::io;

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::runs::RunError;
use motus_app::wrap::WrapError;
use motus_json::{Object, Value};

use crate::output;
use crate::text::printable;

/// Why a command failed, ready to be told.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    causes: Vec<String>,
}

impl Failure {
    /// The command line makes no sense; `code` starts with `usage.`.
    pub(crate) fn usage(code: &'static str, message: &str) -> Self {
        Self { code, message: message.to_owned(), causes: Vec::new() }
    }

    pub(crate) fn no_directory(error: &io::Error) -> Self {
        let message = "the current directory cannot be read".to_owned();
        Self { code: "system.no_directory", message, causes: vec![error.to_string()] }
    }

    pub(crate) fn no_randomness(error: getrandom::Error) -> Self {
        let message = "the system gives no random bytes".to_owned();
        Self { code: "system.no_randomness", message, causes: vec![error.to_string()] }
    }

    pub(crate) fn no_output(error: &io::Error) -> Self {
        let message = "stdout cannot be written".to_owned();
        Self { code: "output.failed", message, causes: vec![error.to_string()] }
    }

    fn of(code: &'static str, error: &dyn Error) -> Self {
        let message = error.to_string();
        let mut causes: Vec<String> = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) && causes.last() != Some(&text) {
                causes.push(text);
            }
            source = cause.source();
        }
        Self { code, message, causes }
    }

    /// Tells the failure on stderr and returns the exit code.
    pub(crate) fn report(&self, json: bool) -> u8 {
        if json {
            self.report_json();
        } else {
            self.report_text();
        }
        self.exit_code()
    }

    fn report_text(&self) {
        let label = output::coloured(format!("error[{}]", self.code), AnsiColor::Red);
        output::talk(format!("{label}: {}", printable(&self.message)));
        for cause in &self.causes {
            output::talk(format!("  caused by: {}", printable(cause)));
        }
        if let Some(hint) = hint(self.code) {
            output::talk(format!("{}: {hint}", output::coloured("hint", AnsiColor::Cyan)));
        }
    }

    fn report_json(&self) {
        let object = Object::from([
            ("causes", Value::from(self.causes.clone())),
            ("code", self.code.into()),
            ("error", self.message.as_str().into()),
            ("hint", hint(self.code).into()),
        ]);
        output::talk(motus_json::pretty::write(&Value::Object(object)));
    }

    fn exit_code(&self) -> u8 {
        match self.code {
            code if code.starts_with("usage.") => exit::USAGE,
            "ledger.start_conflict"
            | "ledger.event_conflict"
            | "ledger.close_conflict"
            | "ledger.run_closed" => exit::CONFLICT,
            _ => exit::FAILED,
        }
    }
}

impl From<WrapError> for Failure {
    fn from(error: WrapError) -> Self {
        Self::of(error.code(), &error)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::of(error.code(), &error)
    }
}

/// Returns what the person can do about a failure.
fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "usage.command_missing" => "try `motus wrap -- COMMAND`",
        "store.missing" => {
            "record a first run with `motus wrap -- COMMAND`, or name a Store with --db"
        }
        "store.locked" => "wait for the other process, or see what holds it with `lsof` or `fuser`",
        "store.disk_full" => "make room on the disk, or name a Store elsewhere with --db",
        "store.corrupt" => "copy the file aside, then see `motus doctor`",
        "store.foreign" => "name another file with --db or MOTUS_KERNEL_STORE_PATH",
        "store.empty" => "restore it from a backup, or make a new Store with `motus doctor --fix`",
        "store.denied" => {
            "check who owns the Store and its directory, or name a Store elsewhere with --db"
        }
        "store.not_a_file" => "move what stands there away, or name another Store with --db",
        "store.row_invalid" | "projection.payload_unreadable" => "see `motus doctor`",
        "run.not_found" => "see the recorded runs with `motus run list`",
        "run.none_yet" => "record a first run with `motus wrap -- COMMAND`",
        "run.ambiguous" => "give more of the identifier",
        "projection.run_open" => {
            "a run has a receipt once it is closed; if its command is gone, see `motus doctor`"
        }
        "kind.evolution_refused" => {
            "the Store holds another shape of this event; use another Store"
        }
        _ => return None,
    })
}
