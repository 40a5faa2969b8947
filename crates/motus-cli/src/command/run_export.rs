//! `motus run export`: a run with its events as canonical JSON, or all runs, on stdout.

use std::io::{self, BufWriter, Write};

use motus_app::exit;
use motus_app::runs::{self, RunError};
use motus_app::travel;
use motus_ledger::RunId;
use motus_ledger::export::ExportError;

use crate::arguments::ExportArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::printable;

pub(crate) fn run(arguments: &ExportArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let mut stdout = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let exported = match &arguments.run {
        Some(run) => runs::export(&place, run, &mut stdout).map(|_| Vec::new()),
        None => travel::export_all(&place, &mut stdout).map(|exported| exported.too_long),
    };
    match exported {
        Ok(too_long) => {
            output::finish(stdout.flush())?;
            too_long.iter().for_each(warn);
        }
        Err(RunError::Export(ExportError::Output(error))) => output::finish(Err(error))?,
        Err(error) => return Err(error.into()),
    }
    Ok(exit::OK)
}

fn warn(run: &RunId) {
    let run = printable(run.as_str());
    output::talk(format!("warning: this run is too long for `motus run import`: {run}"));
}
