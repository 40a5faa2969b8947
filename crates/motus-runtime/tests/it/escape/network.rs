//! Connections, and the sockets that would get around them.

use std::fs::Permissions;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use motus_runtime::scope::Feature;
use nix::sys::socket::getsockopt;
use nix::sys::socket::sockopt::PeerCredentials;

use super::scene::{ALL, EACCES, EOPNOTSUPP, EPERM, Scene, Told, for_each_user};
use crate::support::skipped;

const ENOENT: &str = "2";

const BROKERED: &[Feature] =
    &[Feature::Files, Feature::Connections, Feature::Attempts, Feature::Paths, Feature::Brokering];

/// Listens at a free port, and tells whether anybody came.
fn server() -> (TcpListener, String) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    (server, port)
}

#[track_caller]
fn assert_refused(told: &Told, errors: &[&str], seen: &str) {
    assert!(errors.contains(&told.said.as_str()), "{told:#?}");
    assert!(told.has(seen), "{seen:?} is missing in {told:#?}");
}

#[test]
fn nobody_is_reached_whatever_the_call() {
    for_each_user("connections", ALL, |scene| {
        let (server, port) = server();
        let connect = format!("Denied 1 connect 127.0.0.1:{port}");
        for (attempt, address, error, seen) in [
            ("connect", "127.0.0.1", EACCES, connect.as_str()),
            ("connect6", "::ffff:127.0.0.1", EACCES, ""),
            ("fastopen_connect", "127.0.0.1", EACCES, &connect),
            ("fastopen", "127.0.0.1", EOPNOTSUPP, "Denied 1 call sendto:fastopen"),
            ("fastopen_msg", "127.0.0.1", EOPNOTSUPP, "Denied 1 call sendmsg:fastopen"),
            ("fastopen_mmsg", "127.0.0.1", EOPNOTSUPP, "Denied 1 call sendmmsg:fastopen"),
        ] {
            let told = scene.attempt(&[attempt, address, &port]);
            assert_eq!(told.said, error, "{attempt}: {told:#?}");
            let denied = |line: &String| line == seen || seen.is_empty() && line.contains(&port);
            assert!(told.seen.iter().any(denied), "{attempt}: {told:#?}");
        }
        assert!(server.accept().is_err(), "somebody came");
    });
}

#[test]
fn nothing_is_listened_at() {
    for_each_user("listening", ALL, |scene| {
        let told = scene.attempt(&["bind", "127.0.0.1", "0"]);
        assert_refused(&told, &[EACCES], "Denied 1 listen 127.0.0.1:0");
        let told = scene.attempt(&["bind", "0.0.0.0", "45678"]);
        assert_refused(&told, &[EACCES], "Denied 1 listen 0.0.0.0:45678");
        // Who does not care where it comes from is no server yet.
        let told = scene.attempt(&["bind", "0.0.0.0", "0"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        let told = scene.attempt(&["serve", "0.0.0.0", "0"]);
        assert_refused(&told, &[EACCES], "Denied 1 listen 0.0.0.0:0");
        let told = scene.attempt(&["listen_unbound"]);
        assert_refused(&told, &[EACCES], "Denied 1 listen 0.0.0.0:0");
    });
}

#[test]
fn sockets_of_other_kinds_are_not_made() {
    for_each_user("sockets", ALL, |scene| {
        for (name, words) in [
            ("mptcp", ["2", "1", "262"]),
            ("sctp", ["2", "1", "132"]),
            ("udp", ["2", "2", "0"]),
            ("udp", ["10", "2", "17"]),
            ("icmp", ["2", "2", "1"]),
            ("raw", ["2", "3", "1"]),
            ("vsock", ["40", "1", "0"]),
            ("netlink", ["16", "3", "0"]),
            ("packet", ["17", "3", "0"]),
            ("alg", ["38", "5", "0"]),
            ("unix datagram", ["1", "2", "0"]),
        ] {
            let told = scene.attempt(&["socket", words[0], words[1], words[2]]);
            // Who lists a machine's addresses does without what the system seems not to have.
            let error = if name == "netlink" { EOPNOTSUPP } else { EACCES };
            assert_eq!(told.said, error, "{name}: {told:#?}");
            let is_seen = |line: &String| line.starts_with("Denied 1 call socket:");
            assert!(told.seen.iter().any(is_seen), "{name}: {told:#?}");
        }
    });
}

#[test]
fn no_packet_is_led_elsewhere() {
    for_each_user("routes", ALL, |scene| {
        for (attempt, called) in [
            ("source_route", "setsockopt"),
            ("bind_to_device", "setsockopt"),
            ("datagram_pair", "socketpair"),
        ] {
            let told = scene.attempt(&[attempt]);
            assert!([EPERM, EACCES].contains(&told.said.as_str()), "{attempt}: {told:#?}");
            let begin = format!("Denied 1 call {called}");
            assert!(told.seen.iter().any(|line| line.starts_with(&begin)), "{attempt}: {told:#?}");
        }
    });
}

fn with(scene: &Scene, more: &str) -> String {
    scene.scope() + more + "\n"
}

#[test]
fn a_declared_address_is_reached_and_no_other() {
    for_each_user("declared addresses", BROKERED, |scene| {
        let (server, port) = server();
        let (other, other_port) = self::server();
        let scope = with(scene, &format!("address 127.0.0.1:{port}"));
        let told = scene.attempt_in(&scope, &["connect", "127.0.0.1", &port]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(told.has(&format!("Declared 1 connect 127.0.0.1:{port}")), "{told:#?}");
        assert!(server.accept().is_ok());
        let told = scene.attempt_in(&scope, &["connect", "127.0.0.1", &other_port]);
        let seen = format!("Denied 1 connect 127.0.0.1:{other_port}");
        assert_refused(&told, &[EACCES], &seen);
        let swapped = || scene.attempt_in(&scope, &["port_swap", "127.0.0.1", &port, &other_port]);
        // A server that takes nobody in would soon have everybody wait.
        let done = AtomicBool::new(false);
        let told = thread::scope(|threads| {
            let (ended, server) = (&done, &server);
            threads.spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    if server.accept().is_err() {
                        thread::sleep(Duration::from_millis(1));
                    }
                }
            });
            let told = swapped();
            done.store(true, Ordering::Relaxed);
            told
        });
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(other.accept().is_err(), "a port that was swapped was reached");
    });
}

#[test]
fn loopback_serves_itself_where_it_is_declared() {
    for_each_user("loopback", BROKERED, |scene| {
        let scope = with(scene, "loopback\nlistening");
        let told = scene.attempt_in(&scope, &["serve", "127.0.0.1", "0"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        for address in ["0.0.0.0", "10.0.0.1"] {
            let told = scene.attempt_in(&scope, &["bind", address, "45678"]);
            assert_refused(&told, &[EACCES], &format!("Denied 1 listen {address}:45678"));
        }
        let told = scene.attempt_in(&scope, &["listen_unbound"]);
        assert_eq!(told.said, EACCES, "{told:#?}");
    });
}

#[test]
fn a_socket_in_the_file_system_is_reached_only_where_it_is_declared() {
    for_each_user("sockets in the file system", BROKERED, |scene| {
        let server = UnixListener::bind(scene.path("out/socket")).unwrap();
        server.set_nonblocking(true).unwrap();
        let open = PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(scene.path("out/socket"), open).unwrap();
        let told = scene.attempt(&["unix", "../out/socket"]);
        assert_refused(&told, &[EACCES], "Denied 1 connect file /out/socket");
        assert!(server.accept().is_err(), "somebody came");
        let scope = with(scene, &format!("socket {}", scene.path("out/socket").display()));
        let told = scene.attempt_in(&scope, &["unix", "../out/socket"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(server.accept().is_ok());
        let told = scene.attempt(&["unix_serve", "own"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        let told = scene.attempt(&["abstract", "motus-test-of-nobody"]);
        assert_refused(&told, &[EACCES], "Denied 1 connect abstract");
    });
}

#[test]
fn where_one_may_write_the_sockets_of_others_are_not_one_s_own() {
    for_each_user("sockets of others where one may write", BROKERED, |scene| {
        let open: Permissions = PermissionsExt::from_mode(0o777);
        let daemon = |name: &str| {
            let daemon = UnixListener::bind(scene.path(name)).unwrap();
            std::fs::set_permissions(scene.path(name), open.clone()).unwrap();
            daemon.set_nonblocking(true).unwrap();
            daemon
        };
        let theirs = daemon("in/theirs");
        let told = scene.attempt(&["unix", "theirs"]);
        assert_refused(&told, &[EACCES], "Denied 1 connect file /in/theirs");
        assert!(theirs.accept().is_err(), "somebody came");
        // Nor as what was one's own.
        for (words, name) in [
            (["unix_taken_early", "theirs", "early"], "early"),
            (["unix_taken_late", "early", "late"], "late"),
        ] {
            let told = scene.attempt(&words);
            assert_refused(&told, &[EACCES], &format!("Denied 1 connect file /in/{name}"));
            while let Ok((mut somebody, _)) = theirs.accept() {
                let mut said = Vec::new();
                somebody.read_to_end(&mut said).unwrap();
                assert_eq!(said, b"", "somebody spoke");
            }
        }
        // Nor by a name that changes while it is looked at; one's own is reached by it.
        let told = scene.attempt(&["unix_exchanged", "late", "own"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(theirs.accept().is_err(), "somebody came");
    });
}

#[test]
fn who_gave_up_being_root_reaches_what_it_may_as_itself() {
    for_each_user("sockets of others", BROKERED, |scene| {
        if scene.is_ordinary() {
            return; // Nobody to become.
        }
        let (own, open) = (scene.path("out/own"), scene.path("out/open"));
        let servers = [&own, &open].map(|path| UnixListener::bind(path).unwrap());
        for (path, mode) in [(&own, 0o600), (&open, 0o666)] {
            let mode = PermissionsExt::from_mode(mode);
            std::fs::set_permissions(path, mode).unwrap();
        }
        let out = scene.path("out");
        let scope = with(scene, &format!("socket {}\nloopback\nlistening", out.display()));
        for (words, expected) in [
            (&["unix_as_nobody", "../out/own"][..], EACCES),
            (&["unix", "../out/own"], "ok"),
            (&["unix_as_nobody", "../out/open"], "ok"),
            (&["unix_serve_as_nobody", "served"], "ok"),
            (&["bind_as_nobody", "127.0.0.1", "81"], EACCES),
            (&["bind_as_nobody", "127.0.0.1", "0"], "ok"),
        ] {
            let told = scene.attempt_in(&scope, words);
            assert_eq!(told.said, expected, "{words:?}: {told:#?}");
        }
        let peer = servers[1].accept().unwrap().0;
        let peer = getsockopt(&peer, PeerCredentials).unwrap();
        assert_eq!((peer.uid(), peer.gid()), (65534, 65534));
        // Nor past a directory that is closed to it.
        let closed = PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(&out, closed).unwrap();
        let told = scene.attempt_in(&scope, &["unix_as_nobody", "../out/open"]);
        assert_eq!(told.said, EACCES, "{told:#?}");
    });
}

#[test]
fn where_nothing_is_stopped_a_server_is_seen_wherever_it_listens() {
    for_each_user("unstopped servers", BROKERED, |scene| {
        let scope = scene.scope() + "observe\n";
        let told = scene.attempt_in(&scope, &["serve", "0.0.0.0", "0"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(told.has("Undeclared 1 listen 0.0.0.0:0"), "{told:#?}");
        // Another that asked for its port before, and did not get it, is no excuse.
        let told =
            scene.attempt_in(&(scope.clone() + "listening\n"), &["serve_past", "0.0.0.0", "0"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(told.has("Undeclared 1 listen 0.0.0.0:0"), "{told:#?}");
        // One with a port of its own is told when it gets it, and not again.
        let told = scene.attempt_in(&scope, &["serve", "127.0.0.1", "0"]);
        let listened = told.seen.iter().filter(|line| line.contains(" listen ")).count();
        assert_eq!(listened, 1, "{told:#?}");
    });
}

#[test]
fn where_nothing_is_stopped_what_cannot_be_told_goes_on_and_is_counted() {
    for_each_user("unstopped connections that are hidden", BROKERED, |scene| {
        let (server, port) = server();
        let scope = scene.scope() + "observe\n";
        let told = scene.attempt_in(&scope, &["undumpable_connect", "127.0.0.1", &port]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(server.accept().is_ok());
        // Nothing is hidden from root.
        assert_eq!(told.number("unreadable"), u64::from(scene.is_ordinary()), "{told:#?}");
        let seen = format!("Undeclared 1 connect 127.0.0.1:{port}");
        assert_eq!(told.has(&seen), !scene.is_ordinary(), "{told:#?}");
        // What is not there is no attempt, unless it may lie elsewhere.
        for (words, unreadable) in [(["unix", "missing"], 0), (["unix_elsewhere", "missing"], 1)] {
            let told = scene.attempt_in(&scope, &words);
            if told.said == EPERM {
                skipped("names of sockets elsewhere", "no namespace can be made");
                continue;
            }
            assert_eq!(told.said, ENOENT, "{words:?}: {told:#?}");
            assert_eq!(told.number("unreadable"), unreadable, "{words:?}: {told:#?}");
        }
    });
}
