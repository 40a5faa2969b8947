//! What is synced before what. A kill cannot show a sync that is missing, a power failure would.

use std::fs;

use motus_testkit::harness::{can_hinder, capture, skip};

use crate::kills::prepared;
use crate::scene::Scene;

const CALLS: &str =
    "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat";

/// Makes a change and requires these calls, in this order, each with the names of what it is about.
#[track_caller]
fn check(test: &str, words: &[&str], expected: &[&str]) {
    if let Err(why) = can_hinder() {
        return skip(test, &why);
    }
    let scene = prepared(false);
    let trace = scene.scratch.path().join("trace");
    let mut command = scene.scratch.command("strace");
    command.args(["-qq", "-y", "-s", "0", "-e", &format!("trace={CALLS}"), "-o"]).arg(&trace);
    let writer = scene.writer(words);
    command.arg(writer.get_program()).args(writer.get_args());
    assert_eq!(capture(&mut command).stdout_text(), "ok\n");
    let trace = fs::read_to_string(trace).unwrap();
    let calls: Vec<String> = trace.lines().filter_map(|line| told(&scene, line)).collect();
    assert_eq!(calls, expected, "{trace}");
}

/// Tells a line of strace as the call and the names that it is about; output and the line that tells the
/// lock's holder are left out.
fn told(scene: &Scene, line: &str) -> Option<String> {
    let (call, arguments) = line.split_once('(')?;
    let is_holder = call == "pwrite64" && arguments.ends_with(", 0) = 64");
    if is_holder || !arguments.contains(scene.root().to_str()?) {
        return None;
    }
    let is_about_names = ["rename", "unlink", "mkdir"].iter().any(|verb| call.starts_with(verb));
    let opened = || arguments.split(['<', '>']).nth(1)?.rsplit('/').next();
    let names: Vec<&str> = if is_about_names {
        arguments.split('"').skip(1).step_by(2).collect()
    } else {
        opened().into_iter().collect()
    };
    Some(format!("{call} {}", names.join(" ")))
}

#[test]
fn a_put_syncs_content_then_row_then_name() {
    check(
        "sync_order::a_put_syncs_content_then_row_then_name",
        &["put", "notes.old", "new\n"],
        &[
            "pwrite64 .store.lock",
            "write .textus-5.new",
            "fsync .textus-5.new",
            "write audit.log",
            "fdatasync audit.log",
            "renameat .textus-5.new old.md",
            "fsync notes",
        ],
    );
}

#[test]
fn a_new_directory_is_synced_before_the_row() {
    check(
        "sync_order::a_new_directory_is_synced_before_the_row",
        &["put", "notes.new.er", "new\n"],
        &[
            "mkdirat new",
            "fsync notes",
            "pwrite64 .store.lock",
            "write .textus-5.new",
            "fsync .textus-5.new",
            "write audit.log",
            "fdatasync audit.log",
            "renameat .textus-5.new er.md",
            "fsync new",
        ],
    );
}

#[test]
fn a_delete_syncs_its_note_then_its_row_then_the_directory() {
    check(
        "sync_order::a_delete_syncs_its_note_then_its_row_then_the_directory",
        &["delete", "notes.old"],
        &[
            "pwrite64 .store.lock",
            "fdatasync .store.lock",
            "write audit.log",
            "fdatasync audit.log",
            "unlinkat old.md",
            "fsync notes",
        ],
    );
}

#[test]
fn an_accept_writes_both_rows_at_once_and_syncs_the_target_before_it_removes_the_proposal() {
    check(
        "sync_order::an_accept_writes_both_rows_at_once_and_syncs_the_target_before_it_removes_the_proposal",
        &["accept", "main", "queue.p"],
        &[
            "pwrite64 .store.lock",
            "fdatasync .store.lock",
            "write .textus-5.new",
            "fsync .textus-5.new",
            "write audit.log",
            "fdatasync audit.log",
            "renameat .textus-5.new main.md",
            "fsync zones",
            "unlinkat p.md",
            "fsync queue",
        ],
    );
}
