//! `motus wrap`: runs a command and records it.

mod evidence;
mod scope;

pub(crate) use evidence::{check_number, expanded, note_disagreement, note_repeated};
use scope::hint_learned_file;
pub(crate) use scope::{grants, surroundings};
pub(super) use scope::{hold, report as report_scope};

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use motus_app::StorePlace;
use motus_app::exit;
use motus_app::settings::Key;
use motus_app::wrap::{
    Command, LostOutput, Recorded, Recording, Wrapped, WrappedRun, run_unrecorded, wrap,
};
use motus_ledger::{Clock, LedgerError};

use crate::arguments::WrapArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::notice;
use crate::output;
use crate::real::{SystemClock, SystemIds};
use crate::text::{counted, printable, shown};

/// Words that only a shell knows, and people try to run.
const SHELL_WORDS: [&str; 20] = [
    ".", "alias", "bg", "cd", "declare", "eval", "exec", "export", "fg", "for", "if", "jobs",
    "popd", "pushd", "set", "source", "ulimit", "umask", "unset", "while",
];

pub(crate) fn run(arguments: &WrapArguments, environment: &Environment) -> Result<u8, Failure> {
    let mut command = command(arguments, environment)?;
    check_number(arguments.evidence.len())?;
    let max_output_bytes = max_output_bytes(arguments.max_output_bytes, environment)?;
    let place = (!arguments.no_record).then(|| environment.store(arguments.store.store.as_deref()));
    let store = place.as_ref().map(StorePlace::path);
    let scope = &arguments.scope;
    let limit = hold(&mut command, scope, store, environment, arguments.quiet)?;
    let limit = limit.unwrap_or_else(|| limit_name(arguments.timeout));
    let started = SystemClock.unix_nanoseconds();
    let (wrapped, place) = if let Some(place) = place {
        let recording = Recording {
            place,
            private: environment.private,
            directory: environment.directory.clone(),
            producer: environment.producer.clone(),
            step: None,
            max_output_bytes,
        };
        let wanted = expanded(&arguments.evidence, environment)?;
        let ids = SystemIds::draw()?;
        let wrapped = wrap(&command, &recording, &wanted, &SystemClock, &ids)?;
        (wrapped, Some(recording.place))
    } else {
        (run_unrecorded(&command)?, None)
    };
    let took = Duration::from_nanos(SystemClock.unix_nanoseconds().saturating_sub(started));
    report_end(&command, &wrapped, took, limit);
    if wrapped.start_failure.is_some() {
        hint_learned_file(scope, &command.program);
    }
    report_scope(&wrapped, scope, environment, arguments.quiet);
    if let (Some(run), Some(place)) = (&wrapped.run, &place) {
        report_run(run, place.path(), arguments.quiet);
    }
    Ok(wrapped.exit_code)
}

fn command(arguments: &WrapArguments, environment: &Environment) -> Result<Command, Failure> {
    let (program, rest) = arguments.command.split_first().ok_or(Failure::CommandMissing)?;
    Ok(Command {
        program: program.clone(),
        arguments: rest.to_vec(),
        timeout: time_limit(arguments.timeout, environment)?,
        scope: None,
    })
}

/// Returns how long a command may take, as the command line says, or else the settings.
pub(super) fn time_limit(
    argument: Option<f64>,
    environment: &Environment,
) -> Result<Option<Duration>, Failure> {
    match argument {
        Some(seconds) => timeout(seconds),
        None => Ok(environment.settings().number(Key::WrapTimeoutSeconds).map(Duration::from_secs)),
    }
}

/// Names what says how long a command may take.
pub(super) fn limit_name(argument: Option<f64>) -> &'static str {
    argument.map_or(Key::WrapTimeoutSeconds.as_str(), |_| "--timeout")
}

/// Returns no time for one that is too long to be counted.
fn timeout(seconds: f64) -> Result<Option<Duration>, Failure> {
    if seconds.is_nan() || seconds <= 0.0 {
        return Err(Failure::TimeoutInvalid);
    }
    let counted = Duration::try_from_secs_f64(seconds).ok();
    Ok(counted.map(|duration| duration.max(Duration::from_nanos(1))))
}

pub(super) fn max_output_bytes(
    argument: Option<i64>,
    environment: &Environment,
) -> Result<u64, Failure> {
    match u64::try_from(environment.number(argument, Key::WrapMaxOutputBytes)) {
        Ok(bytes) if bytes > 0 => Ok(bytes),
        _ => Err(Failure::MaxOutputBytesInvalid),
    }
}

/// Tells on stderr, after the command's own output, why there was no more of it; `limit` is what said how
/// long the command may take.
pub(super) fn report_end(command: &Command, wrapped: &Wrapped, took: Duration, limit: &str) {
    if begins_a_line(io::stderr().is_terminal(), wrapped.exit_code) {
        output::talk("");
    }
    if let Some(failure) = &wrapped.start_failure {
        output::talk(&failure.line);
        if let Some(explanation) = &failure.explanation {
            output::talk(format!("  {}", printable(explanation)));
        }
        if wrapped.exit_code == exit::NOT_FOUND && needs_a_shell(&command.program) {
            output::hint("for what a shell understands, try `motus wrap -- sh -c '...'`");
        }
    }
    for lost in &wrapped.lost_outputs {
        report_lost(lost);
    }
    if let Some(error) = &wrapped.leftover {
        let (code, error) = (error.code(), printable(&error.to_string()));
        output::talk(format!("warning[{code}]: {error}; `motus doctor --fix` tries again"));
    }
    let most = command.scope.as_ref().and_then(|plan| plan.scope.limits.output_bytes);
    if let Some(bytes) = most.filter(|_| wrapped.is_output_spent) {
        let bytes = counted(bytes, "byte");
        let limit = "limits.output_bytes of the scope";
        return output::talk(format!("motus wrap: ended after {bytes} of output ({limit})"));
    }
    let timeout = command.timeout.filter(|timeout| took >= *timeout);
    if let Some(timeout) = timeout.filter(|_| wrapped.exit_code == exit::TIMED_OUT) {
        let seconds = timeout.as_secs_f64();
        output::talk(format!("motus wrap: ended after {seconds} s ({limit})"));
    }
}

fn report_lost(lost: &LostOutput) {
    let (code, stream, cause) = (lost.code(), lost.stream.as_str(), &lost.cause);
    output::talk(format!(
        "warning[{code}]: the command's {stream} could not be written ({cause}); output was lost"
    ));
}

/// Tells whether the cursor stands behind the `^C` that a terminal shows.
fn begins_a_line(is_terminal: bool, exit_code: u8) -> bool {
    const INTERRUPTED: u8 = exit::SIGNAL_BASE + 2;
    is_terminal && exit_code == INTERRUPTED
}

fn needs_a_shell(program: &OsStr) -> bool {
    let program = program.to_string_lossy();
    SHELL_WORDS.contains(&&*program)
        || program.contains(|character: char| character.is_whitespace() || character == '=')
}

/// Tells on stderr where the run is.
pub(super) fn report_run(run: &WrappedRun, store: &Path, is_quiet: bool) {
    notice::report(&run.notices);
    evidence::report(&run.evidence, is_quiet);
    report_trouble(run, store);
    // What is named can be looked at.
    if !is_quiet && !is_lost(run, store) {
        output::talk(format!("motus run: {}", run.run_id));
        output::talk(format!("motus store: {}", shown(store)));
    }
}

/// Tells whether the command took the Store away, with all that it held.
fn is_lost(run: &WrappedRun, store: &Path) -> bool {
    matches!(run.recorded, Recorded::Unwritten { .. }) && !store.exists()
}

fn report_trouble(run: &WrappedRun, store: &Path) {
    match &run.recorded {
        Recorded::InStore => {}
        Recorded::Spooled { file, cause } => {
            report_unrecorded(cause);
            output::talk(format!("  it is kept in {}", shown(file)));
            output::hint("record it with `motus doctor --fix`");
        }
        Recorded::Unwritten { line, cause, spool_cause } => {
            report_unrecorded(cause);
            if is_lost(run, store) {
                output::talk("  the Store is not there any more, nor are its earlier runs");
                output::hint(
                    "keep it with --db where no command clears it away, as `git clean -fdx` does",
                );
                output::hint(
                    "the next line is the record; if the Store was moved, save it as a file in its spool",
                );
            } else {
                let spool_cause = printable(&spool_cause.to_string());
                output::talk(format!("  it could not be kept either: {spool_cause}"));
                output::hint("the next line is the record; save it as a file in the Store's spool");
            }
            output::talk_plain(line);
        }
    }
}

fn report_unrecorded(cause: &LedgerError) {
    let (code, cause) = (cause.code(), printable(&cause.to_string()));
    output::talk(format!("warning[{code}]: the end was not recorded: {cause}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_line_is_begun_behind_what_a_terminal_shows_of_an_interrupt() {
        assert!(begins_a_line(true, 130));
        assert!(!begins_a_line(false, 130));
        assert!(!begins_a_line(true, 0));
    }
}
