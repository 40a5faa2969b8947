//! `motus run export`: a run with its events as canonical JSON, on stdout.

use std::io::{self, BufWriter, Write};

use motus_app::runs::{self, RunError};
use motus_ledger::export::ExportError;

use crate::arguments::ExportArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &ExportArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let mut stdout = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    match runs::export(&place, &arguments.selector.run, &mut stdout) {
        Ok(_) => output::finish(stdout.flush())?,
        Err(RunError::Export(ExportError::Output(error))) => output::finish(Err(error))?,
        Err(error) => return Err(error.into()),
    }
    Ok(motus_app::exit::OK)
}
