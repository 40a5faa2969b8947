//! What a directory tells about all that is below it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use motus_bundle::Directory;
use motus_kernel::source::{BundleSource, EntryKind, SourceError};
use motus_testkit::harness::Scratch;

use crate::scene::make_pipe;

fn list(root: &Path) -> Result<Vec<(String, bool)>, SourceError> {
    let entries = Directory::open(root).expect("the directory opens").list()?;
    let told = entries.into_iter().map(|entry| (entry.path, entry.kind == EntryKind::File));
    let mut told: Vec<(String, bool)> = told.collect();
    told.sort();
    Ok(told)
}

#[test]
fn files_are_told_and_all_else_is_told_apart() {
    let scratch = Scratch::new();
    let root = scratch.project();
    for file in ["file", "a/b/file", "a/.hidden", "a/with space"] {
        scratch.write(file, "content");
    }
    fs::hard_link(root.join("file"), root.join("second")).expect("a second name can be made");
    fs::create_dir_all(root.join("empty/more/empty")).expect("directories can be made");
    symlink("file", root.join("link")).expect("a link can be made");
    symlink("/nowhere", root.join("a/dangling")).expect("a link can be made");
    symlink("b", root.join("a/linked directory")).expect("a link can be made");
    make_pipe(&root.join("a/b/pipe"));
    let _socket = UnixListener::bind(root.join("socket")).expect("a socket can be made");
    let expected = [
        ("a/.hidden", true),
        ("a/b/file", true),
        ("a/b/pipe", false),
        ("a/dangling", false),
        ("a/linked directory", false),
        ("a/with space", true),
        ("file", true),
        ("link", false),
        ("second", true),
        ("socket", false),
    ];
    let found = list(&root).expect("the directory can be listed");
    assert_eq!(found, expected.map(|(path, is_file)| (path.to_owned(), is_file)));
}

#[test]
fn names_that_are_no_text_are_shown_and_never_files() {
    let scratch = Scratch::new();
    let root = scratch.project();
    let name = OsStr::from_bytes(b"a\xff");
    fs::create_dir(root.join(name)).expect("a directory can be made");
    fs::write(root.join(name).join("file"), "").expect("a file can be written");
    fs::write(root.join(OsStr::from_bytes(b"b\xfe")), "").expect("a file can be written");
    fs::create_dir(root.join(OsStr::from_bytes(b"\x80"))).expect("a directory can be made");
    let found = list(&root).expect("the directory can be listed");
    assert_eq!(found, [("a\u{fffd}/file".to_owned(), false), ("b\u{fffd}".to_owned(), false)]);
}

#[test]
fn directories_inside_one_another_are_bounded() {
    let scratch = Scratch::new();
    let nested = |depth| vec!["d"; depth].join("/");
    let file = scratch.write(&format!("{}/file", nested(128)), "");
    let found = list(&scratch.project()).expect("the directory can be listed");
    assert_eq!(found, [(format!("{}/file", nested(128)), true)]);
    fs::create_dir(file.with_file_name("d")).expect("a directory can be made");
    let error = list(&scratch.project()).expect_err("too deep");
    assert_eq!(error.message, "more than 128 directories inside one another");
}

#[test]
fn the_number_of_names_is_bounded() {
    let scratch = Scratch::new();
    let root = scratch.project();
    let seed = scratch.write("a/seed", "");
    // Second names are quicker to make than files, and a file system allows only so many of one file.
    for number in 0..99_998 {
        let folder = root.join(if number % 2 == 0 { "a" } else { "b" });
        if number == 1 {
            fs::create_dir(&folder).expect("a directory can be made");
        }
        let path = folder.join(format!("{number}"));
        if number < 60_000 {
            fs::hard_link(&seed, path).expect("a second name can be made");
        } else {
            fs::write(path, "").expect("a file can be written");
        }
    }
    let error = list(&root).expect_err("100,001 names");
    assert_eq!(error.message, "more than 100000 names");
    fs::remove_file(&seed).expect("a name can be removed");
    assert_eq!(list(&root).expect("100,000 names").len(), 99_998);
}

#[test]
fn long_paths_are_bounded() {
    let scratch = Scratch::new();
    let long = vec!["d".repeat(250); 15].join("/");
    let first = scratch.write(&format!("{long}/0"), "");
    assert_eq!(list(&scratch.project()).expect("one long path").len(), 1);
    for number in 1..4600 {
        fs::hard_link(&first, first.with_file_name(format!("{number}"))).expect("a second name");
    }
    let error = list(&scratch.project()).expect_err("too long");
    assert_eq!(error.message, "more than 16777216 bytes of paths");
}
