//! Changes through a descriptor: on what is open, and on nothing else.

#![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

use std::fs;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;

use rustix::fs::{CWD, OFlags, openat};

use super::*;

fn open(path: &Path, flags: OFlags) -> std::os::fd::OwnedFd {
    openat(CWD, path, OFlags::PATH | OFlags::CLOEXEC | flags, Mode::empty()).unwrap()
}

fn perform_on(file: BorrowedFd<'_>, wanted: &Wanted) -> Answer {
    let processes = open(Path::new("/proc"), OFlags::DIRECTORY);
    let descriptors = open(Path::new("/proc/self/fd"), OFlags::DIRECTORY);
    let standing = Standing::of(processes.as_fd(), std::process::id()).unwrap();
    perform(&standing, wanted, file, descriptors.as_fd())
}

#[test]
fn what_was_opened_is_changed_though_its_name_leads_elsewhere_by_now() {
    let folder = tempfile::tempdir().unwrap();
    let (judged, other) = (folder.path().join("judged"), folder.path().join("other"));
    fs::write(&judged, "").unwrap();
    fs::write(&other, "").unwrap();
    let before = fs::metadata(&other).unwrap().mode();
    let handle = open(&judged, OFlags::empty());
    let moved = folder.path().join("moved");
    fs::rename(&judged, &moved).unwrap();
    symlink(&other, &judged).unwrap();

    assert_eq!(perform_on(handle.as_fd(), &Wanted::Mode(0o4711)), Answer::Return(0));
    assert_eq!(fs::metadata(&moved).unwrap().mode() & 0o7777, 0o4711);
    assert_eq!(fs::metadata(&other).unwrap().mode(), before);
}

#[test]
fn a_link_that_is_open_is_meant_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "").unwrap();
    symlink(&file, &link).unwrap();
    let mode = fs::metadata(&file).unwrap().mode();
    let handle = open(&link, OFlags::NOFOLLOW);
    let time = rustix::fs::Timespec { tv_sec: 1_000_000, tv_nsec: 0 };
    let times = rustix::fs::Timestamps { last_access: time, last_modification: time };

    assert_eq!(perform_on(handle.as_fd(), &Wanted::Times(times)), Answer::Return(0));
    assert_eq!(fs::symlink_metadata(&link).unwrap().mtime(), 1_000_000);
    assert_ne!(fs::metadata(&file).unwrap().mtime(), 1_000_000);
    let answer = perform_on(handle.as_fd(), &Wanted::Mode(0o600));
    assert_eq!(answer, Answer::Fail(Errno::OPNOTSUPP.raw_os_error()));
    assert_eq!(fs::metadata(&file).unwrap().mode(), mode);
}

#[test]
fn the_node_of_a_device_is_not_its_content() {
    let device = open(Path::new("/dev/null"), OFlags::empty());
    let times = Metadata::Times { address: 0, form: super::super::call::TimeForm::Nanoseconds };
    assert!(is_of_device(device.as_fd(), Metadata::Mode(0o600)));
    assert!(!is_of_device(device.as_fd(), times));
    let directory = open(Path::new("/"), OFlags::empty());
    assert!(!is_of_device(directory.as_fd(), Metadata::Mode(0o600)));
}

#[test]
fn who_is_taken_on_has_neither_our_groups_nor_what_root_may_do() {
    if !nix::unistd::geteuid().is_root() {
        return motus_testkit::harness::skip("who_is_taken_on", "the tests are not root");
    }
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("file");
    fs::write(&name, "").unwrap();
    chownat(CWD, &name, Some(Uid::from_raw(65534)), Some(Gid::from_raw(65534)), AtFlags::empty())
        .unwrap();
    let group = Some(Gid::from_raw(42));
    let file = open(&name, OFlags::empty());
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let capability = [1, 0, 0, 2, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let acquire = |standing: &Standing| {
        let _taken = standing.take_on().unwrap();
        let none = rustix::fs::XattrFlags::empty();
        (
            chownat(CWD, &name, None, group, AtFlags::empty()),
            rustix::fs::setxattr(&path, "security.capability", &capability, none),
        )
    };
    // A thread of its own: the groups that it gets are not those of the other tests.
    std::thread::scope(|threads| {
        let outcome = threads.spawn(|| {
            rustix::thread::set_thread_groups(&[Gid::from_raw(42)]).unwrap();
            let before = (nix::unistd::getgroups(), rustix::thread::capabilities(None));
            let denied = (Err(Errno::PERM), Err(Errno::PERM));
            let other = Standing::Other { user: 65534, group: 65534, groups: Vec::new() };
            assert_eq!(acquire(&other), denied);
            assert_eq!(acquire(&Standing::Lesser { group: 0, groups: Vec::new() }), denied);
            assert_eq!((nix::unistd::getgroups(), rustix::thread::capabilities(None)), before);
            assert_eq!(chownat(CWD, &name, None, group, AtFlags::empty()), Ok(()));
        });
        outcome.join().unwrap();
    });
}
