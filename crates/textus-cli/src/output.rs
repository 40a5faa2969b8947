//! The two streams: results on stdout, talk on stderr. No other module prints.

use std::io::{self, Write};
use std::process::ExitCode;

use motus_json::printable;
use textus_core::{Error, envelope};

use crate::arguments::Output;
use crate::command::Answer;
use crate::text;

/// Prints a page that was asked for.
pub(crate) fn page(page: &str) -> ExitCode {
    told(page.as_bytes(), 0)
}

/// Prints what a verb answered.
pub(crate) fn answer(answer: &Answer, output: Output) -> ExitCode {
    for warning in &answer.warnings {
        talk(&format!("warning: {}", printable(warning)));
    }
    let told_text = match output {
        Output::Json => envelope::line(&answer.result),
        Output::Text => text::render(answer),
    };
    told(told_text.as_bytes(), answer.exit_code)
}

/// Prints what went wrong: for programs on stdout, for people on stderr.
pub(crate) fn error(error: &Error, output: Output) -> ExitCode {
    talk(&format!("{}: {}", error.code(), printable(error.message())));
    if let Some(hint) = error.next_step() {
        talk(&format!("  → {}", printable(hint)));
    }
    let code = error.code().exit_code();
    match output {
        Output::Json => told(envelope::error_line(error).as_bytes(), code),
        Output::Text => ExitCode::from(code),
    }
}

/// Writes to stdout. A reader that went away had what it wanted; any other failure is told.
fn told(bytes: &[u8], code: u8) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            talk(&format!("io_error: the result cannot be printed: {error}"));
            ExitCode::from(64)
        }
        _ => ExitCode::from(code),
    }
}

/// Says something to people; when nobody can hear it, nothing can be done.
fn talk(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
