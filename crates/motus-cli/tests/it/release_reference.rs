//! `motus release` beside that of the published release 0.4.0, which is only run, never looked into.
//!
//! The texts of the stages are each one's own, so that a workspace of the one is stale to the other until it
//! is synchronized; what stands around them, and every message, is the same.

use std::fs;
use std::path::PathBuf;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture, skip};

use crate::release::{GENERATED, ID, at, edit, fill, ready, release, set, words};
use crate::support::{Scene, parse, succeed};

/// The published program.
struct Published(PathBuf);

impl Published {
    fn find(test: &str) -> Option<Self> {
        let program = std::env::var_os("MOTUS_REFERENCE_040").map(PathBuf::from);
        let program = program.filter(|program| program.exists());
        if program.is_none() {
            skip(test, "MOTUS_REFERENCE_040 names no program");
        }
        program.map(Self)
    }

    fn run(&self, scene: &Scene, arguments: &[&str]) -> Captured {
        let mut command = scene.scratch.command(&self.0);
        // It breaks lines where a terminal of this width would.
        capture(command.args(arguments).env("COLUMNS", "10000"))
    }
}

/// Returns a document with everything taken out that differs: times, digests, and the words of stages.
fn structure(scene: &Scene, path: &str) -> Value {
    let mut document = parse(fs::read(at(scene, path)).unwrap());
    let members = document.as_object_mut().unwrap();
    for name in [
        "intent",
        "scope",
        "constraints",
        "required_evidence",
        "acceptance_criteria",
        "allowed_actions",
    ] {
        if members.contains_key(name) {
            members.insert(name, "[TEXT]");
        }
    }
    if path != "release-source.json" {
        set(&mut document, "generated_metadata.generated_at", "[TIME]");
    }
    document
}

#[test]
fn a_scaffold_has_the_published_files_members_and_digests() {
    let test = "release_reference::a_scaffold_has_the_published_files_members_and_digests";
    let Some(published) = Published::find(test) else { return };
    let (ours, theirs) = (Scene::new(), Scene::new());
    let json = words("scaffold", &["--json"]);
    let told = ours.run(&json).expect_success();
    let other = published.run(&theirs, &json).expect_success();
    let masked = |scene: &Scene, told: &Captured| scene.scratch.mask().apply(&told.stdout_text());
    assert_eq!(masked(&ours, &told), masked(&theirs, &other));
    for path in GENERATED.into_iter().chain(["release-source.json"]) {
        assert_eq!(structure(&ours, path), structure(&theirs, path), "{path}");
    }
    let source = |scene: &Scene| fs::read(at(scene, "release-source.json")).unwrap();
    assert_eq!(source(&ours), source(&theirs), "to the byte");
}

#[test]
fn a_workspace_of_the_one_is_synchronized_validated_and_finalized_by_the_other() {
    let test = "release_reference::a_workspace_of_the_one_is_synchronized_by_the_other";
    let Some(published) = Published::find(test) else { return };
    // Theirs, and then ours.
    let scene = Scene::new();
    succeed(published.run(&scene, &words("scaffold", &[])));
    let drift = release(&scene, "validate");
    assert_eq!(drift.code, Some(1));
    assert!(drift.stderr_text().contains("generated artifact drift detected: "));
    succeed(release(&scene, "sync"));
    succeed(release(&scene, "validate"));
    fill(&scene);
    succeed(published.run(&scene, &words("sync", &[])));
    succeed(published.run(&scene, &words("finalize", &[])));
    // A finalized release holds in the words of who generated it, and its receipt can be recorded.
    succeed(release(&scene, "validate"));
    let told = scene.run(&words("validate", &["--final"])).expect_success();
    assert!(told.stdout_text().ends_with("\npin: not available\n"), "{}", told.stdout_text());
    let told = release(&scene, "finalize").expect_success();
    assert!(told.stdout_text().ends_with("\npin completed\n"), "{}", told.stdout_text());
    let told = scene.run(&words("validate", &["--final"])).expect_success();
    assert!(told.stdout_text().ends_with("\npin: ok\n"), "{}", told.stdout_text());
    let theirs = parse(fs::read(at(&scene, "final-receipt.json")).unwrap());
    // Ours, and then theirs.
    let scene = Scene::new();
    ready(&scene);
    let drift = published.run(&scene, &words("validate", &[]));
    assert!(drift.stdout_text().starts_with("generated artifact drift detected: "));
    succeed(release(&scene, "finalize"));
    let ours = parse(fs::read(at(&scene, "final-receipt.json")).unwrap());
    let bare = |mut receipt: Value| {
        for name in ["timestamp", "receipt_hash"] {
            set(&mut receipt, name, Value::Null);
        }
        receipt
    };
    assert_eq!(bare(ours), bare(theirs));
    fs::rename(at(&scene, "final-receipt.json"), scene.path("kept")).unwrap();
    succeed(published.run(&scene, &words("sync", &[])));
    fs::rename(scene.path("kept"), at(&scene, "final-receipt.json")).unwrap();
    succeed(published.run(&scene, &words("validate", &["--final"])));
}

/// What a workspace is spoiled with.
type Spoil = fn(&Scene);

#[test]
fn refusals_say_the_published_words() {
    let test = "release_reference::refusals_say_the_published_words";
    let Some(published) = Published::find(test) else { return };
    let cases: [(&str, &[&str], Spoil); 13] = [
        ("scaffold", &[], |_| {}),
        ("validate", &["--final"], |_| {}),
        ("validate", &[], |scene| fs::remove_file(at(scene, "release-source.json")).unwrap()),
        ("sync", &[], |scene| fs::remove_file(at(scene, "release-source.json")).unwrap()),
        ("finalize", &[], |scene| fs::remove_file(at(scene, "release-source.json")).unwrap()),
        ("validate", &[], |scene| fs::remove_file(at(scene, GENERATED[8])).unwrap()),
        ("validate", &[], |scene| fs::remove_file(at(scene, GENERATED[7])).unwrap()),
        ("validate", &[], |scene| fs::remove_file(at(scene, GENERATED[0])).unwrap()),
        ("validate", &[], |scene| fs::remove_file(at(scene, GENERATED[3])).unwrap()),
        ("validate", &[], |scene| {
            edit(scene, "release-source.json", |source| set(source, "thesis", "another"));
        }),
        ("validate", &[], |scene| {
            edit(scene, "release-source.json", |source| set(source, "release_id", "2.0.0"));
        }),
        ("validate", &[], |scene| {
            edit(scene, GENERATED[2], |packet| set(packet, "intent", "another"));
        }),
        ("finalize", &[], |scene| {
            drop(scene.scratch.write(&format!(".motus/releases/{ID}/final-receipt.json"), "{}"));
        }),
    ];
    let first = Scene::new();
    succeed(published.run(&first, &words("scaffold", &[])));
    fill(&first);
    succeed(published.run(&first, &words("sync", &[])));
    for (command, more, spoil) in cases {
        let (ours, theirs) = (Scene::new(), Scene::new());
        ready(&ours);
        let mut copy = first.scratch.command("cp");
        succeed(capture(copy.args(["-a", ".motus"]).arg(theirs.scratch.project())));
        spoil(&ours);
        spoil(&theirs);
        let other = published.run(&theirs, &words(command, more));
        let told = ours.run(&words(command, more));
        assert_eq!((told.code, other.code), (Some(1), Some(1)), "{command}");
        let other = theirs.scratch.mask().apply(&other.stdout_text());
        let told = ours.scratch.mask().apply(&told.stderr_text());
        let line = told.lines().next().unwrap_or_default().to_owned();
        let (_, line) = line.split_once("]: ").unwrap_or_default();
        // What to do about it stands in a line of its own with us.
        let other = other.trim_end().split(". Use ").next().unwrap_or_default();
        assert_eq!(line, other, "{command}");
    }
}

#[test]
fn names_are_refused_in_the_published_words() {
    let test = "release_reference::names_are_refused_in_the_published_words";
    let Some(published) = Published::find(test) else { return };
    let scene = Scene::new();
    for id in ["", " ", " a", "a ", "a/b", "..", ".a", "é", "a\nb", "_a"] {
        let option = format!("--release-id={id}");
        let arguments = ["release", "validate", &option];
        let (other, told) = (published.run(&scene, &arguments), scene.run(&arguments));
        assert_eq!((told.code, other.code), (Some(1), Some(1)), "{id:?}");
        let line = told.stderr_text().lines().next().unwrap_or_default().to_owned();
        assert_eq!(line, format!("error[release.id_invalid]: {}", other.stdout_text().trim_end()));
    }
}
