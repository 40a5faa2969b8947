//! Hostile places below a directory: both ways of opening refuse the same, and none waits.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use tempfile::TempDir;

use super::*;

/// A directory `inside` of files, links and worse, beside a file that is out of reach.
fn hostile() -> (TempDir, Jail) {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir_all(inside.join("a/b")).unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    fs::write(inside.join("a/file"), "text").unwrap();
    for (link, target) in [
        ("to_file", "a/file"),
        ("a/up_and_down", "../a/./b/../file"),
        ("to_directory", "a"),
        ("chain", "to_directory/up_and_down"),
        ("out", "../secret"),
        ("a/out", "../../secret"),
        ("absolute", "/etc/hostname"),
        ("loop", "loop"),
        ("dangling", "nothing"),
        ("magic", "/proc/self/root/etc/hostname"),
    ] {
        symlink(target, inside.join(link)).unwrap();
    }
    let mode = Mode::RUSR | Mode::WUSR;
    let pipe = inside.join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    drop(UnixListener::bind(inside.join("socket")).unwrap());
    let jail = Jail::open(&inside).unwrap();
    (folder, jail)
}

#[track_caller]
fn check(jail: &Jail, path: &str, expected: Result<&str, &str>) {
    let said = jail.read(path, 100).map(|file| String::from_utf8(file.bytes).unwrap());
    let said = said.map_err(|error| match error {
        JailError::NotAFile { found, .. } => found.to_string(),
        JailError::LeadsOutside { .. } => "outside".to_owned(),
        error => error.code().to_owned(),
    });
    assert_eq!(said.as_deref(), expected.map_err(str::to_owned).as_ref().copied(), "{path}");
}

#[test]
fn what_stays_below_is_read_and_the_rest_is_told_by_its_kind() {
    let (_folder, jail) = hostile();
    for path in ["a/file", "a//file", "./a/../a/file", "to_file", "to_directory/file", "chain"] {
        check(&jail, path, Ok("text"));
    }
    for path in
        ["../secret", "out", "a/out", "absolute", "/etc/hostname", "magic", "a/../../inside/a/file"]
    {
        check(&jail, path, Err("outside"));
    }
    for path in ["nothing", "nothing/file", "a/file/more", "dangling"] {
        check(&jail, path, Err("file.missing"));
    }
    check(&jail, "a", Err("a directory"));
    check(&jail, "", Err("a directory"));
    check(&jail, "pipe", Err("a pipe"));
    check(&jail, "socket", Err("a socket"));
    check(&jail, "loop", Err("a link"));
    check(&jail, "nul\0byte", Err("file.failed"));
}

#[test]
fn a_jail_without_links_follows_none_and_tells_where_it_is() {
    let (_folder, jail) = hostile();
    let jail = jail.without_links();
    check(&jail, "a/file", Ok("text"));
    check(&jail.below("a").unwrap(), "file", Ok("text"));
    for path in
        ["to_file", "to_directory/file", "chain", "out", "dangling", "loop", "a/up_and_down"]
    {
        check(&jail, path, Err("a link"));
        assert!(jail.inspect(path).is_err(), "{path}");
    }
    check(&jail.below("a").unwrap(), "up_and_down", Err("a link"));
    let error = jail.read("to_directory/file", 100).unwrap_err();
    assert_eq!(error.path(), jail.path_of("to_directory"));
    assert!(jail.below("to_directory").is_err());
    assert!(jail.create_directories("to_directory/z").is_err());
    assert!(jail.stage("to_directory/z", ".z", b"", None).is_err());
    assert!(jail.rename("a/file", "to_directory/z").is_err());
    assert!(jail.remove("to_directory/file").is_err());
    assert!(jail.path_of("a/file").is_file() && !jail.path_of("a/z").exists());
}

#[test]
fn a_device_is_refused() {
    let Ok(devices) = Jail::open(Path::new("/dev")) else {
        return crate::skipped("a_device_is_refused", "/dev cannot be read here");
    };
    check(&devices, "null", Err("a device"));
    check(&devices, "zero", Err("a device"));
}

#[test]
fn step_by_step_opens_and_refuses_what_the_kernel_does() {
    let (_folder, jail) = hostile();
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let identity =
        |opened: OwnedFd| Inspection::of(&File::from(opened).metadata().unwrap()).identity;
    for path in [
        ".",
        "a",
        "a/.",
        "a/..",
        "a/b/..",
        "a/file",
        "to_file",
        "to_directory",
        "to_directory/..",
        "to_directory/file",
        "chain",
        "a/up_and_down",
        "pipe",
        "a/b/../../a/file",
        "..",
        "../secret",
        "a/../..",
        "out",
        "a/out",
        "absolute",
        "/etc",
        "magic",
        "loop",
        "loop/x",
        "dangling",
        "nothing",
        "nothing/..",
        "a/file/..",
        "a/file/x",
    ] {
        for links in [Links::Followed, Links::Refused] {
            let by_steps = beneath::step_by_step(jail.directory(), path, flags, links);
            let by_kernel = beneath::open(jail.directory(), path, flags, links);
            assert_eq!(by_steps.map(identity), by_kernel.map(identity), "{path} {links:?}");
        }
    }
}

#[test]
fn sizes_are_bounded_before_anything_is_read() {
    let (_folder, jail) = hostile();
    assert_eq!(jail.read("a/file", 4).unwrap().bytes, b"text");
    assert_eq!(jail.read("a/file", 3).unwrap_err().code(), "file.too_large");
    let sparse = File::create(jail.path_of("sparse")).unwrap();
    sparse.set_len(1 << 40).unwrap();
    assert!(
        matches!(jail.read("sparse", 1 << 20), Err(JailError::TooLarge { limit, .. }) if limit == 1 << 20)
    );
}

#[test]
fn looking_opens_nothing_and_tells_what_a_link_leads_to() {
    let (_folder, jail) = hostile();
    let look = |path| jail.inspect(path).map(|found| found.map(|facts| facts.file_type));
    assert_eq!(look("to_directory").unwrap(), Some(FileType::Directory));
    assert_eq!(look("chain").unwrap(), Some(FileType::File));
    assert_eq!(look("pipe").unwrap(), Some(FileType::Special));
    assert_eq!(look("dangling").unwrap(), None);
    assert!(matches!(look("out"), Err(JailError::LeadsOutside { .. })));
}

#[test]
fn a_listing_tells_kinds_and_can_be_repeated() {
    let (_folder, jail) = hostile();
    let mut directory = jail.below("").unwrap();
    let mut list = || {
        let mut names = Vec::new();
        let mut visit = |name: &[u8], kind: FileType| {
            names.push((String::from_utf8(name.to_vec()).unwrap(), kind));
        };
        directory.list(&mut visit).unwrap();
        names.sort_by(|one, other| one.0.cmp(&other.0));
        names
    };
    let names = list();
    assert_eq!(names.len(), 11);
    assert!(names.contains(&("a".to_owned(), FileType::Directory)));
    assert!(names.contains(&("to_directory".to_owned(), FileType::Link)));
    assert!(names.contains(&("pipe".to_owned(), FileType::Special)));
    assert_eq!(list(), names);
}

#[test]
fn a_long_listing_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..3000 {
        fs::write(folder.path().join(format!("a-rather-long-name-{number}")), "").unwrap();
    }
    let mut count = 0;
    Jail::open(folder.path()).unwrap().list(&mut |_, _| count += 1).unwrap();
    assert_eq!(count, 3000);
}

#[test]
fn directories_are_made_and_removed_below_only() {
    let (_folder, jail) = hostile();
    assert_eq!(jail.create_directories("a/x/y").unwrap(), ["a/x", "a/x/y"]);
    assert!(jail.create_directories("a/x/y").unwrap().is_empty());
    assert_eq!(jail.create_directories("to_directory/z").unwrap(), ["to_directory/z"]);
    assert!(jail.path_of("a/z").is_dir());
    for path in ["../new", "out/new", "pipe/new", "a/file/new", "absolute/x"] {
        assert!(jail.create_directories(path).is_err(), "{path}");
    }
    fs::write(jail.path_of("a/x/kept"), "").unwrap();
    jail.remove_directories(&["a/x".to_owned(), "a/x/y".to_owned()]);
    assert!(!jail.path_of("a/x/y").exists());
    assert!(jail.path_of("a/x/kept").exists());
}

#[test]
fn directories_that_several_make_at_once_are_there_for_all() {
    let (folder, _jail) = hostile();
    let inside = folder.path().join("inside");
    for round in 0..50 {
        let path = format!("deep-{round}/a/b/c");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| Jail::open(&inside).unwrap().create_directories(&path).unwrap());
            }
        });
        assert!(inside.join(&path).is_dir());
    }
    let jail = Jail::open(&inside).unwrap();
    assert_eq!(jail.create_directories("a/file").unwrap_err().code(), "file.failed");
}

#[test]
fn removing_a_link_leaves_what_it_leads_to() {
    let (folder, jail) = hostile();
    assert!(jail.remove("out").unwrap());
    assert!(!jail.remove("out").unwrap());
    assert!(!jail.remove("nothing/file").unwrap());
    assert!(jail.remove("a").is_err());
    assert!(jail.remove("../secret").is_err());
    assert!(folder.path().join("secret").exists());
    jail.rename("to_file", "a/renamed").unwrap();
    jail.sync_parent("a/renamed").unwrap();
    assert!(jail.path_of("a/renamed").is_symlink());
    jail.require_writable_parent("a/file").unwrap();
}

#[test]
fn a_tree_is_removed_and_what_its_links_lead_to_is_not() {
    let (folder, jail) = hostile();
    let inside = folder.path().join("inside");
    symlink(folder.path(), inside.join("a/b/away")).unwrap();
    assert!(jail.remove_tree("a").unwrap());
    assert!(!inside.join("a").exists());
    assert!(jail.remove_tree("to_directory").unwrap(), "a link goes by itself");
    assert!(jail.remove_tree("pipe").unwrap());
    assert!(!jail.remove_tree("a").unwrap() && !jail.remove_tree("no/such").unwrap());
    assert_eq!(fs::read(folder.path().join("secret")).unwrap(), b"secret");
    assert!(jail.remove_tree("..").is_err());
    let below = jail.remove_tree("out/x");
    assert!(matches!(below, Ok(false) | Err(JailError::LeadsOutside { .. })), "{below:?}");
}
