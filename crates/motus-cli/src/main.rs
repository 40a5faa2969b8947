//! The motus program: its library, run.

use std::process::ExitCode;

fn main() -> ExitCode {
    motus_cli::run()
}
