//! `motus release`: a release from its first file to its final receipt.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use motus_json::{Value, pretty};
use motus_testkit::harness::capture;

use crate::support::{Scene, parse, payloads_in, succeed};

pub(crate) const ID: &str = "1.0.0";

/// The nine generated files.
pub(crate) const GENERATED: [&str; 9] = [
    "generated/metrics-template.json",
    "generated/packets/01-release-scoping.json",
    "generated/packets/02-release-development.json",
    "generated/packets/03-release-verification.json",
    "generated/packets/04-release-approval.json",
    "generated/packets/05-release-publication.json",
    "generated/packets/06-post-release-follow-up.json",
    "generated/receipt-template.json",
    "generated/workflow.json",
];

/// Runs a command on the release, with what stands behind it.
pub(crate) fn words<'w>(command: &'w str, more: &[&'w str]) -> Vec<&'w str> {
    [&["release", command, "--release-id", ID], more].concat()
}

pub(crate) fn release(scene: &Scene, command: &str) -> motus_testkit::harness::Captured {
    scene.run(&words(command, &[]))
}

/// Returns where something of the release is.
pub(crate) fn at(scene: &Scene, path: &str) -> PathBuf {
    let workspace = scene.path(&format!(".motus/releases/{ID}"));
    if path.is_empty() { workspace } else { workspace.join(path) }
}

/// Changes a document of the release, by a function on its members.
pub(crate) fn edit(scene: &Scene, path: &str, change: impl FnOnce(&mut Value)) {
    let path = at(scene, path);
    let mut document = parse(fs::read(&path).unwrap());
    change(&mut document);
    fs::write(path, pretty::write(&document)).unwrap();
}

/// Sets a member of a document, `a.b`.
pub(crate) fn set(document: &mut Value, member: &str, value: impl Into<Value>) {
    let (parents, last) = member.rsplit_once('.').unwrap_or(("", member));
    let parents = parents.split('.').filter(|name| !name.is_empty());
    let parent =
        parents.fold(document, |value, name| value.as_object_mut().unwrap().get_mut(name).unwrap());
    parent.as_object_mut().unwrap().insert(last, value);
}

/// Fills in all that a final receipt asks for.
pub(crate) fn fill(scene: &Scene) {
    edit(scene, "release-source.json", |source| {
        for (member, value) in [
            ("disposition", Value::from("accepted")),
            ("decision_ref", "decisions/1".into()),
            ("evidence_refs", vec!["ci/7"].into()),
            ("output_refs", vec!["tags/1.0.0"].into()),
            ("route_taken", "merge".into()),
            ("summary", "Done as planned".into()),
        ] {
            set(source, &format!("closeout.{member}"), value);
        }
    });
}

/// Makes a release that can be finalized.
pub(crate) fn ready(scene: &Scene) {
    succeed(release(scene, "scaffold"));
    fill(scene);
    succeed(release(scene, "sync"));
}

/// Makes a release that is finalized.
pub(crate) fn finalized(scene: &Scene) {
    ready(scene);
    succeed(release(scene, "finalize"));
}

pub(crate) fn text(document: &Value, member: &str) -> String {
    document.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[test]
fn a_release_goes_from_its_first_file_to_its_receipt() {
    let scene = Scene::new();
    let mut told = String::new();
    let mut tell = |arguments: &[&str]| {
        told += &format!("$ motus {}\n{}\n", arguments.join(" "), scene.tell(arguments));
    };
    tell(&words("scaffold", &[]));
    tell(&words("sync", &[]));
    tell(&words("validate", &[]));
    tell(&words("finalize", &[]));
    fill(&scene);
    tell(&words("validate", &[]));
    tell(&words("sync", &[]));
    tell(&words("finalize", &[]));
    tell(&words("validate", &["--final"]));
    tell(&words("finalize", &[]));
    tell(&words("sync", &[]));
    tell(&words("scaffold", &["--force"]));
    insta::assert_snapshot!(told, @r#"
    $ motus release scaffold --release-id 1.0.0
    exit 0
    --- stdout
    Release workflow scaffold: [DIR]/project/.motus/releases/1.0.0
    Stages: 6
    --- stderr

    $ motus release sync --release-id 1.0.0
    exit 0
    --- stdout
    Release workflow synchronized: [DIR]/project/.motus/releases/1.0.0
    Stages: 6
    --- stderr

    $ motus release validate --release-id 1.0.0
    exit 0
    --- stdout
    Release workflow valid: [DIR]/project/.motus/releases/1.0.0
    Stages validated: 6
    --- stderr

    $ motus release finalize --release-id 1.0.0
    exit 1
    --- stdout
    --- stderr
    error[release.invalid]: final receipt failed schema validation: to be filled in: closeout.disposition, closeout.decision_ref, closeout.evidence_refs.0, closeout.output_refs.0, closeout.route_taken, closeout.summary
      caused by: closeout.disposition: '<accepted|rejected|needs_changes|partial|aborted|superseded>' is not one of ['accepted', 'rejected', 'needs_changes', 'partial', 'aborted', 'superseded']
      caused by: closeout.decision_ref is still the placeholder <decision-ref>
      caused by: closeout.evidence_refs.0 is still the placeholder <evidence-ref>
      caused by: closeout.output_refs.0 is still the placeholder <output-ref>
      caused by: closeout.route_taken is still the placeholder <route-name>
      caused by: closeout.summary is still the placeholder <closeout-summary>
    hint: mend what is named: what people write stands in release-source.json, and `motus release sync` makes the rest follow

    $ motus release validate --release-id 1.0.0
    exit 1
    --- stdout
    --- stderr
    error[release.stale]: generated stage packet source hash is stale: [DIR]/project/.motus/releases/1.0.0/generated/packets/01-release-scoping.json
    hint: make the generated files anew with `motus release sync`; what was finalized is restored instead, from version control for instance

    $ motus release sync --release-id 1.0.0
    exit 0
    --- stdout
    Release workflow synchronized: [DIR]/project/.motus/releases/1.0.0
    Stages: 6
    --- stderr

    $ motus release finalize --release-id 1.0.0
    exit 0
    --- stdout
    Final receipt: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    Receipt id: receipt-1.0.0
    --- stderr
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db

    $ motus release validate --release-id 1.0.0 --final
    exit 0
    --- stdout
    Release workflow valid: [DIR]/project/.motus/releases/1.0.0
    Stages validated: 6
    Final receipt: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    store: [DIR]/project/.motus/kernel-store.db
    pin: ok
    --- stderr

    $ motus release finalize --release-id 1.0.0
    exit 1
    --- stdout
    --- stderr
    error[release.final_exists]: final receipt already exists: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    hint: see it with `motus release show`; what comes after it is another release

    $ motus release sync --release-id 1.0.0
    exit 1
    --- stdout
    --- stderr
    error[release.finalized]: cannot sync finalized release workspace: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    hint: see it with `motus release show`; what comes after it is another release

    $ motus release scaffold --release-id 1.0.0 --force
    exit 1
    --- stdout
    --- stderr
    error[release.final_exists]: final receipt already exists: [DIR]/project/.motus/releases/1.0.0/final-receipt.json
    hint: see it with `motus release show`; what comes after it is another release
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "the documents are written out")]
fn documents_are_the_published_ones() {
    let scene = Scene::new();
    let mut told = String::new();
    let mut tell = |arguments: &[&str]| {
        let ended = scene.run(arguments).expect_success();
        assert_eq!(ended.stderr_text(), "");
        told += &scene.scratch.mask().apply(&ended.stdout_text());
    };
    tell(&words("scaffold", &["--json"]));
    tell(&words("sync", &["--json"]));
    tell(&words("validate", &["--json"]));
    fill(&scene);
    tell(&words("sync", &["--json"]));
    tell(&words("finalize", &["--json"]));
    tell(&words("validate", &["--final", "--json"]));
    insta::assert_snapshot!(told, @r#"
    {
      "final_receipt_schema_ref": "packages/cli/docs/standards/schemas/release-work-receipt.json",
      "generated_files": [
        "[DIR]/project/.motus/releases/1.0.0/generated/metrics-template.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/01-release-scoping.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/02-release-development.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/03-release-verification.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/04-release-approval.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/05-release-publication.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/06-post-release-follow-up.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/receipt-template.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/workflow.json"
      ],
      "output_dir": "[DIR]/project/.motus/releases/1.0.0",
      "packet_schema_ref": "packages/cli/docs/standards/schemas/release-work-packet.json",
      "release_id": "1.0.0",
      "source_schema_ref": "packages/cli/docs/standards/schemas/release-source.json",
      "stage_count": 6,
      "template_schema_ref": "packages/cli/docs/standards/schemas/release-receipt-template.json",
      "workflow_family": "release-reference-pilot-v1"
    }
    {
      "final_receipt_schema_ref": "packages/cli/docs/standards/schemas/release-work-receipt.json",
      "generated_files": [],
      "output_dir": "[DIR]/project/.motus/releases/1.0.0",
      "packet_schema_ref": "packages/cli/docs/standards/schemas/release-work-packet.json",
      "release_id": "1.0.0",
      "source_schema_ref": "packages/cli/docs/standards/schemas/release-source.json",
      "stage_count": 6,
      "template_schema_ref": "packages/cli/docs/standards/schemas/release-receipt-template.json",
      "workflow_family": "release-reference-pilot-v1"
    }
    {
      "final": false,
      "final_receipt_schema_ref": "packages/cli/docs/standards/schemas/release-work-receipt.json",
      "output_dir": "[DIR]/project/.motus/releases/1.0.0",
      "packet_schema_ref": "packages/cli/docs/standards/schemas/release-work-packet.json",
      "release_id": "1.0.0",
      "schema_validation": {
        "validated_receipt_templates": 1,
        "validated_stage_packets": 6
      },
      "source_schema_ref": "packages/cli/docs/standards/schemas/release-source.json",
      "template_schema_ref": "packages/cli/docs/standards/schemas/release-receipt-template.json",
      "workflow_family": "release-reference-pilot-v1"
    }
    {
      "final_receipt_schema_ref": "packages/cli/docs/standards/schemas/release-work-receipt.json",
      "generated_files": [
        "[DIR]/project/.motus/releases/1.0.0/generated/metrics-template.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/01-release-scoping.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/02-release-development.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/03-release-verification.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/04-release-approval.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/05-release-publication.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/packets/06-post-release-follow-up.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/receipt-template.json",
        "[DIR]/project/.motus/releases/1.0.0/generated/workflow.json"
      ],
      "output_dir": "[DIR]/project/.motus/releases/1.0.0",
      "packet_schema_ref": "packages/cli/docs/standards/schemas/release-work-packet.json",
      "release_id": "1.0.0",
      "source_schema_ref": "packages/cli/docs/standards/schemas/release-source.json",
      "stage_count": 6,
      "template_schema_ref": "packages/cli/docs/standards/schemas/release-receipt-template.json",
      "workflow_family": "release-reference-pilot-v1"
    }
    {
      "final_receipt_path": "[DIR]/project/.motus/releases/1.0.0/final-receipt.json",
      "kernel_run_id": "run_[ID]",
      "output_dir": "[DIR]/project/.motus/releases/1.0.0",
      "pin": "recorded",
      "receipt_hash": "sha256:[HASH]",
      "receipt_id": "receipt-1.0.0",
      "release_id": "1.0.0",
      "workflow_family": "release-reference-pilot-v1"
    }
    {
      "final": true,
      "final_receipt_path": "[DIR]/project/.motus/releases/1.0.0/final-receipt.json",
      "final_receipt_schema_ref": "packages/cli/docs/standards/schemas/release-work-receipt.json",
      "kernel_run_id": "run_[ID]",
      "output_dir": "[DIR]/project/.motus/releases/1.0.0",
      "packet_schema_ref": "packages/cli/docs/standards/schemas/release-work-packet.json",
      "pin": "ok",
      "recorded_receipt_hash": "sha256:[HASH]",
      "release_id": "1.0.0",
      "schema_validation": {
        "validated_receipt_templates": 1,
        "validated_stage_packets": 6
      },
      "source_schema_ref": "packages/cli/docs/standards/schemas/release-source.json",
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "template_schema_ref": "packages/cli/docs/standards/schemas/release-receipt-template.json",
      "workflow_family": "release-reference-pilot-v1"
    }
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "the pages are written out")]
fn a_page_shows_how_far_a_release_is() {
    let scene = Scene::new();
    succeed(release(&scene, "scaffold"));
    insta::assert_snapshot!(scene.tell(&["release", "show", ID]), @r#"
    exit 0
    --- stdout
    Release: 1.0.0
    Workspace: [DIR]/project/.motus/releases/1.0.0

    Stages:
      1  current  Release Scoping         REL-1.0.0-01-release-scoping
      2  current  Release Development     REL-1.0.0-02-release-development
      3  current  Release Verification    REL-1.0.0-03-release-verification
      4  current  Release Approval        REL-1.0.0-04-release-approval
      5  current  Release Publication     REL-1.0.0-05-release-publication
      6  current  Post-Release Follow-Up  REL-1.0.0-06-post-release-follow-up

    Still to be written in release-source.json:
      closeout.decision_ref
      closeout.disposition
      closeout.evidence_refs.0
      closeout.output_refs.0
      closeout.route_taken
      closeout.summary
      next_work_judgment.notes
      thesis

    Metrics without a value:
      time_to_form_work
      time_to_first_usable_output
      time_to_final_receipt
      time_to_reconstruct_what_happened
      missing_evidence_rate
      stale_or_orphaned_work_rate
      explicit_acceptance_rate
      linked_next_step_rate

    Final receipt: none
    store: [DIR]/project/.motus/kernel-store.db
    pin: not available

    Next: fill in release-source.json, then motus release sync --release-id 1.0.0
    --- stderr
    "#);
    fill(&scene);
    fs::remove_file(at(&scene, GENERATED[1])).unwrap();
    edit(&scene, GENERATED[2], |packet| set(packet, "generated_metadata.source_hash", 1_i64));
    fs::write(at(&scene, GENERATED[3]), "[]").unwrap();
    fs::write(at(&scene, "generated/packets/notes.txt"), "").unwrap();
    edit(&scene, "release-source.json", |source| set(source, "closeout.disposition", "great"));
    insta::assert_snapshot!(scene.tell(&["release", "show", ID]), @r#"
    exit 0
    --- stdout
    Release: 1.0.0
    Workspace: [DIR]/project/.motus/releases/1.0.0

    Stages:
      1  missing  Release Scoping         REL-1.0.0-01-release-scoping
      2  stale    Release Development     REL-1.0.0-02-release-development
      3  changed  Release Verification    REL-1.0.0-03-release-verification
      4  stale    Release Approval        REL-1.0.0-04-release-approval
      5  stale    Release Publication     REL-1.0.0-05-release-publication
      6  stale    Post-Release Follow-Up  REL-1.0.0-06-post-release-follow-up

    Still to be written in release-source.json:
      next_work_judgment.notes
      thesis

    Not fit for a final receipt, in its closeout:
      disposition

    Metrics without a value:
      time_to_form_work
      time_to_first_usable_output
      time_to_final_receipt
      time_to_reconstruct_what_happened
      missing_evidence_rate
      stale_or_orphaned_work_rate
      explicit_acceptance_rate
      linked_next_step_rate

    Files that nothing generates:
      generated/packets/notes.txt

    Broken rule: release.missing: generated stage packet missing: [DIR]/project/.motus/releases/1.0.0/generated/packets/01-release-scoping.json
    Final receipt: none
    store: [DIR]/project/.motus/kernel-store.db
    pin: not available

    Next: motus release sync --release-id 1.0.0
    --- stderr
    "#);
    fs::remove_file(at(&scene, "generated/packets/notes.txt")).unwrap();
    fill(&scene);
    succeed(release(&scene, "sync"));
    succeed(release(&scene, "finalize"));
    insta::assert_snapshot!(scene.tell(&["release", "show", ID]), @r#"
    exit 0
    --- stdout
    Release: 1.0.0
    Workspace: [DIR]/project/.motus/releases/1.0.0

    Stages:
      1  current  Release Scoping         REL-1.0.0-01-release-scoping
      2  current  Release Development     REL-1.0.0-02-release-development
      3  current  Release Verification    REL-1.0.0-03-release-verification
      4  current  Release Approval        REL-1.0.0-04-release-approval
      5  current  Release Publication     REL-1.0.0-05-release-publication
      6  current  Post-Release Follow-Up  REL-1.0.0-06-post-release-follow-up

    Still to be written in release-source.json:
      next_work_judgment.notes
      thesis

    Metrics without a value:
      time_to_form_work
      time_to_first_usable_output
      time_to_final_receipt
      time_to_reconstruct_what_happened
      missing_evidence_rate
      stale_or_orphaned_work_rate
      explicit_acceptance_rate
      linked_next_step_rate

    Final receipt: accepted, receipt-1.0.0, sha256:[HASH]
    store: [DIR]/project/.motus/kernel-store.db
    pin: ok

    Next: motus release validate --release-id 1.0.0 --final
    --- stderr
    "#);
}

#[test]
fn a_shown_release_is_a_document_too() {
    let scene = Scene::new();
    finalized(&scene);
    let shown = scene.run(&words("show", &["--json"])).expect_success();
    insta::assert_snapshot!(scene.scratch.mask().apply(&shown.stdout_text()), @r#"
    {
      "broken_rule": null,
      "final_receipt": {
        "disposition": "accepted",
        "path": "[DIR]/project/.motus/releases/1.0.0/final-receipt.json",
        "receipt_hash": "sha256:[HASH]",
        "receipt_id": "receipt-1.0.0"
      },
      "kernel_run_id": "run_[ID]",
      "metrics_without_value": [
        "time_to_form_work",
        "time_to_first_usable_output",
        "time_to_final_receipt",
        "time_to_reconstruct_what_happened",
        "missing_evidence_rate",
        "stale_or_orphaned_work_rate",
        "explicit_acceptance_rate",
        "linked_next_step_rate"
      ],
      "missing_for_final_receipt": [],
      "next": "motus release validate --release-id 1.0.0 --final",
      "output_dir": "[DIR]/project/.motus/releases/1.0.0",
      "pin": "ok",
      "placeholders": [
        "next_work_judgment.notes",
        "thesis"
      ],
      "recorded_receipt_hash": "sha256:[HASH]",
      "release_id": "1.0.0",
      "stages": [
        {
          "display_name": "Release Scoping",
          "packet": "current",
          "packet_id": "REL-1.0.0-01-release-scoping",
          "stage_id": "release-scoping",
          "stage_order": 1
        },
        {
          "display_name": "Release Development",
          "packet": "current",
          "packet_id": "REL-1.0.0-02-release-development",
          "stage_id": "release-development",
          "stage_order": 2
        },
        {
          "display_name": "Release Verification",
          "packet": "current",
          "packet_id": "REL-1.0.0-03-release-verification",
          "stage_id": "release-verification",
          "stage_order": 3
        },
        {
          "display_name": "Release Approval",
          "packet": "current",
          "packet_id": "REL-1.0.0-04-release-approval",
          "stage_id": "release-approval",
          "stage_order": 4
        },
        {
          "display_name": "Release Publication",
          "packet": "current",
          "packet_id": "REL-1.0.0-05-release-publication",
          "stage_id": "release-publication",
          "stage_order": 5
        },
        {
          "display_name": "Post-Release Follow-Up",
          "packet": "current",
          "packet_id": "REL-1.0.0-06-post-release-follow-up",
          "stage_id": "post-release-follow-up",
          "stage_order": 6
        }
      ],
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "strays": [],
      "sync_refuses": null,
      "workflow_family": "release-reference-pilot-v1"
    }
    "#);
}

/// Returns what `show` says comes next.
pub(crate) fn next(scene: &Scene) -> String {
    let shown = scene.run(&["release", "show", ID]).expect_success().stdout_text();
    let line = shown.lines().last().unwrap().to_owned();
    line.strip_prefix("Next: ").unwrap().replace(&format!(" --release-id {ID}"), "")
}

#[test]
fn the_next_command_leads_to_the_end() {
    let scene = Scene::new();
    succeed(release(&scene, "scaffold"));
    assert_eq!(next(&scene), "fill in release-source.json, then motus release sync");
    fill(&scene);
    assert_eq!(next(&scene), "motus release sync");
    let metrics = fs::read(at(&scene, GENERATED[0])).unwrap();
    edit(&scene, GENERATED[0], |it| set(it, "metrics", vec![Value::from(-3_i64)]));
    let mend = "mend what sync would refuse, then motus release sync";
    assert_eq!(next(&scene), mend);
    let page = scene.run(&["release", "show", ID]).stdout_text();
    assert!(page.contains("\nSync would refuse: release.invalid: metrics template"), "{page}");
    assert_eq!(release(&scene, "sync").code, Some(1));
    fs::write(at(&scene, GENERATED[0]), metrics).unwrap();
    fs::remove_file(at(&scene, GENERATED[1])).unwrap();
    fs::create_dir(at(&scene, GENERATED[1])).unwrap();
    assert_eq!(next(&scene), mend);
    assert_eq!(release(&scene, "sync").code, Some(1));
    fs::remove_dir(at(&scene, GENERATED[1])).unwrap();
    succeed(release(&scene, "sync"));
    fs::write(at(&scene, "generated/x"), "").unwrap();
    assert_eq!(next(&scene), "move what nothing generates elsewhere, then motus release validate");
    fs::remove_file(at(&scene, "generated/x")).unwrap();
    assert_eq!(next(&scene), "motus release finalize");
    succeed(release(&scene, "finalize"));
    assert_eq!(next(&scene), "motus release validate --final");
    edit(&scene, "final-receipt.json", |receipt| set(receipt, "summary", "better"));
    assert_eq!(next(&scene), "restore what was finalized, then motus release validate --final");
    fs::remove_file(at(&scene, "final-receipt.json")).unwrap();
    assert_eq!(next(&scene), "motus release finalize");
    fs::remove_dir_all(scene.path(".motus/releases")).unwrap();
    succeed(scene.run(&words("scaffold", &["--output-dir", "a b"])));
    let shown = scene.run(&words("show", &["--output-dir", "a b", "--db", "x.db"]));
    let last = shown.expect_success().stdout_text().lines().last().unwrap().to_owned();
    assert!(last.ends_with("--release-id 1.0.0 --output-dir 'a b' --db x.db"), "{last}");
}

#[test]
fn a_sync_that_changes_nothing_writes_nothing() {
    let scene = Scene::new();
    succeed(release(&scene, "scaffold"));
    let facts = || {
        GENERATED.map(|path| {
            let facts = fs::metadata(at(&scene, path)).unwrap();
            (facts.ino(), facts.mtime_nsec(), facts.ctime_nsec())
        })
    };
    let before = facts();
    let told = parse(scene.run(&words("sync", &["--json"])).expect_success().stdout);
    assert_eq!(told.get("generated_files").and_then(Value::as_array), Some([].as_slice()));
    assert_eq!(facts(), before);
    // Another layout of the same members is the same document.
    edit(&scene, GENERATED[1], |_| {});
    succeed(release(&scene, "validate"));
    let told = parse(scene.run(&words("sync", &["--json"])).expect_success().stdout);
    assert_eq!(told.get("generated_files").and_then(Value::as_array), Some([].as_slice()));
}

#[test]
fn what_was_filled_into_the_metrics_stays() {
    let scene = Scene::new();
    succeed(release(&scene, "scaffold"));
    let metrics = fs::read_to_string(at(&scene, GENERATED[0])).unwrap();
    let filled = metrics.replacen("\"value\": null", "\"value\": 12.50", 1);
    fs::write(at(&scene, GENERATED[0]), filled).unwrap();
    succeed(release(&scene, "validate"));
    fill(&scene);
    succeed(release(&scene, "sync"));
    let kept = fs::read_to_string(at(&scene, GENERATED[0])).unwrap();
    assert!(kept.contains("\"value\": 12.5"), "{kept}");
    fs::write(at(&scene, GENERATED[0]), kept.replace("12.5", "\"12\"")).unwrap();
    edit(&scene, "release-source.json", |source| set(source, "thesis", "t"));
    for command in ["sync", "validate"] {
        let refused = release(&scene, command);
        assert_eq!(refused.code, Some(1), "{command}");
    }
    let kept = fs::read_to_string(at(&scene, GENERATED[0])).unwrap();
    assert!(kept.contains("\"value\": \"12\""), "what cannot be kept is not thrown away: {kept}");
    fs::remove_file(at(&scene, GENERATED[0])).unwrap();
    succeed(release(&scene, "sync"));
    succeed(release(&scene, "validate"));
}

#[test]
fn force_keeps_the_source_and_makes_the_rest_anew() {
    let scene = Scene::new();
    succeed(release(&scene, "scaffold"));
    fill(&scene);
    let source = fs::read(at(&scene, "release-source.json")).unwrap();
    fs::write(at(&scene, "notes.txt"), "mine").unwrap();
    fs::remove_file(at(&scene, GENERATED[8])).unwrap();
    let told = parse(scene.run(&words("scaffold", &["--force", "--json"])).expect_success().stdout);
    assert_eq!(told.get("generated_files").and_then(Value::as_array).map(<[Value]>::len), Some(9));
    assert_eq!(fs::read(at(&scene, "release-source.json")).unwrap(), source);
    assert_eq!(fs::read(at(&scene, "notes.txt")).unwrap(), b"mine");
    succeed(release(&scene, "validate"));
    fs::remove_file(at(&scene, "release-source.json")).unwrap();
    assert_eq!(release(&scene, "sync").code, Some(1));
    succeed(scene.run(&words("scaffold", &["--force"])));
    succeed(release(&scene, "validate"));
}

#[test]
fn releases_are_where_somebody_says() {
    let scene = Scene::new();
    let made = |arguments: &[&str]| {
        let told = scene.run(arguments).expect_success().stdout_text();
        let line = told.lines().next().unwrap().to_owned();
        scene.scratch.mask().apply(line.strip_prefix("Release workflow scaffold: ").unwrap())
    };
    for (directory, place) in [
        ("releases", "[DIR]/project/releases/1.0.0"),
        ("./a/./b", "[DIR]/project/a/b/1.0.0"),
        ("../beside", "[DIR]/project/../beside/1.0.0"),
        ("~/mine", "[DIR]/home/mine/1.0.0"),
        ("", "[DIR]/project/.motus/releases/1.0.0"),
    ] {
        assert_eq!(made(&words("scaffold", &["--output-dir", directory])), place);
        succeed(scene.run(&words("validate", &["--output-dir", directory])));
    }
    // Who names a link means what it leads to.
    fs::create_dir(scene.path("real")).unwrap();
    std::os::unix::fs::symlink("real", scene.path("link")).unwrap();
    made(&words("scaffold", &["--output-dir", "link"]));
    assert!(scene.path("real/1.0.0/release-source.json").is_file());
    for directory in ["~", "~nobody/x"] {
        let mut command = scene.motus(&words("scaffold", &["--output-dir", directory]));
        let refused = capture(command.env_remove("HOME"));
        assert_eq!(refused.code, Some(2), "{directory}");
        assert!(refused.stderr_text().starts_with("error[usage.home_unknown]"));
    }
}

#[test]
fn in_the_published_repository_the_root_is_two_directories_up() {
    let scene = Scene::new();
    for name in ["packages/cli", "packages/other"] {
        fs::create_dir_all(scene.path(name)).unwrap();
    }
    let scaffold = |name: &str| {
        let mut command = scene.motus(&words("scaffold", &[]));
        succeed(capture(command.current_dir(scene.path(name))));
    };
    scaffold("packages/cli");
    assert!(scene.path("packages/cli/.motus/releases/1.0.0").is_dir());
    for name in ["packages/cli", "packages/other"] {
        fs::write(scene.path(name).join("pyproject.toml"), "").unwrap();
    }
    scaffold("packages/cli");
    assert!(scene.path(".motus/releases/1.0.0").is_dir());
    scaffold("packages/other");
    assert!(scene.path("packages/other/.motus/releases/1.0.0").is_dir());
}

#[test]
fn files_follow_the_umask_and_motus_own_directory_is_private() {
    let scene = Scene::new();
    fs::write(scene.path("plain"), "").unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().mode() & 0o777;
    finalized(&scene);
    for path in GENERATED.into_iter().chain(["release-source.json", "final-receipt.json"]) {
        assert_eq!(mode(at(&scene, path)), mode(scene.path("plain")), "{path}");
    }
    assert_eq!(mode(scene.path(".motus")), 0o700);
    let script = "umask 077; \"$0\" release scaffold --release-id x --output-dir strict";
    let mut command = scene.scratch.command("sh");
    succeed(capture(command.args(["-c", script, crate::support::MOTUS])));
    assert_eq!(mode(scene.path("strict/x/release-source.json")), 0o600);
    assert_eq!(mode(scene.path("strict/x/generated")), 0o700);
}

#[test]
fn without_a_command_the_help_is_told_on_stdout() {
    let scene = Scene::new();
    let told = scene.run(&["release"]);
    assert_eq!((told.code, told.stderr.len()), (Some(2), 0));
    assert_eq!(told.stdout, scene.run(&["release", "--help"]).expect_success().stdout);
}

#[test]
fn a_finalized_release_is_a_run_with_a_receipt() {
    let scene = Scene::new();
    ready(&scene);
    let mut command = scene.motus(&words("finalize", &["--json"]));
    let told = parse(capture(command.env("MOTUS_PRODUCER_ID", "x")).expect_success().stdout);
    let run = text(&told, "kernel_run_id");
    let shown = scene.show(&run);
    let column = |name| shown.get("run").unwrap().get(name).and_then(Value::as_str);
    assert_eq!(column("source"), Some("motus-release"));
    assert_eq!(column("outcome"), Some("success"));
    assert_eq!(
        column("producer_id"),
        Some("producer-sha256-2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881")
    );
    let payloads = payloads_in(&shown);
    let kinds: Vec<&str> = payloads.iter().map(|(kind, _)| kind.as_str()).collect();
    let expected =
        ["motus_release.started", "evidence.motus_release.final_receipt", "decision.motus_release"];
    assert_eq!(kinds, expected);
    assert_eq!(text(&payloads[1].1, "receipt_hash"), text(&told, "receipt_hash"));
    let envelope = scene.run(&["receipt", &run, "--format", "envelope"]).expect_success();
    let file = scene.scratch.write("envelope.json", &envelope.stdout);
    succeed(scene.run(&["receipt", "verify", "--strict", file.to_str().unwrap()]));
    assert!(!envelope.stdout_text().contains(scene.scratch.path().to_str().unwrap()));
    let told = scene.doctor(&["--json"]);
    let failed = parse(&told.stdout).get("summary").unwrap().get("failed").unwrap().as_u64();
    assert_eq!(failed, Some(0), "{}", told.stdout_text());
}
