//! The two streams: data on stdout, talk on stderr. No other module prints.
//!
//! Pages pass through a writer that takes colours off where nobody sees them. Documents do not: it
//! would take U+007F off as well, and their bytes count.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use motus_json::{Object, Value, pretty};

use crate::failure::Failure;

/// Prints a page. A reader that went away is no failure: it had what it wanted.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    finish(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Prints bytes as they are.
pub(crate) fn document(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    finish(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// Prints an object as indented JSON.
pub(crate) fn json(object: Object) -> Result<(), Failure> {
    document(indented(object).as_bytes())
}

fn indented(object: Object) -> String {
    format!("{}\n", pretty::write(&Value::Object(object)))
}

/// Turns the result of writing to stdout into the command's.
pub(crate) fn finish(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::NoOutput(error)),
        _ => Ok(()),
    }
}

/// Prints one line of talk. There is nobody to tell when stderr is gone.
pub(crate) fn talk(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints one line of talk as it is, for programs.
pub(crate) fn talk_plain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints an object as indented JSON on stderr.
pub(crate) fn talk_json(object: Object) {
    talk_plain(indented(object).trim_end());
}

/// Prints a line that says what the person can do.
pub(crate) fn hint(line: impl Display) {
    talk(format!("{}: {line}", coloured("hint", AnsiColor::Cyan)));
}

/// Surrounds a text with a colour; it is taken off where the output is no terminal.
pub(crate) fn coloured(text: impl Display, colour: AnsiColor) -> String {
    let style = Style::new().fg_color(Some(colour.into()));
    format!("{style}{text}{style:#}")
}

/// Surrounds a text with bold type; it is taken off where the output is no terminal.
pub(crate) fn bold(text: impl Display) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}
