//! What is taken out of a text, and what stays.

use proptest::prelude::*;

use super::*;

fn check(text: &str, expected: &str) {
    let found = scrub(text);
    assert_eq!(found.text, expected, "{text}");
    assert_eq!(found.changed, text != expected, "{text}");
}

#[test]
fn paths_of_unix_are_replaced() {
    for (text, scrubbed) in [
        ("/home/bob/x", "[PATH]"),
        ("/secret", "[PATH]"),
        ("cd /home/bob && ls", "cd [PATH] && ls"),
        ("--dir=/srv/x,/srv/y", "--dir=[PATH],[PATH]"),
        ("(/etc/passwd)", "([PATH])"),
        ("volume:/home/bob", "volume:[PATH]"),
        ("PATH=/usr/bin:/home/bob/bin", "PATH=[PATH]"),
        ("in /tmp/x.", "in [PATH]."),
        ("what about /tmp/x?", "what about [PATH]?"),
        ("/tmp/x.rs:12: error", "[PATH]: error"),
        ("gcc -I/home/bob/include -L/srv/lib", "gcc -I[PATH] -L[PATH]"),
        ("tar -C/home/bob", "tar -C[PATH]"),
        ("bob@host:/home/bob", "bob@host:[PATH]"),
        ("curl -d @/home/bob/x", "curl -d @[PATH]"),
        ("a>/tmp/x", "a>[PATH]"),
        ("#!/usr/bin/env python", "#![PATH] python"),
        ("/home/bob/file(1).txt", "[PATH]"),
        ("/./home/bob", "[PATH]"),
        ("/../home/bob", "[PATH]"),
        ("//home/bob", "[PATH]"),
        ("///home/bob", "[PATH]"),
        ("//server/share/x", "[PATH]"),
        ("////secret", "[PATH]"),
        ("**/home/bob**", "**[PATH]"),
        ("/home/bob/My\\ Documents/x", "[PATH]"),
        ("\\/home\\/bob", "\\[PATH]"),
    ] {
        check(text, scrubbed);
    }
}

#[test]
fn paths_of_a_home_are_replaced() {
    for (text, scrubbed) in [
        ("~/secret", "[PATH]"),
        ("~bob/secret", "[PATH]"),
        ("see ~bob_2.x/a, please", "see [PATH], please"),
        ("host:~/x", "host:[PATH]"),
        ("$HOME/secret", "[PATH]"),
        ("${HOME}/secret", "[PATH]"),
        ("$USERPROFILE\\secret", "[PATH]"),
        ("%USERPROFILE%\\secret", "[PATH]"),
        ("%APPDATA%/secret", "[PATH]"),
        ("$env:USERPROFILE\\secret", "[PATH]"),
        ("${HOME:-/home/bob}/x", "${HOME:-[PATH]}/x"),
        ("在~/x", "在[PATH]"),
    ] {
        check(text, scrubbed);
    }
}

#[test]
fn paths_of_windows_are_replaced() {
    for (text, scrubbed) in [
        ("C:\\Users\\bob\\x", "[PATH]"),
        ("c:/Users/bob", "[PATH]"),
        ("file in C:\\Users\\bob, too", "file in [PATH], too"),
        ("C:\\\\Users\\\\bob", "[PATH]"),
        ("C:\\Program Files\\App\\x.txt is", "[PATH] is"),
        ("\\\\server\\share\\bob", "[PATH]"),
        ("\\\\?\\C:\\Users\\bob", "[PATH]"),
        ("\\\\\\\\server\\\\share", "[PATH]"),
        ("\\Users\\bob\\x", "[PATH]"),
        ("(D:\\a\\repo)", "([PATH])"),
        ("见C:\\Users\\bob", "见[PATH]"),
    ] {
        check(text, scrubbed);
    }
}

#[test]
fn addresses_of_files_are_replaced() {
    for (text, scrubbed) in [
        ("at file:///home/bob", "at [PATH]"),
        ("FILE:///home/bob", "[PATH]"),
        ("file:/home/bob", "[PATH]"),
        ("file://localhost/home/bob", "[PATH]"),
        ("file://server/share", "[PATH]"),
        ("file:///C:/Users/bob", "[PATH]"),
        ("file:C:\\Users\\bob", "file:[PATH]"),
        ("file:\\\\server\\share", "[PATH]"),
        ("file:~/x", "file:[PATH]"),
        ("git+file:///home/bob/x.git", "[PATH]"),
        ("jar:file:/home/bob/x.jar!/a", "jar:[PATH]"),
        ("sqlite:////home/bob/x.db", "[PATH]"),
        ("unix:///var/run/docker.sock", "[PATH]"),
        ("vscode://file/home/bob/x", "[PATH]"),
        ("ssh://git@host/home/bob/x.git", "[PATH]"),
        ("https://example.org/x?dir=/home/bob&y=1", "https://example.org/x?dir=[PATH]&y=1"),
        ("https://example.org/?/home/bob", "https://example.org/?[PATH]"),
        ("http:///home/bob", "[PATH]"),
        ("[x](file:///home/bob)", "[x]([PATH])"),
    ] {
        check(text, scrubbed);
    }
}

#[test]
fn encoded_paths_are_replaced() {
    for (text, scrubbed) in [
        ("%2Fhome%2Fbob", "[PATH]"),
        ("https://example.org/?d=%2fhome%2fbob", "https://example.org/?d=[PATH]"),
        ("%252Fhome%252Fbob", "[PATH]"),
        ("file%3A%2F%2F%2Fhome%2Fbob", "file%3A[PATH]"),
        ("C%3A%5CUsers%5Cbob", "[PATH]"),
        ("%7E/x", "[PATH]"),
        ("/home/bob%20smith/x", "[PATH]"),
        ("\\u002fhome\\u002fbob", "[PATH]"),
        ("／home／bob", "[PATH]"),
        ("&#47;home&#x2F;bob&sol;x", "[PATH]"),
        ("∕home∕bob", "[PATH]"),
    ] {
        check(text, scrubbed);
    }
}

#[test]
fn paths_behind_odd_characters_are_replaced() {
    for before in [
        "\u{a0}", "\u{2003}", "\u{3000}", "\u{200b}", "\u{feff}", "\t", "\u{1}", "→", "—", "“",
        "«", "•", "👍", "|", ";", "=", "[", "{", "<", "@", "!", "^", "x:", "x=", "-", "`", "u'",
        "在", "é", "(a)", "]", "}", "#", "done.", "+", "?", "\\", "&", "\"a\"", "\\\"", "*", "**",
        "_", "~~", "%", "a\\n",
    ] {
        let text = format!("{before}/home/bob/canary");
        let found = scrub(&text).text;
        assert!(!found.contains("bob") && found.contains(PATH), "{text:?} gave {found:?}");
    }
}

#[test]
fn colours_hide_nothing() {
    for (text, scrubbed) in [
        ("\u{1b}[31m/home/bob/x\u{1b}[0m", "[PATH]"),
        ("error:\u{1b}[0m/home/bob", "error:[PATH]"),
        ("at\u{1b}[1;38:5:1m /home/\u{1b}[1mbob\u{1b}[0m/x now", "at [PATH] now"),
        ("error\u{9b}0m/home/bob", "error[PATH]"),
        ("\u{1b}[31mghp_0123456789abcdef", "[REDACTED]"),
        ("password\u{1b}[0m=\u{1b}[1mhunter2", "password=[REDACTED]"),
        ("\u{1b}[/home/bob", "[PATH]"),
        ("~\u{1b}[0m/x", "[PATH]"),
        ("\u{1b}[31m3 failed\u{1b}[0m, src/lib.rs", "\u{1b}[31m3 failed\u{1b}[0m, src/lib.rs"),
        ("\u{1b}[1ma\u{1b}[0m and/or b", "\u{1b}[1ma\u{1b}[0m and/or b"),
    ] {
        check(text, scrubbed);
        assert!(text == scrubbed || names_a_path(text) || holds_a_credential(text), "{text:?}");
    }
}

#[test]
fn a_quoted_path_ends_with_its_quotation() {
    for (text, scrubbed) in [
        ("see '/tmp/a b' now", "see '[PATH]' now"),
        ("{\"cwd\":\"/home/bob smith/x\",\"y\":1}", "{\"cwd\":\"[PATH]\",\"y\":1}"),
        ("“/home/bob smith” and", "“[PATH]” and"),
        ("`C:\\Users\\bob smith` x", "`[PATH]` x"),
        ("an open '/home/bob smith", "an open '[PATH] smith"),
        ("\"file:///home/bob smith\"", "\"[PATH]\""),
    ] {
        check(text, scrubbed);
    }
}

#[test]
fn ordinary_texts_stay() {
    for text in [
        "",
        "and/or",
        "he/she",
        "他/她",
        "n/a",
        "w/o",
        "24/7",
        "src/lib.rs",
        "./x",
        "../x/y",
        ".../x",
        "https://example.org/a/b",
        "https://example.org/~bob/x",
        "http://localhost:8080/api/v1",
        "https://example.org/#/route/x",
        "s3://bucket/key",
        "artifact://motus-run-export.json",
        "motus-store:run/run_1",
        "docker://registry/image:tag",
        "urn:isbn:1/2",
        "1 / 2",
        "10 /2",
        "/",
        "// note",
        "//TODO: x",
        "/// text",
        "/* see */",
        "a: b",
        "+/-5",
        "±",
        "a //b",
        "x /= 2",
        "**/x/y",
        "*/5 * * * *",
        "application/json",
        "*/*",
        "<p>text</p>",
        "<br />",
        "cmd /c dir /s",
        "$5/month",
        "€/month",
        "100%/year",
        "~5 minutes",
        "approx. ~10/12",
        "yes ~ no",
        "\"yes\"/no",
        "“yes”/no",
        "`a`/`b`",
        "👍/👎",
        "cafe\u{301}/bar",
        "café/bar",
        "#/$defs/actor",
        "abc+/def==",
        "C: drive",
        "e.g.: x",
        "\\d+",
        "a\\/b",
        "50%2F50",
        "%2F",
        "100%25",
        "file:src/lib.rs",
        "file:",
        "file://",
        "work released success: RELEASED_OK",
        "sh '[ARGUMENTS_OMITTED:2]'",
        "@scope/package",
        "origin/main",
        "-x",
        "HEAD~1",
        "[PATH]",
        "[PATH]/x",
        "TCP/IP",
        ":/",
        "…/…",
        "$HOME",
        "$A/b",
        "1⁄2",
        "refs/heads/main",
        "key: value/other",
        "2026-01-02T03:04:05Z",
        "a\\b",
        "\\n",
        "it's/its",
    ] {
        check(text, text);
    }
}

#[test]
fn credentials_are_replaced() {
    check("password=hunter2 in /home/bob", "password=[REDACTED] in [PATH]");
    check("https://u:p@host/x", "https://[REDACTED]@host/x");
    check(r#"{"password": "hunter2"}"#, r#"{"password": "[REDACTED]"}"#);
    check(r#"{"password": "[REDACTED]"}"#, r#"{"password": "[REDACTED]"}"#);
    check("mysql --password hunter2", "mysql --password [REDACTED]");
    check("mysql --password [REDACTED]", "mysql --password [REDACTED]");
    for secret in [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "xoxb-1234567890-abc",
        "glpat-0123456789_-x",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
    ] {
        check(&format!("with {secret}"), "with [REDACTED]");
    }
    assert!(holds_a_credential("password=hunter2"));
    assert!(!holds_a_credential("password=[REDACTED]"));
}

#[test]
fn a_file_of_a_host_is_replaced_and_yet_no_absolute_path() {
    assert!(!names_a_path("file://examples/handoff/timeline.md"));
    assert!(scrub("file://examples/handoff/timeline.md").changed);
    assert!(names_a_path("file:///home/bob"));
    assert!(names_a_path("file://server/home/bob"));
    assert!(!names_a_path("[PATH]"));
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, cases: 2048, ..ProptestConfig::default()
    })]

    #[test]
    fn what_was_scrubbed_is_clean(
        text in r#"(/|\\|home|bob|C:|~|\$HOME|%2F|%25|file:|https?://|[ '"`:=,.()<>{}\[\]#+?&@-]|token|\n|é|在|\u{200b}|\x1b\[0m|\x1b\[|\x1b){0,16}"#,
    ) {
        let once = scrub(&text).text;
        prop_assert_eq!(&scrub(&once).text, &once);
        prop_assert!(!names_a_path(&once) && !holds_a_credential(&once), "{}", once);
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        scrub(&text);
    }

    #[test]
    fn a_path_in_a_sentence_is_never_left(
        before in "[a-z]{0,8}[ =:,;|'\"(\\[<\u{a0}\u{200b}]",
        directory in "[a-z]{2,6}",
        after in "[ ,;)'\"]?[a-z]{0,5}",
    ) {
        let found = scrub(&format!("{before}/{directory}/canary{after}")).text;
        prop_assert!(!found.contains("canary"), "{}", found);
    }
}
