//! Directories that appear whole or not at all.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

use super::*;

/// Lists everything below a directory, with its permission bits.
fn tree(root: &Path) -> Vec<String> {
    fn visit(root: &Path, at: &Path, into: &mut Vec<String>) {
        for entry in fs::read_dir(at).unwrap().map(Result::unwrap) {
            let facts = entry.metadata().unwrap();
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            into.push(format!("{name} {:o}", facts.mode() & 0o777));
            if facts.is_dir() {
                visit(root, &path, into);
            }
        }
    }
    let mut found = Vec::new();
    visit(root, root, &mut found);
    found.sort();
    found
}

fn filled(target: &Path) -> NewDirectory {
    let mut made = NewDirectory::beside(target).unwrap();
    made.write("a", b"one").unwrap();
    made.write("deep/er/b", b"two").unwrap();
    made.write("deep/c", b"three").unwrap();
    made
}

#[test]
fn nothing_is_seen_before_it_is_published_and_all_of_it_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    let mut made = filled(&target);
    assert!(!target.exists());
    assert_eq!(fs::read(made.path().join("deep/er/b")).unwrap(), b"two");
    let temporary = made.path();
    assert!(made.publish().unwrap());
    assert!(!temporary.exists());
    assert_eq!(fs::read(target.join("deep/c")).unwrap(), b"three");
    let expected =
        ["made 700", "made/a 600", "made/deep 700", "made/deep/c 600", "made/deep/er 700"];
    let found = tree(folder.path());
    assert_eq!(found.get(..5).unwrap(), expected);
    assert_eq!(found.get(5..).unwrap(), ["made/deep/er/b 600"]);
}

#[test]
fn what_is_not_published_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    drop(filled(&target));
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn whatever_has_the_name_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("empty")).unwrap();
    fs::create_dir(at("full")).unwrap();
    fs::write(at("full/kept"), "kept").unwrap();
    fs::write(at("file"), "kept").unwrap();
    symlink("nowhere", at("link")).unwrap();
    symlink("empty", at("led")).unwrap();
    let before = tree(folder.path());
    for name in ["empty", "full", "file", "link", "led"] {
        assert!(!filled(&at(name)).publish().unwrap(), "{name}");
        assert_eq!(tree(folder.path()), before, "{name}");
    }
    assert_eq!(fs::read(at("full/kept")).unwrap(), b"kept");
}

#[test]
fn without_help_of_the_system_whatever_has_the_name_is_kept_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let directory = File::open(folder.path()).unwrap();
    let renamed = |to: &str| rename_after_looking(&directory, "from".as_ref(), to.as_ref());
    for name in ["from", "empty", "full"] {
        fs::create_dir(at(name)).unwrap();
    }
    fs::write(at("full/kept"), "kept").unwrap();
    fs::write(at("file"), "kept").unwrap();
    symlink("nowhere", at("link")).unwrap();
    for name in ["empty", "full", "file", "link"] {
        assert_eq!(renamed(name), Ok(false), "{name}");
    }
    assert_eq!(renamed("to"), Ok(true));
    assert_eq!(renamed("again"), Err(Errno::NOENT));
    assert_eq!(tree(folder.path()).len(), 6);
}

#[test]
fn of_two_for_one_name_the_first_gets_it_and_neither_disturbs_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    let (mut first, mut second) = (filled(&target), filled(&target));
    assert!(first.path().join("deep/er/b").exists(), "the second took it for a leftover");
    assert!(second.publish().unwrap());
    assert!(!first.publish().unwrap());
    drop(first);
    assert_eq!(tree(folder.path()).len(), 6);
}

#[test]
fn what_killed_writers_left_is_removed_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let target = at("made");
    for name in [".made.new-1-0", ".made.new-x", ".other.new-1-0", "made.new-1-0"] {
        fs::create_dir_all(at(name).join("deep")).unwrap();
        fs::write(at(name).join("deep/file"), "x").unwrap();
    }
    fs::write(at(".made.new-file"), "x").unwrap();
    fs::create_dir(at("elsewhere")).unwrap();
    symlink("elsewhere", at(".made.new-link")).unwrap();
    let living = filled(&target);
    assert!(filled(&target).publish().unwrap());
    let mut left: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let name = living.path().file_name().unwrap().to_string_lossy().into_owned();
    let mut expected = [
        ".made.new-file",
        ".made.new-link",
        &name,
        ".other.new-1-0",
        "elsewhere",
        "made",
        "made.new-1-0",
    ];
    expected.sort_unstable();
    assert_eq!(left, expected);
    assert!(living.path().join("deep/er/b").exists());
}

#[test]
fn a_name_that_is_taken_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    let taken = folder.path().join(format!(".made.new-{}-0", std::process::id()));
    fs::write(&taken, "kept").unwrap();
    let made = NewDirectory::beside(&target).unwrap();
    assert_ne!(made.path(), taken);
    drop(made);
    assert_eq!(fs::read(&taken).unwrap(), b"kept");
}

#[test]
fn a_path_that_leads_elsewhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut made = filled(&folder.path().join("made"));
    for path in ["", "/x", "x/", "..", "../x", "a/../x", "./x", "x//y", "a/b", "deep", "a", "n\0"] {
        let error = made.write(path, b"x").unwrap_err();
        assert_eq!(error.code(), "file.failed", "{path}");
    }
    symlink(folder.path(), made.path().join("out")).unwrap();
    assert!(made.write("out/x", b"x").is_err());
    symlink(folder.path().join("x"), made.path().join("new")).unwrap();
    assert!(made.write("new", b"x").is_err());
    assert_eq!(fs::read(made.path().join("a")).unwrap(), b"one");
    drop(made);
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn a_place_that_cannot_be_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "x").unwrap();
    let code = |path: &str| NewDirectory::beside(&folder.path().join(path)).unwrap_err().code();
    assert_eq!(code("no/made"), "file.missing");
    assert_eq!(code("file/made"), "file.failed");
    assert_eq!(code("x/.."), "file.failed");
    assert_eq!(code(&"x".repeat(255)), "file.failed");
    assert_eq!(NewDirectory::beside(Path::new("/")).unwrap_err().code(), "file.failed");
}

#[test]
fn what_was_moved_away_meanwhile_gets_no_name_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    let (mut made, dropped) = (filled(&target), filled(&target));
    for (number, moved) in [&made, &dropped].into_iter().enumerate() {
        fs::rename(moved.path(), folder.path().join(format!("moved-{number}"))).unwrap();
        fs::create_dir(moved.path()).unwrap();
        fs::write(moved.path().join("foreign"), "kept").unwrap();
    }
    let (first, second) = (made.path(), dropped.path());
    assert!(made.publish().unwrap_err().to_string().contains("moved away"));
    drop(dropped);
    assert!(first.join("foreign").exists() && second.join("foreign").exists());
    assert!(!target.exists());
}

#[test]
fn a_name_that_is_taken_back_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    let mut made = filled(&target);
    assert!(made.publish().unwrap());
    assert!(target.join("deep/er/b").exists());
    made.take_back().unwrap();
    assert!(!target.exists() && made.path().join("deep/er/b").exists());
    drop(made);
    assert!(tree(folder.path()).is_empty());
    let mut kept = filled(&target);
    assert!(kept.publish().unwrap());
    drop(kept);
    assert!(target.exists());
}

#[test]
fn many_at_once_never_take_one_another_for_leftovers() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    let fill = || {
        let mut published = 0;
        for _ in 0..40 {
            let mut made = NewDirectory::beside(&target).unwrap();
            made.write("deep/a", b"one").unwrap();
            assert_eq!(fs::read(made.path().join("deep/a")).unwrap(), b"one");
            published += usize::from(made.publish().unwrap());
        }
        published
    };
    let published: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(fill)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(published, 1);
    assert_eq!(tree(folder.path()), ["made 700", "made/deep 700", "made/deep/a 600"]);
}
