//! `init`: a store where there was none.

use std::fs;

use motus_testkit::harness::capture;

use crate::support::{Scene, Tree};

#[test]
fn init_makes_a_store_that_works() {
    let scene = Scene::empty();
    let told = scene.run(&["init"]).expect_success().stdout_text();
    let root = scene.shown("").trim_end_matches('/').to_owned();
    assert_eq!(told, format!("{{\"protocol\":\"textus/3\",\"initialized\":\"{root}\"}}\n"));
    for name in ["knowledge", "notebook", "feeds", "proposals", "artifacts"] {
        assert_eq!(scene.file(&format!("zones/{name}/.gitkeep")).as_deref(), Some(""));
    }
    for name in ["schemas", "templates", "sentinels", "hooks/README.md", "audit.log", ".gitignore"]
    {
        assert!(scene.root().join(name).exists(), "{name}");
    }
    let told = scene.run(&["doctor"]).expect_success().stdout_text();
    assert!(told.contains(r#""summary":{"error":0,"warning":0,"#), "{told}");
    for (key, role) in [
        ("knowledge.identity", "human"),
        ("knowledge.notes.a", "human"),
        ("notebook.notes.a", "agent"),
        ("proposals.notes.a", "agent"),
    ] {
        scene.puts(key, role, "{}");
    }
    assert_eq!(
        fs::read_dir(scene.scratch.project()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

#[test]
fn what_is_of_one_machine_is_kept_out_of_the_repository() {
    let scene = Scene::empty();
    drop(scene.run(&["init"]).expect_success());
    scene.puts("notebook.notes.a", "agent", "{}");
    let git = |words: &[&str]| capture(scene.scratch.command("git").args(words));
    if std::process::Command::new("git").arg("--version").output().is_err() {
        return motus_testkit::harness::skip(
            "init::what_is_of_one_machine_is_kept_out_of_the_repository",
            "no git",
        );
    }
    drop(git(&["init", "-q"]).expect_success());
    let told = git(&["status", "--porcelain", "-uall"]).expect_success().stdout_text();
    assert!(told.contains(".textus/audit.log") && told.contains("notes/a.md"), "{told}");
    assert!(!told.contains(".store.lock"), "{told}");
}

#[test]
fn what_is_there_already_is_left_alone() {
    let scene = Scene::new();
    let before = Tree::of(&scene.scratch.project());
    let refusal = scene.refused(&["init"]).expect("usage", 2);
    drop(refusal.naming(scene.shown("").trim_end_matches('/')));
    assert_eq!(Tree::of(&scene.scratch.project()), before);
    for make in [
        (|path: &std::path::Path| fs::write(path, ""))
            as fn(&std::path::Path) -> std::io::Result<()>,
        |path| fs::create_dir(path),
        |path| std::os::unix::fs::symlink("nowhere", path),
    ] {
        let scene = Scene::empty();
        make(&scene.root()).unwrap();
        let before = Tree::of(&scene.scratch.project());
        scene.refused(&["init"]).expect("usage", 2);
        assert_eq!(Tree::of(&scene.scratch.project()), before);
    }
}

#[test]
fn init_makes_the_store_that_is_named() {
    let scene = Scene::empty();
    drop(scene.run(&["init", "--root=other"]).expect_success());
    drop(scene.run(&["boot", "--root", "other"]).expect_success());
    let third = scene.scratch.home().join(".textus");
    drop(capture(scene.textus(&["init"]).env("TEXTUS_ROOT", &third)).expect_success());
    assert!(third.join("manifest.yaml").exists());
    assert!(!scene.root().exists());
    for root in ["no/such/place", "/", ".", "..", "other/manifest.yaml/x"] {
        let refusal = scene.refused(&["init", "--root", root]);
        assert!(["usage", "io_error"].contains(&refusal.code.as_str()), "{root}: {refusal:?}");
    }
    drop(scene.run(&["init", "extra"]));
    scene.refused(&["init", "extra"]).expect("usage", 2);
}
