//! Names of this very process, and of a child of it that stands elsewhere.

#![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

use std::fs;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::*;

/// What a name leads to: a path and whether it is there, or an error.
fn found(thread: u32, text: &str, follows: bool, wish: Wish) -> Result<(PathBuf, bool), Errno> {
    found_from(libc::AT_FDCWD, thread, text, follows, wish)
}

fn found_from(
    directory: i32,
    thread: u32,
    text: &str,
    follows: bool,
    wish: Wish,
) -> Result<(PathBuf, bool), Errno> {
    let resolver = Resolver::new().unwrap();
    let mut place = Place::default();
    let manner = Manner {
        thread,
        standing: &Standing::Same,
        directory,
        follows,
        wish,
        resolve: ResolveFlags::empty(),
        links: 40,
    };
    match resolver.resolve_text(manner, text.as_bytes(), &mut place) {
        Ok(()) => Ok((place.path().to_owned(), place.exists)),
        Err(Unresolved::Fails(error) | Unresolved::Unreadable(error)) => Err(error),
    }
}

fn here() -> u32 {
    nix::unistd::gettid().as_raw().cast_unsigned()
}

/// A folder without links on the way to it.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    (folder, path)
}

#[test]
fn names_lead_to_paths_without_links() {
    let (_folder, top) = folder();
    fs::create_dir_all(top.join("a/b")).unwrap();
    fs::write(top.join("a/file"), "").unwrap();
    symlink("a", top.join("short")).unwrap();
    symlink(top.join("a/file"), top.join("link")).unwrap();
    symlink("a/new", top.join("dangling")).unwrap();
    symlink("loop", top.join("loop")).unwrap();
    let at = |rest: &str| format!("{}/{rest}", top.display());
    for (text, follows, wish, expected) in [
        ("a/file", true, Wish::There, Ok(("a/file", true))),
        ("short/../short/file", true, Wish::There, Ok(("a/file", true))),
        ("link", true, Wish::There, Ok(("a/file", true))),
        ("link", false, Wish::There, Ok(("link", true))),
        ("link", true, Wish::OrMade, Ok(("a/file", true))),
        ("link", false, Wish::OrMade, Ok(("link", true))),
        ("short/b/../file", true, Wish::OrMade, Ok(("a/file", true))),
        ("short/new", true, Wish::OrMade, Ok(("a/new", false))),
        ("dangling", true, Wish::OrMade, Ok(("a/new", false))),
        ("dangling", false, Wish::OrMade, Ok(("dangling", true))),
        ("dangling", true, Wish::There, Err(Errno::NOENT)),
        ("none/new", true, Wish::OrMade, Err(Errno::NOENT)),
        ("none", true, Wish::There, Err(Errno::NOENT)),
        ("none/deeper/still", true, Wish::There, Err(Errno::NOENT)),
        ("a/file/new", true, Wish::OrMade, Err(Errno::NOTDIR)),
        ("loop", true, Wish::There, Err(Errno::LOOP)),
        ("loop/x", true, Wish::OrMade, Err(Errno::LOOP)),
        ("short", false, Wish::Named, Ok(("short", true))),
        ("short/new", false, Wish::Named, Ok(("a/new", true))),
        ("a/new//", false, Wish::Named, Ok(("a/new", true))),
        ("a/b/..", false, Wish::Named, Ok(("a", true))),
        ("a/b/.", false, Wish::Named, Ok(("a/b", true))),
        ("short/", false, Wish::There, Ok(("a", true))),
    ] {
        let found = found(here(), &at(text), follows, wish);
        let expected = expected.map(|(path, exists)| (top.join(path), exists));
        assert_eq!(found, expected, "{text} {follows} {wish:?}");
    }
    assert_eq!(found(here(), "", true, Wish::There), Err(Errno::NOENT));
    assert_eq!(found(here(), "/", true, Wish::There), Ok(("/".into(), true)));
    assert_eq!(found(here(), "/../new-name", true, Wish::Named), Ok(("/new-name".into(), true)));
}

#[test]
fn names_start_where_the_caller_stands_or_at_what_it_holds() {
    let (_folder, top) = folder();
    fs::create_dir_all(top.join("a/b")).unwrap();
    let held = fs::File::open(top.join("a")).unwrap();
    let mut child =
        std::process::Command::new("sleep").arg("60").current_dir(top.join("a")).spawn().unwrap();
    for (text, wish, expected) in [
        ("b", Wish::There, "a/b"),
        ("new", Wish::Named, "a/new"),
        ("../new", Wish::OrMade, "new"),
        ("/proc/self/cwd/b", Wish::There, "a/b"),
        ("/proc/thread-self/cwd/new", Wish::Named, "a/new"),
        ("/proc/thread-self/root/../proc/self/cwd/../new", Wish::OrMade, "new"),
    ] {
        let found = found(child.id(), text, true, wish).unwrap().0;
        assert_eq!(found, top.join(expected), "{text} {wish:?}");
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let number = held.as_raw_fd();
    let from = |text| found_from(number, here(), text, true, Wish::OrMade);
    assert_eq!(from("b"), Ok((top.join("a/b"), true)));
    assert_eq!(from("new"), Ok((top.join("a/new"), false)));
    assert_eq!(found_from(9999, here(), "b", true, Wish::There), Err(Errno::BADF));
}

#[test]
fn self_is_the_caller_whatever_leads_there() {
    let (_folder, top) = folder();
    symlink("/proc/self/cwd", top.join("cwd")).unwrap();
    symlink("/proc/self", top.join("me")).unwrap();
    symlink("/proc/self/fd/77", top.join("held")).unwrap();
    fs::create_dir(top.join("a")).unwrap();
    fs::write(top.join("a/file"), "").unwrap();
    // Descriptor 77 is the child's alone.
    let mut child = std::process::Command::new("bash")
        .args(["-c", "exec 77<file; echo; exec sleep 60"])
        .current_dir(top.join("a"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = [0];
    io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut line).unwrap();
    let at = |rest: &str| format!("{}/{rest}", top.display());
    let file = Ok((top.join("a/file"), true));
    for (text, wish, expected) in [
        (at("cwd/file"), Wish::There, file.clone()),
        (at("me/cwd/file"), Wish::OrMade, file.clone()),
        (at("me/fd/77"), Wish::There, file.clone()),
        (at("held"), Wish::There, file.clone()),
        (at("held"), Wish::OrMade, file.clone()),
        ("/dev/fd/77".to_owned(), Wish::There, file.clone()),
        ("/proc/self/fd/77".to_owned(), Wish::OrMade, file.clone()),
        (at("me/fd/78"), Wish::There, Err(Errno::NOENT)),
        (at("me/status"), Wish::There, Ok(("/proc/self/status".into(), true))),
        ("/proc/mounts".to_owned(), Wish::There, Ok(("/proc/self/mounts".into(), true))),
        (at("cwd/new"), Wish::Named, Ok((top.join("a/new"), true))),
    ] {
        assert_eq!(found(child.id(), &text, true, wish), expected, "{text} {wish:?}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn what_has_no_name_is_told_apart_from_what_is_called_so() {
    let (_folder, top) = folder();
    let path = top.join("gone");
    let gone = fs::File::create(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let called = fs::File::create(top.join("odd (deleted)")).unwrap();
    let (pipe, _other) = io::pipe().unwrap();
    let memory = rustix::fs::memfd_create("program", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
    let resolver = Resolver::new().unwrap();
    for (number, path, is_anonymous, is_deleted) in [
        (gone.as_raw_fd(), path.clone(), false, true),
        (called.as_raw_fd(), top.join("odd (deleted)"), false, false),
        (memory.as_raw_fd(), Path::new("/memfd:program").to_owned(), true, true),
    ] {
        let mut place = Place::default();
        resolver.resolve_descriptor(here(), number, Wish::There, &mut place).unwrap();
        assert_eq!(place.path(), path);
        assert_eq!((place.is_anonymous, place.is_deleted), (is_anonymous, is_deleted), "{path:?}");
    }
    let mut place = Place::default();
    resolver.resolve_descriptor(here(), pipe.as_raw_fd(), Wish::There, &mut place).unwrap();
    assert!(place.is_anonymous && !place.is_deleted);
}

#[test]
fn a_descriptor_is_none_of_a_mere_look_nor_the_working_directory() {
    let mut resolver = Resolver::new().unwrap();
    let place = std::env::temp_dir();
    let held = fs::File::open(&place).unwrap();
    let look = openat(CWD, &place, LOOKS, Mode::empty()).unwrap();
    let bad = Err(Unresolved::Fails(Errno::BADF));
    for (number, wish, expected) in [
        (held.as_raw_fd(), Wish::Held, Ok(())),
        (look.as_raw_fd(), Wish::Held, bad),
        // A program may be run by it.
        (look.as_raw_fd(), Wish::There, Ok(())),
        (libc::AT_FDCWD, Wish::Held, bad),
        (9999, Wish::Held, bad),
    ] {
        let name = Name::Descriptor(number);
        let mut place = Place::default();
        let found = resolver.resolve(
            here(),
            &Standing::Same,
            name,
            wish,
            ResolveFlags::empty(),
            &mut place,
        );
        assert_eq!(found, expected, "{number} {wish:?}");
    }
}

#[test]
fn memory_with_the_name_of_a_file_is_none() {
    let Ok(memory) = openat(CWD, "/dev/shm", OFlags::TMPFILE | OFlags::RDWR, Mode::RUSR) else {
        eprintln!("SKIPPED memory with a name: there is no /dev/shm");
        return;
    };
    let mut place = Place::default();
    for (text, expected) in [("/dev/zero (deleted)", true), ("/dev/shm/x (deleted)", false)] {
        place.clear();
        place.text.extend_from_slice(text.as_bytes());
        place.classify(memory.as_fd());
        assert_eq!((place.is_anonymous, place.is_deleted), (expected, true), "{text}");
    }
}

#[test]
fn text_is_read_to_its_end_and_not_over_the_edge_of_memory() {
    let read = |bytes: &[u8]| {
        let mut text = Vec::new();
        let address = u64::try_from(bytes.as_ptr().addr()).unwrap();
        read_text(std::process::id(), address, &mut text).map(|()| text)
    };
    for length in [0, 1, 255, 256, 257, 4095] {
        let mut bytes = vec![b'x'; length];
        bytes.push(0);
        assert_eq!(read(&bytes).map(|text| text.len()), Ok(length));
    }
    let endless = vec![b'x'; 10_000];
    assert_eq!(read(&endless), Err(Unresolved::Fails(Errno::NAMETOOLONG)));
    let nowhere = read_text(std::process::id(), 8, &mut Vec::new());
    assert_eq!(nowhere, Err(Unresolved::Unreadable(Errno::FAULT)));
}

#[test]
fn what_is_held_lies_where_its_path_leads_or_has_lain_in_that_mount() {
    let (_folder, top) = folder();
    let path = |name: &str| top.join(name).into_os_string().into_encoded_bytes();
    for name in ["file", "other", "gone", "moved"] {
        fs::write(top.join(name), "").unwrap();
    }
    let [held, gone, moved] =
        ["file", "gone", "moved"].map(|name| fs::File::open(top.join(name)).unwrap());
    fs::remove_file(top.join("gone")).unwrap();
    fs::rename(top.join("moved"), top.join("now")).unwrap();
    fs::write(top.join("moved"), "").unwrap();
    symlink("file", top.join("link")).unwrap();
    for (text, is_deleted, file, expected) in [
        (path("file"), false, &held, true),
        (path("gone"), true, &gone, true),
        (path("none/deeper/gone"), true, &gone, true),
        // Removed or renamed meanwhile, and others put in its place.
        (path("none"), false, &gone, true),
        (path("file/gone"), false, &gone, true),
        (path("other"), false, &gone, true),
        (path("moved"), false, &moved, true),
        // A link on the way is not followed.
        (path("link/x"), false, &gone, true),
        (b"/proc/version".to_vec(), false, &held, false),
        (b"/proc/none/deeper".to_vec(), false, &held, false),
        (b"/proc/none".to_vec(), true, &gone, false),
    ] {
        let is_there = origin::leads_to(&text, is_deleted, file.as_fd());
        assert_eq!(is_there, expected, "{} {is_deleted}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn what_has_a_name_is_no_memory_whatever_it_is_called() {
    let (_folder, top) = folder();
    let path = top.join("file");
    fs::write(&path, "").unwrap();
    let held = fs::File::open(&path).unwrap();
    for text in ["/memfd:x (deleted)", "/dev/zero (deleted)"] {
        let mut place = Place::default();
        place.text.extend_from_slice(text.as_bytes());
        place.classify(held.as_fd());
        assert_eq!((place.is_anonymous, place.is_deleted), (false, true), "{text}");
    }
}
