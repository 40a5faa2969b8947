//! `motus action`: runs the command of a CI step, records it, and tells the system what came of it.
//!
//! Whatever happens, the outputs are written: a command that could not be run has failed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_app::StorePlace;
use motus_app::action::{self, Channel, DocumentError, Documents, Outputs, Owned, Places};
use motus_app::evidence::Wanted;
use motus_app::work::review_run;
use motus_app::wrap::{Command, Recording, Wrapped, WrappedRun, wrap};
use motus_ledger::{Clock, Outcome};

use crate::arguments::{ActionArguments, ENVELOPE, EXPORT, RECEIPT, ScopeArguments, wanted_lines};
use crate::command::review;
use crate::command::wrap::{
    check_number, expanded, hold, max_output_bytes, report_end, report_run, report_scope,
    time_limit,
};
use crate::environment::{Ci, Environment};
use crate::failure::{Failure, Refusal};
use crate::output;
use crate::real::{SystemClock, SystemIds};
use crate::text::{printable, shown};

pub(crate) fn run(
    arguments: &ActionArguments,
    environment: Result<Environment, Failure>,
) -> Result<u8, Failure> {
    let ci = Ci::read();
    let channel = ci.outputs.as_deref().map(Channel::to);
    let mut outputs = Outputs::default();
    let ended = environment.and_then(|environment| {
        let action = Action::new(arguments, &environment, &ci)?;
        action.perform(&environment, &ci, &mut outputs)
    });
    let (outcome, exit_code) = match &ended {
        Ok(ended) => *ended,
        Err(failure) => (Outcome::Failure, failure.exit_code()),
    };
    outputs.set("outcome", outcome.as_str());
    outputs.set("exit_code", exit_code.to_string());
    outputs.complete();
    append("GITHUB_OUTPUT", channel, outputs.as_bytes());
    ended.map(|(_, exit_code)| exit_code)
}

/// A step that is to be performed.
struct Action {
    command: Command,
    scope: ScopeArguments,
    /// What says how long the command may take.
    limit_name: &'static str,
    recording: Recording,
    /// The files that the command is expected to leave.
    wanted: Vec<Wanted>,
    /// The Store's path as it was given, for later steps.
    store_path: OsString,
    /// The paths of the documents as they were given.
    given: [PathBuf; 3],
    places: Places,
    /// Where they are without links before the command, if it is held to a scope.
    before: Option<Places>,
}

impl Action {
    /// Errors: those of the command, of a limit and of a path that cannot be.
    fn new(
        arguments: &ActionArguments,
        environment: &Environment,
        ci: &Ci,
    ) -> Result<Self, Failure> {
        // What is configured is for a person's own commands, and a project's file is anybody's.
        let time_limit = match arguments.timeout {
            Some(seconds) => time_limit(Some(seconds), environment)?,
            None => None,
        };
        let mut command = action::command(&arguments.command, time_limit)?;
        let wanted = expanded(&wanted(&arguments.evidence)?, environment)?;
        let given = [
            given(&arguments.export_path, EXPORT),
            given(&arguments.receipt_path, RECEIPT),
            given(&arguments.envelope_path, ENVELOPE),
        ];
        let [export, receipt, envelope] =
            given.each_ref().map(|path| environment.directory.join(path));
        let recording = Recording {
            place: environment.store(arguments.store_path.as_deref()),
            private: environment.private,
            directory: environment.directory.clone(),
            producer: None,
            step: Some(ci.step.clone()),
            max_output_bytes: max_output_bytes(Some(arguments.max_output_bytes), environment)?,
        };
        let places = Places { export, receipt, envelope };
        let evidence: Vec<PathBuf> =
            wanted.iter().map(|it| environment.directory.join(&it.file)).collect();
        let runners = [("GITHUB_OUTPUT", &ci.outputs), ("GITHUB_STEP_SUMMARY", &ci.summary)];
        let runners = runners
            .map(|(name, file)| file.as_ref().map(|file| (name, environment.directory.join(file))));
        let owned =
            Owned { directory: &recording.directory, runners: &runners, evidence: &evidence };
        places.check(&recording.place, &owned)?;
        let store_path = store_path(environment, &recording.place);
        let store = Some(recording.place.path());
        let scope = arguments.scope.read().map_err(refused)?;
        let limit = hold(&mut command, &scope, store, environment, false)?;
        let limit_name = limit.unwrap_or("--timeout");
        let before = command.scope.as_ref().and_then(|_| places.without_links());
        Ok(Self {
            command,
            scope,
            limit_name,
            recording,
            wanted,
            store_path,
            given,
            places,
            before,
        })
    }

    /// Runs the command, leaves the documents and shows the page; returns what it came to.
    fn perform(
        self,
        environment: &Environment,
        ci: &Ci,
        outputs: &mut Outputs,
    ) -> Result<(Outcome, u8), Failure> {
        let summary = ci.summary.as_deref().map(Channel::to);
        let started = SystemClock.unix_nanoseconds();
        let (recording, ids) = (&self.recording, SystemIds::draw()?);
        let wrapped = wrap(&self.command, recording, &self.wanted, &SystemClock, &ids)?;
        let took = Duration::from_nanos(SystemClock.unix_nanoseconds().saturating_sub(started));
        report_end(&self.command, &wrapped, took, self.limit_name);
        report_scope(&wrapped, &self.scope, environment, false);
        let Wrapped { outcome, exit_code, run, .. } = wrapped;
        if let Some(run) = &run {
            report_run(run, self.recording.place.path(), false);
            self.tell(run, outputs);
            self.show(run, summary);
        }
        Ok((outcome, exit_code))
    }

    /// Leaves the documents, and tells later steps of those that are there.
    fn tell(&self, run: &WrappedRun, outputs: &mut Outputs) {
        let Documents { export, receipt, envelope } =
            action::leave(&self.recording.place, &run.run_id, &self.places, self.before.as_ref());
        let receipt_id = receipt.as_ref().ok().cloned();
        outputs.set("run_id", run.run_id.as_str());
        outputs.set("store_path", self.store_path.as_encoded_bytes());
        let left = [("export", export), ("receipt", receipt.map(drop)), ("envelope", envelope)];
        for ((name, left), path) in left.into_iter().zip(&self.given) {
            match left {
                Ok(()) => {
                    output::talk(format!("motus {name}: {}", shown(path)));
                    outputs.set(&format!("{name}_path"), path.as_os_str().as_encoded_bytes());
                }
                Err(error) => warn_of_document(name, path, &error),
            }
        }
        if let Some(receipt_id) = receipt_id {
            outputs.set("receipt_id", receipt_id);
        }
    }

    /// Shows the page for reviewers with the job.
    fn show(&self, run: &WrappedRun, summary: Option<Channel>) {
        if summary.is_none() {
            return;
        }
        match review_run(&self.recording.place, run.run_id.as_str(), &SystemClock) {
            Ok(found) => {
                let page = action::summary(&review::markdown(&found));
                append("GITHUB_STEP_SUMMARY", summary, page.as_bytes());
            }
            Err(error) => {
                let (code, cause) = (error.code(), printable(&error.to_string()));
                output::talk(format!("warning[{code}]: there is no page of the run: {cause}"));
            }
        }
    }
}

/// Reads what the command is expected to leave; refused here, so that it is told to the system, too.
fn wanted(texts: &[OsString]) -> Result<Vec<Wanted>, Failure> {
    let mut wanted = Vec::new();
    for text in texts {
        wanted.extend(wanted_lines(text).map_err(refused)?);
    }
    check_number(wanted.len())?;
    Ok(wanted)
}

fn refused(message: String) -> Failure {
    Failure::Refused(Refusal { message, tips: Vec::new(), usage: None })
}

/// Returns a path as it was given; a blank one is as good as none.
fn given(path: &Path, default: &str) -> PathBuf {
    if path.to_str().is_some_and(|path| path.trim().is_empty()) {
        return PathBuf::from(default);
    }
    path.to_owned()
}

/// Returns the Store's path as it was given, but where only a shell would understand it.
fn store_path(environment: &Environment, place: &StorePlace) -> OsString {
    let is_plain = |path: &&Path| !path.as_os_str().as_encoded_bytes().starts_with(b"~");
    let named = environment.named().filter(is_plain);
    named.unwrap_or_else(|| place.path()).as_os_str().to_owned()
}

fn warn_of_document(name: &str, path: &Path, error: &DocumentError) {
    let (code, cause) = (error.code(), printable(&error.to_string()));
    output::talk(format!("warning[{code}]: there is no {name} at {}: {cause}", shown(path)));
}

/// Appends to a file of the system's, if it names one; the command's exit code does not depend on it.
fn append(variable: &str, channel: Option<Channel>, bytes: &[u8]) {
    if let Some(Err(error)) = channel.map(|channel| channel.append(bytes)) {
        let (code, cause) = (error.code(), printable(&error.to_string()));
        output::talk(format!("warning[{code}]: {variable} was not written: {cause}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_path_is_as_good_as_none() {
        for blank in ["", " ", "\n"] {
            assert_eq!(given(Path::new(blank), "d"), Path::new("d"));
        }
        assert_eq!(given(Path::new(" a"), "d"), Path::new(" a"));
    }
}
