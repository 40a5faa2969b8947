//! What somebody was told is recorded, and faults to plant in that.

use std::fs;
use std::path::Path;

/// A run that was acknowledged, with everything of it that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acknowledged {
    pub(super) run: String,
    /// Whether the trailer told that the close is recorded.
    pub(super) closed: bool,
    /// The numbers of events that the appender printed.
    pub(super) events: Vec<u64>,
}

impl Acknowledged {
    /// Reads the notes that a wrapped command left, and the trailer; `None` before the start.
    pub(super) fn read(notes: &Notes) -> Option<Self> {
        let run = whole_lines(&notes.run()).last()?.clone();
        let closed = closed_run(&read(&notes.trailer())).is_some_and(|told| told == run);
        let events = whole_lines(&notes.events());
        let events = events.iter().filter_map(|line| line.parse().ok()).collect();
        Some(Self { run, closed, events })
    }
}

/// The files in which one round leaves its notes.
pub(super) struct Notes {
    folder: std::path::PathBuf,
}

impl Notes {
    pub(super) fn in_folder(folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The run id, written by the wrapped command: that it runs acknowledges the start.
    pub(super) fn run(&self) -> std::path::PathBuf {
        self.folder.join("run")
    }

    /// The process group of the wrapped command.
    pub(super) fn group(&self) -> std::path::PathBuf {
        self.folder.join("group")
    }

    /// The numbers of committed events, one per line.
    pub(super) fn events(&self) -> std::path::PathBuf {
        self.folder.join("events")
    }

    /// The wrapper's stderr, whose last lines acknowledge the close.
    pub(super) fn trailer(&self) -> std::path::PathBuf {
        self.folder.join("stderr")
    }
}

/// Reads a file that may not be there.
pub(super) fn read(path: &Path) -> String {
    fs::read(path).map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into())
}

/// Returns the lines of a file that are written to their end; a kill may have cut the last one.
pub(super) fn whole_lines(path: &Path) -> Vec<String> {
    let text = read(path);
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(str::to_owned).collect()
}

/// Returns the run whose close the trailer tells.
fn closed_run(stderr: &str) -> Option<&str> {
    let whole = stderr.rsplit_once('\n')?.0;
    // A warning before it says that the end was kept elsewhere.
    if whole.contains("was not recorded") {
        return None;
    }
    whole.lines().find_map(|line| line.strip_prefix("motus run: "))
}

/// A loss to plant in what was acknowledged, which the oracle has to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plant {
    /// A run that was never recorded.
    Run,
    /// An event that was never recorded.
    Event,
    /// A close that was never recorded.
    Close,
}

impl Plant {
    pub(super) const NAMES: [(&'static str, Self); 3] =
        [("lost-ack", Self::Run), ("lost-event", Self::Event), ("lost-close", Self::Close)];

    pub(super) fn parse(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, plant)| *plant)
    }

    /// Changes what is believed to be acknowledged; tells whether that was possible.
    pub(super) fn spoil(self, acknowledged: &mut Acknowledged) -> bool {
        match self {
            Self::Run => acknowledged.run.push_str("_lost"),
            Self::Event => acknowledged.events.push(1_000_000),
            Self::Close if acknowledged.closed => return false,
            Self::Close => acknowledged.closed = true,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_acknowledge() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::in_folder(folder.path());
        assert_eq!(Acknowledged::read(&notes), None);
        fs::write(notes.run(), "run_1").unwrap();
        assert_eq!(Acknowledged::read(&notes), None);
        fs::write(notes.run(), "run_1\n").unwrap();
        fs::write(notes.events(), "2\n3\n4").unwrap();
        fs::write(notes.trailer(), "noise\nmotus run: run_1").unwrap();
        let mut expected =
            Acknowledged { run: "run_1".to_owned(), closed: false, events: vec![2, 3] };
        assert_eq!(Acknowledged::read(&notes), Some(expected.clone()));
        fs::write(notes.trailer(), "noise\nmotus run: run_1\nmotus st").unwrap();
        expected.closed = true;
        assert_eq!(Acknowledged::read(&notes), Some(expected));
    }

    #[test]
    fn a_trailer_after_a_warning_acknowledges_no_close() {
        let stderr = "warning[store.locked]: the end was not recorded: x\nmotus run: run_1\n";
        assert_eq!(closed_run(stderr), None);
    }

    #[test]
    fn plants_have_names() {
        for (name, plant) in Plant::NAMES {
            assert_eq!(Plant::parse(name), Some(plant));
        }
        assert_eq!(Plant::parse("x"), None);
    }
}
