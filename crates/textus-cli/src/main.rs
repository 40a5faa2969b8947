//! The textus program: its library, run.

use std::process::ExitCode;

fn main() -> ExitCode {
    textus_cli::run()
}
