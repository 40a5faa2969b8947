//! How files are read: once, whole, below the root, and only if they are files.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

use motus_bundle::Directory;
use motus_kernel::source::{BundleSource, digest};
use motus_testkit::harness::Scratch;

use crate::scene::{make_holes, make_pipe, make_sparse};

fn open(root: &Path) -> Directory {
    Directory::open(root).expect("the directory opens")
}

/// Reads a file alone and among others, which must come to the same.
fn message(source: &Directory, path: &str) -> String {
    let mut read = Vec::new();
    let alone = source.read(path, &mut |piece| {
        read.extend_from_slice(piece);
        ControlFlow::Continue(())
    });
    let among = source.digests(&[(path, u64::MAX); 2]).pop().expect("as many as were asked for");
    let alone = alone.map_or_else(|error| error.message, |_| format!("{} bytes", read.len()));
    let among =
        among.map_or_else(|error| error.message, |digest| format!("{} bytes", digest.size_bytes));
    assert_eq!(alone, among, "{path}");
    alone
}

#[test]
fn only_regular_files_below_the_root_are_read() {
    let scratch = Scratch::new();
    let root = scratch.project();
    scratch.write("file", "content");
    scratch.write("a/b/file", "more content");
    fs::hard_link(root.join("file"), root.join("a/second")).expect("a second name can be made");
    for (target, link) in [
        ("file", "link"),
        ("a", "linked"),
        ("/dev/zero", "zeros"),
        ("/nowhere", "dangling"),
        ("link", "a/b/link"),
    ] {
        symlink(target, root.join(link)).expect("a link can be made");
    }
    let _socket = UnixListener::bind(root.join("socket")).expect("a socket can be made");
    make_pipe(&root.join("pipe"));
    let source = open(&root);
    let started = Instant::now();
    let behind = "lies behind a link or something else that is no directory";
    let no_path = "is no path inside a bundle";
    for (path, expected) in [
        ("file", "7 bytes"),
        ("a/b/file", "12 bytes"),
        ("a/second", "7 bytes"),
        ("link", "is a symbolic link"),
        ("a/b/link", "is a symbolic link"),
        ("zeros", "is a symbolic link"),
        ("dangling", "is a symbolic link"),
        ("linked/b/file", behind),
        ("zeros/file", behind),
        ("file/file", behind),
        ("a", "is a directory"),
        ("pipe", "is no regular file"),
        ("socket", "is no regular file"),
        ("no", "does not exist"),
        ("no/file", "does not exist"),
        ("../project/file", no_path),
        ("a/../file", no_path),
        ("a/..", no_path),
        ("./file", no_path),
        ("a//second", no_path),
        ("/etc/passwd", no_path),
        ("a/", no_path),
        ("", no_path),
        (".", no_path),
        ("..", no_path),
        ("file\0", no_path),
    ] {
        assert_eq!(message(&source, path), expected, "{path:?}");
    }
    let long = "x".repeat(300);
    assert_eq!(message(&source, &long), "cannot be opened: File name too long (os error 36)");
    assert!(started.elapsed() < Duration::from_secs(20), "nothing waits for the pipe");
}

#[test]
fn digests_stand_in_the_order_of_the_paths() {
    let scratch = Scratch::new();
    let mut paths: Vec<String> = Vec::new();
    for number in 0..500_usize {
        let path = format!("folder {}/{number}", number % 7);
        // Sizes of all kinds: nothing, less than a piece, one piece, more than one.
        let size = [0, 1, 4096, 128 << 10, (128 << 10) + 1, 300_000][number % 6];
        if number % 50 != 49 {
            scratch.write(&path, vec![u8::try_from(number % 251).expect("small"); size]);
        }
        paths.push(path);
    }
    let source = open(&scratch.project());
    let wanted: Vec<(&str, u64)> = paths.iter().map(|path| (path.as_str(), 200_000)).collect();
    let among: Vec<_> = source.digests(&wanted);
    let alone: Vec<_> = wanted.iter().map(|(path, most)| digest(&source, path, *most)).collect();
    assert_eq!(among, alone);
    assert_eq!(among.iter().filter(|digest| digest.is_err()).count(), 10);
    assert_eq!(source.digests(&[]), []);
    assert_eq!(source.digests(&wanted[..1]), alone[..1]);
}

#[test]
fn a_large_file_comes_in_pieces() {
    let scratch = Scratch::new();
    let expected = make_sparse(&scratch.project().join("large"), 64 << 20);
    let source = open(&scratch.project());
    let (mut longest, mut sum) = (0, 0);
    let read = source.read("large", &mut |piece| {
        longest = longest.max(piece.len());
        sum += piece.len();
        ControlFlow::Continue(())
    });
    assert_eq!(read, Ok(64 << 20));
    assert_eq!(sum, 64 << 20);
    assert!(longest <= 1 << 20, "{longest}");
    assert_eq!(digest(&source, "large", u64::MAX).expect("readable").sha256.to_string(), expected);
}

#[test]
fn a_file_that_is_too_long_is_not_read_to_its_end() {
    let scratch = Scratch::new();
    make_holes(&scratch.project().join("large"), 1 << 40);
    let source = open(&scratch.project());
    let mut sum = 0;
    let read = source.read("large", &mut |piece| {
        sum += piece.len();
        ControlFlow::Break(())
    });
    assert_eq!(read, Ok(1 << 40));
    assert!(sum <= 1 << 20, "{sum}");
    for found in source.digests(&[("large", 40); 2]) {
        assert_eq!(found.expect("readable").size_bytes, 1 << 40);
    }
}

#[test]
fn only_a_directory_is_opened() {
    let scratch = Scratch::new();
    let file = scratch.write("file", "");
    let link = scratch.path().join("link");
    symlink(scratch.project(), &link).expect("a link can be made");
    assert!(Directory::open(&link).is_ok());
    for (path, code) in [
        (file.as_path(), "bundle.not_a_directory"),
        (&scratch.path().join("no"), "bundle.missing"),
        (&scratch.path().join("x".repeat(300)), "bundle.unreadable"),
    ] {
        let error = Directory::open(path).expect_err("no directory");
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    }
}

#[test]
fn a_file_without_permission_is_told() {
    let scratch = Scratch::new();
    let file = scratch.write("file", "x");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("the mode can be set");
    let told = message(&open(&scratch.project()), "file");
    // Whoever may read everything reads this, too.
    let expected = if fs::File::open(&file).is_ok() {
        "1 bytes"
    } else {
        "cannot be opened: Permission denied (os error 13)"
    };
    assert_eq!(told, expected);
}
