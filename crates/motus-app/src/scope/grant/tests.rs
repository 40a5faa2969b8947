//! What words grant, and what is said of those that grant nothing.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn refused(word: &str) -> String {
    match Grant::parse(word) {
        Err(ScopeError::Grant { word: named, problem }) => {
            assert_eq!(named, word);
            problem
        }
        other => panic!("{word}: {other:?}"),
    }
}

#[test]
fn words_grant_what_they_name() {
    for (word, granted) in [
        ("read:src", Grant::Read("src".to_owned())),
        ("write:out/", Grant::Write("out/".to_owned())),
        ("exec:cargo", Grant::Exec("cargo".to_owned())),
        ("unix:~/a:b.sock", Grant::Unix("~/a:b.sock".to_owned())),
        ("read:~", Grant::Read("~".to_owned())),
        ("read:./$HOME", Grant::Read("./$HOME".to_owned())),
        ("exec:$TMPDIR/", Grant::Exec("$TMPDIR/".to_owned())),
        ("write:$CARGO_HOME/git/", Grant::Write("$CARGO_HOME/git/".to_owned())),
        ("read: x", Grant::Read(" x".to_owned())),
        ("net:HTTPS://Example.ORG.:443", Grant::Net("https://example.org/".to_owned())),
    ] {
        assert_eq!(Grant::parse(word).unwrap(), granted, "{word}");
        // What is told of a grant can be given again.
        assert_eq!(Grant::parse(&granted.to_string()).unwrap(), granted);
    }
}

#[test]
fn addresses_reach_whom_they_name() {
    let host = |name: &str, port, addresses: &[&str]| {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        Reach::Host(motus_runtime::scope::Host { name: name.to_owned(), port }, addresses)
    };
    for (word, reached) in [
        ("net:https://a.example/", host("a.example", 443, &[])),
        ("net:http://a.example:8080", host("a.example", 8080, &[])),
        ("net:tcp://db.example:5432/", host("db.example", 5432, &[])),
        ("net:tcp://10.0.0.1:5432/", host("10.0.0.1", 5432, &["10.0.0.1:5432"])),
        ("net:https://[2001:DB8::1]/", host("2001:db8::1", 443, &["[2001:db8::1]:443"])),
        ("net:http://localhost:3000/", host("localhost", 3000, &["127.0.0.1:3000", "[::1]:3000"])),
        ("net:tcp://localhost/", Reach::Loopback),
        ("net:listen://localhost/", Reach::Listening),
    ] {
        let Grant::Net(address) = Grant::parse(word).unwrap() else { panic!("{word}") };
        assert_eq!(Reach::parse(&address), Ok(reached), "{word}");
    }
}

#[test]
fn what_is_refused_says_what_to_write() {
    for (word, expected) in [
        ("", "the kinds are read, write, exec, net and unix"),
        ("out/", "write:out/ lets it be changed"),
        ("delete:x", "the kinds are read, write, exec, net and unix"),
        ("https://a.example/", "a host is net:https://a.example/"),
        ("read:", "nothing is named"),
        ("read:a\0b", "zero byte"),
        ("write:~root/x", "./~NAME"),
        ("write:$HOME/x", "of variables only $TMPDIR/, "),
        (
            "read:${XDG_CACHE_HOME}/x/",
            "~/ is your home, and a file whose name begins with $ is ./$NAME",
        ),
        ("write:$TMPDIR/x/", "only $TMPDIR/"),
        ("net:", "net:https://HOST/"),
        ("net:a.example", "net:https://a.example/"),
        (
            "net:https://a.example/v1/x",
            "only hosts are held to, not paths; write net:https://a.example/",
        ),
        ("net:https://a.example/?q", "query"),
        ("net:https://u:p@a.example/", "user name or a password"),
        ("net:https://*.example/", "host is missing or no name"),
        ("net:udp://a.example:53/", "none of the schemes https, http, tcp and listen"),
        ("net:tcp://a.example/", "it needs a port: net:tcp://a.example:PORT/"),
        ("net:tcp://a.example:0/", "it needs a port"),
        ("net:tcp://127.0.0.1/", "it needs a port"),
        ("net:tcp://127.1:80/", "the host is a number that is no address"),
        ("net:https://0x7f.1/", "the host is a number that is no address"),
        ("net:http://010.0.0.1/", "the host is a number that is no address"),
        ("net:listen://localhost:80/", "net:listen://localhost/"),
        ("net:listen://0.0.0.0:80/", "net:listen://localhost/"),
    ] {
        let problem = refused(word);
        assert!(problem.contains(expected), "{word}: {problem}");
        assert!(!problem.chars().any(char::is_control), "{word}");
    }
}

proptest! {
    #[test]
    fn any_word_is_granted_in_one_spelling_or_refused_in_a_line(
        kind in "(read|write|exec|net|unix|x|)",
        value in "(https|http|tcp|listen)?(://)?\\PC{0,12}(:[0-9]{0,6})?/?|.{0,8}",
    ) {
        let word = format!("{kind}:{value}");
        match Grant::parse(&word) {
            Ok(granted) => {
                let again = Grant::parse(&granted.to_string());
                prop_assert_eq!(again.ok(), Some(granted.clone()));
                if let Grant::Net(address) = granted {
                    prop_assert!(Reach::parse(&address).is_ok());
                }
            }
            Err(error) => prop_assert!(!error.to_string().chars().any(char::is_control)),
        }
    }
}
