//! `motus install`: a configuration where there is none, which published releases read.

use std::fs;
use std::os::unix::fs::symlink;

use motus_testkit::harness::{Reference, capture};

use crate::support::{Scene, error_code, succeed};

#[test]
fn it_says_what_it_did_and_where() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["install", "--dry-run"]), @r#"
    exit 0
    --- stdout
    Config to write:
      version = "1.0"
      motus_enabled = true
      protocol_enforcement = "strict"
      Path: [DIR]/home/.motus/config.json
    --- stderr
    only told: nothing was written
    "#);
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 0);
    insta::assert_snapshot!(scene.tell(&["install"]), @r#"
    exit 0
    --- stdout
    Config written:
      version = "1.0"
      motus_enabled = true
      protocol_enforcement = "strict"
      Path: [DIR]/home/.motus/config.json
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["install"]), @r#"
    exit 0
    --- stdout
    Config left as it is:
      Path: [DIR]/home/.motus/config.json
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["install", "--dry-run", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "dry_run": true,
      "is_new": false,
      "members": null,
      "path": "[DIR]/home/.motus/config.json"
    }
    --- stderr
    "#);
    assert_eq!(fs::read_dir(scene.scratch.project()).unwrap().count(), 0);
}

#[test]
fn what_is_there_is_left_alone_whatever_it_is() {
    let scene = Scene::new();
    let path = scene.scratch.home().join(".motus/config.json");
    fs::create_dir(path.parent().unwrap()).unwrap();
    fs::write(&path, "{\"broken").unwrap();
    let told = scene.run(&["install"]).expect_success().stdout_text();
    assert!(told.starts_with("Config left as it is:\n"), "{told}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"broken");
    fs::remove_file(&path).unwrap();
    symlink("nowhere.json", &path).unwrap();
    let told = scene.run(&["install"]).expect_success().stdout_text();
    assert!(told.starts_with("Config left as it is:\n"), "{told}");
    assert!(path.is_symlink() && !path.exists());
}

#[test]
fn without_a_home_there_is_no_place_for_it() {
    let scene = Scene::new();
    let mut command = scene.motus(&["install", "--json"]);
    let told = capture(command.env_remove("HOME"));
    assert_eq!((error_code(&told).as_str(), told.code), ("config.no_home", Some(1)));
    fs::write(scene.scratch.home().join(".motus"), "a file").unwrap();
    let told = scene.run(&["install", "--json"]);
    assert_eq!((error_code(&told).as_str(), told.code), ("config.unreadable", Some(1)));
}

#[test]
fn published_releases_read_what_we_write_and_the_other_way_round() {
    let test = "install::published_releases_read_what_we_write_and_the_other_way_round";
    let Some(reference) = Reference::or_skip(test) else { return };
    let scene = Scene::new();
    let theirs = |arguments: &[&str]| {
        capture(scene.scratch.command(reference.program()).args(arguments)).expect_success()
    };
    succeed(scene.run(&["install"]));
    assert_eq!(theirs(&["config", "get", "protocol_enforcement"]).stdout_text(), "strict\n");
    let path = scene.scratch.home().join(".motus/config.json");
    fs::remove_file(&path).unwrap();
    succeed(theirs(&["install"]));
    let published = fs::read_to_string(&path).unwrap();
    succeed(scene.run(&["config", "set", "run_list_limit", "5"]));
    assert_eq!(theirs(&["config", "get", "protocol_enforcement"]).stdout_text(), "strict\n");
    succeed(scene.run(&["config", "unset", "run_list_limit"]));
    assert_eq!(fs::read_to_string(&path).unwrap(), published);
    assert!(scene.doctor(&[]).stdout_text().contains("config: pass - Config valid"));
}
