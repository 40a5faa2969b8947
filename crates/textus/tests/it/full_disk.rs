//! A disk without room: errors with a code, and a store that agrees with its log.

use std::path::{Path, PathBuf};
use std::{env, fs};

use motus_testkit::harness::{Scratch, capture, skip};
use textus_core::Code;

use crate::scene::{MANIFEST, delete, open, path, put, record};

const TEST: &str = "full_disk::a_full_disk_is_told_and_survived";
const PLACE: &str = "TEXTUS_TEST_PLACE";

/// Mounts a small file system over the directory and runs the rest there, in a namespace of its own.
const SCRIPT: &str = "mount -t tmpfs -o size=256k tmpfs \"$0\" && exec \"$@\"";

fn fill_the_disk(root: &Path) {
    fs::create_dir_all(root.join("zones")).unwrap();
    fs::write(root.join("manifest.yaml"), MANIFEST).unwrap();
    let store = open(root).unwrap();
    let text = "x".repeat(9_000);
    let mut made = 0;
    let refused = loop {
        match put(&store, &format!("notes.n{made}"), &text) {
            Ok(_) => made += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refused.code(), Code::IoError);
    assert!(refused.next_step().unwrap().contains("full"), "{refused}");
    assert!(made > 5);
    // Smaller and smaller ones fit until not even a row does.
    for (number, length) in [4000, 2000, 500, 1, 1, 1, 1, 1].into_iter().enumerate() {
        let _ = put(&store, &format!("notes.s{number}"), &"y".repeat(length));
    }
    let mut filler = fs::File::create(root.join("filler")).unwrap();
    while std::io::Write::write(&mut filler, &[0; 100]).is_ok_and(|written| written > 0) {}
    let _ = put(&store, "notes.n0", "z");
    let accept = store.write("accept", |open| {
        open.put(&path("notes.n1"), vec![b'z'; 20_000], record("put", "notes.n1"))?;
        open.delete(&path("notes.n2"), record("delete", "notes.n2"))
    });
    assert_eq!(accept.unwrap_err().code(), Code::IoError);
    fs::remove_file(root.join("filler")).unwrap();
    delete(&store, "notes.n3").unwrap();
    put(&store, "notes.n0", "room again\n").unwrap();
    let log = fs::read_to_string(root.join("audit.log")).unwrap();
    assert!(log.lines().all(|line| line.starts_with('{') && line.ends_with('}')), "{log}");
    let rows = store.journal().rows_after(0).unwrap();
    let seqs: Vec<u64> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, (1..=u64::try_from(seqs.len()).unwrap()).collect::<Vec<_>>());
    for row in &rows {
        let last = rows.iter().rfind(|other| other.key == row.key).unwrap();
        let found = store.read_path(&path(&row.key)).unwrap().map(|file| file.etag.to_string());
        assert_eq!(found, last.etag_after, "{}", row.key);
    }
    assert_eq!(store.unfinished().unwrap(), []);
}

#[test]
fn a_full_disk_is_told_and_survived() {
    if let Some(place) = env::var_os(PLACE) {
        return fill_the_disk(&PathBuf::from(place).join(".textus"));
    }
    let scratch = Scratch::new();
    let small = scratch.project().join("small");
    fs::create_dir(&small).unwrap();
    let launcher = ["-Urm", "sh", "-c", SCRIPT, small.to_str().unwrap()];
    let found = std::process::Command::new("unshare").args(launcher).arg("true").output();
    if !found.is_ok_and(|output| output.status.success()) {
        return skip(TEST, "no small file system can be mounted here");
    }
    let mut command = scratch.command("unshare");
    command.args(launcher).arg(env::current_exe().unwrap());
    command.args(["--exact", TEST, "--nocapture"]).env(PLACE, &small);
    let ended = capture(&mut command);
    let told = format!("{}{}", ended.stdout_text(), ended.stderr_text());
    assert!(ended.code == Some(0) && told.contains("1 passed"), "{told}");
}
