//! `motus effects check`: decided again, from the record alone.

use motus_json::Value;
use motus_testkit::harness::{Captured, skip};

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
fn what_a_profile_lets_be_written_is_looked_at_as_well() {
    if !is_whole("what_a_profile_lets_be_written_is_looked_at_as_well") {
        return;
    }
    let scene = Scene::new();
    let registry = scene.scratch.home().join(".cargo/registry");
    std::fs::create_dir_all(&registry).unwrap();
    scene.scratch.write("outside", "");
    std::fs::hard_link(scene.path("outside"), registry.join("alias")).unwrap();
    let script = "echo more >> ~/.cargo/registry/alias && exit 0";
    let told = scoped(&scene, &["--profile", "crates"], script);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let page = scene.run(&["effects", "check", "latest"]).expect_success().stdout_text();
    assert!(page.contains("gap: 1 written files had further names before"), "{page}");
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
fn a_call_that_no_scope_allows_and_that_went_on_is_outside() {
    let test = "a_call_that_no_scope_allows_and_that_went_on_is_outside";
    if !is_whole(test) {
        return;
    }
    if !std::path::Path::new("/bin/bash").exists() {
        return skip(test, "there is no bash, which sends a datagram by itself");
    }
    let scene = Scene::new();
    let send = ["--", "/bin/bash", "-c", "exec 2> /dev/null; echo > /dev/udp/127.0.0.1/9; exit 0"];
    let checked = |options: &[&str]| {
        let told =
            scene.run(&[&["wrap", "--allow", "net:tcp://localhost:9/"], options, &send].concat());
        assert_eq!(told.code, Some(0), "{}", told.stderr_text());
        scene.run(&["effects", "check", "latest", "--json"])
    };
    let said = |told: &Captured| {
        let document = parse(&told.stdout);
        let calls = document.get("calls").map(motus_json::pretty::write).unwrap();
        let outside = document.get("outside").and_then(Value::as_array).map(<[_]>::len);
        (told.code, calls.contains("socket:udp"), outside)
    };
    assert_eq!(said(&checked(&[])), (Some(0), false, Some(0)), "it was stopped");
    assert_eq!(said(&checked(&["--learn"])), (Some(1), true, Some(0)), "it went on");
    let page = scene.run(&["effects", "check", "latest"]).stdout_text();
    assert!(page.starts_with("outside: "), "{page}");
    assert!(page.contains("outside: call socket:udp (1 time), which no scope allows\n"), "{page}");
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

#[test]
fn a_run_that_has_ended_unseen_is_not_waited_for() {
    let scene = Scene::new();
    let told = scene.run(&["wrap", "--allow", "write:out/", "--", "no-such-program-at-all"]);
    assert_eq!(told.code, Some(127), "{}", told.stderr_text());
    insta::assert_snapshot!(scene.tell(&["effects", "check", "latest"]), @r"
    exit 1
    --- stdout
    --- stderr
    error[scope.observation_lost]: nothing was recorded of what was seen of run_[ID] before it ended
    hint: its command never started, or its wrapper was killed; run it again in its scope
    ");
    let page = scene.run(&["run", "show", "latest"]).expect_success().stdout_text();
    assert!(page.contains("Observed    nothing is recorded of it"), "{page}");
}

#[test]
fn a_portable_receipt_tells_level_and_numbers_and_passes_every_verifier() {
    if !is_whole("a_portable_receipt_tells_level_and_numbers_and_passes_every_verifier") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("kept", "");
    let told = scoped(&scene, &["--allow", "write:out/"], "echo a > out/a; echo b > kept; exit 0");
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    for format in ["envelope", "store-export", "manifest"] {
        let document = scene.run(&["receipt", "latest", "--format", format]).expect_success();
        let text = document.stdout_text();
        let named = ["kept", "out/", &scene.scratch.path().to_string_lossy()]
            .map(|name| text.contains(name));
        assert_eq!(named, [false; 3], "{text}");
        scene.scratch.write(&format!("{format}.json"), text);
    }
    let files = ["envelope.json", "store-export.json", "manifest.json"];
    // The published validator takes receipts alone.
    for (way, files) in [("--strict", &files[..]), ("--reference", &files[..1])] {
        let told = scene.run(&[&["receipt", "verify", way][..], files].concat());
        assert_eq!(told.code, Some(0), "{way}: {}", told.stderr_text());
    }
    let envelope = std::fs::read_to_string(scene.path("envelope.json")).unwrap();
    let evidence = parse(envelope).get("evidence_refs").cloned().unwrap();
    let summaries: Vec<&str> = evidence
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it.get("kind").and_then(Value::as_str).unwrap().starts_with("scope_"))
        .map(|it| it.get("summary").and_then(Value::as_str).unwrap())
        .collect();
    assert_eq!(summaries.len(), 2);
    assert!(summaries[0].starts_with("level enforced+observed, mode enforce: "), "{summaries:?}");
    let within = "level enforced+observed: within what was declared; ";
    assert!(summaries[1].starts_with(within), "{summaries:?}");
    assert!(summaries[1].contains(" 0 undeclared, 1 denied, "), "{summaries:?}");
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
    std::os::unix::fs::symlink(&elsewhere, &list).unwrap();
    let told = check();
    assert_eq!((told.code, error_code(&told).as_str()), (Some(1), "scope.list_unreadable"));
    let said = doctor();
    assert!(said.contains("scope_lists: warn - Lists of effects that cannot be read, of: run_"));
    std::fs::remove_file(&list).unwrap();
    let told = check();
    assert_eq!((told.code, error_code(&told).as_str()), (Some(1), "scope.list_missing"));
    let said = doctor();
    assert!(said.contains("missing, of: run_") && said.contains("without a run: "), "{said}");
    assert!(said.contains("stray.json"), "{said}");
}

#[test]
fn lists_that_went_with_their_directory_are_told_and_what_stands_in_its_place() {
    const TEST: &str = "lists_that_went_with_their_directory_are_told_and_what_stands_in_its_place";
    if !is_whole(TEST) {
        return;
    }
    let scene = Scene::new();
    let directory = long_list(&scene).parent().unwrap().to_owned();
    let told = || {
        let page = scene.scratch.mask().apply(&scene.doctor(&[]).stdout_text());
        let mut lines = page.lines().skip_while(|line| !line.starts_with("scope_lists: "));
        [lines.next(), lines.next()].map(|line| line.unwrap_or_default().to_owned() + "\n").concat()
    };
    let elsewhere = scene.path("elsewhere");
    std::fs::rename(&directory, &elsewhere).unwrap();
    insta::assert_snapshot!(told(), @r"
    scope_lists: warn - Lists of effects missing, of: run_[ID]
      next: copy them from the Store that the runs were recorded in, or from a backup
    ");
    // Through a link they are found, and no other is kept.
    scene.scratch.write("elsewhere/of-somebody-else", "");
    std::os::unix::fs::symlink(&elsewhere, &directory).unwrap();
    insta::assert_snapshot!(told(), @r"
    scope_lists: warn - Lists of effects cannot be kept, no directory is at [DIR]/project/.motus/kernel-store.db-scope
      next: move away what stands there; the directory is made when a list is kept
    ");
    std::fs::remove_file(&directory).unwrap();
    std::fs::write(&directory, "").unwrap();
    insta::assert_snapshot!(told(), @r"
    scope_lists: warn - Lists of effects cannot be kept, no directory is at [DIR]/project/.motus/kernel-store.db-scope; that cannot be read, of: run_[ID]
      next: move away what stands there; the directory is made when a list is kept
    ");
    std::fs::remove_file(&directory).unwrap();
    std::fs::rename(&elsewhere, &directory).unwrap();
    std::fs::remove_file(directory.join("of-somebody-else")).unwrap();
    assert!(told().starts_with("scope_lists: pass - "), "{}", told());
    let other = Scene::new();
    other.record();
    assert!(!other.doctor(&[]).stdout_text().contains("scope_lists"), "nobody names a list there");
}

#[test]
fn the_lists_go_with_a_backup_and_back_again() {
    if !is_whole("the_lists_go_with_a_backup_and_back_again") {
        return;
    }
    let scene = Scene::new();
    let list = long_list(&scene);
    let made = scene.run(&["db", "backup", "copy.db"]).expect_success();
    assert!(made.stdout_text().ends_with("lists of effects: 1\n"), "{}", made.stdout_text());
    let name = list.file_name().unwrap();
    let copied = scene.path("copy.db-scope").join(name);
    assert_eq!(std::fs::read(&copied).unwrap(), std::fs::read(&list).unwrap());
    // The copy decides by itself.
    std::fs::rename(scene.path(".motus"), scene.path("lost")).unwrap();
    let check = |store: &[&str]| scene.run(&[&["effects", "check", "latest"], store].concat());
    let told = check(&["--db", "copy.db"]);
    assert!(told.stdout_text().starts_with("within: "), "{}", told.stdout_text());
    assert_eq!((told.code, told.stdout_text().contains("gap")), (Some(0), false));
    std::fs::create_dir(scene.path(".motus")).unwrap();
    let back = ["db", "backup", "--db", "copy.db", ".motus/kernel-store.db"];
    assert_eq!(scene.run(&back).code, Some(0));
    assert_eq!(check(&[]).code, Some(0));
    assert!(scene.doctor(&[]).stdout_text().contains("scope_lists: pass"));
}

#[test]
fn a_list_that_is_not_what_was_recorded_is_told_and_not_copied() {
    if !is_whole("a_list_that_is_not_what_was_recorded_is_told_and_not_copied") {
        return;
    }
    let scene = Scene::new();
    let list = long_list(&scene);
    std::fs::write(&list, "{}").unwrap();
    let told = scene.run(&["db", "backup", "copy.db"]);
    assert_eq!(told.code, Some(0));
    insta::assert_snapshot!(scene.scratch.mask().apply(&told.stderr_text()), @r"
    notice: not in the backup, and not what was recorded: the lists of effects of run_[ID]
    hint: copy them from the Store that the runs were recorded in, or from an older backup
    ");
    assert!(!scene.path("copy.db-scope").exists());
    std::fs::remove_file(&list).unwrap();
    let told = scene.run(&["db", "backup", "other.db", "--json"]).expect_success();
    let lists = parse(&told.stdout).get("lists").cloned().unwrap();
    let number = |name| lists.get(name).and_then(Value::as_array).map(<[_]>::len);
    assert_eq!((number("missing"), number("changed")), (Some(1), Some(0)));
}

#[test]
fn a_list_that_cannot_be_written_leaves_no_backup_behind() {
    if !is_whole("a_list_that_cannot_be_written_leaves_no_backup_behind") {
        return;
    }
    let scene = Scene::new();
    let list = long_list(&scene);
    scene.scratch.write("copy.db-scope", "a file in the way");
    let told = scene.run(&["db", "backup", "copy.db", "--json"]);
    assert_eq!((told.code, error_code(&told).as_str()), (Some(1), "backup.failed"));
    assert!(!scene.path("copy.db").exists());
    std::fs::remove_file(scene.path("copy.db-scope")).unwrap();
    // What another hand has put there is replaced by what was recorded.
    let wrong = scene.path("copy.db-scope").join(list.file_name().unwrap());
    std::fs::create_dir(wrong.parent().unwrap()).unwrap();
    std::fs::write(&wrong, "what another hand put there").unwrap();
    assert_eq!(scene.run(&["db", "backup", "copy.db"]).code, Some(0));
    assert_eq!(std::fs::read(&wrong).unwrap(), std::fs::read(&list).unwrap());
}

#[test]
fn an_import_tells_of_lists_that_a_file_does_not_hold() {
    if !is_whole("an_import_tells_of_lists_that_a_file_does_not_hold") {
        return;
    }
    let scene = Scene::new();
    let list = long_list(&scene);
    let export = scene.run(&["run", "export", "--all"]).expect_success().stdout_text();
    scene.scratch.write("all.ndjson", &export);
    let import = ["run", "import", "all.ndjson", "--db", "other/x.db"];
    let told = scene.run(&import).expect_success();
    insta::assert_snapshot!(scene.scratch.mask().apply(&told.stderr_text()), @r"
    notice: not beside the Store: the lists of effects of run_[ID]
    hint: exports leave them out; copy their files into [DIR]/project/other/x.db-scope, from beside the Store that the runs were recorded in
    ");
    let check = || scene.run(&["effects", "check", "latest", "--db", "other/x.db", "--json"]);
    assert_eq!(error_code(&check()), "scope.list_missing");
    let directory = scene.path("other/x.db-scope");
    std::fs::create_dir(&directory).unwrap();
    std::fs::copy(&list, directory.join(list.file_name().unwrap())).unwrap();
    assert_eq!(check().code, Some(0));
    let told = scene.run(&import).expect_success();
    assert_eq!(told.stderr_text(), "");
    assert_eq!(scene.run(&["run", "export", "--all", "--db", "other/x.db"]).stdout_text(), export);
}
