//! One wrapped command that is going to be killed.

use std::fs::File;
use std::io::{ErrorKind, PipeWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::acknowledged::{Notes, read, whole_lines};
use super::moment::{Moment, Target};
use crate::failure::Failure;
use crate::product::{APPENDER, Product};

/// What the wrapped command does: it notes its group and its run, speaks on both streams, and
/// appends events to its own run. It keeps its stdin open for as long as it lives.
const SCRIPT: &str = r#"
notes=$1 appender=$2 events=$3
echo "$$" >"$notes/group"
echo "$MOTUS_RUN_ID" >"$notes/run"
echo out
echo err >&2
[ "$events" = 0 ] ||
  exec "$appender" "$MOTUS_KERNEL_STORE_PATH" "$MOTUS_RUN_ID" torture "$events" >"$notes/events"
"#;

/// Nothing here takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a condition is looked at.
const GLANCE: Duration = Duration::from_micros(200);

/// A running wrapper.
pub(super) struct Victim {
    child: Child,
    launched: Instant,
    /// The other end is the stdin of wrapper and command: while it can be written, one is alive.
    leash: PipeWriter,
    notes: Notes,
}

impl Victim {
    /// Starts a wrapper that [`wrap`] prepared, with the same notes.
    pub(super) fn launch(mut command: Command, notes: Notes) -> Result<Self, Failure> {
        let launched = Instant::now();
        let start = || {
            let (stdin, leash) = std::io::pipe()?;
            let stderr = File::create(notes.trailer())?;
            let child = command.stdin(stdin).stdout(Stdio::null()).stderr(stderr).spawn()?;
            // Our own copy of the leash's other end would keep it alive for ever.
            drop(command);
            Ok((child, leash))
        };
        let (child, leash) = start().map_err(|error: std::io::Error| {
            Failure::Failed(format!("cannot start the wrapper: {error}"))
        })?;
        Ok(Self { child, launched, leash, notes })
    }

    /// Waits for the moment to kill; returns earlier when the wrapper has ended by itself.
    pub(super) fn wait_for(&mut self, moment: Moment) -> Result<(), Failure> {
        let (since, delay) = match moment {
            Moment::AfterLaunch(delay) => (self.launched, delay),
            Moment::AfterStart(delay) => {
                self.wait_until(|victim| !whole_lines(&victim.notes.run()).is_empty())?;
                (Instant::now(), delay)
            }
        };
        // Sleeping alone would overshoot by about as much as the shortest delays are long.
        let mut left = delay.saturating_sub(since.elapsed());
        if left > GLANCE {
            thread::sleep(left.saturating_sub(GLANCE));
        }
        while !left.is_zero() {
            std::hint::spin_loop();
            left = delay.saturating_sub(since.elapsed());
        }
        Ok(())
    }

    /// Kills, and waits until the command is gone too; tells whether the wrapper died of it.
    ///
    /// Errors: the wrapper ended by itself, and not with its command's success.
    pub(super) fn kill(mut self, target: Target) -> Result<bool, Failure> {
        let failed = |error| Failure::Failed(format!("cannot kill the wrapper: {error}"));
        let ended = self.child.try_wait().map_err(failed)?;
        if ended.is_none() {
            self.child.kill().map_err(failed)?;
        }
        let status = self.child.wait().map_err(failed)?;
        let killed = std::os::unix::process::ExitStatusExt::signal(&status) == Some(9);
        if target == Target::Everyone {
            self.kill_command()?;
        }
        self.wait_for_silence()?;
        if killed || status.success() {
            return Ok(killed);
        }
        let said = read(&self.notes.trailer());
        Err(Failure::Failed(format!("a wrap that nobody killed ended with {status}\n{said}")))
    }

    /// Waits until the wrapper has ended without our doing; tells whether something killed it.
    pub(super) fn wait(mut self) -> Result<bool, Failure> {
        self.wait_until(|_| false)?;
        self.kill(Target::Wrapper)
    }

    /// Kills the group of the command, when the command had noted it and is still there.
    fn kill_command(&mut self) -> Result<(), Failure> {
        let noted = whole_lines(&self.notes.group());
        let Some(group) = noted.first().and_then(|line| line.parse::<u32>().ok()) else {
            return Ok(());
        };
        if group > 1 && self.anyone_alive()? {
            let mut kill = Command::new("kill");
            kill.args(["-KILL", "--", &format!("-{group}")]);
            // It may have ended in between, which is as good.
            let _ = kill.stderr(Stdio::null()).status();
        }
        Ok(())
    }

    fn wait_for_silence(&mut self) -> Result<(), Failure> {
        let started = Instant::now();
        while self.anyone_alive()? {
            if started.elapsed() > PATIENCE {
                return Err(Failure::Failed("the command outlived its wrapper".to_owned()));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Tells whether anybody still holds the leash; the byte that is written is never read.
    fn anyone_alive(&mut self) -> Result<bool, Failure> {
        match self.leash.write(&[0]) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Failure::Failed(format!("the leash broke: {error}"))),
        }
    }

    /// Waits for a condition or the wrapper's own end.
    fn wait_until(&mut self, condition: impl Fn(&Self) -> bool) -> Result<(), Failure> {
        let started = Instant::now();
        while !condition(self) && self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            if started.elapsed() > PATIENCE {
                return Err(Failure::Failed("a wrap hangs".to_owned()));
            }
            thread::sleep(GLANCE);
        }
        Ok(())
    }
}

/// Prepares a wrap of the script on a Store, with a command that appends so many events.
pub(super) fn wrap(product: &Product, store: &Path, notes: &Notes, events: u64) -> Command {
    let mut command = product.motus();
    command.args(["wrap", "--db"]).arg(store);
    command.args(["--", "sh", "-c", SCRIPT, "sh"]).arg(notes.folder());
    command.arg(product.binary(APPENDER)).arg(events.to_string());
    command
}
