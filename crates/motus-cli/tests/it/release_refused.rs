//! What `motus release` refuses: names, options, and workspaces that are not what they should be.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture};

use crate::release::{GENERATED, ID, at, edit, fill, finalized, ready, release, set, text, words};
use crate::support::{Scene, error_code, parse, succeed};

const COMMANDS: [&str; 5] = ["scaffold", "sync", "validate", "finalize", "show"];

/// Returns code and message of a refusal, paths of the test taken out.
#[track_caller]
fn refusal(scene: &Scene, ended: &Captured) -> String {
    assert_eq!((ended.code, ended.stdout_text()), (Some(1), String::new()));
    let line = ended.stderr_text().lines().next().unwrap_or_default().to_owned();
    scene.scratch.mask().apply(&line).replace("[DIR]/project/.motus/releases/1.0.0", "[WS]")
}

#[test]
fn bad_names_are_refused_by_what_is_wrong_and_touch_nothing() {
    let scene = Scene::new();
    let slug = "slug using only letters, digits, '.', '_' or '-'";
    let padded = "canonical slug without leading or trailing whitespace";
    for (id, expected) in [
        ("", "non-empty slug using only letters, digits, '.', '_' or '-'"),
        (" ", padded),
        (" a", padded),
        ("a\n", padded),
        ("\u{a0}a", padded),
        (".", slug),
        ("..", slug),
        ("../x", slug),
        ("a/b", slug),
        ("/etc", slug),
        ("-a", slug),
        (".a", slug),
        ("é", slug),
        ("a b", slug),
        ("a\u{7f}", slug),
        ("a\u{202e}b", slug),
    ] {
        for command in COMMANDS {
            let option = format!("--release-id={id}");
            let refused = scene.run(&["release", command, &option]);
            let told = refusal(&scene, &refused);
            let message = format!("invalid release_id: expected a {expected}");
            assert_eq!(told, format!("error[release.id_invalid]: {message}"), "{command} {id:?}");
            let json = scene.run(&["release", command, &option, "--json"]);
            assert_eq!((json.code, json.stdout.len()), (Some(1), 0));
            assert_eq!(error_code(&json), "release.id_invalid");
            assert_eq!(text(&parse(&json.stderr), "error"), message);
        }
    }
    assert_eq!(fs::read_dir(scene.scratch.project()).unwrap().count(), 0);
    let long = "x".repeat(300);
    for command in COMMANDS {
        let refused = scene.run(&["release", command, "--release-id", &long]);
        let told = refusal(&scene, &refused);
        assert_eq!(
            told,
            "error[release.id_invalid]: invalid release_id: expected a slug of at most 255 characters",
            "{command}"
        );
    }
    for id in ["a..b", "A_b-c.d", "9-", &"x".repeat(255)] {
        succeed(scene.run(&["release", "scaffold", "--release-id", id]));
        succeed(scene.run(&["release", "validate", "--release-id", id]));
    }
}

#[test]
fn a_name_that_is_no_text_is_none() {
    let scene = Scene::new();
    for command in COMMANDS {
        let mut words = scene.motus(&["release", command, "--json"]);
        words.arg(OsStr::from_bytes(b"--release-id=a\xff"));
        let refused = capture(&mut words);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{command}");
        assert_eq!(error_code(&refused), "release.id_invalid");
    }
}

#[test]
fn a_command_line_without_a_release_is_refused() {
    let scene = Scene::new();
    for command in COMMANDS {
        let refused = scene.run(&["release", command, "--json"]);
        assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0), "{command}");
        assert_eq!(error_code(&refused), "usage.invalid");
    }
    assert_eq!(scene.run(&["release", "show", ID, "--release-id", ID]).code, Some(2));
    assert_eq!(scene.run(&["release", "bundle"]).code, Some(2));
}

#[test]
fn a_release_that_is_not_there_is_told() {
    let scene = Scene::new();
    for command in ["sync", "validate", "finalize", "show"] {
        let told = refusal(&scene, &release(&scene, command));
        assert_eq!(
            told,
            "error[release.missing]: release source missing: [WS]/release-source.json"
        );
    }
    assert!(!scene.path(".motus").exists());
    insta::assert_snapshot!(scene.tell(&words("validate", &["--json"])), @r#"
    exit 1
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "release.missing",
      "error": "release source missing: [DIR]/project/.motus/releases/1.0.0/release-source.json",
      "hint": "make a workspace with `motus release scaffold`, or restore the source of one, from version control for instance"
    }
    "#);
}

#[test]
fn what_is_there_is_neither_made_again_nor_finalized_twice() {
    let scene = Scene::new();
    let exists = "error[release.exists]: release workspace already exists: [WS]";
    ready(&scene);
    assert_eq!(refusal(&scene, &release(&scene, "scaffold")), exists);
    succeed(release(&scene, "finalize"));
    assert_eq!(refusal(&scene, &release(&scene, "scaffold")), exists);
    for (command, expected) in [
        (words("scaffold", &["--force"]), "final_exists]: final receipt already exists"),
        (words("finalize", &[]), "final_exists]: final receipt already exists"),
        (words("sync", &[]), "finalized]: cannot sync finalized release workspace"),
    ] {
        let told = refusal(&scene, &scene.run(&command));
        assert_eq!(told, format!("error[release.{expected}: [WS]/final-receipt.json"));
    }
    let scene = Scene::new();
    fs::create_dir_all(at(&scene, "")).unwrap();
    succeed(release(&scene, "scaffold"));
    let scene = Scene::new();
    fs::create_dir_all(at(&scene, "")).unwrap();
    fs::write(at(&scene, "notes.txt"), "mine").unwrap();
    assert_eq!(refusal(&scene, &release(&scene, "scaffold")), exists);
    assert_eq!(fs::read_dir(at(&scene, "")).unwrap().count(), 1);
    succeed(scene.run(&words("scaffold", &["--force"])));
    succeed(release(&scene, "validate"));
}

#[test]
fn every_placeholder_is_named_and_nothing_is_written() {
    let scene = Scene::new();
    succeed(release(&scene, "scaffold"));
    insta::assert_snapshot!(refusal(&scene, &release(&scene, "finalize")), @"error[release.invalid]: final receipt failed schema validation: to be filled in: closeout.disposition, closeout.decision_ref, closeout.evidence_refs.0, closeout.output_refs.0, closeout.route_taken, closeout.summary");
    assert!(!scene.store().exists() && !at(&scene, "final-receipt.json").exists());
    fill(&scene);
    edit(&scene, "release-source.json", |source| {
        set(source, "closeout.summary", "<later>");
        set(source, "closeout.disposition", "shipped");
    });
    succeed(release(&scene, "sync"));
    insta::assert_snapshot!(refusal(&scene, &release(&scene, "finalize")), @"error[release.invalid]: final receipt failed schema validation: to be filled in: closeout.disposition, closeout.summary");
}

/// A content that is no document of a release, and how that is told.
const CONTENTS: [(&[u8], &str); 11] = [
    (b"", "is no JSON document"),
    (b"{", "is no JSON document"),
    (b"[]", "is not of type 'object'"),
    (b"null", "is not of type 'object'"),
    (b"1e999", "is no JSON document"),
    (b"\"x\"", "is not of type 'object'"),
    (b"{}", "is stale"),
    (b"{\"a\":1,\"a\":2}", "is no JSON document"),
    (b"\xef\xbb\xbf{}", "is no JSON document"),
    (b"{\"a\":\"\xff\"}", "is no JSON document"),
    (b"{\"schema_version\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}", "is no JSON document"),
];

#[test]
fn wrong_contents_of_every_file_are_clean_errors() {
    let scene = Scene::new();
    succeed(release(&scene, "scaffold"));
    for path in GENERATED.into_iter().chain(["release-source.json"]) {
        let before = fs::read(at(&scene, path)).unwrap();
        for (content, why) in CONTENTS {
            fs::write(at(&scene, path), content).unwrap();
            let name = String::from_utf8_lossy(content);
            let told = refusal(&scene, &release(&scene, "validate"));
            let is_source = path == "release-source.json";
            let why = if is_source && why == "is stale" { "is a required property" } else { why };
            assert!(told.contains(why), "{path} {name}: {told}");
            assert!(!told.contains("panicked"), "{told}");
            // What is generated is generated anew, but for the metrics, in which people write.
            if path != "release-source.json" && path != GENERATED[0] {
                succeed(release(&scene, "sync"));
                succeed(release(&scene, "validate"));
            } else if why != "is stale" {
                refusal(&scene, &release(&scene, "sync"));
                assert_eq!(fs::read(at(&scene, path)).unwrap(), content);
            }
            fs::write(at(&scene, path), &before).unwrap();
            succeed(release(&scene, "sync"));
        }
    }
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    let scene = Scene::new();
    ready(&scene);
    let long = vec![b' '; (1 << 20) + 1];
    for path in ["release-source.json", GENERATED[0], GENERATED[1], GENERATED[8]] {
        let before = fs::read(at(&scene, path)).unwrap();
        fs::write(at(&scene, path), &long).unwrap();
        for command in ["validate", "sync", "finalize"] {
            let told = refusal(&scene, &release(&scene, command));
            let expected = format!("error[release.unreadable]: [WS]/{path} has more than");
            assert!(told.starts_with(&expected), "{command}: {told}");
        }
        fs::write(at(&scene, path), before).unwrap();
    }
}

/// Puts something else in the place of a file or a directory, away from which everything was moved.
fn put_instead(scene: &Scene, path: &str, what: &str) {
    let place = at(scene, path);
    fs::rename(&place, scene.path("moved")).unwrap();
    match what {
        "a link" => symlink(scene.path("moved"), &place).unwrap(),
        "a directory" => fs::create_dir(&place).unwrap(),
        "a socket" => {
            // A socket is not bound at a path that is as long as those of this project may be.
            let short = scene.path("s");
            drop(UnixListener::bind(&short).unwrap());
            fs::rename(short, &place).unwrap();
        }
        "a file" => fs::write(&place, "").unwrap(),
        _ => succeed_to_make_pipe(&place),
    }
}

fn succeed_to_make_pipe(place: &std::path::Path) {
    assert!(Command::new("mkfifo").arg(place).status().unwrap().success());
}

fn put_back(scene: &Scene, path: &str) {
    let place = at(scene, path);
    if place.is_dir() && !place.is_symlink() {
        fs::remove_dir(&place).unwrap();
    } else {
        fs::remove_file(&place).unwrap();
    }
    fs::rename(scene.path("moved"), place).unwrap();
}

#[test]
fn what_stands_in_the_place_of_a_file_is_told_and_neither_read_nor_replaced() {
    let scene = Scene::new();
    ready(&scene);
    for path in GENERATED.into_iter().chain(["release-source.json"]) {
        for what in ["a link", "a directory", "a socket", "a pipe"] {
            put_instead(&scene, path, what);
            let expected = format!("error[release.unreadable]: [WS]/{path} is {what}, not a file");
            for command in ["validate", "sync", "finalize"] {
                let told = refusal(&scene, &release(&scene, command));
                assert_eq!(told, expected, "{command}");
            }
            let told = refusal(&scene, &scene.run(&words("scaffold", &["--force"])));
            assert_eq!(told, expected);
            put_back(&scene, path);
            succeed(release(&scene, "validate"));
        }
    }
    for path in ["generated", "generated/packets"] {
        for what in ["a link", "a socket", "a pipe", "a file"] {
            put_instead(&scene, path, what);
            let expected =
                format!("error[release.unreadable]: [WS]/{path} is {what}, not a directory");
            for command in ["validate", "sync", "finalize"] {
                let told = refusal(&scene, &release(&scene, command));
                assert_eq!(told, expected, "{command}");
            }
            put_back(&scene, path);
            succeed(release(&scene, "validate"));
        }
    }
}

#[test]
fn what_stands_in_the_place_of_the_receipt_is_told() {
    for what in ["a link", "a directory", "a socket", "a pipe"] {
        let scene = Scene::new();
        finalized(&scene);
        put_instead(&scene, "final-receipt.json", what);
        let told = refusal(&scene, &scene.run(&words("validate", &["--final"])));
        let expected = format!("[WS]/final-receipt.json is {what}, not a file");
        assert_eq!(told, format!("error[release.unreadable]: {expected}"));
        let told = refusal(&scene, &release(&scene, "finalize"));
        assert!(told.starts_with("error[release.final_exists]: "), "{told}");
        let told = scene.run(&["release", "show", ID]).expect_success().stdout_text();
        assert!(told.contains("Final receipt: not valid, release.unreadable: "), "{told}");
    }
}

#[test]
fn a_workspace_is_no_link_and_lies_behind_none_that_nobody_named() {
    let scene = Scene::new();
    ready(&scene);
    for (place, code) in [
        (".motus/releases/1.0.0", "not_a_directory"),
        (".motus/releases", "not_a_directory"),
        (".motus", "not_a_directory"),
    ] {
        fs::rename(scene.path(place), scene.path("moved")).unwrap();
        symlink(scene.path("moved"), scene.path(place)).unwrap();
        for command in COMMANDS {
            let told = refusal(&scene, &release(&scene, command));
            let mask = format!("error[release.{code}]: [DIR]/project/{place} is a link, not");
            let told = told.replace("[WS]", "[DIR]/project/.motus/releases/1.0.0");
            assert!(told.starts_with(&mask), "{command} {place}: {told}");
        }
        fs::remove_file(scene.path(place)).unwrap();
        fs::rename(scene.path("moved"), scene.path(place)).unwrap();
        succeed(release(&scene, "validate"));
    }
    for what in ["a file", "a pipe", "a socket"] {
        let scene = Scene::new();
        fs::create_dir_all(at(&scene, "")).unwrap();
        put_instead(&scene, "", what);
        for command in COMMANDS {
            let told = refusal(&scene, &release(&scene, command));
            let expected =
                format!("error[release.not_a_directory]: [WS] is {what}, not a directory");
            assert_eq!(told.replace("[WS]/", "[WS]"), expected, "{command}");
        }
    }
}

#[test]
fn what_nothing_generates_is_named_and_left() {
    let scene = Scene::new();
    ready(&scene);
    fs::write(at(&scene, "generated/packets/07-extra.json"), "{}").unwrap();
    fs::create_dir(at(&scene, "generated/old")).unwrap();
    symlink("/etc/hostname", at(&scene, "generated/.hidden")).unwrap();
    fs::write(at(&scene, "notes.txt"), "beside the generated files anything may stand").unwrap();
    let told = refusal(&scene, &release(&scene, "validate"));
    assert_eq!(
        told,
        "error[release.stray]: files that nothing generates: [WS]/generated/.hidden, \
         [WS]/generated/old, [WS]/generated/packets/07-extra.json"
    );
    insta::assert_snapshot!(scene.tell(&words("sync", &[])), @r#"
    exit 0
    --- stdout
    Release workflow synchronized: [DIR]/project/.motus/releases/1.0.0
    Stages: 6
    --- stderr
    notice: nothing generates this file: [DIR]/project/.motus/releases/1.0.0/generated/.hidden
    notice: nothing generates this file: [DIR]/project/.motus/releases/1.0.0/generated/old
    notice: nothing generates this file: [DIR]/project/.motus/releases/1.0.0/generated/packets/07-extra.json
    "#);
    assert!(at(&scene, "generated/packets/07-extra.json").exists());
    assert_eq!(release(&scene, "finalize").code, Some(1));
    for number in 0..1000 {
        fs::write(at(&scene, &format!("generated/{number}")), "").unwrap();
    }
    for command in ["validate", "sync", "finalize", "show"] {
        let told = refusal(&scene, &release(&scene, command));
        let message = "more than 1000 files among the generated ones: [WS]/generated";
        assert_eq!(told, format!("error[release.too_many]: {message}"), "{command}");
    }
}

#[test]
fn a_packet_that_was_forged_is_found() {
    let scene = Scene::new();
    ready(&scene);
    let path = GENERATED[4];
    let before = fs::read(at(&scene, path)).unwrap();
    let forgeries: [fn(&mut Value); 6] = [
        |packet| set(packet, "intent", "Approve it at once."),
        |packet| set(packet, "allowed_actions", vec!["publish"]),
        |packet| set(packet, "next_route_options", Vec::<Value>::new()),
        |packet| set(packet, "generated_metadata.generated_at", "2020-01-01T00:00:00Z"),
        |packet| set(packet, "generated_metadata.generated_by", "motus release scaffold"),
        |packet| set(packet, "upstream_lineage", vec!["REL-0-01-release-scoping"]),
    ];
    for forge in forgeries {
        edit(&scene, path, forge);
        for command in ["validate", "finalize"] {
            let told = refusal(&scene, &release(&scene, command));
            let message = format!("generated artifact drift detected: [WS]/{path}");
            assert_eq!(told, format!("error[release.drift]: {message}"), "{command}");
        }
        let shown = scene.run(&["release", "show", ID]).expect_success().stdout_text();
        assert!(shown.contains("4  changed  Release Approval"), "{shown}");
        fs::write(at(&scene, path), &before).unwrap();
    }
    // Whoever forges all of them alike has to change the source, and then the packets follow from that.
    edit(&scene, path, |packet| set(packet, "generated_metadata.generated_by", "nobody"));
    let told = refusal(&scene, &release(&scene, "validate"));
    assert!(told.starts_with("error[release.invalid]: release-approval packet failed"), "{told}");
    succeed(release(&scene, "sync"));
    succeed(release(&scene, "validate"));
}
