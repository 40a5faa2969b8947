//! What a careful reader asks about: each kind of finding, and where it is told.

use motus_ledger::portable::verify::{FindingKind, Mode, Phase};
use motus_testkit::levels::reseal;
use motus_testkit::levels::{Value, json};
use motus_testkit::receipts::samples;

use super::support::{look_at, made, papers, told};

const COMMAND: usize = 0;
const REJECTED: usize = 1;
const HANDED_OVER: usize = 3;

/// Sets one place of a receipt of ours, seals it again, and returns what is found.
fn found(sample: usize, pointer: &str, value: Value) -> Vec<(FindingKind, String)> {
    let mut envelope = papers(&made(&samples()[sample].work)).envelope;
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = envelope.pointer_mut(parent).expect("the parent is there");
    match parent {
        Value::Array(items) => items[name.parse::<usize>().expect("an index")] = value,
        other => other[name] = value,
    }
    reseal(&mut envelope);
    let strict = look_at(&envelope, Mode::Strict);
    let normal = look_at(&envelope, Mode::Normal);
    assert!(normal.is_valid(), "{}", told(&normal));
    assert_eq!(normal.findings, strict.findings);
    let has_errors = strict.findings.iter().any(|it| it.kind.is_error());
    let expected = has_errors.then_some(Phase::Findings);
    assert_eq!(strict.failed, expected);
    assert!(look_at(&envelope, Mode::Reference).findings.is_empty());
    normal.findings.into_iter().map(|finding| (finding.kind, finding.path)).collect()
}

#[track_caller]
fn check(sample: usize, pointer: &str, value: Value, expected: &[(FindingKind, &str)]) {
    let found = found(sample, pointer, value);
    let expected: Vec<_> =
        expected.iter().map(|(kind, path)| (*kind, (*path).to_owned())).collect();
    assert_eq!(found, expected, "{pointer}");
}

#[test]
fn what_must_not_leave_the_machine_is_found_anywhere() {
    use FindingKind::{AbsolutePath, Credential};
    for path in ["/home/bob/x", "file:///home/bob", "C:\\Users\\bob", "see ~/x", "%2Fhome%2Fbob"] {
        check(
            COMMAND,
            "/evidence_refs/0/uri",
            json!(path),
            &[(AbsolutePath, "evidence_refs.0.uri")],
        );
        check(COMMAND, "/outcome/summary", json!(path), &[(AbsolutePath, "outcome.summary")]);
    }
    let token = json!("password=hunter2hunter2");
    check(COMMAND, "/instruction_ref/summary", token, &[(Credential, "instruction_ref.summary")]);
    let signature = json!([{ "/home/bob": ["ghp_0123456789abcdef"] }]);
    check(
        COMMAND,
        "/signatures_optional",
        signature,
        &[
            (AbsolutePath, "signatures_optional.0"),
            (Credential, "signatures_optional.0./home/bob.0"),
        ],
    );
    check(COMMAND, "/evidence_refs/0/uri", json!("file://examples/x.md"), &[]);
    check(COMMAND, "/evidence_refs/0/uri", json!("https://example.org/home/bob"), &[]);
}

#[test]
fn no_finding_repeats_a_credential() {
    let mut envelope = papers(&made(&samples()[COMMAND].work)).envelope;
    envelope["outcome"]["summary"] = json!("token=hunter2hunter2");
    reseal(&mut envelope);
    assert!(!told(&look_at(&envelope, Mode::Strict)).contains("hunter2"));
}

#[test]
fn contradictions_are_found() {
    use FindingKind::{
        BlankIdentifier, DuplicateEvidence, ExportDisagreement, FailureAccepted,
        RedactionContradicted, SealLabel, TimeOrder, VolatileField,
    };
    check(
        COMMAND,
        "/redaction/status",
        json!("none"),
        &[(RedactionContradicted, "redaction.status")],
    );
    check(COMMAND, "/outcome/status", json!("failure"), &[(FailureAccepted, "acceptance.status")]);
    check(REJECTED, "/acceptance/status", json!("accepted"), &[]);
    for (summary, says_why) in [
        ("motus work released failure: RELEASED_OK", false),
        ("motus work released failure: EXPIRED_TTL", false),
        ("motus work closed failure", false),
        ("released as failure", false),
        (" ", false),
        ("motus work released failure: the disk was full", true),
        ("released as failure of the disk", true),
        ("released as planned", true),
        ("motus work released early: ENOSPC", true),
        ("motus work closed too early", true),
    ] {
        let accepted = |it: &mut Value| {
            it["acceptance"]["status"] = json!("accepted");
            it["acceptance"].as_object_mut().expect("an object").remove("rationale_ref");
            it["outcome"]["summary"] = json!(summary);
        };
        let found = found_after(REJECTED, accepted);
        assert_eq!(found.is_empty(), says_why, "{summary}: {found:?}");
    }
    check(
        HANDED_OVER,
        "/evidence_refs/0/evidence_id",
        json!("sha256:test"),
        &[(DuplicateEvidence, "evidence_refs.1.evidence_id")],
    );
    check(
        COMMAND,
        "/hashes/source_export/value",
        json!("a".repeat(64)),
        &[(ExportDisagreement, "hashes.source_export.value")],
    );
    check(
        COMMAND,
        "/created_at",
        json!("2026-03-04T05:06:08Z"),
        &[(TimeOrder, "outcome.closed_at"), (TimeOrder, "acceptance.accepted_at")],
    );
    check(
        COMMAND,
        "/acceptance/accepted_at",
        json!("2026-03-04T06:06:08.999+01:00"),
        &[(TimeOrder, "outcome.closed_at")],
    );
    for blank in ["", " ", "\t\u{a0}", "\u{200b}"].into_iter().skip(1) {
        check(COMMAND, "/work_id", json!(blank), &[(BlankIdentifier, "work_id")]);
        check(COMMAND, "/tool_refs/0/name", json!(blank), &[(BlankIdentifier, "tool_refs.0.name")]);
    }
    check(
        COMMAND,
        "/hashes/receipt/canonicalization",
        json!("other"),
        &[(SealLabel, "hashes.receipt.canonicalization")],
    );
    check(
        COMMAND,
        "/canonicalization/volatile_fields",
        json!(["created_at", "outcome.closed_at", "evidence_refs.0.kind", "x", "outcome.x", ""]),
        &[
            (VolatileField, "canonicalization.volatile_fields.3"),
            (VolatileField, "canonicalization.volatile_fields.4"),
            (VolatileField, "canonicalization.volatile_fields.5"),
        ],
    );
}

#[test]
fn a_hand_off_that_disagrees_is_found() {
    use FindingKind::{HandoffDisagreement, HandoffWithoutEvidence, UnknownEvidence};
    let other = json!({"type": "human", "id": "x"});
    check(
        HANDED_OVER,
        "/handoff/receiver",
        other.clone(),
        &[
            (HandoffDisagreement, "route_summary.next_actor"),
            (HandoffDisagreement, "acceptance.actor"),
        ],
    );
    check(
        HANDED_OVER,
        "/route_summary/next_actor",
        other,
        &[(HandoffDisagreement, "route_summary.next_actor")],
    );
    check(
        HANDED_OVER,
        "/route_summary/status",
        json!("complete"),
        &[(HandoffDisagreement, "route_summary.status")],
    );
    check(
        HANDED_OVER,
        "/acceptance/status",
        json!("not_required"),
        &[(HandoffDisagreement, "acceptance.status")],
    );
    check(
        HANDED_OVER,
        "/handoff/evidence_refs",
        json!([]),
        &[(HandoffWithoutEvidence, "handoff.evidence_refs")],
    );
    check(
        HANDED_OVER,
        "/handoff/evidence_refs/0",
        json!("x"),
        &[(UnknownEvidence, "handoff.evidence_refs.0")],
    );
}

/// Sets some members of a receipt of ours, seals it again, and returns what is found.
fn found_after(sample: usize, change: impl Fn(&mut Value)) -> Vec<(&'static str, String)> {
    let mut envelope = papers(&made(&samples()[sample].work)).envelope;
    change(&mut envelope);
    reseal(&mut envelope);
    let verdict = look_at(&envelope, Mode::Normal);
    assert!(verdict.is_valid(), "{}", told(&verdict));
    verdict.findings.into_iter().map(|finding| (finding.kind.as_str(), finding.path)).collect()
}

#[test]
fn what_is_handed_to_nobody_waits_for_nobody() {
    let disagreement = |path: &str| ("handoff-disagreement", path.to_owned());
    let route = disagreement("route_summary.status");
    let acceptance = disagreement("acceptance.status");
    let none = |envelope: &mut Value| envelope["handoff"] = json!({"status": "none"});
    assert_eq!(found_after(HANDED_OVER, none), [route.clone(), acceptance.clone()]);
    let removed = |envelope: &mut Value| {
        envelope.as_object_mut().expect("an object").remove("handoff");
    };
    assert_eq!(found_after(HANDED_OVER, removed), [route.clone(), acceptance.clone()]);
    let complete = |envelope: &mut Value| {
        none(envelope);
        envelope["route_summary"] = json!({"status": "complete"});
    };
    assert_eq!(found_after(HANDED_OVER, complete), [acceptance]);
    let receiver = |envelope: &mut Value| {
        envelope["handoff"]["receiver"] = json!({"type": "human", "id": "x"});
    };
    assert_eq!(found_after(COMMAND, receiver), [disagreement("handoff.receiver")]);
}

#[test]
fn an_acceptance_says_whose_it_is() {
    for (sample, status) in [(COMMAND, "accepted"), (REJECTED, "rejected")] {
        let nobody = |envelope: &mut Value| {
            let acceptance = envelope["acceptance"].as_object_mut().expect("an object");
            assert_eq!(acceptance["status"], status);
            acceptance.remove("actor");
        };
        let missing = ("actor-missing", "acceptance.actor".to_owned());
        assert_eq!(found_after(sample, nobody), [missing]);
    }
}

/// Who writes to a Store may truncate its times to seconds, and clocks are set: a strict reader takes it.
#[test]
fn what_happened_outside_of_its_run_is_a_warning() {
    let early = Some("is earlier than started_at of its run");
    let late = Some("is later than closed_at of its run");
    for (occurred, finding) in [
        ("2026-03-04T05:06:06.999Z", early),
        ("2026-03-04T05:06:07Z", None),
        ("2026-03-04T06:06:07+01:00", None),
        ("2026-03-04T05:06:09.0Z", None),
        ("2026-03-04T06:06:09.999+01:00", None),
        ("2026-03-04T05:06:10Z", late),
        ("2026-03-04T06:06:10.000+01:00", late),
    ] {
        let mut export = papers(&made(&samples()[COMMAND].work)).export;
        export["events"][2]["occurred_at"] = json!(occurred);
        motus_testkit::levels::rename_event(&mut export["events"][2]);
        let strict = look_at(&export, Mode::Strict);
        assert!(strict.is_valid(), "{occurred}: {}", told(&strict));
        let expected = finding.map(|it| format!("events.2.occurred_at: {it} [event-time]"));
        assert_eq!(told(&strict), expected.unwrap_or_default(), "{occurred}");
    }
}

/// A start that was truncated, beside microseconds and not: 0.6.5 and we share a Store.
#[test]
fn the_fractions_of_one_second_are_in_no_order() {
    let times = |started: &str, occurred: &str, closed: &str| {
        let mut export = papers(&made(&samples()[COMMAND].work)).export;
        for (event, time) in [(0, started), (1, started), (2, occurred), (3, closed)] {
            export["events"][event]["occurred_at"] = json!(time);
        }
        export["events"][3]["payload"]["outcome"]["closed_at"] = json!(closed);
        export["runs"][0]["started_at"] = json!(started);
        export["runs"][0]["closed_at"] = json!(closed);
        export["exported_at"] = json!(closed);
        for event in export["events"].as_array_mut().expect("events") {
            motus_testkit::levels::rename_event(event);
        }
        told(&look_at(&export, Mode::Strict))
    };
    let (whole, part) = ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07.190Z");
    assert_eq!(times(part, whole, whole), "");
    assert_eq!(times(whole, part, whole), "");
    assert_eq!(times(part, "2026-03-04T05:06:07.100Z", "2026-03-04T05:06:07.050Z"), "");
    let told = times("2026-03-04T05:06:08Z", whole, part);
    assert_eq!(told, "events.0.occurred_at: is later than closed_at of its run [event-time]");
}

/// Changes one event of an export, names it again, and returns what is found.
fn found_in_export(change: impl Fn(&mut Value)) -> Vec<&'static str> {
    let mut export = papers(&made(&samples()[COMMAND].work)).export;
    change(&mut export);
    for event in export["events"].as_array_mut().expect("events") {
        motus_testkit::levels::rename_event(event);
    }
    let verdict = look_at(&export, Mode::Normal);
    assert!(verdict.is_valid(), "{}", told(&verdict));
    verdict.findings.iter().map(|finding| finding.kind.as_str()).collect()
}

#[test]
fn an_export_whose_events_are_no_work_is_found() {
    assert_eq!(found_in_export(|_| ()), [""; 0]);
    assert_eq!(found_in_export(|it| it["events"][1]["seq"] = json!(7)), ["event-number"]);
    assert_eq!(found_in_export(|it| it["events"][1]["event_kind"] = json!("x")), ["event-kind"]);
    let hash = json!(format!("sha256:{}", "0".repeat(64)));
    assert_eq!(found_in_export(|it| it["events"][1]["schema_hash"] = hash.clone()), ["event-kind"]);
    assert_eq!(found_in_export(|it| it["events"][1]["payload"] = json!({})), ["event-kind"]);
    assert_eq!(
        found_in_export(|it| it["events"][1]["run_id"] = json!("x")),
        ["event-number", "run-disagreement"]
    );
    let last = |it: &mut Value| drop(it["events"].as_array_mut().expect("events").pop());
    assert_eq!(found_in_export(last), ["event-course"]);
    assert_eq!(
        found_in_export(|it| it["runs"][0]["outcome_status"] = json!("aborted")),
        ["run-disagreement"]
    );
}

#[test]
fn an_export_that_says_two_things_is_found() {
    assert_eq!(found_in_export(|it| it["runs"][0]["work_id"] = json!("T-9")), ["run-disagreement"]);
    assert_eq!(
        found_in_export(|it| it["runs"][0]["started_at"] = json!("2027-01-01T00:00:00Z")),
        ["run-disagreement", "event-time"]
    );
    assert_eq!(
        found_in_export(|it| it["events"][0]["occurred_at"] = json!("1999-01-01T00:00:00Z")),
        ["run-disagreement", "event-time"]
    );
    assert_eq!(
        found_in_export(|it| it["exported_at"] = json!("1999-01-01T00:00:00Z")),
        ["time-order"]
    );
    let key = |it: &mut Value| {
        it["events"][2]["idempotency_key"] = it["events"][1]["idempotency_key"].clone();
    };
    assert_eq!(found_in_export(key), ["duplicate-key"]);
    assert_eq!(found_in_export(|it| it["runs"][0]["status"] = json!("open")), ["event-course"]);
    let swap = |it: &mut Value| {
        let events = it["events"].as_array_mut().expect("events");
        events.swap(0, 1);
        events[0]["seq"] = json!(1);
        events[1]["seq"] = json!(2);
    };
    assert_eq!(found_in_export(swap), ["event-course"]);
    assert_eq!(found_in_export(|it| it["canonicalization"] = json!("other")), ["seal-label"]);
}

#[test]
fn a_payload_of_another_shape_is_found() {
    for (event, member, value) in [
        (0, "actor", json!("ann")),
        (1, "tool_refs", json!([{}])),
        (2, "evidence_refs", json!([7])),
        (3, "acceptance", json!("accepted")),
        (3, "route_summary", json!({"status": "next"})),
    ] {
        let change = |it: &mut Value| it["events"][event]["payload"][member] = value.clone();
        assert_eq!(found_in_export(change), ["event-kind"], "{member}");
    }
}

#[test]
fn each_kind_of_finding_has_a_name_of_its_own() {
    let mut names: Vec<_> = FindingKind::ALL.iter().map(|kind| kind.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FindingKind::ALL.len());
}
