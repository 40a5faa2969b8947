//! `motus scope`: looking at scopes, and changing nothing.

use motus_json::Value;

use super::is_whole;
use crate::support::{Scene, error_code, parse};

#[test]
fn a_probe_says_of_each_feature_whether_it_was_proved() {
    let scene = Scene::new();
    let probed = parse(&scene.run(&["scope", "probe", "--json"]).expect_success().stdout);
    let features = probed.get("features").and_then(Value::as_object).unwrap();
    assert_eq!(features.len(), 7);
    let page = scene.run(&["scope", "probe"]).expect_success().stdout_text();
    let number = page.lines().filter(|line| line.contains("  proved  ")).count();
    let true_ones = features.iter().filter(|(_, value)| **value == Value::from(true)).count();
    assert_eq!(number, true_ones, "{page}");
    assert!(!scene.path(".motus").exists());
}

#[test]
fn an_explanation_names_origin_level_and_what_is_absent() {
    if !is_whole("an_explanation_names_origin_level_and_what_is_absent") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write(
        "scope.yaml",
        "motus_scope: \"0.1\"\nread: [.]\nobserve: {reads: false}\n\
         limits: {wall_seconds: 60, processes: 9, output_bytes: 1000}\n",
    );
    let words = ["scope", "explain", "--allow", "write:out/", "--allow", "net:https://Example.com"];
    let words = [&words[..], &["--scope", "scope.yaml", "--profile", "loopback"]].concat();
    let page = scene.run(&words).expect_success().stdout_text();
    let (own, always) = page.split_once("\nWhat every command has").unwrap();
    let project = scene.path(".").canonicalize().unwrap();
    let own = own.replace(project.to_str().unwrap(), "[PROJECT]");
    insta::assert_snapshot!(own, @r"
    Level     enforced+observed: what is not declared is stopped, and every attempt is seen
    Reads     bounded, not listed
    Limits    60 s, 9 processes at once, 1000 bytes of output
    Note      what is recorded lies in [PROJECT], where the command may read, and so keep others from recording while it runs

    From the command line (2 grants)
      write:out/  =>  ReadFS fs:out/, WriteFS fs:out/
      net:https://example.com/  =>  Network net:https://example.com/

    From scope.yaml (1 grant)
      read:.  =>  ReadFS fs:./

    From the profile loopback (2 grants)
      net:tcp://localhost/  =>  Network net:tcp://localhost/
      net:listen://localhost/  =>  Network net:listen://localhost/
    ");
    assert!(always.contains("write:/dev/null  =>  ReadFS fs:/dev/null, WriteFS fs:/dev/null\n"));
    let explained = parse(&scene.run(&[&words[..], &["--json"]].concat()).expect_success().stdout);
    let grants = explained.get("grants").and_then(Value::as_array).unwrap();
    let of = |kind: &str| {
        let is_of = |grant: &&Value| {
            grant.get("origin").unwrap().get("kind").and_then(Value::as_str) == Some(kind)
        };
        grants.iter().filter(is_of).count()
    };
    assert_eq!((of("command_line"), of("file"), of("profile")), (2, 1, 2));
    assert!(of("always") > 5);
    assert!(!scene.path("out").exists() && !scene.path(".motus").exists());
    let with_command = scene.run(&["scope", "explain", "--", "sh", "--json"]).expect_success();
    assert!(with_command.stdout_text().contains("\n  exec:sh  =>  Exec exec:"));
}

#[test]
fn profiles_are_listed_and_each_can_be_copied() {
    let scene = Scene::new();
    let listed = parse(&scene.run(&["scope", "profiles", "--json"]).expect_success().stdout);
    let profiles = listed.get("profiles").and_then(Value::as_array).unwrap();
    assert!(profiles.len() >= 4);
    let page = scene.run(&["scope", "profiles"]).expect_success().stdout_text();
    for profile in profiles {
        let name = profile.get("name").and_then(Value::as_str).unwrap();
        assert!(page.contains(&format!("\n{name} ")), "{page}");
        let text = scene.run(&["scope", "profiles", name]).expect_success().stdout_text();
        assert!(text.contains(&format!("\nname: {name}\n")), "{text}");
    }
    let refused = scene.run(&["scope", "profiles", "nope", "--json"]);
    assert_eq!((refused.code, error_code(&refused).as_str()), (Some(2), "scope.profile_unknown"));
}

#[test]
fn a_document_is_checked_as_a_whole() {
    let scene = Scene::new();
    scene.scratch.write("good.yaml", "motus_scope: \"0.1\"\nwrite: [out/]\n");
    let valid = scene.run(&["scope", "check", "good.yaml"]).expect_success().stdout_text();
    assert!(valid.starts_with("valid: good.yaml declares "), "{valid}");
    scene.scratch.write(
        "bad.yaml",
        "motus_scope: 2\nread: out\nwrite: [7]\nnet:\n  - example.org\nrun: [rm]\n",
    );
    insta::assert_snapshot!(scene.tell(&["scope", "check", "bad.yaml"]), @r"
    exit 1
    --- stdout
    bad.yaml:1:14: must be 0.1, the form that is read here
    bad.yaml:2:7: must be a list
    bad.yaml:3:9: must be a text; write it in quotes: '7'
    bad.yaml:5:5: it has no scheme; a host is net:https://example.org/
    bad.yaml:6:1: 'run' is not known here; known are motus_scope, name, about, profiles, read, write, exec, net, unix, offline, observe, limits
    --- stderr
    ");
    scene.scratch.write("gone.yaml", "motus_scope: \"0.1\"\nread: [nope]\nexec:\n  - nosuch\n");
    insta::assert_snapshot!(scene.tell(&["scope", "check", "gone.yaml"]), @r#"
    exit 1
    --- stdout
    gone.yaml:2:8: [DIR]/project/nope is not there
    gone.yaml:4:5: "nosuch" is no program
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["scope", "check", "gone.yaml", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "effects": 0,
      "faults": [
        {
          "column": 8,
          "file": "gone.yaml",
          "line": 2,
          "message": "[DIR]/project/nope is not there"
        },
        {
          "column": 5,
          "file": "gone.yaml",
          "line": 4,
          "message": "\"nosuch\" is no program"
        }
      ],
      "valid": false
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["scope", "check", "missing.yaml"]), @r"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: missing.yaml cannot be read
      caused by: No such file or directory (os error 2)
    hint: check the path, who may read it and how long it is
    ");
    assert!(!scene.path("out").exists());
}
