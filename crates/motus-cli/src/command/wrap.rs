//! `motus wrap`: runs a command and records it.

use std::path::Path;
use std::time::Duration;

use motus_app::Notice;
use motus_app::wrap::{Command, Recorded, Recording, Wrapped, WrappedRun, run_unrecorded, wrap};
use motus_ledger::LedgerError;

use crate::arguments::WrapArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::{SystemClock, SystemIds};
use crate::text::printable;

pub(crate) fn run(arguments: &WrapArguments, environment: &Environment) -> Result<u8, Failure> {
    let command = command(arguments)?;
    let max_output_bytes = max_output_bytes(arguments)?;
    let wrapped = if arguments.no_record {
        run_unrecorded(&command)?
    } else {
        let recording = Recording {
            place: environment.store(arguments.store.store.as_deref()),
            private: environment.private,
            directory: environment.directory.clone(),
            producer: environment.producer.clone(),
            max_output_bytes,
        };
        let wrapped = wrap(&command, &recording, &SystemClock, &SystemIds::draw()?)?;
        report(&wrapped, recording.place.path());
        wrapped
    };
    Ok(wrapped.exit_code)
}

fn command(arguments: &WrapArguments) -> Result<Command, Failure> {
    let Some((program, rest)) = arguments.command.split_first() else {
        let message = "motus wrap requires a command after --";
        return Err(Failure::usage("usage.command_missing", message));
    };
    Ok(Command {
        program: program.clone(),
        arguments: rest.to_vec(),
        timeout: arguments.timeout.map(timeout).transpose()?,
    })
}

fn timeout(seconds: f64) -> Result<Duration, Failure> {
    let refused = || {
        Failure::usage("usage.timeout_invalid", "--timeout must be a positive number of seconds")
    };
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| refused())?;
    if duration.is_zero() { Err(refused()) } else { Ok(duration) }
}

fn max_output_bytes(arguments: &WrapArguments) -> Result<u64, Failure> {
    match u64::try_from(arguments.max_output_bytes) {
        Ok(bytes) if bytes > 0 => Ok(bytes),
        _ => Err(Failure::usage(
            "usage.max_output_bytes_invalid",
            "--max-output-bytes must be positive",
        )),
    }
}

/// Tells on stderr, after the command's own output, where the run is.
fn report(wrapped: &Wrapped, store: &Path) {
    if let Some(line) = &wrapped.start_failure {
        output::talk(line);
    }
    let Some(run) = &wrapped.run else { return };
    for notice in &run.notices {
        report_notice(notice);
    }
    report_trouble(run);
    output::talk(format!("motus run: {}", run.run_id));
    output::talk(format!("motus store: {}", shown(store)));
}

fn report_notice(notice: &Notice) {
    if let Notice::Tightened(path) = notice {
        output::talk(format!("notice: others could read {}; now only you can", shown(path)));
    }
}

fn report_trouble(run: &WrappedRun) {
    match &run.recorded {
        Recorded::Spooled { file, cause } => {
            report_unrecorded(cause);
            output::talk(format!("  it is kept in {}", shown(file)));
            output::talk("hint: record it with `motus doctor --fix`");
        }
        Recorded::Unwritten { line, cause, spool_cause } => {
            report_unrecorded(cause);
            let spool_cause = printable(&spool_cause.to_string());
            output::talk(format!("  it could not be kept either: {spool_cause}"));
            output::talk(
                "hint: the next line is the record; save it as a file in the Store's spool",
            );
            output::talk(line);
        }
        _ => {}
    }
}

fn report_unrecorded(cause: &LedgerError) {
    let (code, cause) = (cause.code(), printable(&cause.to_string()));
    output::talk(format!("warning[{code}]: the end was not recorded: {cause}"));
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}
