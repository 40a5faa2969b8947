//! Programs that run while the test looks on; every wait is for a condition and has an end.

use std::process::{Child, Command, Stdio};

use motus_testkit::harness::Captured;
pub(crate) use motus_testkit::harness::{is_alive, wait_until};

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

/// Sends a signal, named as `kill` names it.
pub(crate) fn send(signal: &str, pid: u32) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(pid.to_string()).status();
    assert!(sent.unwrap().success(), "{signal} could not be sent");
}
