//! What the Store knows of a final receipt, and what is told when the two disagree.

use std::fs;

use motus_json::Value;
use motus_testkit::harness::capture;

use crate::release::{ID, at, edit, finalized, ready, release, set, text, words};
use crate::support::{Scene, error_code, parse, succeed};

fn runs(scene: &Scene) -> u64 {
    let listed = parse(&scene.run(&["run", "list", "--json"]).expect_success().stdout);
    listed.get("count").and_then(Value::as_u64).unwrap()
}

/// Returns exit code and pin of `validate --final`.
#[track_caller]
fn pin(scene: &Scene) -> (Option<i32>, String) {
    let page = scene.run(&words("validate", &["--final"]));
    let json = scene.run(&words("validate", &["--final", "--json"]));
    assert_eq!(page.code, json.code);
    let told = text(&parse(&json.stdout), "pin");
    assert!(page.stdout_text().contains(&format!("\npin: {told}\n")), "{}", page.stdout_text());
    (page.code, told)
}

/// Takes the source's summary to another text, and makes everything follow.
fn rewrite(scene: &Scene, summary: &str) {
    edit(scene, "release-source.json", |source| set(source, "closeout.summary", summary));
    succeed(release(scene, "sync"));
}

#[test]
fn a_receipt_that_was_recreated_with_other_content_is_found() {
    let scene = Scene::new();
    finalized(&scene);
    assert_eq!(pin(&scene), (Some(0), "ok".to_owned()));
    // A whole workspace that is right in itself, finalized where nobody recorded it.
    let receipt = at(&scene, "final-receipt.json");
    fs::remove_file(&receipt).unwrap();
    rewrite(&scene, "Everything was perfect");
    succeed(scene.run(&words("finalize", &["--db", "other.db"])));
    assert_eq!(pin(&scene), (Some(1), "changed".to_owned()));
    insta::assert_snapshot!(scene.tell(&words("validate", &["--final"])), @r#"
    exit 1
    --- stdout
    Release workflow valid: [DIR]/project/.motus/releases/1.0.0
    Stages validated: 6
    Final receipt: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    store: [DIR]/project/.motus/kernel-store.db
    pin: changed
    recorded: sha256:[HASH] in run_[ID]
    found: sha256:[HASH]
    --- stderr
    "#);
    let refused = scene.run(&words("finalize", &["--json"]));
    assert_eq!((refused.code, error_code(&refused)), (Some(1), "release.pin_changed".to_owned()));
    let shown = scene.run(&["release", "show", ID]).expect_success().stdout_text();
    assert!(shown.contains("\npin: changed\n\nNext: restore"), "{shown}");
}

#[test]
fn a_receipt_that_is_gone_is_made_again_as_it_was_or_not_at_all() {
    let scene = Scene::new();
    finalized(&scene);
    let receipt = at(&scene, "final-receipt.json");
    let before = fs::read(&receipt).unwrap();
    fs::remove_file(&receipt).unwrap();
    assert_eq!(scene.run(&words("validate", &["--final"])).code, Some(1));
    let told = scene.tell(&words("finalize", &[]));
    insta::assert_snapshot!(told, @r#"
    exit 0
    --- stdout
    Final receipt: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    Receipt id: receipt-1.0.0
    receipt restored
    --- stderr
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(fs::read(&receipt).unwrap(), before);
    assert_eq!(pin(&scene), (Some(0), "ok".to_owned()));
    assert_eq!(runs(&scene), 1);
    fs::remove_file(&receipt).unwrap();
    rewrite(&scene, "Everything was perfect");
    insta::assert_snapshot!(scene.tell(&words("finalize", &[])), @r#"
    exit 1
    --- stdout
    --- stderr
    error[release.recorded]: release 1.0.0 was finalized before, with another receipt: sha256:[HASH] in run_[ID]
    hint: restore what was finalized, release-source.json and final-receipt.json, from version control for instance; what comes after it is another release
    "#);
    assert!(!receipt.exists());
    let shown = scene.run(&["release", "show", ID]).expect_success().stdout_text();
    assert!(shown.contains("Final receipt: gone; run_"), "{shown}");
}

#[test]
fn a_receipt_that_nobody_recorded_is_recorded_afterwards() {
    let scene = Scene::new();
    finalized(&scene);
    fs::rename(scene.store(), scene.path("kept.db")).unwrap();
    for log in ["-wal", "-shm"] {
        fs::remove_file(scene.path(&format!(".motus/kernel-store.db{log}"))).unwrap();
    }
    assert_eq!(pin(&scene), (Some(0), "not available".to_owned()));
    insta::assert_snapshot!(scene.tell(&words("finalize", &[])), @r#"
    exit 0
    --- stdout
    Final receipt: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    Receipt id: receipt-1.0.0
    pin completed
    --- stderr
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(pin(&scene), (Some(0), "ok".to_owned()));
    assert_eq!(error_code(&scene.run(&words("finalize", &["--json"]))), "release.final_exists");
}

#[test]
fn a_receipt_that_does_not_hold_is_not_recorded() {
    let scene = Scene::new();
    ready(&scene);
    succeed(scene.run(&words("finalize", &["--db", "other.db"])));
    edit(&scene, "final-receipt.json", |receipt| set(receipt, "summary", "better"));
    insta::assert_snapshot!(scene.tell(&words("finalize", &[])), @r#"
    exit 1
    --- stdout
    --- stderr
    error[release.final_exists]: final receipt already exists: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
      caused by: final receipt drift detected: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    hint: see it with `motus release show`; what comes after it is another release
    "#);
    assert!(!scene.store().exists(), "no Store is made for it");
}

/// What a place of a Store is spoiled with.
type Spoil = fn(&Scene);

#[test]
fn without_a_store_that_can_be_used_nothing_is_written() {
    let cases: [(&str, Spoil); 4] = [
        ("store.corrupt", |scene| {
            drop(scene.scratch.write(".motus/kernel-store.db", "no database"));
        }),
        ("store.empty", |scene| drop(scene.scratch.write(".motus/kernel-store.db", ""))),
        ("store.not_a_file", |scene| fs::create_dir(scene.store()).unwrap()),
        ("store.orphaned_log", |scene| {
            drop(scene.scratch.write(".motus/kernel-store.db-wal", "a log"));
        }),
    ];
    for (code, spoil) in cases {
        let scene = Scene::new();
        ready(&scene);
        spoil(&scene);
        let refused = scene.run(&words("finalize", &["--json"]));
        assert_eq!((refused.code, error_code(&refused).as_str()), (Some(1), code));
        assert_eq!(fs::read_dir(at(&scene, "")).unwrap().count(), 2, "{code}");
        assert_eq!(scene.run(&words("validate", &[])).code, Some(0));
    }
}

#[test]
fn a_store_that_cannot_be_read_is_told_and_is_no_verdict() {
    let scene = Scene::new();
    finalized(&scene);
    for log in ["", "-wal", "-shm"] {
        fs::remove_file(scene.path(&format!(".motus/kernel-store.db{log}"))).unwrap();
    }
    scene.scratch.write(".motus/kernel-store.db", "no database, but long enough to be looked at");
    let told = scene.run(&words("validate", &["--final"]));
    assert_eq!(told.code, Some(0));
    assert!(told.stdout_text().ends_with("\npin: not available\n"), "{}", told.stdout_text());
    let warning = "warning[store.corrupt]: the Store cannot be asked: ";
    assert!(told.stderr_text().starts_with(warning), "{}", told.stderr_text());
}

#[test]
fn metrics_are_filled_in_after_the_end_as_well() {
    let scene = Scene::new();
    finalized(&scene);
    let path = at(&scene, "generated/metrics-template.json");
    let metrics = fs::read_to_string(&path).unwrap();
    fs::write(&path, metrics.replacen("null", "3", 1)).unwrap();
    assert_eq!(pin(&scene), (Some(0), "ok".to_owned()));
}

#[test]
fn a_project_is_moved_with_its_store_and_a_store_may_serve_several_projects() {
    let scene = Scene::new();
    finalized(&scene);
    fs::create_dir(scene.path("elsewhere")).unwrap();
    fs::rename(scene.path(".motus"), scene.path("elsewhere/.motus")).unwrap();
    let moved = |arguments: &[&str]| {
        let mut command = scene.motus(arguments);
        command.current_dir(scene.path("elsewhere"));
        capture(&mut command).expect_success().stdout_text()
    };
    assert!(moved(&words("validate", &["--final"])).ends_with("pin: ok\n"));
    // The same release of another project, recorded in the first one's Store.
    ready(&scene);
    let store = ["--db", "elsewhere/.motus/kernel-store.db"];
    succeed(scene.run(&words("finalize", &store)));
    let told = scene.run(&[words("validate", &["--final"]), store.to_vec()].concat());
    assert!(told.expect_success().stdout_text().ends_with("pin: ok\n"));
    assert!(moved(&words("validate", &["--final"])).ends_with("pin: ok\n"));
}

/// A name with a mistake in it would let a check pass for ever.
#[test]
fn a_store_that_was_named_and_is_not_there_is_told() {
    let scene = Scene::new();
    finalized(&scene);
    let missing = scene.path("kernel-stor.db");
    let warning = format!(
        "warning[store.missing]: the Store cannot be asked: there is none at {}\n",
        missing.display()
    );
    let named = ["--final", "--db", "kernel-stor.db"];
    let told = scene.run(&words("validate", &named)).expect_success();
    assert_eq!(told.stderr_text(), warning);
    let page = told.stdout_text();
    let store = format!("\nstore: {}\npin: not available\n", missing.display());
    assert!(page.ends_with(&store), "{page}");
    let mut command = scene.motus(&words("validate", &["--final", "--json"]));
    command.env("MOTUS_KERNEL_STORE_PATH", "kernel-stor.db");
    let told = capture(&mut command).expect_success();
    assert_eq!(told.stderr_text(), warning);
    assert_eq!(text(&parse(&told.stdout), "store_path"), missing.display().to_string());
    // That of a fresh clone is missing, and nobody said that it is there.
    fs::remove_dir_all(scene.path(".motus/kernel-store.db-spool")).ok();
    for path in ["kernel-store.db", "kernel-store.db-wal", "kernel-store.db-shm"] {
        fs::remove_file(scene.path(&format!(".motus/{path}"))).ok();
    }
    let told = scene.run(&words("validate", &["--final"])).expect_success();
    assert_eq!(told.stderr_text(), "");
}
