//! `motus wrap`: where the Store is, and what the command learns of it.

use std::path::Path;

use motus_testkit::harness::capture;

use crate::support::{Scene, succeed};

/// Wraps `true` with some variables set and returns the Store that the trailer names.
#[track_caller]
fn store_with(scene: &Scene, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = scene.motus(&[&["wrap"], arguments, &["true"]].concat());
    let ended = capture(command.envs(variables.iter().copied())).expect_success();
    let stderr = ended.stderr_text();
    let store = stderr.lines().find_map(|line| line.strip_prefix("motus store: ")).unwrap();
    assert!(Path::new(store).is_file(), "{store}");
    let root = scene.scratch.path().to_string_lossy().into_owned();
    store.replace(&root, "")
}

#[test]
fn the_first_of_argument_kernel_path_store_path_and_default_counts() {
    let scene = Scene::new();
    let both = [("MOTUS_KERNEL_STORE_PATH", "kernel.db"), ("MOTUS_STORE_PATH", "store.db")];
    assert_eq!(store_with(&scene, &both, &["--db", "argument.db"]), "/project/argument.db");
    assert_eq!(store_with(&scene, &both, &[]), "/project/kernel.db");
    assert_eq!(store_with(&scene, &both[1..], &[]), "/project/store.db");
    assert_eq!(store_with(&scene, &[], &[]), "/project/.motus/kernel-store.db");
}

#[test]
fn empty_and_blank_are_as_good_as_unset() {
    let scene = Scene::new();
    let blank = [("MOTUS_KERNEL_STORE_PATH", " \t"), ("MOTUS_STORE_PATH", "")];
    assert_eq!(store_with(&scene, &blank, &["--db", " "]), "/project/.motus/kernel-store.db");
    let named = [("MOTUS_KERNEL_STORE_PATH", ""), ("MOTUS_STORE_PATH", "named.db")];
    assert_eq!(store_with(&scene, &named, &["--db", ""]), "/project/named.db");
}

#[test]
fn a_tilde_is_the_home_directory() {
    let scene = Scene::new();
    let variable = [("MOTUS_KERNEL_STORE_PATH", "~/deep/s.db")];
    assert_eq!(store_with(&scene, &variable, &[]), "/home/deep/s.db");
    assert_eq!(store_with(&scene, &[], &["--db", "~/t.db"]), "/home/t.db");
}

#[test]
fn a_home_directory_that_is_not_known_is_refused_and_nothing_is_made() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap", "--db", "~other/s.db", "--", "true"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.home_unknown]: the home directory in this path is not known: ~other/s.db
    hint: write the path out; a file whose name begins with ~ is written ./~NAME
    "#);
    for home in [None, Some("")] {
        let mut command = scene.motus(&["wrap", "--", "true"]);
        command.env("MOTUS_KERNEL_STORE_PATH", "~/s.db").env_remove("HOME");
        assert_eq!(capture(command.envs(home.map(|home| ("HOME", home)))).code, Some(2));
    }
    assert_eq!(std::fs::read_dir(scene.scratch.project()).unwrap().count(), 0);
    assert_eq!(store_with(&scene, &[], &["--db", "./~x.db"]), "/project/./~x.db");
}

#[test]
fn sharing_the_state_has_to_be_asked_for() {
    use std::os::unix::fs::PermissionsExt;
    for (value, mode) in
        [("1", 0o644), ("TRUE", 0o644), ("yes", 0o644), ("0", 0o600), ("no", 0o600)]
    {
        let scene = Scene::new();
        scene.record();
        std::fs::set_permissions(scene.store(), PermissionsExt::from_mode(0o644)).unwrap();
        store_with(&scene, &[("MOTUS_ALLOW_SHARED_STATE_PERMISSIONS", value)], &[]);
        let found = std::fs::metadata(scene.store()).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{value}");
    }
}

#[test]
fn the_command_finds_run_and_store_wherever_it_goes() {
    let scene = Scene::new();
    let script = "cd / && echo $MOTUS_RUN_ID && echo $MOTUS_KERNEL_STORE_PATH";
    let ended = scene.run(&["wrap", "--db", "s.db", "--", "sh", "-c", script]).expect_success();
    let stderr = ended.stderr_text();
    let trailer: Vec<&str> = stderr.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(ended.stdout_text(), format!("{}\n", trailer.join("\n")));
    assert!(Path::new(trailer[1]).is_absolute(), "{}", trailer[1]);
}

#[test]
fn a_motus_command_inside_finds_the_open_run() {
    let scene = Scene::new();
    let script = "cd / && \"$0\" run show latest | sed -n 2p";
    let arguments = ["wrap", "--db", "s.db", "--", "sh", "-c", script, crate::support::MOTUS];
    let ended = scene.run(&arguments).expect_success();
    assert_eq!(ended.stdout_text(), "Status      open\n");
}

#[test]
fn a_named_producer_is_recorded_by_its_hash() {
    let scene = Scene::new();
    let mut command = scene.motus(&["wrap", "true"]);
    succeed(capture(command.env("MOTUS_PRODUCER_ID", "x")));
    assert_eq!(
        scene.column("producer_id").unwrap(),
        "producer-sha256-2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    );
    let mut command = scene.motus(&["wrap", "true"]);
    succeed(capture(command.env("MOTUS_PRODUCER_ID", " ")));
    assert!(scene.column("producer_id").unwrap().starts_with("motus-wrap:"));
}
