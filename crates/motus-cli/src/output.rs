//! The two streams: data on stdout, talk on stderr. No other module prints.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use motus_json::{Object, Value, pretty};

use crate::failure::Failure;

/// Prints data. A reader that went away is no failure: it had what it wanted.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    finish(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Prints an object as indented JSON.
pub(crate) fn json(object: Object) -> Result<(), Failure> {
    data(&format!("{}\n", pretty::write(&Value::Object(object))))
}

/// Turns the result of writing to stdout into the command's.
pub(crate) fn finish(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::no_output(&error)),
        _ => Ok(()),
    }
}

/// Prints one line of talk. There is nobody to tell when stderr is gone.
pub(crate) fn talk(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
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
