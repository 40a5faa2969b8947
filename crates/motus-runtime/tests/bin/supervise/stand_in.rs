//! A git that misbehaves, as `STAND_IN` says: a program of this machine's own kind, since another one is not asked.

use std::env;
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

/// What it names as the commit where it hangs otherwise.
const COMMIT: &str = "f1c82df9f7364a88c5af41a1205587f541680df9";

/// Tells whether this program was started as git.
pub(super) fn is_played() -> bool {
    started_as().ends_with("/git")
}

pub(super) fn play() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a program of its own")]
    let (words, part): (Vec<String>, _) = (env::args().collect(), env::var("STAND_IN"));
    let is_asked_for = |word: &str| words.iter().any(|it| it == word);
    match part.as_deref() {
        Ok("hangs for good") => wait(),
        // There are no filters, it says.
        Ok(_) if is_asked_for("config") => return ExitCode::FAILURE,
        Ok("hangs") if is_asked_for("rev-parse") => say(COMMIT),
        Ok("hangs") => {
            let child = Command::new(started_as()).env("STAND_IN", "hangs for good").spawn();
            let _ = child.expect("it may run itself").wait();
        }
        Ok("sees dirt") => while is_heard("? dirt\0") {},
        Ok("names headers") => while is_heard("# header\0") {},
        Ok("breaks out") if breaks_out() => return ExitCode::FAILURE,
        Ok("breaks out") => say("? nothing was done\0"),
        part => panic!("no such part: {part:?}"),
    }
    ExitCode::SUCCESS
}

/// Tries what it may not do, and tells whether any of it was done.
#[expect(clippy::disallowed_methods, reason = "it is to be stopped, whoever it is")]
fn breaks_out() -> bool {
    [
        fs::write("made", "").is_ok(),
        fs::set_permissions(".", Permissions::from_mode(0o700)).is_ok(),
        UdpSocket::bind("127.0.0.1:0").is_ok(),
        UnixStream::connect("socket").is_ok(),
        Command::new("/bin/sh").args(["-c", ":"]).status().is_ok(),
    ]
    .contains(&true)
}

fn started_as() -> String {
    #[expect(clippy::disallowed_methods, reason = "a program of its own")]
    env::args().next().unwrap_or_default()
}

fn wait() {
    thread::sleep(Duration::from_mins(1));
}

fn say(line: &str) {
    is_heard(&format!("{line}\n"));
}

fn is_heard(text: &str) -> bool {
    io::stdout().write_all(text.as_bytes()).is_ok()
}
