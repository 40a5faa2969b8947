//! One process of the crew: starting it, hearing what it is told, and disturbing it.

use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Sender;
use std::thread;

/// What is heard of a process.
pub(super) enum Heard {
    /// A whole line.
    Line(usize, String),
    /// The end of its output.
    End(usize),
}

/// A running process.
pub(super) struct Member {
    child: Child,
}

/// How a process ended.
pub(super) enum Ending {
    Done,
    Killed,
    /// With what it said about that.
    Failed(String),
}

impl Member {
    /// Starts the process of one worker; what it is told is sent under the index.
    pub(super) fn start(
        mut command: Command,
        index: usize,
        sender: Sender<Heard>,
    ) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let stdout = child.stdout.take();
        thread::spawn(move || {
            let mut lines = stdout.map(BufReader::new);
            while let Some(line) = lines.as_mut().and_then(next_line) {
                // Nobody listens any more once something was found.
                let _ = sender.send(Heard::Line(index, line));
            }
            let _ = sender.send(Heard::End(index));
        });
        Ok(Self { child })
    }

    pub(super) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()
    }

    pub(super) fn stop(&self) -> io::Result<()> {
        self.signal("-STOP")
    }

    pub(super) fn go_on(&self) -> io::Result<()> {
        self.signal("-CONT")
    }

    /// The process was not waited for, so its number is still its own.
    fn signal(&self, name: &str) -> io::Result<()> {
        let mut kill = Command::new("kill");
        // It may have ended in between, which is as good.
        kill.args([name, &self.child.id().to_string()]).stderr(Stdio::null()).status().map(|_| ())
    }

    /// Waits for a process whose output has ended.
    pub(super) fn wait(&mut self) -> io::Result<Ending> {
        let status = self.child.wait()?;
        if status.success() {
            return Ok(Ending::Done);
        }
        if status.signal() == Some(9) {
            return Ok(Ending::Killed);
        }
        let mut said = String::new();
        if let Some(stderr) = &mut self.child.stderr {
            stderr.read_to_string(&mut said)?;
        }
        Ok(Ending::Failed(format!("{status}: {said}")))
    }
}

impl Drop for Member {
    /// Nothing outlives a simulation, stopped processes least of all.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the next line that was written to its end.
fn next_line(lines: &mut BufReader<impl Read>) -> Option<String> {
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    Some(line.strip_suffix('\n')?.to_owned())
}
