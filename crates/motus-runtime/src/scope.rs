//! Scopes: what a command may read, write, run and reach, held by the kernel, and what it attempted.
//!
//! A [`Scope`] is plain data. [`probe`] says what this machine can do about it, [`Probed::level`] what that
//! comes to for one scope. A [`Launch`](crate::Launch) that carries a scope is started inside of it, and its
//! [`Completion`](crate::Completion) carries an [`Observation`].
//!
//! What a run in a scope promises beyond that of any other:
//!
//! - **Enforced** means that the kernel decides on what is really opened, whatever names led there
//!   (Landlock), and that what Landlock does not know of is refused or done on the command's behalf
//!   (seccomp user notification). No privileges are needed, and none can be gained inside.
//! - **Observed** means that every attempt to change a name or a file, to run a program or to reach somebody
//!   is seen before it happens, once each. What came of an attempt is not seen.
//! - **End.** When the command has ended, what it started is ended too.
//!
//! The supervisor fails closed: when it dies, what it would have been asked fails.

mod below;
mod level;
#[cfg(target_os = "linux")]
mod linux;
mod network;
mod observation;
mod patience;
mod rule;
mod session;
mod snapshot;
mod tally;

use std::path::PathBuf;

pub use level::{Feature, Level, Probed, Shortfall, probe};
#[cfg(target_os = "linux")]
pub(crate) use linux::spawn::{can_hold_readers, spawn_reader};
pub use network::{Host, Network, Peer};
pub use observation::{Action, Change, Decision, Observation, Seen, Unreached};
pub use rule::{Access, Rule, Rules};
pub(crate) use session::{Session, SpawnError};

/// What a command may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// What may be read, written and run.
    pub rules: Rules,
    /// Who may be reached.
    pub network: Network,
    /// Whether anything is stopped, or all of it only seen.
    pub mode: Mode,
    /// Whether reads are seen one by one; if not they are bounded, and not listed.
    pub observes_reads: bool,
    /// What may be used up.
    pub limits: Limits,
    /// Directories that are compared before and after: changes there that nobody saw are told.
    pub watched: Vec<PathBuf>,
    /// The same, where little lies in them: nobody waits for a look at what is as large as a cache of packages. One that
    /// has too many entries is told, if the command may have changed anything there.
    pub watched_if_small: Vec<PathBuf>,
    /// A directory of the command's own that is gone afterwards: few of the names in it are kept apart.
    pub temporary: Option<PathBuf>,
    /// At most so many different attempts of a kind are kept apart; what is declared and too much is told by the
    /// directory that is declared.
    pub most_seen: usize,
}

/// Whether a scope stops anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// What is not declared is stopped, as far as the level goes.
    #[default]
    Enforce,
    /// Everything goes on; it is only seen.
    Observe,
}

/// What a command and all that it starts may use up; time is the launch's own limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// How many processes may live at once. The system does not hold root to it.
    pub processes: Option<u64>,
    /// How many bytes may be written to both outputs together.
    pub output_bytes: Option<u64>,
}

impl Scope {
    /// Tells whether something is declared, paths being absolute and without links.
    ///
    /// Where one may write, one's own sockets are files as others are; those of others have to be declared.
    pub fn allows(&self, action: &Action) -> bool {
        match action {
            Action::Read(path) => self.rules.allow(Access::Read, path),
            Action::Write(path) => self.rules.allow(Access::Write, path),
            // A socket in the file system is a name as others are.
            Action::Entry(path) | Action::Listen(Peer::File(path)) => self.rules.allow_entry(path),
            Action::Execute(path) => self.rules.allow(Access::Execute, path),
            Action::Connect(Peer::Internet(address)) => self.network.allows_address(*address),
            Action::Connect(Peer::Host(host)) => self.network.allows_host(host),
            Action::Connect(Peer::File(path)) => self.network.allows_socket(path),
            Action::Listen(Peer::Internet(address)) => self.network.allows_listening(*address),
            Action::Connect(_) | Action::Listen(_) | Action::Call(_) => false,
        }
    }

    /// Says of an attempt what comes of it at a level.
    pub fn decide(&self, action: &Action, level: Level) -> Decision {
        match (self.allows(action), level.enforces()) {
            (true, _) => Decision::Declared,
            (false, true) => Decision::Denied,
            (false, false) => Decision::Undeclared,
        }
    }
}
