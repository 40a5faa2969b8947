//! `motus effects`: lists of effects normalised, compressed and compared.

use std::fmt::Write as _;

use motus_json::Value;

use crate::support::{Scene, error_code, parse};

const NORMALIZE: [&str; 2] = ["effects", "normalize"];

/// Spells a list of writes below these paths.
fn writes(paths: &[&str]) -> String {
    let mut text = String::new();
    for path in paths {
        write!(text, r#",{{"op":"WriteFS","selector":"fs:{path}"}}"#).unwrap();
    }
    format!("[{}]", text.trim_start_matches(','))
}

#[test]
fn effects_are_written_in_their_canonical_form() {
    let scene = Scene::new();
    let effects = r#"[{"selector":"fs:./src//a.rs","op":"WriteFS"},
        {"op":"Network","selector":"net:HTTPS://Example.com:443/a"},
        {"op":"Exec","selector":"exec:cargo"},{"op":"WriteFS","selector":"fs:src/a.rs"}]"#;
    insta::assert_snapshot!(scene.tell_of(&NORMALIZE, effects), @r#"
    exit 0
    --- stdout
    [
      {
        "op": "Exec",
        "selector": "exec:cargo"
      },
      {
        "op": "Network",
        "selector": "net:https://example.com/a"
      },
      {
        "op": "WriteFS",
        "selector": "fs:src/a.rs"
      }
    ]
    --- stderr
    "#);
    let once = scene.feed(&NORMALIZE, effects).expect_success();
    assert_eq!(scene.feed(&NORMALIZE, &once.stdout).expect_success(), once);
    assert_eq!(scene.feed(&NORMALIZE, "[]").expect_success().stdout_text(), "[]\n");
    assert!(!scene.path(".motus").exists());
}

#[test]
fn what_is_no_list_of_effects_is_refused() {
    let scene = Scene::new();
    let tell = |text: &str| scene.tell_of(&NORMALIZE, text);
    insta::assert_snapshot!(tell(&writes(&["a", "b/../c"])), @r#"
    exit 2
    --- stdout
    --- stderr
    error[effect.selector_traversal]: standard input holds no list of effects: effect 1: selector holds a `..` segment
    "#);
    insta::assert_snapshot!(tell("{}"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[effects.shape]: standard input holds no list of effects: not an array of {"op","selector"}
    hint: write [{"op":"WriteFS","selector":"fs:src/lib.rs"}]
    "#);
    insta::assert_snapshot!(tell(r#"[{"op":"WriteFS","selector":"fs:a","more":1}]"#), @r#"
    exit 2
    --- stdout
    --- stderr
    error[effects.shape]: standard input holds no list of effects: effect 0: not {"op","selector"} with a known op
    hint: write [{"op":"WriteFS","selector":"fs:src/lib.rs"}]
    "#);
    insta::assert_snapshot!(tell(""), @r#"
    exit 2
    --- stdout
    --- stderr
    error[json.truncated]: standard input holds no list of effects: not a JSON document: input ends too early at byte 0
    "#);
    for (text, code) in [
        (r#"[{"op":"WriteFS","selector":"net:a"}]"#, "effect.selector_prefix"),
        (r#"[{"op":"Network","selector":"net:a"}]"#, "effect.selector_scheme"),
        (r#"[{"op":"Writefs","selector":"fs:a"}]"#, "effects.shape"),
        ("[1.5]", "json.float"),
        ("[", "json.truncated"),
    ] {
        for command in [["normalize", "--json"], ["compress", "--json"]] {
            let refused = scene.feed(&[["effects"].as_slice(), &command].concat(), text);
            assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0), "{text}");
            assert_eq!(error_code(&refused), code, "{text}");
        }
    }
}

#[test]
fn effects_are_merged_until_they_fit() {
    let scene = Scene::new();
    let effects = writes(&["docs/a", "src/a", "src/b", "src/c"]);
    let told = scene.tell_of(&["effects", "compress", "--k", "2"], &effects);
    insta::assert_snapshot!(told, @r#"
    exit 0
    --- stdout
    [
      {
        "op": "WriteFS",
        "selector": "fs:docs/a"
      },
      {
        "op": "WriteFS",
        "selector": "fs:src/"
      }
    ]
    --- stderr
    "#);
    let told = scene.tell_of(&["effects", "compress", "--k", "2", "--json"], &effects);
    insta::assert_snapshot!(told, @r#"
    exit 0
    --- stdout
    {
      "effects": [
        {
          "op": "WriteFS",
          "selector": "fs:docs/a"
        },
        {
          "op": "WriteFS",
          "selector": "fs:src/"
        }
      ],
      "fits": true,
      "widened_to_root": false
    }
    --- stderr
    "#);
    let unchanged = scene.feed(&["effects", "compress"], &effects).expect_success();
    assert_eq!(unchanged, scene.feed(&NORMALIZE, &effects).expect_success());
}

#[test]
fn a_list_that_is_widened_to_a_root_is_told() {
    let scene = Scene::new();
    let effects = writes(&["docs/a", "src/a"]);
    let told = scene.tell_of(&["effects", "compress", "--k", "1"], &effects);
    insta::assert_snapshot!(told, @r#"
    exit 0
    --- stdout
    [
      {
        "op": "WriteFS",
        "selector": "fs:./"
      }
    ]
    --- stderr
    warning: everything below a root is allowed by these effects
    "#);
    let told = scene.feed(&["effects", "compress", "--k", "1", "--json"], &effects);
    let widened = parse(&told.stdout).get("widened_to_root").and_then(Value::as_bool);
    assert_eq!((told.code, widened), (Some(0), Some(true)));
}

#[test]
fn a_list_that_cannot_fit_is_a_failure() {
    let scene = Scene::new();
    let effects = r#"[{"op":"Exec","selector":"exec:a"},{"op":"Exec","selector":"exec:b"}]"#;
    let told = scene.tell_of(&["effects", "compress", "--k", "1"], effects);
    insta::assert_snapshot!(told, @r#"
    exit 1
    --- stdout
    [
      {
        "op": "Exec",
        "selector": "exec:a"
      },
      {
        "op": "Exec",
        "selector": "exec:b"
      }
    ]
    --- stderr
    motus effects: cannot come to 1: 2 effects left that do not merge
    "#);
    let told = scene.feed(&["effects", "compress", "--k", "0", "--json"], effects);
    let fits = parse(&told.stdout).get("fits").and_then(Value::as_bool);
    assert_eq!((told.code, fits), (Some(1), Some(false)));
    for k in ["-1", "x", "4294967296"] {
        assert_eq!(scene.feed(&["effects", "compress", "--k", k], effects).code, Some(2), "{k}");
    }
}

#[test]
fn what_is_not_covered_is_listed() {
    let scene = Scene::new();
    scene.scratch.write("declared.json", writes(&["src/"]));
    scene.scratch.write("inside.json", writes(&["src/a", "src/b/c"]));
    scene.scratch.write("outside.json", writes(&["src/a", "srcx", "docs/a"]));
    let covers = |observed: &str| scene.tell(&["effects", "covers", "declared.json", observed]);
    insta::assert_snapshot!(covers("inside.json"), @r#"
    exit 0
    --- stdout
    covered
    --- stderr
    "#);
    insta::assert_snapshot!(covers("outside.json"), @r#"
    exit 1
    --- stdout
    not covered: WriteFS fs:docs/a
    not covered: WriteFS fs:srcx
    --- stderr
    "#);
    let json = ["effects", "covers", "declared.json", "outside.json", "--json"];
    insta::assert_snapshot!(scene.tell(&json), @r#"
    exit 1
    --- stdout
    {
      "covered": false,
      "uncovered": [
        {
          "op": "WriteFS",
          "selector": "fs:docs/a"
        },
        {
          "op": "WriteFS",
          "selector": "fs:srcx"
        }
      ]
    }
    --- stderr
    "#);
    let both = ["effects", "covers", "inside.json", "inside.json", "--json"];
    insta::assert_snapshot!(scene.tell(&both), @r#"
    exit 0
    --- stdout
    {
      "covered": true,
      "uncovered": []
    }
    --- stderr
    "#);
}

#[test]
fn a_document_that_cannot_be_compared_is_named() {
    let scene = Scene::new();
    scene.scratch.write("declared.json", writes(&["src/"]));
    scene.scratch.write("broken.json", writes(&["a\\\\b"]));
    let covers = |observed: &str| scene.tell(&["effects", "covers", "declared.json", observed]);
    insta::assert_snapshot!(covers("broken.json"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[effect.selector_backslash]: broken.json holds no list of effects: effect 0: selector holds a backslash; segments are separated by `/`
    "#);
    insta::assert_snapshot!(covers("missing.json"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: missing.json cannot be read
      caused by: No such file or directory (os error 2)
    hint: check the path, who may read it and how long it is
    "#);
    let refused = scene.run(&["effects", "covers", "missing.json", "declared.json", "--json"]);
    assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0));
    assert_eq!(error_code(&refused), "input.unreadable");
}

#[test]
fn documents_may_come_through_pipes() {
    let scene = Scene::new();
    let script = "mkfifo one two; echo '[]' >one & echo '[]' >two & \
        exec \"$0\" effects covers one two";
    let mut shell = scene.scratch.command("sh");
    let told = motus_testkit::harness::capture(shell.args(["-c", script, crate::support::MOTUS]));
    assert_eq!(told.expect_success().stdout_text(), "covered\n");
}
