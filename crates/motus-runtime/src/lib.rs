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
//! - **Group.** The command leads a process group of its own. INT, TERM, HUP, QUIT, TSTP, USR1,
//!   USR2 and WINCH sent to us reach the whole group. On a terminal the command gets the foreground
//!   when it needs it, and stopping and resuming work as without us.
//! - **Time.** A timeout sends TERM to the group, KILL two seconds later. It also covers the
//!   delivery of the output after the command has ended.
//! - **End.** After a normal end, background processes live on; the run waits at most half a second
//!   for what they still write. After an interruption nothing is left of the group: it gets TERM,
//!   and KILL half a second later. The command's own output is cut only then, and only when our
//!   output has taken nothing for a second.
//!
//! Order of use: [`Supervisor::install`] before anything is recorded, [`Supervisor::run`] for the
//! command, [`Supervisor::pending`] for what arrived during the closing work.

mod child;
mod completion;
pub mod git;
mod group;
pub mod identity;
mod launch;
mod pipe;
mod relay;
mod signals;
mod supervisor;
mod terminal;
mod watch;

pub use completion::{Completion, End, Interruption, StartFailure, StartFailureKind, StreamCount};
pub use launch::{Launch, Outputs};
pub use supervisor::{SuperviseError, Supervisor};
