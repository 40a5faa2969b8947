//! What is covered by what, whatever the names are.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use motus_kernel::effect::{covers, uncovered};
use motus_runtime::scope::{Host, Peer, Rules, Scope};
use proptest::prelude::*;

use super::*;

const HERE: &str = "/w/project";

fn selector(effect: Option<CanonicalEffect>) -> String {
    effect.map_or_else(|| "nothing".to_owned(), |effect| effect.selector().to_owned())
}

/// What is declared: a path, and whether it is a directory.
type Declared<'d> = (Access, &'d Path, bool);

fn action(access: Access, path: &Path) -> Action {
    match access {
        Access::Read => Action::Read(path.to_owned()),
        Access::Write => Action::Write(path.to_owned()),
        Access::Execute => Action::Execute(path.to_owned()),
    }
}

/// Returns what is declared, as effects, what was attempted, and whether the mirror of the kernel's rules allows it.
fn spelled(
    declared: &[Declared<'_>],
    action: &Action,
) -> (Vec<CanonicalEffect>, CanonicalEffect, bool) {
    let here = Path::new(HERE);
    let mut effects: Vec<_> = declared
        .iter()
        .flat_map(|(access, path, is_directory)| {
            of_rule(*access, path, *is_directory, here).unwrap()
        })
        .collect();
    effects.sort();
    effects.dedup();
    let rule =
        |(access, path, _): &Declared<'_>| Rule { access: *access, path: (*path).to_owned() };
    let rules = Rules(declared.iter().map(rule).collect());
    let scope = Scope { rules, ..Scope::default() };
    let Scope { rules, network, .. } = &scope;
    let spelling = Spelling { declared: &effects, rules: &rules.0, network, directory: here };
    let seen = spelling.action(action).unwrap();
    let is_allowed = scope.allows(action);
    (effects, seen, is_allowed)
}

#[test]
fn paths_are_relative_below_the_working_directory() {
    let of = |access, path: &[u8]| {
        let path = Path::new(OsStr::from_bytes(path));
        let declared = [(Access::Execute, Path::new("/usr"), true)];
        spelled(&declared, &action(access, path)).1.selector().to_owned()
    };
    for (access, path, expected) in [
        (Access::Write, &b"/w/project/out/x"[..], "fs:out/x"),
        (Access::Read, b"/w/project", "fs:./"),
        (Access::Write, b"/w/projects", "fs:/w/projects"),
        (Access::Write, b"/w", "fs:/w"),
        (Access::Read, b"/", "fs:/"),
        (Access::Execute, b"/w/project/target/x", "exec:./target/x"),
        (Access::Execute, b"/usr/bin/gcc", "exec:/usr/"),
        (Access::Execute, b"/opt/x", "exec:/opt/x"),
        (Access::Execute, b"/opt/x ", "exec:/opt/"),
        (Access::Write, b"/w/project/a\xff/b/c", "fs:./"),
        (Access::Write, b"/w/project/a/b\\c/d", "fs:a/"),
        (Access::Write, b"/w/project/a/b\n", "fs:a/"),
        (Access::Write, b"/w/project/c:/x", "fs:./"),
        (Access::Write, b"/\xff", "fs:/"),
        (Access::Write, b"/w/project/out/../../x", "fs:/"),
    ] {
        assert_eq!(of(access, path), expected, "{:?}", OsStr::from_bytes(path));
    }
}

#[test]
fn a_declared_directory_is_spelled_as_one_and_a_declared_file_is_not() {
    let declared = [
        (Access::Write, Path::new("/w/project/out"), true),
        (Access::Write, Path::new("/w/project/log"), false),
        (Access::Read, Path::new("/w"), true),
    ];
    for (access, path, expected, is_covered) in [
        (Access::Write, "/w/project/out", "fs:out/", true),
        (Access::Read, "/w/project/out", "fs:out/", true),
        (Access::Write, "/w/project/log", "fs:log", true),
        (Access::Write, "/w/project/log/x", "fs:log/x", false),
        (Access::Read, "/w/project/src/x", "fs:src/x", true),
        (Access::Read, "/w", "fs:/w/", true),
        (Access::Read, "/w/else", "fs:/w/else", true),
        (Access::Write, "/w/else", "fs:/w/else", false),
    ] {
        let (effects, seen, is_allowed) = spelled(&declared, &action(access, Path::new(path)));
        assert_eq!(seen.selector(), expected);
        assert_eq!(
            uncovered(&effects, std::slice::from_ref(&seen)).is_empty(),
            is_covered,
            "{path}"
        );
        // What is below a file cannot be there; the mirror does not know that it is a file.
        assert_eq!(is_allowed, is_covered || path.contains("log/"), "{path}");
    }
}

#[test]
fn an_entry_that_is_declared_itself_is_told_as_its_directory() {
    let declared = [
        (Access::Write, Path::new("/w/project/out"), true),
        (Access::Write, Path::new("/w/project/log"), false),
        (Access::Write, Path::new("/w/other"), true),
    ];
    for (path, expected, is_covered) in [
        ("/w/project/out/x", "fs:out/x", true),
        ("/w/project/out", "fs:./", false),
        ("/w/project/log", "fs:./", false),
        ("/w/project/new", "fs:new", false),
        ("/w/other", "fs:/w/", false),
        ("/w/other/x", "fs:/w/other/x", true),
    ] {
        for action in [Action::Entry(path.into()), Action::Listen(Peer::File(path.into()))] {
            let (effects, seen, is_allowed) = spelled(&declared, &action);
            assert_eq!(seen.selector(), expected);
            assert_eq!(is_allowed, is_covered, "{path}");
            assert_eq!(effects.iter().any(|it| covers(it, &seen)), is_covered, "{path}");
        }
    }
}

#[test]
fn a_socket_of_somebody_else_is_not_covered_by_the_directory_that_it_lies_in() {
    let declared = [(Access::Write, Path::new("/w/project/out"), true)];
    let action = Action::Connect(Peer::File("/w/project/out/s".into()));
    let (effects, seen, is_allowed) = spelled(&declared, &action);
    assert_eq!(seen.selector(), "net:unix://localhost/w/project/out/s");
    assert!(!is_allowed && !effects.iter().any(|it| covers(it, &seen)));
}

#[test]
fn peers_have_one_spelling_each() {
    let closed = Network::default();
    let open = Network { loopback: true, ..Network::default() };
    let address = |text: &str| Peer::Internet(text.parse::<SocketAddr>().unwrap());
    let host = |name: &str, port| Peer::Host(Host::new(name, port));
    let addresses = ["10.0.0.1:80", "127.0.0.1:443"].map(|text| text.parse().unwrap()).to_vec();
    let hosts = vec![Host::new("localhost", 8080)];
    let some = Network { addresses, hosts: hosts.clone(), ..Network::default() };
    let both = Network { hosts, ..open.clone() };
    let file = |path: &[u8]| Peer::File(PathBuf::from(OsStr::from_bytes(path)));
    for (peer, listens, network, expected) in [
        (address("127.0.0.1:80"), false, &closed, "net:tcp://127.0.0.1:80/"),
        (address("127.0.0.1:80"), false, &open, "net:tcp://localhost/"),
        (address("[::ffff:127.0.0.1]:80"), false, &open, "net:tcp://localhost/"),
        (address("127.0.0.1:80"), true, &open, "net:listen://127.0.0.1:80/"),
        (address("[::]:0"), true, &open, "net:listen://[::]:0/"),
        (address("0.0.0.0:80"), false, &open, "net:tcp://localhost/"),
        (address("[::]:80"), false, &closed, "net:tcp://[::1]:80/"),
        (address("10.0.0.1:80"), false, &open, "net:tcp://10.0.0.1:80/"),
        (host("example.org", 443), false, &closed, "net:https://example.org/"),
        (host("example.org", 80), false, &closed, "net:http://example.org/"),
        (host("example.org", 8443), false, &closed, "net:tcp://example.org:8443/"),
        (host("::1", 443), false, &closed, "net:https://[::1]/"),
        (host("a b", 443), false, &closed, "nothing"),
        // Where an address or all of loopback is declared, that is what allows it through the proxy as well.
        (host("10.0.0.1", 80), false, &some, "net:tcp://10.0.0.1:80/"),
        (host("10.0.0.1", 80), false, &closed, "net:http://10.0.0.1/"),
        (host("0.0.0.0", 443), false, &some, "net:tcp://127.0.0.1:443/"),
        (host("[::]", 18801), false, &closed, "net:tcp://[::1]:18801/"),
        (host("[::]", 18801), false, &open, "net:tcp://localhost/"),
        (host("localhost", 80), false, &open, "net:tcp://localhost/"),
        (host("localhost", 8080), false, &both, "net:tcp://localhost:8080/"),
        (host("localhost", 8081), false, &some, "net:tcp://localhost:8081/"),
        (host("example.org", 443), false, &open, "net:https://example.org/"),
        (file(b"/run/x.sock"), false, &closed, "net:unix://localhost/run/x.sock"),
        (file(b"/run/a b?#%\xff"), false, &closed, "net:unix://localhost/run/a%20b%3F%23%25%FF"),
        (file(b"/run/a\n/b"), false, &closed, "net:unix://localhost/run/"),
        (Peer::Abstract, false, &open, "net:abstract://localhost/"),
        (Peer::Family(40), false, &open, "net:family-40://localhost/"),
    ] {
        assert_eq!(selector(of_peer(&peer, listens, network)), expected);
    }
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let plain = "[a-c]{1,2}".prop_map(String::into_bytes);
    let odd = prop_oneof![
        Just(b"a ".to_vec()),
        Just(b" ".to_vec()),
        Just(b"a\\b".to_vec()),
        Just(b"\xff".to_vec()),
        Just(b"a\x7f".to_vec()),
        Just(b"c:".to_vec()),
        Just(b"%2e%2e".to_vec()),
        Just("ä".as_bytes().to_vec()),
        Just(b"...".to_vec()),
    ];
    prop_oneof![4 => plain, 1 => odd]
}

fn path(names: &[Vec<u8>]) -> PathBuf {
    let mut path = PathBuf::from("/");
    path.extend(names.iter().map(|name| OsStr::from_bytes(name)));
    path
}

fn paths() -> impl Strategy<Value = PathBuf> {
    let names = || prop::collection::vec(name(), 0..4);
    let inside = names().prop_map(|mut names| {
        names.splice(0..0, [b"w".to_vec(), b"project".to_vec()]);
        names
    });
    prop_oneof![names(), inside].prop_map(|names: Vec<Vec<u8>>| path(&names))
}

fn accesses() -> impl Strategy<Value = Access> {
    prop_oneof![Just(Access::Read), Just(Access::Write), Just(Access::Execute)]
}

fn actions(path: &Path) -> Vec<Action> {
    let path = || path.to_owned();
    let mut actions = vec![
        Action::Read(path()),
        Action::Write(path()),
        Action::Execute(path()),
        Action::Connect(Peer::File(path())),
    ];
    // The root is nobody's entry.
    if path().parent().is_some() {
        actions.extend([Action::Entry(path()), Action::Listen(Peer::File(path()))]);
    }
    actions
}

proptest! {
    #[test]
    fn what_the_rules_allow_is_covered_and_nothing_else_is(
        granted in prop::collection::vec((accesses(), paths()), 1..5),
        below in prop::collection::vec(name(), 0..3),
        elsewhere in paths(),
    ) {
        // What has no selector is granted to nobody.
        let granted: Vec<_> = granted
            .iter()
            .filter(|(access, path)| of_rule(*access, path, true, Path::new(HERE)).is_some())
            .map(|(access, path)| (*access, path.as_path(), true))
            .collect();
        let mut seen: Vec<PathBuf> = vec![elsewhere];
        for (_, directory, _) in &granted {
            let mut inside = directory.to_path_buf();
            inside.extend(below.iter().map(|name| OsStr::from_bytes(name)));
            seen.push(inside);
        }
        for action in seen.iter().flat_map(|path| actions(path)) {
            let (declared, seen, is_allowed) = spelled(&granted, &action);
            let is_covered = declared.iter().any(|declared| covers(declared, &seen));
            prop_assert_eq!(is_covered, is_allowed, "{:?} is {:?}", action, seen);
        }
    }
}

#[test]
fn a_path_of_many_names_is_told_as_a_directory_that_holds_it() {
    let deep = "a/".repeat(1900);
    for (beginning, expected) in [
        ("/w/project/d/b\\c/", "fs:d/"),
        ("/w/project/c:/", "fs:./"),
        ("/w/project/d/", "fs:d/"),
        ("/opt/d/b\n/", "fs:/opt/d/"),
    ] {
        let path = format!("{beginning}{deep}x");
        let told = spelled(&[], &action(Access::Write, Path::new(&path))).1;
        let is_whole = told.selector().ends_with("/a/x");
        assert!(if beginning.ends_with("/d/") { is_whole } else { told.selector() == expected });
    }
}
