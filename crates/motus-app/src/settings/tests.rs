//! Which value counts, what a file may not say, and what a change leaves alone.
#![expect(clippy::disallowed_methods, reason = "tests prepare files")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use motus_testkit::harness::Scratch;

use super::*;

/// A home and a project.
struct Scene {
    scratch: Scratch,
    places: Places,
}

impl Scene {
    fn new() -> Self {
        let scratch = Scratch::new();
        let places = Places { home: Some(scratch.home()), directory: scratch.project() };
        Self { scratch, places }
    }

    fn user(&self, text: &str) -> PathBuf {
        write(self.places.user_file().unwrap(), text)
    }

    fn project(&self, text: &str) -> PathBuf {
        write(self.places.project_file(), text)
    }

    fn look(&self) -> Looked {
        look(&self.places, &Given::default())
    }

    /// Returns the codes and messages of all that is wrong, paths relative to the scene.
    fn problems(&self) -> Vec<(&'static str, String)> {
        let root = self.scratch.path().to_string_lossy().into_owned();
        let problems = self.look().problems;
        problems.iter().map(|it| (it.code(), it.to_string().replace(&root, ""))).collect()
    }

    /// Returns the value of a setting with the word for where it comes from.
    fn told(&self, key: Key) -> (String, &'static str) {
        let setting = self.look().settings.get(key);
        (setting.value.map(|it| it.to_string()).unwrap_or_default(), setting.origin.as_str())
    }
}

fn write(path: PathBuf, text: &str) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn without_files_the_defaults_hold_and_nothing_is_made() {
    let scene = Scene::new();
    let looked = scene.look();
    for setting in looked.settings.iter() {
        assert_eq!(
            (setting.value.clone(), setting.origin),
            (setting.key.default(), Origin::Default)
        );
    }
    assert!(looked.problems.is_empty() && looked.ignored.is_empty());
    assert!(!looked.has_user_file && !looked.has_project_file);
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 0);
    assert_eq!(fs::read_dir(scene.scratch.project()).unwrap().count(), 0);
    let nowhere = Places { home: None, directory: scene.scratch.project() };
    assert!(look(&nowhere, &Given::default()).problems.is_empty());
}

#[test]
fn a_flag_counts_before_a_variable_a_project_a_user_and_the_default() {
    let scene = Scene::new();
    let key = Key::WrapMaxOutputBytes;
    assert_eq!(scene.told(key), ("16384".to_owned(), "default"));
    scene.user(r#"{"wrap_max_output_bytes": 1, "work_ttl_seconds": 100}"#);
    assert_eq!(scene.told(key), ("1".to_owned(), "user"));
    scene.project(r#"{"wrap_max_output_bytes": 2, "work_ttl_seconds": null}"#);
    assert_eq!(scene.told(key), ("2".to_owned(), "project"));
    assert_eq!(scene.told(Key::WorkTtlSeconds), ("100".to_owned(), "user"));
    let variable = (key, SettingValue::Number(3), Origin::Environment("VARIABLE"));
    let flag = (key, SettingValue::Number(4), Origin::Flag("--flag"));
    let given = Given { values: vec![flag, variable.clone()] };
    let setting = look(&scene.places, &given).settings.get(key);
    assert_eq!(
        (setting.value, setting.origin.name()),
        (Some(SettingValue::Number(4)), Some("--flag"))
    );
    let given = Given { values: vec![variable] };
    let setting = look(&scene.places, &given).settings.get(key);
    assert_eq!(
        (setting.value, setting.origin.name()),
        (Some(SettingValue::Number(3)), Some("VARIABLE"))
    );
}

#[test]
fn the_published_file_is_read_and_what_has_no_effect_is_told() {
    let scene = Scene::new();
    scene.user(
        r#"{"version": "1.0", "motus_enabled": true, "protocol_enforcement": "strict",
        "reporting_level": "minimal", "reporting_include_evidence": false, "metrics_enabled": true,
        "sqlite_wal_mode": true, "gate_timeout_seconds": 300, "use_sqlite": true,
        "store_path": ".motus/kernel-store.db", "db_path": null, "context_cache_db_path": null,
        "evidence_dir": null, "anthropic_api_key": null, "github_token": "ghp_x"}"#,
    );
    let looked = scene.look();
    assert!(looked.problems.is_empty(), "{:?}", looked.problems);
    assert_eq!(scene.told(Key::StorePath), (".motus/kernel-store.db".to_owned(), "user"));
    let mut names: Vec<&str> = looked.ignored.iter().map(|it| it.name).collect();
    names.sort_unstable();
    let mut expected = INERT.map(|it| it.name).to_vec();
    expected.push("github_token");
    expected.sort_unstable();
    assert_eq!(names, expected);
    let token = looked.ignored.iter().find(|it| it.name == "github_token").unwrap();
    assert!(token.is_credential && token.value.is_none());
}

#[test]
fn a_file_that_says_something_wrong_says_nothing() {
    let scene = Scene::new();
    scene
        .user(r#"{"wrap_max_output_bytes": 7, "run_list_limit": "ten", "wrap_timeot_seconds": 5}"#);
    assert_eq!(
        scene.problems(),
        [
            (
                "config.value_invalid",
                "/home/.motus/config.json:1:30: `run_list_limit` must be a whole number from 1 to 10000, \
                 not a string"
                    .to_owned()
            ),
            (
                "config.key_unknown",
                "/home/.motus/config.json:1:55: there is no setting `wrap_timeot_seconds`".to_owned()
            ),
        ]
    );
    assert_eq!(scene.told(Key::WrapMaxOutputBytes).1, "default");
    scene.user("{\"wrap_max_output_bytes\": 7,\n \"wrap_max_output_bytes\": 8}");
    let told = "/home/.motus/config.json:2:2: duplicate key".to_owned();
    assert_eq!(scene.problems(), [("config.not_json", told)]);
    scene.user("[1]");
    let told = "/home/.motus/config.json holds no JSON object".to_owned();
    assert_eq!(scene.problems(), [("config.not_an_object", told)]);
}

#[test]
fn no_value_of_a_file_is_repeated_in_a_message() {
    let scene = Scene::new();
    scene.user(r#"{"agent_id": ["ghp_secretsecretsecret"], "run_list_limit": "ghp_secretsecret"}"#);
    let problems = scene.problems();
    assert_eq!(problems.len(), 2);
    assert!(!format!("{problems:?}").contains("secret"), "{problems:?}");
}

#[test]
fn a_project_speaks_for_nobody_and_turns_no_protection_off() {
    for (name, value) in [
        ("agent_id", "\"ann\""),
        ("allow_shared_state", "true"),
        ("allow_shared_state", "false"),
        ("run_list_limit", "1"),
        ("wrap_timeout_seconds", "1"),
        ("wrap_timeout_seconds", "null"),
    ] {
        let scene = Scene::new();
        scene.user(r#"{"agent_id": "bob", "wrap_timeout_seconds": 600}"#);
        scene.project(&format!(r#"{{"{name}": {value}, "work_ttl_seconds": 100}}"#));
        let told = format!(
            "/project/.motus/project/config/config.json:1:2: a project may not set `{name}`"
        );
        assert_eq!(scene.problems(), [("config.user_only", told)]);
        assert_eq!(scene.told(Key::AgentId), ("bob".to_owned(), "user"));
        assert_eq!(scene.told(Key::WrapTimeoutSeconds), ("600".to_owned(), "user"));
        assert_eq!(scene.told(Key::WorkTtlSeconds).1, "default", "{name}");
    }
    let of_project = Key::ALL.into_iter().filter(|key| key.owner() == Owner::Project);
    assert_eq!(
        of_project.map(Key::as_str).collect::<Vec<_>>(),
        ["lock_ttl_seconds", "store_path", "work_ttl_seconds", "wrap_max_output_bytes"],
        "a setting of a project needs an argument why no stranger can do harm with it"
    );
}

#[test]
fn a_project_keeps_the_store_where_it_is_motus_s_own() {
    let scene = Scene::new();
    scene.project(r#"{"store_path": ".motus/stores/a.db"}"#);
    assert_eq!(scene.problems(), []);
    assert_eq!(scene.told(Key::StorePath), (".motus/stores/a.db".to_owned(), "project"));
    scene.user(r#"{"store_path": "/elsewhere/user.db"}"#);
    for path in ["../x.db", "/tmp/x.db", "~/x.db", "x.db", ".motus/../x.db"] {
        scene.project(&format!(r#"{{"store_path": "{path}"}}"#));
        let problems = scene.problems();
        assert_eq!(problems.first().map(|it| it.0), Some("config.store_outside"), "{path}");
        assert_eq!(scene.told(Key::StorePath), ("/elsewhere/user.db".to_owned(), "user"));
    }
}

#[test]
fn a_project_s_file_is_read_through_no_link_and_the_user_s_is() {
    let scene = Scene::new();
    let elsewhere = write(scene.scratch.home().join("mine.json"), r#"{"work_ttl_seconds": 100}"#);
    let path = scene.project("");
    fs::remove_file(&path).unwrap();
    symlink(&elsewhere, &path).unwrap();
    let told = "the configuration cannot be read: /project/.motus/project/config/config.json is a \
        link, not a plain file";
    assert_eq!(scene.problems(), [("config.unreadable", told.to_owned())]);
    let directory = path.parent().unwrap().to_owned();
    fs::remove_dir_all(&directory).unwrap();
    fs::create_dir(scene.scratch.home().join("config")).unwrap();
    fs::rename(&elsewhere, scene.scratch.home().join("config/config.json")).unwrap();
    symlink(scene.scratch.home().join("config"), &directory).unwrap();
    let told = "the configuration cannot be read: /project/.motus/project/config is a link, not a \
        plain file";
    assert_eq!(scene.problems(), [("config.unreadable", told.to_owned())]);
    let user = scene.user("");
    fs::remove_file(&user).unwrap();
    symlink(scene.scratch.home().join("config/config.json"), user).unwrap();
    fs::remove_file(directory).unwrap();
    assert_eq!(scene.problems(), []);
    assert_eq!(scene.told(Key::WorkTtlSeconds), ("100".to_owned(), "user"));
}

#[test]
fn a_state_directory_that_is_a_link_has_no_project_file() {
    let scene = Scene::new();
    write(
        scene.scratch.home().join("state/project/config/config.json"),
        r#"{"work_ttl_seconds": 100}"#,
    );
    symlink(scene.scratch.home().join("state"), scene.places.state()).unwrap();
    assert_eq!(scene.problems(), []);
    assert_eq!(scene.told(Key::WorkTtlSeconds).1, "default");
}

#[test]
fn what_is_no_file_or_too_large_is_told() {
    let scene = Scene::new();
    let path = scene.user(&format!("{{{}}}", " ".repeat(1 << 20)));
    assert_eq!(scene.problems().first().map(|it| it.0), Some("config.unreadable"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(scene.problems().first().map(|it| it.0), Some("config.unreadable"));
    let path = scene.project(&format!("{{{}}}", " ".repeat(1 << 20)));
    assert!(scene.problems()[0].1.ends_with(" has more than 1048576 bytes"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(scene.problems()[0].1.ends_with(" is a directory, not a plain file"));
}

#[test]
fn a_home_that_is_none_has_no_file() {
    let scene = Scene::new();
    let file = scene.scratch.write("file", "");
    let places = Places { home: Some(file), directory: scene.scratch.project() };
    let looked = look(&places, &Given::default());
    assert!(looked.problems.is_empty() && !looked.has_user_file);
}

#[test]
fn a_value_is_set_in_the_published_form_and_the_rest_stays() {
    let scene = Scene::new();
    let published = "{\n  \"version\": \"1.0\",\n  \"store_path\": \"a.db\",\n  \"evidence_dir\": \"\\u00e9\",\n  \"gate_timeout_seconds\": 300\n}";
    let path = scene.user(published);
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let changed = set(&scene.places, Target::User, "store_path", "~/b.db").unwrap();
    assert_eq!((changed.path.as_path(), changed.put_aside), (path.as_path(), None));
    assert_eq!(read(&path), published.replace("a.db", "~/b.db"));
    assert_eq!(mode(&path), 0o640);
    set(&scene.places, Target::User, "run_list_limit", "5").unwrap();
    assert!(read(&path).ends_with(": 300,\n  \"run_list_limit\": 5\n}"));
    let changed = unset(&scene.places, Target::User, "run_list_limit").unwrap();
    assert_eq!(changed.removed, ["run_list_limit"]);
    assert_eq!(read(&path), published.replace("a.db", "~/b.db"));
    let changed = reset(&scene.places, Target::User).unwrap();
    assert_eq!(changed.removed, ["store_path"]);
    assert_eq!(read(&path), published.replace("  \"store_path\": \"a.db\",\n", ""));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn a_missing_file_is_made_private_and_only_when_something_is_set() {
    let scene = Scene::new();
    assert!(unset(&scene.places, Target::User, "agent_id").unwrap().removed.is_empty());
    assert!(reset(&scene.places, Target::User).unwrap().removed.is_empty());
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 0);
    let changed = set(&scene.places, Target::User, "agent_id", "ann").unwrap();
    assert_eq!(read(&changed.path), "{\n  \"agent_id\": \"ann\"\n}");
    assert_eq!((mode(&changed.path), mode(changed.path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(scene.told(Key::AgentId), ("ann".to_owned(), "user"));
}

#[test]
fn what_is_refused_changes_nothing() {
    let scene = Scene::new();
    for (target, name, word, code) in [
        (Target::User, "to_dict", "x", "config.key_unknown"),
        (Target::User, "gate_timeout_seconds", "5", "config.key_ignored"),
        (Target::User, "github_token", "x", "config.key_secret"),
        (Target::User, "run_list_limit", "x", "config.value_invalid"),
        (Target::User, "run_list_limit", "0", "config.value_invalid"),
        (Target::Project, "agent_id", "x", "config.user_only"),
        (Target::Project, "store_path", "../x.db", "config.store_outside"),
        (Target::Project, "work_ttl_seconds", "60", "config.no_workspace"),
    ] {
        let error = set(&scene.places, target, name, word).unwrap_err();
        assert_eq!(error.code(), code, "{name}: {error}");
    }
    let error = unset(&scene.places, Target::User, "to_dict").unwrap_err();
    assert_eq!(error.code(), "config.key_unknown");
    let homeless = Places { home: None, ..scene.places.clone() };
    assert_eq!(set(&homeless, Target::User, "agent_id", "x").unwrap_err().code(), "config.no_home");
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 0);
    assert_eq!(fs::read_dir(scene.scratch.project()).unwrap().count(), 0);
}

#[test]
fn a_project_s_file_is_made_below_its_state_directory() {
    let scene = Scene::new();
    fs::create_dir(scene.places.state()).unwrap();
    let changed = set(&scene.places, Target::Project, "store_path", ".motus/b.db").unwrap();
    assert_eq!(changed.path, scene.places.project_file());
    assert_eq!(scene.told(Key::StorePath), (".motus/b.db".to_owned(), "project"));
    reset(&scene.places, Target::Project).unwrap();
    assert_eq!(read(&changed.path), "{}");
}

#[test]
fn a_wrong_file_can_be_mended_member_by_member() {
    let scene = Scene::new();
    let path = scene.user(r#"{"run_list_limit": "ten", "nonsense": 1, "openai_api_key": "x"}"#);
    set(&scene.places, Target::User, "run_list_limit", "10").unwrap();
    unset(&scene.places, Target::User, "nonsense").unwrap();
    unset(&scene.places, Target::User, "openai_api_key").unwrap();
    assert_eq!(read(&path), "{\n  \"run_list_limit\": 10\n}");
    assert_eq!(scene.problems(), []);
}

#[test]
fn a_file_that_cannot_be_read_is_put_aside_and_never_overwritten() {
    let scene = Scene::new();
    for (number, text) in [(1, "{".to_owned()), (2, "[1]".to_owned()), (3, " ".repeat(2 << 20))] {
        let path = scene.user(&text);
        assert!(set(&scene.places, Target::User, "agent_id", "x").is_err());
        assert!(unset(&scene.places, Target::User, "agent_id").is_err());
        assert_eq!(read(&path), text);
        let aside = reset(&scene.places, Target::User).unwrap().put_aside.expect("put aside");
        assert_eq!(aside.file_name().unwrap(), format!("config.json.broken-{number}").as_str());
        assert_eq!(read(&aside), text);
        assert!(!path.exists());
        assert_eq!(scene.problems(), []);
    }
}

#[test]
fn links_and_directories_are_not_replaced() {
    let scene = Scene::new();
    let target = write(scene.scratch.home().join("dotfiles.json"), "{}");
    let path = scene.user("");
    fs::remove_file(&path).unwrap();
    symlink(&target, &path).unwrap();
    let refused = || {
        [
            set(&scene.places, Target::User, "agent_id", "x").unwrap_err().code(),
            unset(&scene.places, Target::User, "agent_id").unwrap_err().code(),
            reset(&scene.places, Target::User).unwrap_err().code(),
        ]
    };
    assert_eq!(refused(), ["config.is_link"; 3]);
    assert_eq!(read(&target), "{}");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(refused(), ["config.unreadable"; 3]);
    fs::remove_dir_all(scene.scratch.home().join(".motus")).unwrap();
    fs::create_dir(scene.scratch.home().join("dotfiles")).unwrap();
    symlink("dotfiles", scene.scratch.home().join(".motus")).unwrap();
    set(&scene.places, Target::User, "agent_id", "x").unwrap();
    assert!(scene.scratch.home().join("dotfiles/config.json").is_file());
}

#[test]
fn changes_at_once_are_all_made() {
    let scene = Scene::new();
    let words = [
        ("agent_id", "ann"),
        ("run_list_limit", "5"),
        ("store_path", "a.db"),
        ("wrap_timeout_seconds", "9"),
    ];
    for _ in 0..10 {
        std::thread::scope(|scope| {
            for (name, word) in words {
                let places = &scene.places;
                scope.spawn(move || set(places, Target::User, name, word).expect("set"));
            }
        });
        let settings = scene.look().settings;
        for (name, word) in words {
            let value = settings.get(Key::parse(name).unwrap()).value.unwrap().to_string();
            assert_eq!(value, word, "{name}");
        }
        reset(&scene.places, Target::User).unwrap();
    }
}

#[test]
fn install_writes_only_where_nothing_is() {
    let scene = Scene::new();
    let would = install(&scene.places, true).unwrap();
    assert!(would.is_new);
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 0);
    let done = install(&scene.places, false).unwrap();
    assert_eq!(done, would);
    let expected = "{\n  \"version\": \"1.0\",\n  \"motus_enabled\": true,\n  \"protocol_enforcement\": \"strict\"\n}";
    assert_eq!(read(&done.path), expected);
    assert_eq!((mode(&done.path), mode(done.path.parent().unwrap())), (0o600, 0o700));
    fs::write(&done.path, "{").unwrap();
    for dry_run in [true, false] {
        assert!(!install(&scene.places, dry_run).unwrap().is_new);
        assert_eq!(read(&done.path), "{");
    }
    fs::remove_file(&done.path).unwrap();
    symlink("nowhere", &done.path).unwrap();
    assert!(!install(&scene.places, false).unwrap().is_new);
    assert!(!scene.scratch.home().join(".motus/nowhere").exists());
    assert_eq!(fs::read_link(&done.path).unwrap(), Path::new("nowhere"));
}
