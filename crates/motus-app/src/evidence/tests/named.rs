//! Files by their names: how they are called in what is recorded, and which are read.

use std::os::unix::fs::symlink;
use std::path::Path;

use motus_ledger::Digest;
use motus_ledger::report::Format;
use motus_store::StorePlace;
use motus_testkit::harness::Scratch;

use crate::evidence::{read_artifact, read_report};

const REPORT: &str = "<testsuite><testcase name='a'/></testsuite>";

/// A Store that is not there.
fn nowhere() -> StorePlace {
    StorePlace::new("/nowhere/store.db")
}

fn name(file: &Path, project: &Path) -> Option<String> {
    read_report(Format::Junit, file, project, &nowhere()).expect("a report").file.name
}

#[test]
fn a_file_is_called_by_its_path_below_the_project() {
    let scratch = Scratch::new();
    let project = scratch.project();
    scratch.write("target/deep/j.xml", REPORT);
    let file = project.join("target/deep/j.xml");
    assert_eq!(name(&file, &project).as_deref(), Some("target/deep/j.xml"));
    assert_eq!(
        name(&project.join("target/../target/deep/j.xml"), &project).as_deref(),
        Some("target/deep/j.xml")
    );
    assert_eq!(name(&file, &project.join("target/deep")).as_deref(), Some("j.xml"));
    assert_eq!(name(&file, &scratch.home()).as_deref(), Some("j.xml"));
    assert_eq!(name(&file, &project.join("absent")).as_deref(), Some("j.xml"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test makes a link")]
fn a_link_is_followed_and_called_by_where_it_leads() {
    let scratch = Scratch::new();
    let project = scratch.project();
    scratch.write("real.xml", REPORT);
    symlink(project.join("real.xml"), scratch.home().join("link.xml")).expect("a link");
    let link = scratch.home().join("link.xml");
    assert_eq!(name(&link, &project).as_deref(), Some("real.xml"));
    let artifact = read_artifact(&link, &project, &nowhere()).expect("an artifact");
    assert_eq!(artifact.file.name.as_deref(), Some("real.xml"));
    assert_eq!(artifact.file.digest, Digest::of(REPORT));
    assert_eq!(artifact.file.bytes, REPORT.len() as u64);
}

#[test]
fn what_is_no_file_cannot_be_read() {
    let scratch = Scratch::new();
    let project = scratch.project();
    let code = |file: &Path| {
        let report = read_report(Format::Junit, file, &project, &nowhere()).map(drop);
        let artifact = read_artifact(file, &project, &nowhere()).map(drop);
        [report, artifact].map(|read| read.err().map(|error| error.code()))
    };
    let unreadable = [Some("input.unreadable"); 2];
    assert_eq!(code(&project), unreadable);
    assert_eq!(code(&project.join("absent")), unreadable);
    assert_eq!(code(Path::new("/")), unreadable);
    assert_eq!(
        code(Path::new("/dev/null")),
        [Some("evidence.malformed"), Some("input.unreadable")]
    );
}

/// While a Store is in use, no file of it is opened beside SQLite.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test makes a link")]
fn the_store_is_no_evidence() {
    let scratch = Scratch::new();
    let project = scratch.project();
    let store = StorePlace::new(project.join("s.db"));
    scratch.write("s.db", REPORT);
    scratch.write("s.db-wal", REPORT);
    symlink(project.join("s.db"), project.join("link")).expect("a link");
    for name in ["s.db", "s.db-wal", "link"] {
        let file = project.join(name);
        let report = read_report(Format::Junit, &file, &project, &store).map(drop);
        let artifact = read_artifact(&file, &project, &store).map(drop);
        for refused in [report, artifact] {
            assert_eq!(refused.expect_err(name).code(), "input.unreadable");
        }
    }
}
