//! Levels: how far a scope is held and seen, as a probe has proved it.

use std::fmt;
use std::io;

use super::Scope;

/// How far a scope is held to, and seen; what comes later is more.
///
/// There is no level at which nothing is seen: every system tells what lies in a directory. Where one directory may not
/// be listed, the observation says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is stopped; the watched directories are compared before and after.
    Snapshot,
    /// Nothing is stopped; attempts are seen.
    Observed,
    /// What is not declared is stopped; the watched directories are compared before and after.
    EnforcedSnapshot,
    /// What is not declared is stopped, and attempts are seen.
    EnforcedObserved,
}

impl Level {
    /// Every level, the least first.
    pub const ALL: [Self; 4] =
        [Self::Snapshot, Self::Observed, Self::EnforcedSnapshot, Self::EnforcedObserved];

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Observed => "observed",
            Self::EnforcedSnapshot => "enforced+snapshot",
            Self::EnforcedObserved => "enforced+observed",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// Tells whether all that another level promises is so at this one: as much is stopped, and as much is seen.
    pub fn meets(self, required: Self) -> bool {
        self >= required && (self.observes() || !required.observes())
    }

    /// Tells whether what is not declared is stopped.
    pub fn enforces(self) -> bool {
        self >= Self::EnforcedSnapshot
    }

    /// Tells whether attempts are seen.
    pub fn observes(self) -> bool {
        matches!(self, Self::Observed | Self::EnforcedObserved)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Something that a machine may be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A write outside of a declared directory is stopped, and one inside is not.
    Files,
    /// Cutting a file is stopped where writing it is not declared.
    Truncation,
    /// A connection is stopped.
    Connections,
    /// Processes outside of the scope cannot be signalled, nor reached by sockets without a file.
    Isolation,
    /// Attempts are seen before they happen.
    Attempts,
    /// The path of an attempt can be read from the memory of whoever attempts it.
    Paths,
    /// A connection can be made on behalf of the command.
    Brokering,
}

/// What a machine cannot do, and what it said when it was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// What was tried.
    pub feature: Feature,
    /// What came of it.
    pub reason: String,
}

/// What a machine has proved to be able to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// The version of Landlock's interface; 0 without one. For people: nothing is concluded from it.
    pub landlock: u32,
    /// What it cannot do; empty when everything was proved.
    pub shortfalls: Vec<Shortfall>,
}

/// Tries what this machine can do, with a process of its own that is gone afterwards.
///
/// Takes a few milliseconds. Ask once per process.
///
/// Errors: the system's, when it is short of something such as processes or descriptors, and stays so for a moment: that
/// proves nothing.
pub fn probe() -> io::Result<Probed> {
    #[cfg(target_os = "linux")]
    return super::linux::probe();
    #[cfg(not(target_os = "linux"))]
    Ok(Probed::nothing("not implemented for this system"))
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 7] = [
        Self::Files,
        Self::Truncation,
        Self::Connections,
        Self::Isolation,
        Self::Attempts,
        Self::Paths,
        Self::Brokering,
    ];

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Truncation => "truncation",
            Self::Connections => "connections",
            Self::Isolation => "isolation",
            Self::Attempts => "attempts",
            Self::Paths => "paths",
            Self::Brokering => "brokering",
        }
    }
}

impl Probed {
    /// Returns what a machine can do that was able to do nothing.
    pub fn nothing(reason: &str) -> Self {
        let short = |feature| Shortfall { feature, reason: reason.to_owned() };
        Self { landlock: 0, shortfalls: Feature::ALL.map(short).into() }
    }

    /// Tells whether something was proved.
    pub fn can(&self, feature: Feature) -> bool {
        self.shortfalls.iter().all(|short| short.feature != feature)
    }

    /// Returns the level that a scope gets here.
    pub fn level(&self, scope: &Scope) -> Level {
        let observes = self.can(Feature::Attempts) && self.can(Feature::Paths);
        let enforces = scope.mode == super::Mode::Enforce
            && [Feature::Files, Feature::Truncation, Feature::Connections, Feature::Isolation]
                .into_iter()
                .all(|feature| self.can(feature));
        match (enforces, observes) {
            (true, true) => Level::EnforcedObserved,
            (true, false) => Level::EnforcedSnapshot,
            (false, true) => Level::Observed,
            (false, false) => Level::Snapshot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_requires_that_attempts_are_seen_is_not_content_with_less_because_more_is_stopped() {
        for level in Level::ALL {
            assert!(level.meets(level) && level.meets(Level::Snapshot), "{level}");
            assert!(Level::EnforcedObserved.meets(level), "{level}");
        }
        assert!(!Level::EnforcedSnapshot.meets(Level::Observed));
        assert!(!Level::Observed.meets(Level::EnforcedSnapshot));
        assert!(!Level::Snapshot.meets(Level::Observed));
    }
}
