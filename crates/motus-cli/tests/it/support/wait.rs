//! Programs that run while the test looks on; every wait is for a condition and has an end.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use motus_testkit::harness::Captured;

/// Far more than anything here takes, even on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A shell script that says it started by the file `started` and waits for the file `go`.
pub(crate) const WAIT_FOR_GO: &str =
    ": > started; n=0; until [ -e go ] || [ $n = 1000 ]; do sleep 0.02; n=$((n+1)); done";

/// Starts a program with its outputs piped and nothing to read.
pub(crate) fn start(command: &mut Command) -> Child {
    let command = command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for the end of a program that [`start`] started.
pub(crate) fn finish(child: Child) -> Captured {
    child.wait_with_output().unwrap().into()
}

/// Waits until something holds.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal, named as `kill` names it.
pub(crate) fn send(signal: &str, pid: u32) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(pid.to_string()).status();
    assert!(sent.unwrap().success(), "{signal} could not be sent");
}

/// Tells whether a process is there and no zombie.
pub(crate) fn is_alive(pid: &str) -> bool {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid.trim()).join("stat"));
    status.is_ok_and(|line| !line.contains(") Z "))
}
