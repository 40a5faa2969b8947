//! Child processes: relay, signals, process groups, deadlines, git facts and process identity.
//!
//! The crate runs one command on behalf of its caller and says what happened to it. It decides no
//! policy (what an end means, which exit code follows), knows no record format, opens no Store and
//! prints nothing of its own: the only bytes it writes are the ones the command wrote.
//!
//! What a run promises:
//!
//! - **Relay.** Output passes on as it appears, unchanged and counted; a slow reader slows the
//!   command down and loses nothing, however late it reads.
//! - **Group.** The command leads a process group of its own. TSTP, USR1, USR2, WINCH and the signals
//!   below reach the whole group when they are sent to us. On a terminal the command gets the
//!   foreground when it needs it, and stopping and resuming work as without us.
//! - **Signals.** TERM, HUP, QUIT, ALRM, VTALRM, PROF, XCPU, IO and PWR end the run: whoever ignores
//!   them is killed two seconds later. A single INT is only passed on, because interactive programs
//!   take it and go on; the second one ends the run like the others.
//! - **Time.** A timeout sends TERM to the group, KILL two seconds later. It also covers the
//!   delivery of the output after the command has ended.
//! - **End.** After a normal end, background processes live on; the run waits at most half a second
//!   for what they still write. After an interruption nothing is left of the group: it gets TERM,
//!   and KILL half a second later. The command's own output is cut only then, and only when our
//!   output has taken nothing for a second.
//!
//! Order of use: [`Supervisor::install`] first, [`Supervisor::pending`] before anything is recorded,
//! [`Supervisor::run`] for the command. Signals that arrive after it are kept, so that the closing
//! work gets done, and forgotten.

mod cause;
mod child;
mod completion;
pub mod git;
mod group;
pub mod identity;
mod launch;
mod numbering;
mod pipe;
mod relay;
pub mod scope;
mod signals;
mod supervisor;
mod terminal;
mod watch;

pub use completion::{
    Completion, End, Interruption, StartFailure, StartFailureKind, StreamCount, system_message,
};
pub use launch::{Confinement, Launch, Outputs};
pub use signals::survive_file_size_limit;
pub use supervisor::{SuperviseError, Supervisor};
