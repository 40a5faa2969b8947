//! What is written is read again as the path that it was made of.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use motus_runtime::scope::{Probed, Rule};
use proptest::prelude::*;

use super::*;
use crate::scope::{Grant, Request, ScopeError, Surroundings, ToolHomes, plan};

/// A home directory in which the working directory lies.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["work", "tmp"] {
            make_directory(&scene.path(name));
        }
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn plan(&self, grants: Vec<Grant>) -> Result<Plan, ScopeError> {
        let surroundings = Surroundings {
            directory: self.path("work"),
            home: Some(self.path("")),
            path: Some("/usr/bin:/bin".into()),
            temporary: self.path("tmp"),
            tool_homes: ToolHomes::default(),
            nonce: [1; 6],
            store: None,
        };
        let probed = Probed { landlock: 6, shortfalls: Vec::new() };
        plan(&Request { grants, ..Request::default() }, &"no-such".into(), &surroundings, &probed)
    }
}

#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn make_directory(path: &Path) {
    fs::create_dir_all(path).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn make_program(path: &Path) {
    fs::write(path, "").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, executable).unwrap();
}

/// Makes a file or a directory, writes it in all ways, and reads each again.
fn check(name: &[u8], is_inside: bool, is_directory: bool) {
    let scene = Scene::new();
    let folder = if is_inside { scene.path("work") } else { scene.path("") };
    let path = folder.join(OsStr::from_bytes(name));
    if path.exists() {
        return;
    }
    if is_directory {
        make_directory(&path);
    } else {
        make_program(&path);
    }
    let ways = [written, portable];
    let plain = scene.plan(Vec::new()).unwrap();
    for access in [Access::Read, Access::Write, Access::Execute] {
        for way in ways {
            let Some(value) = way(&plain, access, &path, is_directory) else { continue };
            let word = match access {
                Access::Read => format!("read:{value}"),
                Access::Write => format!("write:{value}"),
                Access::Execute => format!("exec:{value}"),
            };
            let grant = Grant::parse(&word).expect("it is a grant");
            let planned = scene.plan(vec![grant]).expect("it can be granted");
            let rule = Rule { access, path: path.clone() };
            assert!(planned.scope.rules.0.contains(&rule), "{word:?} is {path:?}");
            assert!(planned.made.is_empty(), "{word:?} is {path:?}");
            let others =
                planned.scope.rules.0.iter().filter(|it| !plain.scope.rules.0.contains(it));
            assert_eq!(others.count(), 1, "{word:?} grants {path:?} alone");
        }
    }
    for way in [socket, portable_socket] {
        let Some(value) = way(&plain, &path, is_directory) else { continue };
        let grant = Grant::parse(&format!("unix:{value}")).expect("it is a grant");
        let planned = scene.plan(vec![grant]).expect("it can be granted");
        assert!(planned.scope.network.sockets.iter().eq([&path]), "{value:?}");
    }
}

#[test]
fn odd_names_are_read_again_as_they_were() {
    for name in [
        "~",
        "~x",
        "~root",
        "$TMPDIR",
        "$",
        "-e",
        " lead",
        "trail ",
        "a'b",
        "a\"b",
        "a#b",
        "# a",
        "a:b",
        "c: d",
        "write:a",
        "ü→",
        "*",
        "a\\b",
        "a\tb",
        "a\nb",
        "\u{1b}[31m",
        "\u{202e}x",
        "\u{feff}",
        "\u{85}",
        "...",
        "{a}",
        "[a]",
        "&a",
        "!a",
        "%41",
        "null",
        "\u{1f600}",
        "~ ",
        "'",
        "a b",
    ] {
        for is_inside in [true, false] {
            for is_directory in [true, false] {
                check(name.as_bytes(), is_inside, is_directory);
            }
        }
    }
    check(b"x\xff", true, false);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_word_leads_back_to_its_path(
        name in "[~$.#:'\"\\\\ -]{0,2}[a-c~ äß\t]{1,3}[ :~]?",
        is_inside: bool,
        is_directory: bool,
    ) {
        check(name.as_bytes(), is_inside, is_directory);
    }
}

#[test]
fn what_lies_below_the_home_directory_is_told_apart_from_what_is_called_so() {
    let scene = Scene::new();
    let plan = scene.plan(Vec::new()).unwrap();
    let (inside, beside) = (scene.path("work/~/k"), scene.path("k"));
    assert_eq!(shown(&plan, &inside), "./~/k");
    let of = |path: &Path| portable(&plan, Access::Write, path, false);
    assert_eq!(of(&inside).as_deref(), Some("./~/k"));
    assert_eq!(of(&beside).as_deref(), Some("~/k"));
    assert_eq!(written(&plan, Access::Write, &beside, false), beside.to_str().map(str::to_owned));
    assert_eq!(
        portable(&plan, Access::Execute, &scene.path("work/x"), false).as_deref(),
        Some("./x")
    );
    assert_eq!(of(&scene.path("work/a\\b")), None);
}
