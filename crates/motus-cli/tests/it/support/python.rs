//! A second hand on the Store: Python's own SQLite, which knows none of our rules.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use motus_testkit::harness::{Reference, skip};

/// An interpreter.
#[derive(Debug)]
pub(crate) struct Python {
    program: PathBuf,
}

/// A process that holds the Store's write lock until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    child: Child,
}

impl Python {
    /// Finds the system's interpreter; without one the test is skipped, and says so.
    pub(crate) fn find(test: &str) -> Option<Self> {
        let found = Command::new("python3").args(["-c", "import sqlite3"]).output();
        if found.is_ok_and(|output| output.status.success()) {
            return Some(Self { program: "python3".into() });
        }
        skip(test, "there is no python3 with sqlite3");
        None
    }

    /// Takes the interpreter that can import the published package.
    pub(crate) fn of(reference: &Reference) -> Self {
        Self { program: reference.python() }
    }

    /// Runs a script and returns what it printed.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, arguments: &[&Path]) -> String {
        let output = Command::new(&self.program).arg("-c").arg(script).args(arguments).output();
        let output = output.unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs SQL on a database.
    #[track_caller]
    pub(crate) fn sql(&self, store: &Path, statements: &str) {
        let script = "import sqlite3, sys\n\
            connection = sqlite3.connect(sys.argv[1])\n\
            connection.executescript(sys.argv[2])\n\
            connection.commit()";
        self.run(script, &[store, Path::new(statements)]);
    }

    /// Returns the first column of what a query finds, a line for each row.
    #[track_caller]
    pub(crate) fn query(&self, store: &Path, query: &str) -> Vec<String> {
        let script = "import sqlite3, sys\n\
            for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row[0])";
        let printed = self.run(script, &[store, Path::new(query)]);
        printed.lines().map(str::to_owned).collect()
    }

    /// Takes the write lock of a database and keeps it.
    pub(crate) fn hold(&self, store: &Path) -> Held {
        let script = "import sqlite3, sys\n\
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
            connection.execute('BEGIN IMMEDIATE')\n\
            print('held', flush=True)\n\
            sys.stdin.read()";
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(script).arg(store);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "held\n");
        Held { child }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
