//! What somebody may do to a bundle's directory, and what is said about it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use crate::scene::{DIGEST, EVIDENCE, Scene, expect_failure, make_pipe};

/// Defines a test that does something to the bundle and expects a line of failure.
macro_rules! damaged {
    ($($name:ident: $damage:expr => $line:expr;)+) => {$(
        #[test]
        fn $name() {
            let scene = Scene::new();
            let damage: fn(&Scene) = $damage;
            damage(&scene);
            let started = Instant::now();
            expect_failure(&scene.verify(&[]), $line);
            assert!(started.elapsed() < Duration::from_secs(20), "nothing is waited for");
        }
    )+};
}

damaged! {
    linked_evidence: |scene| {
        let outside = scene.move_out(EVIDENCE);
        symlink(outside, scene.path(EVIDENCE)).expect("a link can be made");
    } => "FILE_HASH_MISMATCH evidence/act/write_file.json: is a symbolic link";

    evidence_in_a_linked_directory: |scene| {
        let outside = scene.move_out("evidence/act");
        symlink(outside, scene.path("evidence/act")).expect("a link can be made");
    } => "FILE_HASH_MISMATCH evidence/act: is no regular file";

    evidence_in_a_linked_directory_is_missing: |scene| {
        let outside = scene.move_out("evidence/act");
        symlink(outside, scene.path("evidence/act")).expect("a link can be made");
    } => "FILE_HASH_MISMATCH evidence/act/write_file.json: does not exist";

    linked_folder_of_all_evidence: |scene| {
        let outside = scene.move_out("evidence");
        symlink(outside, scene.path("evidence")).expect("a link can be made");
    } => "FILE_HASH_MISMATCH evidence: is no regular file";

    linked_receipt: |scene| {
        let outside = scene.move_out("receipt.json");
        symlink(outside, scene.path("receipt.json")).expect("a link can be made");
    } => "FILE_HASH_MISMATCH receipt.json: is a symbolic link";

    linked_manifest: |scene| {
        let outside = scene.move_out("manifest.json");
        symlink(outside, scene.path("manifest.json")).expect("a link can be made");
    } => "FILE_HASH_MISMATCH manifest.json: is a symbolic link";

    linked_device: |scene| {
        fs::remove_file(scene.path("events.jsonl")).expect("the file can be removed");
        symlink("/dev/zero", scene.path("events.jsonl")).expect("a link can be made");
    } => "FILE_HASH_MISMATCH events.jsonl: is a symbolic link";

    pipe_for_evidence: |scene| {
        fs::remove_file(scene.path(EVIDENCE)).expect("the file can be removed");
        make_pipe(&scene.path(EVIDENCE));
    } => "FILE_HASH_MISMATCH evidence/act/write_file.json: is no regular file";

    pipe_for_the_manifest: |scene| {
        fs::remove_file(scene.path("manifest.json")).expect("the file can be removed");
        make_pipe(&scene.path("manifest.json"));
    } => "FILE_HASH_MISMATCH manifest.json: is no regular file";

    pipe_for_the_log: |scene| {
        fs::remove_file(scene.path("events.jsonl")).expect("the file can be removed");
        make_pipe(&scene.path("events.jsonl"));
    } => "FILE_HASH_MISMATCH events.jsonl: is no regular file";

    socket_for_evidence: |scene| {
        fs::remove_file(scene.path(EVIDENCE)).expect("the file can be removed");
        drop(UnixListener::bind(scene.path(EVIDENCE)).expect("a socket can be made"));
    } => "FILE_HASH_MISMATCH evidence/act/write_file.json: is no regular file";

    directory_for_evidence: |scene| {
        fs::remove_file(scene.path(EVIDENCE)).expect("the file can be removed");
        fs::create_dir(scene.path(EVIDENCE)).expect("a directory can be made");
    } => "FILE_HASH_MISMATCH evidence/act/write_file.json: does not exist";

    directory_for_the_receipt: |scene| {
        fs::remove_file(scene.path("receipt.json")).expect("the file can be removed");
        fs::create_dir(scene.path("receipt.json")).expect("a directory can be made");
    } => "FILE_HASH_MISMATCH receipt.json: is a directory";

    directory_for_the_manifest: |scene| {
        fs::remove_file(scene.path("manifest.json")).expect("the file can be removed");
        fs::create_dir(scene.path("manifest.json")).expect("a directory can be made");
    } => "FILE_HASH_MISMATCH manifest.json: is a directory";

    unlisted_pipe: |scene| make_pipe(&scene.path("pipe"))
        => "FILE_HASH_MISMATCH pipe: is no regular file";

    manifest_in_capitals: |scene| {
        fs::write(scene.path("MANIFEST.JSON"), "").expect("a file can be written");
    } => "FILE_HASH_MISMATCH MANIFEST.JSON: is not listed in the manifest";

    manifest_with_a_blank: |scene| {
        fs::write(scene.path("manifest.json "), "").expect("a file can be written");
    } => "FILE_HASH_MISMATCH manifest.json : is not listed in the manifest";

    missing_evidence: |scene| {
        fs::remove_file(scene.path(EVIDENCE)).expect("the file can be removed");
    } => "FILE_HASH_MISMATCH evidence/act/write_file.json: does not exist";

    missing_log: |scene| {
        fs::remove_file(scene.path("events.jsonl")).expect("the file can be removed");
    } => "FILE_HASH_MISMATCH events.jsonl: does not exist";

    unlisted_file: |scene| {
        fs::write(scene.path("evidence/extra.txt"), "").expect("a file can be written");
    } => "FILE_HASH_MISMATCH evidence/extra.txt: is not listed in the manifest";

    name_that_is_no_text: |scene| {
        let name = scene.bundle.join(OsStr::from_bytes(b"evidence/\xff"));
        fs::write(name, "").expect("a file can be written");
    } => "FILE_HASH_MISMATCH evidence/\u{fffd}: is no regular file";

    folder_whose_name_is_no_text: |scene| {
        let folder = scene.bundle.join(OsStr::from_bytes(b"evidence/\xff"));
        fs::create_dir(&folder).expect("a directory can be made");
        fs::write(folder.join("x"), "").expect("a file can be written");
    } => "FILE_HASH_MISMATCH evidence/\u{fffd}/x: is no regular file";

    name_that_a_terminal_would_obey: |scene| {
        let name = scene.path("evidence/\u{1b}]0;title\u{7}\n\u{202e}x");
        fs::write(name, "").expect("a file can be written");
    } => r"FILE_HASH_MISMATCH evidence/\u{1b}]0;title\u{7}\n\u{202e}x: is not listed in the manifest";

    size_that_is_a_lie: |scene| scene.edit_manifest("\"size_bytes\":40", "\"size_bytes\":41")
        => "FILE_HASH_MISMATCH evidence/act/write_file.json: has 40 bytes, not 41";

    path_that_leads_out: |scene| {
        // Still sorted, so that the spelling is all that is wrong.
        scene.edit_manifest("evidence/act/write_file.json", "evidence/act/../../../x");
    } => "PARSE_ERROR manifest.json: files[1].path is no path inside a bundle";

    directories_200_deep: |scene| {
        fs::create_dir_all(scene.path(&vec!["d"; 200].join("/"))).expect("directories can be made");
    } => "FILE_HASH_MISMATCH manifest.json: the bundle cannot be listed: more than 128 directories \
          inside one another";
}

#[test]
fn more_names_and_empty_directories_change_nothing() {
    let scene = Scene::new();
    fs::hard_link(scene.path(EVIDENCE), scene.scratch.path().join("second")).expect("a name");
    fs::create_dir_all(scene.path("evidence/empty/more")).expect("directories can be made");
    let text = scene.verify(&[]).expect_success().stdout_text();
    assert!(text.starts_with(&format!("VERIFIED {DIGEST}\n")), "{text}");
}

#[test]
fn every_failure_of_a_step_is_told() {
    let scene = Scene::new();
    fs::write(scene.path(EVIDENCE), "{}").expect("a file can be written");
    fs::write(scene.path("extra"), "").expect("a file can be written");
    fs::remove_file(scene.path("receipt.json")).expect("the file can be removed");
    assert_eq!(
        scene.verify(&[]).snapshot(&scene.scratch.mask()),
        "exit 1\n\
         --- stdout\n\
         FAILED FILE_HASH_MISMATCH\n  \
           integrity  failed\n  \
           coverage   not checked\n  \
           policy     not checked: POLICY-DEFAULT \
         (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)\n\
         \n\
         FILE_HASH_MISMATCH extra: is not listed in the manifest\n\
         FILE_HASH_MISMATCH evidence/act/write_file.json: has 2 bytes, not 40\n\
         FILE_HASH_MISMATCH receipt.json: does not exist\n\
         --- stderr\n"
    );
}
