//! Looks before and after, at folders that these tests change in between.

#![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

use std::os::unix::fs::PermissionsExt;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat};
use nix::sys::stat::{Mode, mkdirat, utimes};
use nix::sys::time::TimeVal;
use nix::unistd::mkfifo;

use super::*;

impl Snapshot {
    fn again_at_leisure(&self) -> Self {
        self.again(&mut Patience::until(&mut || false))
    }
}

fn look_at(watched: &[PathBuf]) -> Snapshot {
    Snapshot::take(watched, &[])
}

fn compared(before: &Snapshot) -> Difference {
    before.compare(&before.again_at_leisure())
}

fn told(difference: &Difference, root: &Path) -> Vec<String> {
    let tell = |change: &Change| {
        let path = change.path().strip_prefix(root).unwrap().display();
        match change {
            Change::Made(_) => format!("made {path}"),
            Change::Changed(_) => format!("changed {path}"),
            Change::Removed(_) => format!("removed {path}"),
        }
    };
    difference.changes.iter().map(tell).collect()
}

#[test]
fn what_was_made_changed_and_removed_is_told_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in ["gone", "same", "longer", "mode", "swapped", "linked"] {
        fs::write(root.join(name), "1").unwrap();
    }
    fs::create_dir(root.join("below")).unwrap();
    let before = look_at(&[root.to_owned()]);
    fs::remove_file(root.join("gone")).unwrap();
    fs::write(root.join("longer"), "22").unwrap();
    fs::set_permissions(root.join("mode"), PermissionsExt::from_mode(0o600)).unwrap();
    fs::write(root.join("other"), "1").unwrap();
    fs::rename(root.join("other"), root.join("swapped")).unwrap();
    fs::write(root.join("below/new"), "").unwrap();
    fs::hard_link(root.join("linked"), root.join("name")).unwrap();
    let difference = compared(&before);
    assert!(!difference.is_partial);
    assert_eq!(
        told(&difference, root),
        [
            "made below/new",
            "removed gone",
            "changed longer",
            "changed mode",
            "made name",
            "changed swapped",
        ]
    );
}

#[test]
fn a_file_is_watched_by_itself_and_a_link_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "1").unwrap();
    std::os::unix::fs::symlink("/", &link).unwrap();
    let before = look_at(&[file.clone(), link]);
    assert_eq!(before.entries.len(), 1);
    fs::write(&file, "22").unwrap();
    assert_eq!(compared(&before).changes, [Change::Changed(file)]);
}

#[test]
fn other_file_systems_are_not_entered_and_that_is_told() {
    let looks_at = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    let (above, below) = (Path::new("/dev"), Path::new("/dev/pts"));
    let is_one = looks_at(below).is_none_or(|device| Some(device) == looks_at(above));
    if is_one || fs::read_dir(above).is_err() {
        eprintln!("SKIPPED other_file_systems_are_not_entered: there is none below /dev to see");
        return;
    }
    let snapshot = look_at(&[above.to_owned()]);
    assert_eq!(snapshot.closed.get(below.as_os_str()), Some(&ErrorKind::CrossesDevices));
    let is_in = |path: &OsString| Path::new(path).parent() == Some(below);
    assert!(!snapshot.entries.iter().any(|(path, _)| is_in(path)));
}

#[test]
fn long_paths_are_too_many_before_short_ones() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("one"), "").unwrap();
    let empty = Snapshot {
        bytes: MOST_BYTES,
        watched: vec![folder.path().to_owned()],
        ..Snapshot::default()
    };
    let cut = empty.look(0, &mut Patience::until(&mut || false));
    assert!(cut.is_cut && cut.entries.is_empty());
    assert!(compared(&cut).is_partial);
}

/// Makes a directory that is too deep for its path to be opened, and something in it.
///
/// False where nobody can: what has no path that can be told is made by nobody who is held to a scope.
fn too_deep(root: &Path) -> bool {
    let flags = OFlag::O_DIRECTORY;
    let name = "n".repeat(250);
    let mut here = open(root, flags, Mode::empty()).unwrap();
    for _ in 0..17 {
        let made = mkdirat(&here, name.as_str(), Mode::S_IRWXU);
        here = match made.and_then(|()| openat(&here, name.as_str(), flags, Mode::empty())) {
            Err(Errno::EACCES) => return false,
            deeper => deeper.unwrap(),
        };
    }
    true
}

#[test]
fn what_cannot_be_looked_into_is_told_and_the_rest_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("deep")).unwrap();
    let before = look_at(&[root.to_owned(), root.join("gone")]);
    if !too_deep(&root.join("deep")) {
        eprintln!("SKIPPED what_cannot_be_looked_into_is_told: none can be made");
        return;
    }
    fs::write(root.join("new"), "").unwrap();
    let difference = compared(&before);
    assert_eq!(difference.closed.len(), 1);
    assert!(difference.closed.keys().all(|path| path.len() > 4000), "{difference:?}");
    assert!(!difference.is_partial);
    assert!(told(&difference, root).contains(&"made new".to_owned()));
    assert_eq!(compared(&look_at(&[root.to_owned()])).changes, []);
}

#[test]
fn what_cannot_be_listed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    let before = look_at(&[folder.path().to_owned()]);
    for mode in [0, 0o400, 0o100] {
        fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).unwrap();
        fs::write(closed.join("hidden"), "").unwrap();
        fs::set_permissions(&closed, PermissionsExt::from_mode(mode)).unwrap();
        // Root lists it all the same.
        let hidden = Change::Made(closed.join("hidden"));
        let difference = compared(&before);
        let is_told = difference.closed.contains_key(closed.as_os_str());
        assert!(is_told != difference.changes.contains(&hidden), "{mode:o} {difference:?}");
    }
    fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).unwrap();
}

#[test]
fn what_was_somewhere_before_and_what_still_is_lies_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("old")).unwrap();
    for name in ["old/same", "old/longer", "old/lost"] {
        fs::write(root.join(name), "1").unwrap();
    }
    let before = look_at(&[root.to_owned()]);
    fs::rename(root.join("old"), root.join("new")).unwrap();
    fs::write(root.join("new/longer"), "22").unwrap();
    fs::write(root.join("new/hidden"), "1").unwrap();
    fs::remove_file(root.join("new/lost")).unwrap();
    let elsewhere = compared(&before).elsewhere;
    let mut elsewhere: Vec<_> =
        elsewhere.iter().map(|path| path.strip_prefix(root).unwrap().to_str().unwrap()).collect();
    elsewhere.sort_unstable();
    assert_eq!(elsewhere, ["new", "new/same", "old", "old/longer", "old/same"]);
}

/// So many names of one file; going through all of them for each would take minutes.
const NAMES: usize = 100_000;

#[test]
fn a_file_with_many_names_is_found_elsewhere_without_looking_at_each_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "1").unwrap();
    let entry = Entry::of(&fs::metadata(&file).unwrap());
    let look = |numbers: std::ops::Range<usize>| {
        let links = numbers.len() as u64;
        let entry = |number| (format!("/w/{number:06}").into(), Entry { links, ..entry.clone() });
        Snapshot { entries: numbers.map(entry).collect(), ..Snapshot::default() }
    };
    let difference = look(0..NAMES).compare(&look(NAMES / 2..2 * NAMES));
    assert_eq!(difference.changes.len(), NAMES / 2 + NAMES);
    assert_eq!(difference.elsewhere.len(), difference.changes.len(), "it is the same file");
}

#[test]
fn what_lies_below_what_is_closed_is_left_out_however_much_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let entry = Entry::of(&fs::metadata(folder.path()).unwrap());
    let names = (0..20_000).map(|number| format!("/w/{number:05}"));
    let closed: BTreeMap<OsString, _> =
        names.map(|name| (name.into(), ErrorKind::PermissionDenied)).collect();
    let deep = "/a".repeat(1000);
    let below =
        closed.keys().map(|name| [name.as_os_str(), OsStr::new(&deep)].join(OsStr::new("")));
    let mut paths: Vec<OsString> = below.chain(closed.keys().cloned()).collect();
    paths.sort();
    let entries = paths.into_iter().map(|path| (path, entry.clone())).collect();
    let after = Snapshot { entries, closed, ..Snapshot::default() };
    let difference = Snapshot::default().compare(&after);
    assert_eq!(difference.changes.len(), difference.closed.len());
}

#[test]
fn nothing_is_compared_when_the_look_was_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let before = look_at(&[folder.path().to_owned()]);
    for number in 0..1500 {
        fs::write(folder.path().join(number.to_string()), "").unwrap();
    }
    let mut asked = || true;
    let mut patience = Patience::until(&mut asked);
    let after = before.again(&mut patience);
    assert!(patience.is_over() && after.entries.len() < 1500);
    assert!(before.compare(&after).is_partial && !after.sees(folder.path()));
    assert_eq!(before.compare(&before.again_at_leisure()).changes.len(), 1500);
}

#[test]
fn files_with_further_names_elsewhere_are_found_whatever_they_are_called() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    for name in ["plain", "linked"] {
        fs::write(inside.join(name), "").unwrap();
    }
    fs::hard_link(inside.join("linked"), inside.join("again")).unwrap();
    let names = ["gone", "longer", "mode", "named", "renamed", "same"];
    for name in names {
        fs::write(inside.join(name), "").unwrap();
        fs::hard_link(inside.join(name), folder.path().join(name)).unwrap();
    }
    let before = look_at(std::slice::from_ref(&inside));
    let rename = |from: &str, to: &str| fs::rename(inside.join(from), inside.join(to)).unwrap();
    fs::remove_file(inside.join("gone")).unwrap();
    fs::create_dir(inside.join("d")).unwrap();
    rename("longer", "d/longer");
    fs::write(inside.join("d/longer"), "22").unwrap();
    rename("d", "e");
    fs::set_permissions(inside.join("mode"), PermissionsExt::from_mode(0o600)).unwrap();
    fs::hard_link(inside.join("named"), inside.join("name")).unwrap();
    rename("renamed", "x");
    let after = before.again_at_leisure();
    let aliases = before.aliases(&after);
    assert_eq!(aliases.len(), names.len());
    let expected: [(&[&str], Fate); 6] = [
        (&[], Fate::Gone),
        (&["e/longer"], Fate::Written),
        (&["mode"], Fate::Written),
        (&["name", "named"], Fate::Named),
        (&["x"], Fate::Touched),
        (&["same"], Fate::Same),
    ];
    for ((alias, name), (later, fate)) in aliases.iter().zip(names).zip(expected) {
        let later: Vec<_> = later.iter().map(|name| inside.join(name)).collect();
        assert_eq!(
            (&alias.names, &alias.later, alias.fate),
            (
                &vec![inside.join(name).as_path()],
                &later.iter().map(PathBuf::as_path).collect(),
                fate
            )
        );
    }
}

#[test]
fn what_lies_where_nobody_looks_or_looked_to_the_end_is_not_seen() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("name");
    let whole = look_at(&[folder.path().to_owned()]);
    assert!(whole.sees(&name) && !whole.sees(Path::new("/elsewhere")));
    let closed = |why| Snapshot {
        closed: [("/closed".into(), why)].into(),
        ..look_at(&[folder.path().to_owned()])
    };
    assert!(closed(ErrorKind::CrossesDevices).sees(&name));
    assert!(!closed(ErrorKind::PermissionDenied).sees(&name));
    assert!(!Snapshot { is_cut: true, ..whole }.sees(&name));
}

#[test]
fn what_is_too_large_to_be_waited_for_is_told_and_costs_nobody_else_the_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let [own, cache, other] = ["own", "cache", "other"].map(|name| folder.path().join(name));
    for directory in [&own, &cache, &other, &cache.join("own")] {
        fs::create_dir(directory).unwrap();
    }
    for number in 0..9 {
        fs::write(cache.join(number.to_string()), "").unwrap();
    }
    let look = |most| {
        let watched = vec![own.clone(), cache.join("own")];
        let watched_if_small = vec![cache.clone(), other.clone()];
        Snapshot { watched, watched_if_small, ..Snapshot::default() }
            .look(most, &mut Patience::until(&mut || false))
    };
    let (before, whole) = (look(9), look(10));
    for directory in [&own, &cache, &other, &cache.join("own")] {
        fs::write(directory.join("new"), "").unwrap();
    }
    let difference = compared(&before);
    assert_eq!(
        told(&difference, folder.path()),
        ["made cache/own/new", "made other/new", "made own/new"]
    );
    assert_eq!(difference.too_large, [cache.clone()].into());
    assert!(!difference.is_partial && difference.closed.is_empty());
    assert!(
        !before.again_at_leisure().sees(&cache.join("new"))
            && before.again_at_leisure().sees(&other)
    );
    let difference = compared(&whole);
    assert_eq!(difference.changes.len(), 4, "however it has grown: {difference:?}");
    assert!(difference.too_large.is_empty() && whole.again_at_leisure().sees(&cache.join("new")));
}

#[test]
fn pipes_and_terminals_are_no_others_when_somebody_has_used_them() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    let before = look_at(&[folder.path().to_owned()]);
    utimes(&pipe, &TimeVal::new(1, 0), &TimeVal::new(1, 0)).unwrap();
    assert_eq!(compared(&before).changes, []);
    fs::set_permissions(&pipe, PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(compared(&before).changes, [Change::Changed(pipe)]);
}
