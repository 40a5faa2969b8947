//! Documents of a real Store, as files.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use motus_ledger::RunId;
use motus_store::StorePlace;
use motus_testkit::TestLedger;
use motus_testkit::harness::Scratch;
use motus_testkit::sample::{closing, new_run};

use super::*;
use crate::receipts::{Document, verify};
use crate::runs;
use motus_ledger::portable::verify::Mode;

struct Recorded {
    scratch: Scratch,
    store: StorePlace,
    run: RunId,
}

/// Records a run, and closes it if it is to be.
fn recorded(is_closed: bool) -> Recorded {
    let scratch = Scratch::new();
    let path = scratch.project().join("store.db");
    let mut ledger = TestLedger::at(&path);
    let run = ledger.start(&new_run("k")).expect("the run starts").id;
    if is_closed {
        ledger.close(&closing(&run)).expect("the run closes");
    }
    Recorded { scratch, store: StorePlace::new(&path), run }
}

impl Recorded {
    fn places(&self, names: [&str; 3]) -> Places {
        let [export, receipt, envelope] = names.map(|name| self.scratch.project().join(name));
        Places { export, receipt, envelope }
    }

    fn leave(&self, names: [&str; 3]) -> Documents {
        leave(&self.store, &self.run, &self.places(names), None)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.scratch.project().join(name)).expect("the file is there")
    }

    fn names(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.scratch.project().join(directory)).expect("a directory");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

#[test]
fn the_documents_are_those_that_the_commands_print() {
    let recorded = recorded(true);
    let left = recorded.leave(["out/deep/e.json", "r.json", "v.json"]);
    let receipt_id = left.receipt.expect("a receipt");
    assert!(left.export.is_ok() && left.envelope.is_ok());
    let mut export = Vec::new();
    runs::export(&recorded.store, "latest", &mut export).expect("an export");
    export.push(b'\n');
    assert_eq!(recorded.read("out/deep/e.json").as_bytes(), export);
    let receipt = recorded.read("r.json");
    assert!(receipt.starts_with("{\n  \"accepted_close\": ") && receipt.ends_with("\n}\n"));
    assert!(receipt.contains(&format!("\"receipt_id\": \"{receipt_id}\"")), "{receipt}");
    let envelope = recorded.read("v.json");
    let document = Document { name: "v", bytes: envelope.as_bytes(), golden: None };
    assert!(verify(&[document], Mode::Strict).iter().all(|one| one.verdict.is_valid()));
}

#[test]
fn a_plain_file_is_replaced_and_the_umask_decides_who_reads_it() {
    let recorded = recorded(true);
    let plain = recorded.scratch.write("plain", "");
    recorded.scratch.write("r.json", "old");
    assert!(recorded.leave(["e.json", "r.json", "v.json"]).receipt.is_ok());
    assert!(recorded.read("r.json").contains("receipt_id"));
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&recorded.scratch.project().join("v.json")), mode(&plain));
    assert!(!recorded.names(".").iter().any(|name| name.contains("motus-new")));
}

#[test]
fn what_is_no_plain_file_stays() {
    let recorded = recorded(true);
    let precious = recorded.scratch.write("precious", "kept");
    let place = |name: &str| recorded.scratch.project().join(name);
    symlink(&precious, place("link")).expect("linked");
    symlink("nowhere", place("dangling")).expect("linked");
    fs::create_dir(place("directory")).expect("made");
    let left = recorded.leave(["link", "dangling", "directory"]);
    let receipt = left.receipt.map(drop);
    for refused in [left.export, receipt, left.envelope] {
        let refused = refused.expect_err("no plain file");
        assert!(matches!(refused, DocumentError::NotPlain(_)), "{refused}");
    }
    assert_eq!(recorded.read("precious"), "kept");
    assert!(place("link").is_symlink() && place("dangling").is_symlink());
    let left = recorded.leave(["/dev/null", "/dev/stdout", "v.json"]);
    assert!(left.export.is_err() && left.receipt.is_err() && left.envelope.is_ok());
    assert!(!Path::new("/dev/null").is_file());
}

/// A command in a scope may make links where it may write; what Motus writes afterwards is held to nothing.
#[test]
fn a_link_that_came_on_the_way_leads_nowhere() {
    for is_closed in [true, false] {
        let recorded = recorded(is_closed);
        let place = |name: &str| recorded.scratch.project().join(name);
        recorded.scratch.write("precious/r.json", "kept");
        recorded.scratch.write("out/old/r.json", "of an earlier run");
        let places = recorded.places(["out/new/e.json", "out/old/r.json", "out/again/v.json"]);
        let before = places.without_links();
        fs::remove_dir_all(place("out/old")).expect("removed");
        for name in ["out/new", "out/old"] {
            symlink(place("precious"), place(name)).expect("linked");
        }
        let left = leave(&recorded.store, &recorded.run, &places, before.as_ref());
        for refused in [left.export, left.receipt.map(drop)] {
            let refused = refused.expect_err("it leads elsewhere");
            assert!(matches!(refused, DocumentError::LedAway(_)), "{refused}");
        }
        assert_eq!(recorded.names("precious"), ["r.json"]);
        assert_eq!(recorded.read("precious/r.json"), "kept");
        assert_eq!(left.envelope.is_ok(), is_closed, "a directory that is missing is made");
    }
}

#[test]
fn a_directory_that_was_made_anew_is_the_same_way_and_links_of_before_are_followed() {
    let recorded = recorded(true);
    let place = |name: &str| recorded.scratch.project().join(name);
    recorded.scratch.write("out/r.json", "of an earlier run");
    symlink("out", place("link")).expect("linked");
    let places = recorded.places(["link/e.json", "out/r.json", "out/v.json"]);
    let before = places.without_links();
    fs::remove_dir_all(place("out")).expect("removed");
    fs::create_dir(place("out")).expect("made");
    let left = leave(&recorded.store, &recorded.run, &places, before.as_ref());
    assert!(left.export.is_ok() && left.receipt.is_ok() && left.envelope.is_ok());
    assert_eq!(recorded.names("out"), ["e.json", "r.json", "v.json"]);
    let places = recorded.places(["late/e.json", "r.json", "v.json"]);
    symlink("out", place("late")).expect("linked");
    let left = leave(&recorded.store, &recorded.run, &places, None);
    assert!(left.export.is_ok(), "without a scope its command may have made the link as well");
}

#[test]
fn what_cannot_be_made_of_an_open_run_is_not_that_of_an_earlier_one() {
    let recorded = recorded(false);
    recorded.scratch.write("r.json", "of an earlier run");
    let left = recorded.leave(["e.json", "r.json", "v.json"]);
    assert!(left.export.is_ok());
    assert_eq!(left.receipt.expect_err("open").code(), "projection.run_open");
    assert_eq!(left.envelope.expect_err("open").code(), "projection.run_open");
    assert_eq!(recorded.names("."), ["e.json", "store.db", "store.db-shm", "store.db-wal"]);
}

#[test]
fn each_document_fails_by_itself() {
    let recorded = recorded(true);
    recorded.scratch.write("directory/kept", "");
    let long = "n".repeat(300);
    let left = recorded.leave(["directory", &long, "v.json"]);
    assert_eq!(left.export.expect_err("a directory is there").code(), "file.failed");
    assert_eq!(left.receipt.expect_err("no system has such a name").code(), "file.failed");
    assert!(left.envelope.is_ok());
    let left = recorded.leave(["directory/kept/e.json", "r.json", "/proc/none/v.json"]);
    assert!(left.export.is_err() && left.receipt.is_ok() && left.envelope.is_err());
    assert_eq!(recorded.names("directory"), ["kept"]);
    assert!(Path::new(&recorded.scratch.project().join("directory/kept")).is_file());
}

#[test]
fn the_first_word_is_the_program() {
    let read = command(OsStr::new("sh -c 'exit 3' ''"), None).expect("words");
    assert_eq!(read.program, "sh");
    assert_eq!(read.arguments, ["-c", "exit 3", ""]);
    for (line, code) in [
        ("", "action.command_empty"),
        (" \n\t", "action.command_empty"),
        ("\\\n", "action.command_empty"),
        ("echo 'x", "action.command_unclosed"),
        ("echo \\", "action.command_unclosed"),
    ] {
        assert_eq!(command(OsStr::new(line), None).expect_err(line).code(), code);
    }
}
