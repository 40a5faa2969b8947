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
        ("/home", Some("all of /home, your home directory included")),
        ("/home/u", Some("all of your home directory")),
        ("/home/u/p", Some("all of it, the record of this run included")),
        ("/home/u/p/sub", Some("all of the working directory, the record of this run included")),
        ("/home/u/p/sub/.motus", Some("all of it, the record of this run included")),
        ("/home/u/.ssh", Some("all that programs keep there, credentials and settings included")),
        ("/home/u/.config/tool", None),
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

#[test]
fn what_holds_credentials_is_nothing_to_grant_unawares() {
    let plan = plan("/home/u/p", "/home/u", None);
    let file = |path: &str| Width::of_file(&plan, Access::Read, Path::new(path));
    for known in [
        "/etc/shadow",
        "/home/u/.aws/credentials",
        "/home/u/.cargo/credentials.toml",
        "/home/u/.config/gh/hosts.yml",
        "/home/u/.gnupg/private-keys-v1.d/1.key",
        "/home/u/.netrc",
        "/home/u/.ssh/id_ed25519",
        "/home/v/.netrc",
        "/Users/v/.aws/credentials",
    ] {
        assert_eq!(file(known), Some(Width::Credentials), "{known}");
    }
    for other in [
        "/etc/passwd",
        "/home/u/.bashrc",
        "/home/u/.npmrc.d/x",
        "/home/u/.ssh/id_ed25519.pub",
        "/home/u/.ssh/known_hosts",
        "/home/u/p/.netrc",
        "/srv/.netrc",
        "/home/v/p/.netrc",
    ] {
        assert_eq!(file(other), None, "{other}");
    }
    // A directory that has such a file is as wide.
    let directory = |path: &str| Width::of(&plan, Access::Read, Path::new(path));
    assert_eq!(directory("/home/u/.config/gh"), Some(Width::Credentials));
    assert_eq!(directory("/home/u/.gnupg/openpgp-revocs.d"), Some(Width::Credentials));
    assert_eq!(directory("/home/u/.config/ghost"), None);
}

#[test]
fn what_is_run_later_is_nothing_to_let_write_unawares() {
    let mut plan = plan("/home/u/p", "/home/u", None);
    plan.searched =
        ["/opt/x/bin", "/home/u/go/bin", "/home/u/p/venv/bin", "/home/u"].map(PathBuf::from).into();
    let file = |access, path: &str| Width::of_file(&plan, access, Path::new(path));
    for known in [
        "/home/u/.bashrc",
        "/home/u/.config/autostart/x.desktop",
        "/home/u/.config/systemd/user/default.target.wants/x.service",
        "/home/u/.ssh/authorized_keys",
        "/home/u/go/bin/x",
        "/opt/x/bin/x",
    ] {
        assert_eq!(file(Access::Write, known), Some(Width::RunLater), "{known}");
        assert_eq!(file(Access::Read, known), None, "{known}");
    }
    // What the project has in PATH is the project's.
    for other in ["/home/u/notes", "/home/u/go/src/x", "/home/u/p/venv/bin/x", "/opt/x/lib/x"] {
        assert_eq!(file(Access::Write, other), None, "{other}");
    }
    let directory = |path: &str| Width::of(&plan, Access::Write, Path::new(path));
    for known in ["/home/u/go", "/home/u/go/bin", "/home/u/.config/systemd"] {
        assert_eq!(directory(known), Some(Width::RunLater), "{known}");
    }
    assert_eq!(directory("/home/u/p/venv/bin"), None);
    assert_eq!(directory("/home/u/go/src"), None);
}

#[test]
fn what_the_system_runs_or_goes_by_is_nothing_to_let_write_unawares() {
    let of = |directory: &str, home: &str, path: &str| {
        let plan = plan(directory, home, None);
        let widths = [Access::Read, Access::Write].map(|access| {
            [
                Width::of_file(&plan, access, Path::new(path)),
                Width::of(&plan, access, Path::new(path)),
            ]
        });
        let [read, write] = widths.map(|widths| widths.iter().any(Option::is_some));
        assert!(!read, "{path}");
        write
    };
    for path in ["/usr/bin/x", "/etc/cron.d/x", "/usr/local/lib/x", "/var/lib/gems/x"] {
        assert!(of("/src/a", "/home/u", path), "{path}");
    }
    assert!(!of("/src/a", "/home/u", "/opt/data/x"));
    assert!(!of("/src/a", "/home/u", "/var/log/x"));
    // A project, or a home, that lies there is one all the same.
    assert!(!of("/usr/src/app", "/home/u", "/usr/src/app/out"));
    assert!(!of("/src/a", "/var/lib/jenkins", "/var/lib/jenkins/data"));
}
