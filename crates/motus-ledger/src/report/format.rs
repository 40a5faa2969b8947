//! The formats of reports that are read.

use std::fmt;

/// A format that tools write their reports in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// `JUnit` XML, as pytest, surefire, jest-junit, cargo-nextest and others write it.
    Junit,
    /// The Test Anything Protocol, versions 12 to 14.
    Tap,
    /// The Static Analysis Results Interchange Format, version 2.1.0.
    Sarif,
    /// Lines of JSON that cargo and the test harness of Rust write.
    CargoJson,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Junit, Self::Tap, Self::Sarif, Self::CargoJson];

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Junit => "junit",
            Self::Tap => "tap",
            Self::Sarif => "sarif",
            Self::CargoJson => "cargo-json",
        }
    }

    /// Returns the format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Returns the type of evidence that a report in this format is, when nobody names another.
    pub fn evidence_type(self) -> &'static str {
        match self {
            Self::Junit | Self::Tap | Self::CargoJson => "test_result",
            Self::Sarif => "analysis_result",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
