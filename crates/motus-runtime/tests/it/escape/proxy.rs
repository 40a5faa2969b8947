//! The way through the proxy, and what becomes of programs that do not take it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use motus_runtime::scope::Feature;

use super::scene::{ALL, EACCES, Scene, Told, for_each_user};
use crate::support::{has, skipped};

const BROKERED: &[Feature] =
    &[Feature::Files, Feature::Connections, Feature::Attempts, Feature::Paths, Feature::Brokering];

/// Runs a test as every user, if there is a program that knows proxies.
fn for_each_client(test: &str, run: impl Fn(&Scene)) {
    if has("curl") {
        for_each_user(test, BROKERED, run);
    } else {
        skipped(test, "there is no curl");
    }
}

/// Serves one answer to everybody, at a port that is returned.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    };
    thread::spawn(move || listener.incoming().flatten().for_each(answer));
    port
}

fn curl(scene: &Scene, more: &str, options: &[&str]) -> Told {
    let scope = scene.scope() + more + "\n";
    let words = ["curl", "-sS", "--max-time", "20"];
    scene.run(scene.command(&scope, &[&words[..], options].concat()))
}

#[test]
fn a_declared_host_is_reached_through_the_proxy_and_told_by_its_name() {
    for_each_client("declared hosts", |scene| {
        let port = serve();
        let url = format!("http://localhost:{port}/x");
        for options in [&["--noproxy", "", &url][..], &["--noproxy", "", "-p", &url]] {
            let told = curl(scene, &format!("host localhost {port}"), options);
            assert_eq!((told.said.as_str(), told.status), ("hi", 0), "{told:#?}");
            let seen = format!("Declared 1 connect host localhost {port}");
            assert!(told.has(&seen), "{told:#?}");
            let connects = told.seen.iter().filter(|line| line.contains(" connect "));
            // Caches of names and users are looked for by the C library.
            let others = connects.filter(|line| !line.contains("/nscd/")).count();
            assert_eq!(others, 1, "the way to the proxy is not told: {told:#?}");
        }
    });
}

#[test]
fn an_undeclared_host_is_refused_in_words_that_help() {
    for_each_client("undeclared hosts", |scene| {
        let told = curl(scene, "host localhost 1", &["http://motus.invalid:81/x"]);
        assert_eq!(
            told.said,
            "motus: not declared; to allow it: --allow net:http://motus.invalid:81/"
        );
        assert!(told.has("Denied 1 connect host motus.invalid 81"), "{told:#?}");
        let told = curl(scene, "host localhost 1", &["https://motus.invalid/x"]);
        assert_eq!(told.status, 56, "{told:#?}");
        assert!(told.has("Denied 1 connect host motus.invalid 443"), "{told:#?}");
    });
}

#[test]
fn who_does_not_ask_the_proxy_reaches_nobody() {
    for_each_client("programs that know no proxy", |scene| {
        let port = serve();
        let more = format!("host localhost {port}");
        let url = format!("http://127.0.0.1:{port}/x");
        let told = curl(scene, &more, &["--noproxy", "*", &url]);
        assert_eq!(told.status, 7, "{told:#?}");
        assert!(told.has(&format!("Denied 1 connect 127.0.0.1:{port}")), "{told:#?}");
        let told = scene.attempt_in(
            &(scene.scope() + &more + "\n"),
            &["connect", "127.0.0.1", &port.to_string()],
        );
        assert_eq!(told.said, EACCES, "{told:#?}");
    });
}

#[test]
fn who_has_no_secret_is_not_served() {
    for_each_client("the secret of the proxy", |scene| {
        let port = serve();
        let url = format!("http://localhost:{port}/x");
        // Within the scope, but with an address that somebody else could have guessed.
        let script = format!(
            "curl -sS -o /dev/null -w '%{{http_code}}' --noproxy '' -x \"${{http_proxy##*@}}\" {url}"
        );
        let scope = scene.scope() + &format!("host localhost {port}\n");
        let told = scene.run(scene.command(&scope, &["sh", "-c", &script]));
        assert_eq!(told.said, "407", "{told:#?}");
        assert!(!told.seen.iter().any(|line| line.contains(" host ")), "{told:#?}");
    });
}

#[test]
fn where_nothing_is_stopped_every_host_is_reached_and_told() {
    for_each_user("hosts that are only seen", ALL, |scene| {
        if !has("curl") {
            return skipped("hosts that are only seen", "there is no curl");
        }
        let port = serve();
        let url = format!("http://localhost:{port}/x");
        let told = curl(scene, "observe\nhost elsewhere.invalid 1", &["--noproxy", "", &url]);
        assert_eq!(told.said, "hi", "{told:#?}");
        assert!(told.has(&format!("Undeclared 1 connect host localhost {port}")), "{told:#?}");
        let told = curl(scene, "observe", &["--noproxy", "*", &url]);
        assert_eq!(told.said, "hi", "{told:#?}");
        let seen = format!("Undeclared 1 connect 127.0.0.1:{port}");
        assert!(told.has(&seen), "{told:#?}");
    });
}
