//! `motus doctor`: what it says of a sound Store and of none, and what it mends.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::capture;

use crate::support::{Scene, parse};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// Runs the doctor; whatever state the Store is in, each complaint must come with a next step.
#[track_caller]
pub(crate) fn examine(scene: &Scene, arguments: &[&str]) -> String {
    let told = scene.spell(&scene.doctor(arguments));
    let lines: Vec<&str> = told.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let is_complaint = line.contains(": warn - ") || line.contains(": fail - ");
        let next = lines.get(number + 1).and_then(|line| line.strip_prefix("  next: "));
        assert_eq!(is_complaint, next.is_some_and(|next| !next.is_empty()), "{line}: {told}");
    }
    told
}

/// Returns the doctor's lines about one check.
#[track_caller]
pub(crate) fn lines_of(scene: &Scene, check: &str, arguments: &[&str]) -> String {
    let told = examine(scene, arguments);
    let check = format!("{check}: ");
    let mut lines = told.lines().skip_while(|line| !line.starts_with(&check));
    let mut found = vec![lines.next().unwrap()];
    found.extend(lines.take_while(|line| line.starts_with(' ')));
    found.join("\n")
}

#[test]
fn without_a_store_it_warns_and_makes_nothing() {
    let scene = Scene::new();
    insta::assert_snapshot!(examine(&scene, &[]), @r#"
    exit 0
    --- stdout
    package_conflict: pass - No other motus found on PATH
    store_exists: warn - Store not initialized: [DIR]/project/.motus/kernel-store.db
      next: record a first run with `motus wrap -- COMMAND`
    store_readable: warn - Store missing; readability check skipped
      next: see to store_exists first
    store_integrity: warn - Store missing; integrity check skipped
      next: see to store_exists first
    store_schema: warn - Store missing; schema check skipped
      next: see to store_exists first
    leftovers: pass - No leftover files
    other_stores: pass - No Store of another release found
    config: pass - Config not found; defaults in use
    disk_space: pass - Disk space ok: [N] MB free
    filesystem: pass - Store is on a local file system
    log_size: pass - Log file not present
    wal_size: pass - WAL size 0.0 MB
    capture_canary: pass - A trial command was recorded and read back unchanged
    Summary: 9 passed, 4 warning, 0 failed
    overall: warn
    --- stderr
    "#);
    assert_eq!(fs::read_dir(scene.scratch.project()).unwrap().count(), 0);
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 0);
}

#[test]
fn a_missing_store_is_made_when_asked() {
    let scene = Scene::new();
    insta::assert_snapshot!(lines_of(&scene, "store_exists", &["--fix"]), @"store_exists: pass - Store created: [DIR]/project/.motus/kernel-store.db");
    assert_eq!((mode(&scene.path(".motus")), mode(&scene.store())), (0o700, 0o600));
    assert_eq!(scene.doctor(&[]).code, Some(0));
}

#[test]
fn a_sound_store_passes_every_check() {
    let scene = Scene::new();
    scene.record();
    let before = fs::read(scene.store()).unwrap();
    insta::assert_snapshot!(examine(&scene, &[]), @r#"
    exit 0
    --- stdout
    package_conflict: pass - No other motus found on PATH
    store_exists: pass - Store exists: [DIR]/project/.motus/kernel-store.db
    store_readable: pass - Store readable
    store_integrity: pass - Integrity check ok
    store_schema: pass - Store schema present
    store_indexes: pass - Listing is served by indexes
    store_guards: pass - Append and lifecycle guards present
    store_application_integrity: pass - Stored relationships and hashes are consistent
    store_release: pass - No later release has recorded here
    store_permissions: pass - Store paths do not allow group or other access
    store_writable: pass - Store can be written
    locks: pass - 0 locks held
    expired_claims: pass - 0 open claims, none expired
    spool: pass - No unrecorded ends
    open_runs: pass - 0 open runs, none abandoned
    leftovers: pass - No leftover files
    other_stores: pass - No Store of another release found
    config: pass - Config not found; defaults in use
    disk_space: pass - Disk space ok: [N] MB free
    filesystem: pass - Store is on a local file system
    log_size: pass - Log file not present
    wal_size: pass - WAL size 0.1 MB
    capture_canary: pass - A trial command was recorded and read back unchanged
    Summary: 23 passed, 0 warning, 0 failed
    overall: pass
    --- stderr
    "#);
    assert!(fs::read(scene.store()).unwrap() == before, "the doctor changed the Store");
    assert_eq!(examine(&scene, &[]), examine(&scene, &["--fix"]));
}

/// Expects sorted names and no number with a fraction, all the way down.
fn expect_tidy(value: &Value) {
    if let Some(object) = value.as_object() {
        let names: Vec<&str> = object.iter().filter_map(|(name, _)| name.as_str()).collect();
        assert!(names.is_sorted(), "{names:?}");
        object.iter().for_each(|(_, value)| expect_tidy(value));
    }
    value.as_array().unwrap_or_default().iter().for_each(expect_tidy);
    assert!(value.as_number().is_none_or(motus_json::Number::is_integer));
}

#[test]
fn the_report_as_json_has_the_published_shape() {
    let scene = Scene::new();
    scene.record();
    let report = parse(&scene.doctor(&["--json"]).expect_success().stdout);
    expect_tidy(&report);
    assert_eq!(report.get("status").and_then(Value::as_str), Some("pass"));
    let checks = report.get("checks").and_then(Value::as_array).unwrap();
    let names: Vec<&str> =
        checks.iter().filter_map(|check| check.get("name").and_then(Value::as_str)).collect();
    let published = [
        "package_conflict",
        "store_exists",
        "store_readable",
        "store_integrity",
        "store_schema",
        "config",
        "disk_space",
        "log_size",
        "wal_size",
    ];
    let known: Vec<&str> = names.iter().copied().filter(|name| published.contains(name)).collect();
    assert_eq!(known, published);
    for check in checks {
        let members: Vec<&str> =
            check.as_object().unwrap().iter().filter_map(|(name, _)| name.as_str()).collect();
        assert_eq!(members, ["details", "duration_ms", "message", "name", "next", "status"]);
    }
    let summary = motus_json::canonical::store::write(report.get("summary").unwrap());
    assert_eq!(summary, format!(r#"{{"failed":0,"passed":{},"warned":0}}"#, names.len()));
}

#[test]
fn modes_that_let_others_in_are_told_and_tightened() {
    let scene = Scene::new();
    scene.record();
    set_mode(&scene.path(".motus"), 0o755);
    set_mode(&scene.store(), 0o644);
    insta::assert_snapshot!(lines_of(&scene, "store_permissions", &[]), @r#"
    store_permissions: warn - others may read: [DIR]/project/.motus/kernel-store.db, [DIR]/project/.motus
      next: close them with `motus doctor --fix`
    "#);
    assert_eq!(mode(&scene.store()), 0o644);
    insta::assert_snapshot!(lines_of(&scene, "store_permissions", &["--fix"]), @"store_permissions: pass - Closed to others: [DIR]/project/.motus, [DIR]/project/.motus/kernel-store.db");
    assert_eq!((mode(&scene.path(".motus")), mode(&scene.store())), (0o700, 0o600));
}

#[test]
fn recording_tightens_modes_and_says_so() {
    let scene = Scene::new();
    scene.record();
    set_mode(&scene.store(), 0o644);
    insta::assert_snapshot!(scene.tell(&["wrap", "true"]), @r#"
    exit 0
    --- stdout
    --- stderr
    notice: others could read [DIR]/project/.motus/kernel-store.db; now only you can
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(mode(&scene.store()), 0o600);
}

#[test]
fn a_store_that_is_shared_by_choice_is_left_shared() {
    let scene = Scene::new();
    scene.record();
    set_mode(&scene.path(".motus"), 0o755);
    set_mode(&scene.store(), 0o664);
    for arguments in [["wrap", "true"].as_slice(), &["doctor"], &["doctor", "--fix"]] {
        let mut command = scene.motus(arguments);
        let ended = capture(command.env("MOTUS_ALLOW_SHARED_STATE_PERMISSIONS", "1"));
        let told = ended.expect_success();
        let says =
            told.stdout_text().contains("store_permissions: pass - Store is shared by choice");
        assert_eq!(says, arguments[0] == "doctor");
    }
    assert_eq!((mode(&scene.path(".motus")), mode(&scene.store())), (0o755, 0o664));
}

#[test]
fn another_motus_on_the_path_is_told() {
    let scene = Scene::new();
    let other = scene.scratch.write("bin/motus", "#!/bin/sh\n");
    set_mode(&other, 0o755);
    let mut command = scene.motus(&["doctor"]);
    let told = scene.spell(&capture(command.env("PATH", scene.path("bin"))));
    let lines: Vec<&str> = told.lines().skip(2).take(2).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    package_conflict: warn - Another motus is on PATH: [DIR]/project/bin/motus
      next: make sure that scripts call the one they mean
    "#);
}

#[test]
fn a_directory_that_is_not_motus_own_is_not_said_to_be_private() {
    let scene = Scene::new();
    let store = ["--db", "store.db"];
    let wrap = [&["wrap"], store.as_slice(), &["--", "true"]].concat();
    drop(scene.run(&wrap).expect_success());
    set_mode(&scene.path("."), 0o755);
    assert_eq!(
        lines_of(&scene, "store_permissions", &store),
        "store_permissions: pass - Store files are private"
    );
}

#[test]
fn what_killed_writers_left_is_told_and_removed_when_it_is_old() {
    let scene = Scene::new();
    scene.record();
    assert_eq!(lines_of(&scene, "leftovers", &[]), "leftovers: pass - No leftover files");
    let old = scene.scratch.write(".motus/.kernel-store.db.new-abcdef-journal", "x");
    let young = scene.scratch.write(".motus/kernel-store.db-spool/.run_x.json.new-abcdef", "x");
    let other = scene.scratch.write(".motus/.other.new-abcdef", "x");
    set_mode(&scene.spool(), 0o700);
    let touched = capture(scene.scratch.command("touch").args(["-d", "2 hours ago"]).arg(&old));
    drop(touched.expect_success());
    assert_eq!(
        lines_of(&scene, "leftovers", &[]),
        "leftovers: warn - 1 leftover of killed processes: \
            [DIR]/project/.motus/.kernel-store.db.new-abcdef-journal; \
            1 file younger than an hour may be in use\n  \
            next: remove what nobody uses with `motus doctor --fix`"
    );
    assert_eq!(lines_of(&scene, "spool", &[]), "spool: pass - No unrecorded ends");
    assert_eq!(
        lines_of(&scene, "leftovers", &["--fix"]),
        "leftovers: pass - Removed 1 leftover; 1 file younger than an hour may be in use"
    );
    assert_eq!([old.exists(), young.exists(), other.exists()], [false, true, true]);
    assert_eq!(
        lines_of(&scene, "leftovers", &[]),
        "leftovers: pass - No leftover files; 1 file younger than an hour may be in use"
    );
}

#[test]
fn directories_of_killed_doctors_and_wrappers_are_told_and_removed_when_they_are_old() {
    let scene = Scene::new();
    scene.record();
    let at = |name: &str| scene.scratch.temporary().join(name);
    let left = ["motus-canary-0ldOne", "motus-scope-0123456789ab"];
    // A user's own begin so as well.
    let kept = ["motus-canary-photos", "motus-canary-old", "motus-scope-experiments", "elsewhere"];
    let young = "motus-canary-YoungX";
    for name in left.iter().chain(&kept).chain([&young]) {
        fs::create_dir(at(name)).unwrap();
        fs::write(at(name).join("kernel-store.db"), "x").unwrap();
    }
    for name in [left[0], young] {
        set_mode(&at(name), 0o700);
    }
    symlink(at("elsewhere"), at("motus-canary-ALinkX")).unwrap();
    let old = left.iter().chain(&kept).chain([&"motus-canary-ALinkX"]).map(|name| at(name));
    let touched =
        capture(scene.scratch.command("touch").args(["-h", "-d", "2 hours ago"]).args(old));
    drop(touched.expect_success());
    let told = lines_of(&scene, "leftovers", &[]);
    assert!(told.starts_with("leftovers: warn - 2 leftovers of killed processes: "), "{told}");
    assert!(left.iter().all(|name| told.contains(name)), "{told}");
    assert_eq!(lines_of(&scene, "leftovers", &["--fix"]), "leftovers: pass - Removed 2 leftovers");
    assert!(!left.iter().any(|name| at(name).exists()) && at(young).exists());
    assert!(kept.iter().all(|name| at(name).join("kernel-store.db").exists()));
    assert!(at("motus-canary-ALinkX").exists());
    assert_eq!(lines_of(&scene, "leftovers", &[]), "leftovers: pass - No leftover files");
}

#[test]
fn a_configuration_that_other_commands_refuse_fails() {
    let scene = Scene::new();
    let config = scene.scratch.home().join(".motus/config.json");
    let target = scene.scratch.home().join("dotfiles.json");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    symlink(&target, &config).unwrap();
    for (content, line) in [
        ("{}", "config: pass - Config valid"),
        (r#"{"use_sqlite":true}"#, "config: pass - Config valid"),
        (
            "[1]",
            "config: fail - Config invalid: [DIR]/home/.motus/config.json holds no JSON object",
        ),
        (
            r#"{"a":1,"a":2}"#,
            "config: fail - Config parse error: [DIR]/home/.motus/config.json:1:8: ",
        ),
        (r#"{"a":NaN}"#, "config: fail - Config parse error: [DIR]/home/.motus/config.json:1:6: "),
        (r#"{"a":}"#, "config: fail - Config parse error: [DIR]/home/.motus/config.json:1:6: "),
        (
            r#"{"a":1}"#,
            "config: fail - Config invalid: [DIR]/home/.motus/config.json:1:2: there is no ",
        ),
    ] {
        fs::write(&target, content).unwrap();
        let told = lines_of(&scene, "config", &[]);
        assert!(told.starts_with(line), "{content}: {told}");
    }
}
