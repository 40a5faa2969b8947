//! Standard output that cannot be written, or that nobody reads any more.

use std::fs::OpenOptions;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use motus_testkit::harness::{Captured, skip};

use crate::support::{Scene, TEXTUS};

#[test]
fn a_full_disk_behind_stdout_is_an_io_error_on_stderr() {
    let test = "streams::a_full_disk_behind_stdout_is_an_io_error_on_stderr";
    if !Path::new("/dev/full").exists() {
        return skip(test, "there is no /dev/full");
    }
    let scene = Scene::new();
    for words in
        [&["list"][..], &["--help"], &["get", "knowledge.facts"], &["list", "--output=text"]]
    {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = scene.textus(words);
        command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
        let told: Captured = command.output().unwrap().into();
        assert_eq!(told.code, Some(64), "{words:?}");
        assert!(told.stderr_text().contains("io_error: "), "{}", told.stderr_text());
        assert!(!told.stderr_text().contains("panicked"));
    }
}

#[test]
fn a_reader_that_goes_away_had_what_it_wanted() {
    let scene = Scene::new();
    for number in 0..2_000 {
        scene.write(&format!("zones/notebook/notes/n{number}.md"), "x");
    }
    let mut command = scene.textus(&["list"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut some = [0; 10];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut some).unwrap();
    drop(stdout);
    let told: Captured = child.wait_with_output().unwrap().into();
    assert_eq!((told.code, told.signal, told.stderr_text().as_str()), (Some(0), None, ""));
}

#[test]
fn closed_streams_do_not_keep_a_write_from_being_done() {
    let scene = Scene::new();
    let mut shell = scene.scratch.command("sh");
    let script = "echo '{}' | \"$0\" put notebook.notes.a --stdin --as=agent >&- 2>&-";
    let told = motus_testkit::harness::capture(shell.args(["-c", script, TEXTUS]));
    assert_eq!(told.signal, None);
    assert_eq!(scene.history(), ["put notebook.notes.a"]);
    scene.ok(&["get", "notebook.notes.a"]);
}
