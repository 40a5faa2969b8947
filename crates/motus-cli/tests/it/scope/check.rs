//! `motus effects check`: decided again, from the record alone.

use motus_json::Value;

use super::{is_whole, masked, scoped};
use crate::support::{Scene, error_code, parse};

#[test]
fn what_was_enforced_is_within() {
    if !is_whole("what_was_enforced_is_within") {
        return;
    }
    let scene = Scene::new();
    let told =
        scoped(&scene, &["--allow", "write:out/"], "echo a > out/a; cat < /etc/shadow; exit 0");
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let told = scene.run(&["effects", "check", "latest"]);
    assert_eq!(told.code, Some(0), "{}", told.stdout_text());
    let page = told.stdout_text();
    assert!(page.starts_with("within: "), "{page}");
    assert!(page.contains("at level enforced+observed"), "{page}");
    let checked = parse(&scene.run(&["effects", "check", "latest", "--json"]).stdout);
    let text = |name| checked.get(name).and_then(Value::as_str).unwrap().to_owned();
    assert_eq!((text("verdict"), text("level")), ("within".into(), "enforced+observed".into()));
    assert_eq!(checked.get("outside").and_then(Value::as_array).map(<[_]>::len), Some(0));
    // With every listed effect the declaration covers it, by the command that needs no record.
    for name in ["declared", "observed"] {
        let effects = motus_json::pretty::write(checked.get(name).unwrap());
        scene.scratch.write(&format!("{name}.json"), effects);
    }
    let covers = scene.run(&["effects", "covers", "declared.json", "observed.json"]);
    assert_eq!(covers.expect_success().stdout_text(), "covered\n");
}

#[test]
fn what_went_on_undeclared_is_outside() {
    if !is_whole("what_went_on_undeclared_is_outside") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("kept", "");
    let options = ["--learn", "--allow", "write:out/"];
    let told = scoped(&scene, &options, "echo a > out/a; echo b > kept; exit 0");
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let told = scene.run(&["effects", "check", "latest"]);
    assert_eq!(told.code, Some(1));
    let page: String = told.stdout_text().lines().map(|line| masked(line) + "\n").collect();
    insta::assert_snapshot!(page, @r"
    outside: [N] effects observed, [N] declared, 0 denied, at level observed
    outside: WriteFS fs:kept
    ");
}

#[test]
fn a_run_without_a_scope_is_not_judged() {
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(scene.tell(&["effects", "check", "latest"]), @r"
    exit 1
    --- stdout
    --- stderr
    error[scope.not_recorded]: no scope is recorded of run_[ID]
    hint: run the command with a scope: `motus wrap --allow write:out/ -- COMMAND`
    ");
    let refused = scene.run(&["effects", "check", "nope", "--json"]);
    assert_eq!((refused.code, error_code(&refused).as_str()), (Some(1), "run.not_found"));
    assert_eq!(scene.run(&["effects", "check"]).code, Some(2));
}

/// Records a run whose effects are too many for the record, and returns the file that holds them all.
fn long_list(scene: &Scene) -> std::path::PathBuf {
    let script = "n=0; while [ $n -lt 2000 ]; do : > out/a-name-that-is-not-very-short-$n; \
        n=$((n+1)); done; exit 0";
    let told = scoped(scene, &["--allow", "write:out/"], script);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let lists = std::fs::read_dir(scene.path(".motus/kernel-store.db-scope")).unwrap();
    let mut files: Vec<_> = lists.map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn without_the_list_that_the_record_names_nothing_is_decided() {
    if !is_whole("without_the_list_that_the_record_names_nothing_is_decided") {
        return;
    }
    let scene = Scene::new();
    let list = long_list(&scene);
    let check = || scene.run(&["effects", "check", "latest", "--json"]);
    assert_eq!(check().code, Some(0));
    let doctor = || scene.doctor(&[]).stdout_text();
    assert!(doctor().contains("scope_lists: pass"), "{}", doctor());

    let kept = std::fs::read(&list).unwrap();
    std::fs::write(&list, [&kept[..], b" "].concat()).unwrap();
    let told = check();
    assert_eq!((told.code, error_code(&told).as_str()), (Some(1), "scope.list_changed"));
    assert!(doctor().contains("scope_lists: warn - Lists of effects changed, of: run_"));

    let elsewhere = list.with_file_name("stray.json");
    std::fs::rename(&list, &elsewhere).unwrap();
    let told = check();
    assert_eq!((told.code, error_code(&told).as_str()), (Some(1), "scope.list_missing"));
    let said = doctor();
    assert!(said.contains("missing, of: run_") && said.contains("without a run: "), "{said}");
    assert!(said.contains("stray.json"), "{said}");
}
