//! What is wide, and what is said of it.

use std::path::PathBuf;

use motus_runtime::scope::{Probed, Scope};

use super::*;
use crate::scope::{Request, Surroundings, ToolHomes};

/// Plans a scope for `/usr`, whose paths the test then sets as it likes.
fn plan(directory: &str, home: &str, store: Option<&str>) -> Plan {
    let temporary = tempfile::tempdir().unwrap();
    let surroundings = Surroundings {
        directory: "/".into(),
        home: None,
        path: None,
        temporary: temporary.path().to_owned(),
        tool_homes: ToolHomes::default(),
        nonce: [1; 6],
        store: None,
    };
    let probed = Probed::nothing("nothing is tried");
    let plan = crate::scope::plan(&Request::default(), &"sh".into(), &surroundings, &probed);
    Plan {
        directory: directory.into(),
        home: Some(home.into()),
        store: store.map(PathBuf::from),
        scope: Scope::default(),
        ..plan.unwrap()
    }
}

#[test]
fn what_nobody_should_grant_unawares_is_known() {
    let plan = plan("/home/u/p/sub", "/home/u", Some("/home/u/p/sub/.motus/store.db"));
    for (path, expected) in [
        ("/", Some("the whole disk")),
        ("/home", Some("all of your home directory")),
        ("/home/u", Some("all of your home directory")),
        ("/home/u/p", Some("all of it, the record of this run included")),
        ("/home/u/p/sub", Some("all of the working directory, the record of this run included")),
        ("/home/u/p/sub/.motus", Some("all of it, the record of this run included")),
        ("/home/u/.ssh", Some("all that programs keep there, credentials and settings included")),
        ("/home/u/.config/git", None),
        ("/home/u/data", None),
        ("/home/u/p/sub/out", None),
        ("/etc", Some("all of /etc")),
        ("/tmp", Some("all of /tmp")),
        ("/tmp/mine", None),
        ("/var/tmp", Some("all of /var/tmp")),
        ("/opt/data", None),
    ] {
        let found = Width::of(&plan, Access::Read, Path::new(path)).map(|it| it.to_string());
        assert_eq!(found.as_deref(), expected, "{path}");
    }
}

#[test]
fn the_working_directory_is_needed_as_a_matter_of_course_unless_it_is_more_than_that() {
    let of = |directory: &str, home: &str, path: &str| {
        let plan = plan(directory, home, None);
        Width::of(&plan, Access::Write, Path::new(path)).map(|width| width.is_ordinary())
    };
    assert_eq!(of("/src", "/home/u", "/src"), Some(true));
    assert_eq!(of("/src/a", "/home/u", "/src"), Some(false));
    assert_eq!(of("/home/u", "/home/u", "/home/u"), Some(false));
    assert_eq!(of("/tmp", "/home/u", "/tmp"), Some(false));
    assert_eq!(of("/", "/home/u", "/"), Some(false));
    assert_eq!(of("/src", "/home/u", "/src/.git"), Some(true));
    assert_eq!(of("/src", "/home/u", "/src/.git/hooks"), Some(true));
    assert_eq!(of("/src", "/home/u", "/src/.git/objects"), None);
}

#[test]
fn reading_a_repository_runs_nothing() {
    let plan = plan("/src", "/home/u", None);
    assert_eq!(Width::of(&plan, Access::Read, Path::new("/src/.git")), None);
}

#[test]
fn a_file_of_the_store_is_nothing_to_grant_unawares_either() {
    use motus_runtime::scope::Action;

    use super::super::{allowance, entries::Entries};

    let plan = plan("/home/u/p", "/home/u", Some("/home/u/p/.motus/store.db"));
    for (name, expected) in [
        (".motus/store.db", Some("careful, that is the record of this run")),
        (".motus/store.db-wal", Some("careful, that is the record of this run")),
        (".motus/other", None),
        ("store.db", None),
    ] {
        let action = Action::Write(plan.directory.join(name));
        let word = allowance::allowing(&plan, &Entries::default(), &action).unwrap();
        assert_eq!(word.word, format!("write:{name}"));
        assert_eq!(word.reach.map(|reach| reach.text()).as_deref(), expected, "{name}");
    }
}
