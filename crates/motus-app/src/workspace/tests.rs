//! What is made of a directory, and what is left alone.
#![expect(clippy::disallowed_methods, reason = "tests prepare files")]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use motus_testkit::FixedClock;
use motus_testkit::harness::Scratch;

use super::*;

/// Everything of a new workspace, with what it holds.
const NEW: [(&str, &str); 13] = [
    (
        ".gitignore",
        "file *\n!.gitignore\n!/project/\n!/project/config/\n!/project/config/config.json\n!/releases/\n!/releases/**\n/releases/0.0.0/system/\n/releases/**/.*.new\n",
    ),
    ("current", "link releases/0.0.0"),
    ("project", "directory"),
    ("project/config", "directory"),
    ("releases", "directory"),
    ("releases/0.0.0", "directory"),
    ("releases/0.0.0/system", "directory"),
    ("state", "directory"),
    ("state/evidence", "directory"),
    ("state/ledger", "directory"),
    ("state/locks", "directory"),
    ("user", "directory"),
    ("user/config", "directory"),
];

type Listing = BTreeMap<String, String>;

/// Lists everything below a directory, with what it holds; links are not followed.
fn listing(root: &Path) -> Listing {
    let mut found = Listing::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            let told = if let Ok(target) = fs::read_link(&path) {
                format!("link {}", target.display())
            } else if path.is_dir() {
                open.push(path);
                "directory".to_owned()
            } else {
                format!("file {}", fs::read_to_string(path).unwrap())
            };
            found.insert(name, told);
        }
    }
    found
}

fn expected(more: &[(&str, &str)]) -> Listing {
    let all = NEW.iter().chain(more);
    all.map(|(name, told)| ((*name).to_owned(), (*told).to_owned())).collect()
}

fn request(root: PathBuf, mode: Mode) -> Request {
    Request { root, mode, force: false }
}

fn init_in(scratch: &Scratch) -> Result<Workspace, InitError> {
    init(&request(scratch.project(), Mode::Empty), &FixedClock::default())
}

/// Expects a refusal that leaves everything as it was.
#[track_caller]
fn check_refused(scratch: &Scratch, request: &Request, code: &str) -> String {
    let before = listing(scratch.path());
    let error = init(request, &FixedClock::default()).expect_err("refused");
    assert_eq!(error.code(), code, "{error}");
    assert_eq!(listing(scratch.path()), before, "{error}");
    error.to_string().replace(&*scratch.project().to_string_lossy(), "")
}

#[test]
fn a_new_workspace_has_the_published_tree_and_is_private() {
    let scratch = Scratch::new();
    let made = init_in(&scratch).unwrap();
    let state = scratch.project().join(".motus");
    assert_eq!(listing(&state), expected(&[]));
    assert_eq!((made.root.clone(), made.state.clone()), (scratch.project(), state.clone()));
    assert_eq!(made.current, state.join("releases/0.0.0"));
    assert_eq!(made.made.len(), NEW.len());
    assert_eq!(fs::metadata(&state).unwrap().mode() & 0o777, 0o700);
    assert!(made.project_config.is_none() && !made.was_complete());
}

#[test]
fn a_second_time_nothing_is_done() {
    let scratch = Scratch::new();
    init_in(&scratch).unwrap();
    let before = listing(scratch.path());
    for mode in [Mode::Empty, Mode::Lite] {
        let again = init(&request(scratch.project(), mode), &FixedClock::default()).unwrap();
        assert!(again.was_complete(), "{:?}", again.made);
    }
    assert_eq!(listing(scratch.path()), before);
}

#[test]
fn a_missing_root_is_made_unless_it_is_to_be_integrated() {
    let scratch = Scratch::new();
    let root = scratch.project().join("a/../b/c");
    let refused =
        check_refused(&scratch, &request(root.clone(), Mode::Integrate), "init.root_missing");
    assert_eq!(refused, "there is no directory to integrate: /a/../b/c");
    fs::create_dir(scratch.project().join("a")).unwrap();
    let made = init(&request(root, Mode::Lite), &FixedClock::default()).unwrap();
    assert_eq!(made.root, scratch.project().join("b/c"));
    assert_eq!(listing(&made.state), expected(&[]));
}

#[test]
fn what_was_begun_is_completed_and_what_is_there_is_kept() {
    let scratch = Scratch::new();
    scratch.write(".motus/kernel-store.db", "a Store");
    scratch.write(".motus/state/ledger/mine", "kept");
    scratch.write(".motus/current-notes", "kept");
    let made = init_in(&scratch).unwrap().made;
    assert!(!made.contains(&"state/ledger".to_owned()) && made.contains(&"state/locks".to_owned()));
    let mut expected = expected(&[
        ("kernel-store.db", "file a Store"),
        ("state/ledger/mine", "file kept"),
        ("current-notes", "file kept"),
    ]);
    // What is in use has rules of its own about git.
    expected.remove(".gitignore");
    assert_eq!(listing(&scratch.project().join(".motus")), expected);
}

#[test]
fn each_directory_and_the_link_may_be_missing() {
    for (name, _) in NEW.iter().filter(|(name, _)| *name != ".gitignore") {
        let scratch = Scratch::new();
        init_in(&scratch).unwrap();
        let path = scratch.project().join(".motus").join(name);
        if *name == "current" { fs::remove_file(path) } else { fs::remove_dir_all(path) }.unwrap();
        let made = init_in(&scratch).unwrap();
        assert_eq!(made.made.first().map(String::as_str), Some(*name));
        assert_eq!(listing(&made.state), expected(&[]), "{name}");
    }
}

#[test]
fn an_integrated_workspace_says_so_once() {
    let scratch = Scratch::new();
    init_in(&scratch).unwrap();
    let asked = request(scratch.project(), Mode::Integrate);
    let made = init(&asked, &FixedClock::default()).unwrap();
    assert_eq!(made.made, ["project/config/init.yaml"]);
    let told = fs::read_to_string(made.project_config.unwrap()).unwrap();
    let root = scratch.project();
    let expected = format!(
        "created_at: '2026-01-02T03:04:05Z'\ninit_mode: integrate\nworkspace_root: {}\n",
        root.display()
    );
    assert_eq!(told, expected);
    let again = init(&asked, &FixedClock::at_second(2_000_000_000)).unwrap();
    assert!(again.was_complete());
    assert_eq!(fs::read_to_string(again.project_config.unwrap()).unwrap(), told);
}

#[test]
fn what_stands_in_the_place_of_a_directory_is_refused_and_kept() {
    for (place, kind, told) in [
        ("", "file", "a plain file stands where a directory of the workspace belongs: /.motus"),
        ("", "link", "a link stands where a directory of the workspace belongs: /.motus"),
        (
            "state",
            "file",
            "a plain file stands where a directory of the workspace belongs: /.motus/state",
        ),
        (
            "project/config",
            "link",
            "a link stands where a directory of the workspace belongs: /.motus/project/config",
        ),
        (
            "releases/0.0.0",
            "link",
            "a link stands where a directory of the workspace belongs: /.motus/releases/0.0.0",
        ),
        (
            "user/config",
            "dangling",
            "a link stands where a directory of the workspace belongs: /.motus/user/config",
        ),
    ] {
        let scratch = Scratch::new();
        let path = scratch.project().join(".motus").join(place);
        let path = path.components().collect::<PathBuf>();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match kind {
            "file" => fs::write(&path, "mine").unwrap(),
            "link" => symlink(scratch.home(), &path).unwrap(),
            _ => symlink("nowhere", &path).unwrap(),
        }
        let asked = request(scratch.project(), Mode::Integrate);
        assert_eq!(check_refused(&scratch, &asked, "init.not_a_directory"), told);
        let forced = Request { force: true, ..asked };
        check_refused(&scratch, &forced, "init.not_a_directory");
    }
}

#[test]
fn a_link_to_another_release_is_kept() {
    let scratch = Scratch::new();
    init_in(&scratch).unwrap();
    let state = scratch.project().join(".motus");
    fs::create_dir(state.join("releases/1.2.3")).unwrap();
    fs::remove_file(state.join("current")).unwrap();
    symlink("releases/1.2.3", state.join("current")).unwrap();
    for force in [false, true] {
        let asked = Request { force, ..request(scratch.project(), Mode::Empty) };
        let again = init(&asked, &FixedClock::default()).unwrap();
        assert!(again.was_complete());
        assert_eq!(again.current, state.join("releases/1.2.3"));
    }
}

#[test]
fn a_link_elsewhere_is_refused_and_led_back_only_when_asked() {
    for target in
        ["/tmp", "../elsewhere", "releases/9.9.9", "releases/../..", "releases/", "current"]
    {
        let scratch = Scratch::new();
        let state = scratch.project().join(".motus");
        fs::create_dir(&state).unwrap();
        symlink(target, state.join("current")).unwrap();
        let asked = request(scratch.project(), Mode::Empty);
        let told = check_refused(&scratch, &asked, "init.current_elsewhere");
        let expected = format!("/.motus/current is a link to {target}, and leads to no release");
        assert!(told.starts_with(&expected), "{told}");
        let made = init(&Request { force: true, ..asked }, &FixedClock::default()).unwrap();
        assert_eq!(made.repointed_from.as_deref(), Some(target));
        assert!(!made.was_complete());
        let mut expected = expected_without_ignore();
        expected.insert("current".to_owned(), "link releases/0.0.0".to_owned());
        assert_eq!(listing(&state), expected);
    }
}

fn expected_without_ignore() -> Listing {
    let mut listing = expected(&[]);
    listing.remove(".gitignore");
    listing
}

#[test]
fn what_is_no_link_is_never_replaced() {
    for is_directory in [false, true] {
        let scratch = Scratch::new();
        let path = scratch.project().join(".motus/current");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if is_directory { fs::create_dir(&path) } else { fs::write(&path, "mine") }.unwrap();
        for force in [false, true] {
            let asked = Request { force, ..request(scratch.project(), Mode::Empty) };
            let told = check_refused(&scratch, &asked, "init.current_elsewhere");
            let kind = if is_directory { "a directory" } else { "a file" };
            assert!(told.starts_with(&format!("/.motus/current is {kind}, ")), "{told}");
        }
    }
}

#[test]
fn what_is_no_file_in_the_place_of_the_note_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.project().join(".motus/project/config/init.yaml");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(scratch.home().join("out"), &path).unwrap();
    let asked = request(scratch.project(), Mode::Integrate);
    let told = check_refused(&scratch, &asked, "file.failed");
    assert_eq!(told, "/.motus/project/config/init.yaml is a link, not a plain file");
    init_in(&scratch).unwrap();
}

#[test]
fn many_at_once_make_one_workspace() {
    let scratch = Scratch::new();
    let root = scratch.project();
    std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                scope
                    .spawn(|| init(&request(root.clone(), Mode::Integrate), &FixedClock::default()))
            })
            .collect();
        let made: Vec<Workspace> =
            tasks.into_iter().map(|task| task.join().unwrap().expect("completed")).collect();
        assert_eq!(made.iter().map(|it| it.made.len()).sum::<usize>(), NEW.len() + 1);
    });
    assert_eq!(listing(&root.join(".motus")).len(), NEW.len() + 1);
}

#[test]
fn a_directory_that_was_there_keeps_its_mode() {
    let scratch = Scratch::new();
    let state = scratch.project().join(".motus");
    fs::create_dir(&state).unwrap();
    fs::set_permissions(&state, Permissions::from_mode(0o750)).unwrap();
    init_in(&scratch).unwrap();
    assert_eq!(fs::metadata(&state).unwrap().mode() & 0o777, 0o750);
    assert_eq!(listing(&state), expected(&[]));
}
