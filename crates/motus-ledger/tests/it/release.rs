//! Governed releases: what is generated, what is refused and in which order, what a final receipt says.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod pin;

use motus_json::{Object, ReadOptions, Value, read};
use motus_ledger::Timestamp;
use motus_ledger::release::{
    Entry, FINAL_RECEIPT, GeneratedBy, METRICS_TEMPLATE, Metadata, PacketState, RECEIPT_TEMPLATE,
    Refusal, ReleaseId, SOURCE, STAGES, Source, Tree, WORKFLOW, finalize, generate, overview,
    validate, validate_final,
};

const PACKET: &str = "generated/packets/04-release-approval.json";

fn id() -> ReleaseId {
    ReleaseId::parse("1.0.0").unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn now() -> Timestamp {
    at("2026-01-02T03:04:05Z")
}

/// A workspace that was scaffolded.
fn scaffolded() -> Tree {
    let source = Source::default_for(&id());
    let mut tree = Tree::default();
    put(&mut tree, SOURCE, &source.to_text());
    synchronize(&mut tree, GeneratedBy::Scaffold);
    tree
}

fn synchronize(tree: &mut Tree, by: GeneratedBy) {
    let source = Source::read(tree, &id()).unwrap();
    let generated = generate(&source, &Metadata::new(&source, by, &now()), tree).unwrap();
    let files: Vec<(String, String)> =
        generated.files().map(|(path, text)| (path.to_owned(), text)).collect();
    for (path, text) in files {
        put(tree, &path, &text);
    }
}

fn put(tree: &mut Tree, path: &str, text: &str) {
    tree.entries.insert(path.to_owned(), Entry::File(text.as_bytes().to_vec()));
}

fn text<'t>(tree: &'t Tree, path: &str) -> &'t str {
    let Some(Entry::File(bytes)) = tree.entry(path) else { panic!("{path} is no file") };
    std::str::from_utf8(bytes).unwrap()
}

fn document(tree: &Tree, path: &str) -> Object {
    let value = read(text(tree, path).as_bytes(), &ReadOptions::default()).unwrap();
    value.as_object().unwrap().clone()
}

/// Changes a member of a document, `a.b.0.c`.
fn set(tree: &mut Tree, path: &str, member: &str, value: impl Into<Value>) {
    let mut whole = Value::from(document(tree, path));
    let (parents, last) = member.rsplit_once('.').unwrap_or(("", member));
    let parents = parents.split('.').filter(|name| !name.is_empty());
    let target = parents.fold(&mut whole, |value, name| match value {
        Value::Array(items) => &mut items[name.parse::<usize>().unwrap()],
        value => value.as_object_mut().unwrap().get_mut(name).unwrap(),
    });
    target.as_object_mut().unwrap().insert(last.to_owned(), value);
    put(tree, path, &motus_json::pretty::write(&whole));
}

/// Fills in everything that a final receipt asks for.
fn close(tree: &mut Tree) {
    for (member, value) in [
        ("disposition", Value::from("accepted")),
        ("decision_ref", "decisions/1".into()),
        ("evidence_refs", vec!["ci/7"].into()),
        ("output_refs", Vec::<Value>::new().into()),
        ("route_taken", "merge".into()),
        ("next_work_ref", "complete".into()),
        ("summary", "Done, as planned: caf\u{e9}".into()),
    ] {
        set(tree, SOURCE, &format!("closeout.{member}"), value);
    }
    synchronize(tree, GeneratedBy::Sync);
}

fn refused(tree: &Tree) -> String {
    validate(tree, &id()).expect_err("a rule is broken").to_string()
}

#[test]
fn the_published_default_source_has_its_published_hash() {
    let source = Source::default_for(&ReleaseId::parse("0.4.0").unwrap());
    let hash = "sha256:2698b019d0c704f394c03cfa81de26d283c0f7186bb76527e1e59328488602d8";
    assert_eq!(source.hash().as_str(), hash);
}

#[test]
fn a_scaffolded_workspace_is_valid_and_has_ten_files() {
    let tree = scaffolded();
    assert_eq!(
        validate(&tree, &id()).map(|source| source.release_id().to_owned()),
        Ok("1.0.0".into())
    );
    let paths: Vec<&str> = tree.entries.keys().map(String::as_str).collect();
    assert_eq!(paths.len(), 10);
    for path in paths {
        let text = text(&tree, path);
        assert!(text.starts_with("{\n  \"") && text.ends_with("\n}\n"), "{path}");
    }
}

#[test]
fn packets_lead_from_one_to_the_next_and_back() {
    let tree = scaffolded();
    let routes = |number: usize| {
        let packet = document(&tree, &STAGES[number].packet_ref());
        let options = packet.get("next_route_options").and_then(Value::as_array).unwrap().to_vec();
        let next = options.iter().map(|option| option.get("next_work_ref").and_then(Value::as_str));
        next.map(|next| next.unwrap().replace("REL-1.0.0-", "")).collect::<Vec<_>>()
    };
    assert_eq!(routes(0), ["02-release-development", "01-release-scoping"]);
    assert_eq!(routes(2), ["04-release-approval", "02-release-development"]);
    assert_eq!(routes(3), ["05-release-publication", "02-release-development"]);
    assert_eq!(routes(5), ["complete", "05-release-publication"]);
    insta::assert_snapshot!(text(&tree, PACKET));
    insta::assert_snapshot!("workflow", text(&tree, WORKFLOW));
    insta::assert_snapshot!("template", text(&tree, RECEIPT_TEMPLATE));
    insta::assert_snapshot!("metrics", text(&tree, METRICS_TEMPLATE));
}

#[test]
fn rules_are_asked_in_their_order() {
    let mut tree = scaffolded();
    tree.entries.insert("generated/extra.json".into(), Entry::File(Vec::new()));
    assert_eq!(refused(&tree), "files that nothing generates: generated/extra.json");
    set(&mut tree, WORKFLOW, "release_id", "x");
    assert_eq!(refused(&tree), "generated artifact drift detected: generated/workflow.json");
    set(&mut tree, METRICS_TEMPLATE, "authoritative", true);
    assert_eq!(refused(&tree), format!("generated artifact drift detected: {METRICS_TEMPLATE}"));
    set(&mut tree, RECEIPT_TEMPLATE, "summary", "x");
    assert_eq!(refused(&tree), format!("generated artifact drift detected: {RECEIPT_TEMPLATE}"));
    set(&mut tree, PACKET, "intent", "x");
    assert_eq!(refused(&tree), format!("generated artifact drift detected: {PACKET}"));
    set(&mut tree, PACKET, "intent", "");
    assert_eq!(
        refused(&tree),
        "release-approval packet failed schema validation: intent: '' should be non-empty"
    );
    set(&mut tree, PACKET, "generated_metadata.source_hash", format!("sha256:{}", "0".repeat(64)));
    assert_eq!(refused(&tree), format!("generated stage packet source hash is stale: {PACKET}"));
    tree.entries.remove(PACKET);
    assert_eq!(refused(&tree), format!("generated stage packet missing: {PACKET}"));
    for (path, message) in [
        (METRICS_TEMPLATE, "generated metrics template missing: generated/metrics-template.json"),
        (RECEIPT_TEMPLATE, "generated receipt template missing: generated/receipt-template.json"),
        (WORKFLOW, "generated workflow manifest missing: generated/workflow.json"),
    ] {
        tree.entries.remove(path);
        assert_eq!(refused(&tree), message);
    }
    set(&mut tree, SOURCE, "release_id", "2.0.0");
    assert_eq!(refused(&tree), "release source mismatch: expected release_id=1.0.0, found 2.0.0");
    set(&mut tree, SOURCE, "thesis", 1_i64);
    assert_eq!(
        refused(&tree),
        "release source failed schema validation: thesis: 1 is not of type 'string'"
    );
    tree.entries.remove(SOURCE);
    assert_eq!(refused(&tree), "release source missing: release-source.json");
}

#[test]
fn a_source_is_closed_and_every_fault_is_told() {
    let mut tree = scaffolded();
    set(&mut tree, SOURCE, "bogus", 1_i64);
    set(&mut tree, SOURCE, "included_work", vec![Value::from(1_i64)]);
    set(&mut tree, SOURCE, "closeout.evidence_refs", Vec::<Value>::new());
    let unknown = Object::from([("no-stage", Object::new())]);
    set(&mut tree, SOURCE, "stage_overrides", unknown);
    let Err(Refusal::Invalid { faults, .. }) = validate(&tree, &id()) else {
        panic!("it is closed")
    };
    let told: Vec<String> =
        faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect();
    assert_eq!(
        told,
        [
            "<root>: Additional properties are not allowed ('bogus' was unexpected)",
            "included_work.0: 1 is not of type 'string'",
            "stage_overrides: Additional properties are not allowed ('no-stage' was unexpected)",
            "closeout.evidence_refs: [] should be non-empty",
        ]
    );
}

#[test]
fn a_message_tells_many_faults_and_no_end_of_them() {
    let mut tree = scaffolded();
    set(&mut tree, SOURCE, "risk_notes", vec![Value::from(1_i64); 5000]);
    let refused = refused(&tree);
    assert!(refused.ends_with("risk_notes.99: 1 is not of type 'string'; and 4900 more"));
}

#[test]
fn nothing_is_generated_that_could_not_be_read_again() {
    let mut tree = scaffolded();
    let accents = "\u{e9}".repeat(300_000);
    let instead = Object::from([("intent", Value::from(accents.as_str()))]);
    set(&mut tree, SOURCE, "stage_overrides", Object::from([("release-approval", instead)]));
    let source = Source::read(&tree, &id()).unwrap();
    let metadata = Metadata::new(&source, GeneratedBy::Sync, &now());
    let refusal = generate(&source, &metadata, &tree).unwrap_err();
    assert!(refusal.to_string().starts_with(&format!("{PACKET} would not be read again: ")));
    let mut tree = scaffolded();
    close(&mut tree);
    set(&mut tree, SOURCE, "closeout.summary", accents.as_str());
    synchronize(&mut tree, GeneratedBy::Sync);
    assert_eq!(finalize(&tree, &id(), &now()).unwrap_err().code(), "release.unreadable");
}

#[test]
fn wrong_types_and_unusual_entries_are_refused_by_name() {
    for (content, why) in [
        ("[]", "release source failed schema validation: <root>: [] is not of type 'object'"),
        ("{", "release-source.json is no JSON document: "),
        ("{\"a\":1,\"a\":2}", "release-source.json is no JSON document: "),
    ] {
        let mut tree = scaffolded();
        put(&mut tree, SOURCE, content);
        assert!(refused(&tree).starts_with(why), "{}", refused(&tree));
    }
    let mut tree = scaffolded();
    tree.entries.insert(PACKET.into(), Entry::Unusable("is a symbolic link"));
    assert_eq!(refused(&tree), format!("{PACKET} is a symbolic link"));
    assert_eq!(validate(&tree, &id()).unwrap_err().code(), "release.unreadable");
    let mut tree = scaffolded();
    tree.entries.retain(|path, _| !path.starts_with("generated/packets/"));
    tree.entries.insert("generated/packets".into(), Entry::Unusable("is a pipe, not a directory"));
    assert_eq!(refused(&tree), "generated/packets is a pipe, not a directory");
}

#[test]
fn all_nine_carry_one_metadata_block_of_checked_form() {
    for path in tree_of_generated() {
        let mut tree = scaffolded();
        set(&mut tree, &path, "generated_metadata.generated_at", "2026-01-02T03:04:06Z");
        // It is named itself, not one that was left as it was.
        assert_eq!(refused(&tree), format!("generated artifact drift detected: {path}"));
    }
    for (member, value) in
        [("generated_at", "yesterday"), ("generated_by", "somebody"), ("source_ref", "other.json")]
    {
        let mut tree = scaffolded();
        for path in tree_of_generated() {
            set(&mut tree, &path, &format!("generated_metadata.{member}"), value);
        }
        assert!(refused(&tree).contains("failed schema validation: generated_metadata."));
    }
}

fn tree_of_generated() -> Vec<String> {
    scaffolded().entries.keys().filter(|path| path.starts_with("generated/")).cloned().collect()
}

#[test]
fn words_of_the_source_stand_instead_of_a_stages_own() {
    let mut tree = scaffolded();
    let instead = Object::from([
        ("intent", Value::from("Ask both owners.")),
        ("scope", vec!["the answer"].into()),
    ]);
    set(&mut tree, SOURCE, "stage_overrides", Object::from([("release-approval", instead)]));
    assert_eq!(
        refused(&tree),
        "generated stage packet source hash is stale: generated/packets/01-release-scoping.json"
    );
    synchronize(&mut tree, GeneratedBy::Sync);
    assert!(validate(&tree, &id()).is_ok());
    let packet = document(&tree, PACKET);
    assert_eq!(packet.get("intent").and_then(Value::as_str), Some("Ask both owners."));
    assert_eq!(packet.get("scope"), Some(&vec!["the answer"].into()));
    assert!(packet.get("constraints").and_then(Value::as_array).unwrap().len() >= 3);
    let empty = Object::from([("release-approval", Object::from([("intent", "")]))]);
    set(&mut tree, SOURCE, "stage_overrides", empty);
    let source = Source::read(&tree, &id()).unwrap();
    let metadata = Metadata::new(&source, GeneratedBy::Sync, &now());
    assert_eq!(generate(&source, &metadata, &tree).unwrap_err().code(), "release.invalid");
}

#[test]
fn metrics_are_filled_in_and_stay() {
    let mut tree = scaffolded();
    set(&mut tree, METRICS_TEMPLATE, "metrics.0.value", 12_i64);
    set(&mut tree, METRICS_TEMPLATE, "metrics.0.source", "the tracker");
    assert!(validate(&tree, &id()).is_ok());
    close(&mut tree);
    assert!(validate(&tree, &id()).is_ok());
    let metrics = document(&tree, METRICS_TEMPLATE);
    let first = metrics.get("metrics").and_then(Value::as_array).unwrap()[0].clone();
    assert_eq!(first.get("value").and_then(Value::as_i64), Some(12));
    assert_eq!(first.get("source").and_then(Value::as_str), Some("the tracker"));
    for (member, value) in [
        ("value", Value::from("12")),
        ("value", Value::from(-1_i64)),
        ("source", Value::from("")),
        ("unit", Value::from("days")),
    ] {
        let mut tree = tree.clone();
        set(&mut tree, METRICS_TEMPLATE, &format!("metrics.0.{member}"), value.clone());
        let refusal = refused(&tree);
        assert!(refusal.starts_with("metrics template failed schema validation"), "{refusal}");
    }
    set(&mut tree, METRICS_TEMPLATE, "metrics.0.name", "other");
    assert!(refused(&tree).starts_with("generated artifact drift detected"));
}

#[test]
fn metrics_of_which_something_would_be_lost_are_not_generated_anew() {
    let source = Source::default_for(&id());
    let metadata = Metadata::new(&source, GeneratedBy::Sync, &now());
    for (content, code) in [
        ("{", "release.unreadable"),
        ("[]", "release.invalid"),
        (r#"{"metrics":{"time_to_form_work":3}}"#, "release.invalid"),
        (
            r#"{"metrics":[{"name":"time_to_form_work","unit":"minutes","value":"3","source":"s"}]}"#,
            "release.invalid",
        ),
    ] {
        let mut tree = scaffolded();
        put(&mut tree, METRICS_TEMPLATE, content);
        assert_eq!(generate(&source, &metadata, &tree).unwrap_err().code(), code, "{content}");
    }
    let mut tree = scaffolded();
    set(&mut tree, METRICS_TEMPLATE, "metrics.0.value", 3_i64);
    set(&mut tree, METRICS_TEMPLATE, "generated_metadata.generated_by", "somebody");
    synchronize(&mut tree, GeneratedBy::Sync);
    assert!(validate(&tree, &id()).is_ok());
    assert!(text(&tree, METRICS_TEMPLATE).contains("\"value\": 3"));
    tree.entries.remove(METRICS_TEMPLATE);
    assert!(generate(&source, &metadata, &tree).is_ok());
}

#[test]
fn a_final_receipt_needs_every_placeholder_replaced() {
    let tree = scaffolded();
    let refusal = finalize(&tree, &id(), &now()).expect_err("nothing is filled in");
    assert_eq!(refusal.code(), "release.invalid");
    insta::assert_snapshot!(refusal, @"final receipt failed schema validation: to be filled in: closeout.disposition, closeout.decision_ref, closeout.evidence_refs.0, closeout.output_refs.0, closeout.route_taken, closeout.summary");
    insta::assert_snapshot!(refusal.details().join("\n"), @"
    closeout.disposition: '<accepted|rejected|needs_changes|partial|aborted|superseded>' is not one of ['accepted', 'rejected', 'needs_changes', 'partial', 'aborted', 'superseded']
    closeout.decision_ref is still the placeholder <decision-ref>
    closeout.evidence_refs.0 is still the placeholder <evidence-ref>
    closeout.output_refs.0 is still the placeholder <output-ref>
    closeout.route_taken is still the placeholder <route-name>
    closeout.summary is still the placeholder <closeout-summary>
    ");
    let Refusal::Unfilled { faults } = refusal else { panic!("it is about the closeout") };
    let places: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        places,
        [
            "disposition",
            "decision_ref",
            "evidence_refs.0",
            "output_refs.0",
            "route_taken",
            "summary"
        ]
    );
}

#[test]
fn a_final_receipt_is_made_once_and_holds() {
    let mut tree = scaffolded();
    close(&mut tree);
    let receipt = finalize(&tree, &id(), &now()).unwrap();
    insta::assert_snapshot!("receipt", receipt.to_text());
    assert_eq!(
        validate_final(&tree, &id()).unwrap_err().to_string(),
        "final receipt missing: final-receipt.json"
    );
    put(&mut tree, FINAL_RECEIPT, &receipt.to_text());
    assert_eq!(validate_final(&tree, &id()), Ok(receipt.clone()));
    assert_eq!(finalize(&tree, &id(), &now()), Err(Refusal::FinalExists));

    let mut changed = tree.clone();
    set(&mut changed, FINAL_RECEIPT, "summary", "better");
    assert_eq!(
        validate_final(&changed, &id()).unwrap_err().to_string(),
        "final receipt drift detected: final-receipt.json"
    );
    set(&mut changed, FINAL_RECEIPT, "timestamp", "yesterday");
    assert_eq!(validate_final(&changed, &id()).unwrap_err().code(), "release.invalid");
    set(&mut tree, SOURCE, "thesis", "another one");
    synchronize(&mut tree, GeneratedBy::Sync);
    assert_eq!(
        validate_final(&tree, &id()).unwrap_err().to_string(),
        "final receipt source hash is stale: final-receipt.json"
    );
}

/// Default words are those of whoever generated the packets: a receipt holds when ours are others by now.
#[test]
fn a_finalized_release_holds_whatever_the_default_words_are_by_now() {
    let mut tree = scaffolded();
    let instead = Object::from([("intent", Value::from("Ask both owners."))]);
    set(&mut tree, SOURCE, "stage_overrides", Object::from([("release-approval", instead)]));
    close(&mut tree);
    let receipt = finalize(&tree, &id(), &now()).unwrap().to_text();
    set(&mut tree, PACKET, "scope", vec!["words of another release"]);
    let drift = format!("generated artifact drift detected: {PACKET}");
    assert_eq!(refused(&tree), drift, "it can be generated anew");
    put(&mut tree, FINAL_RECEIPT, &receipt);
    assert!(validate_final(&tree, &id()).is_ok());
    let states = overview(&tree, &id()).unwrap();
    assert!(states.stages.iter().all(|stage| stage.packet == PacketState::Current));
    for (member, value) in [
        ("intent", Value::from("Ask nobody.")),
        ("assigned_capability_class", "other".into()),
        ("inputs", vec!["release_id=2"].into()),
    ] {
        let mut tree = tree.clone();
        set(&mut tree, PACKET, member, value);
        assert_eq!(refused(&tree), drift, "{member}");
    }
    set(&mut tree, PACKET, "scope", "no list");
    assert_eq!(validate(&tree, &id()).unwrap_err().code(), "release.invalid");
}

#[test]
fn a_document_that_does_not_tell_its_source_is_stale() {
    for path in tree_of_generated() {
        let mut tree = scaffolded();
        put(&mut tree, &path, "{}");
        assert_eq!(validate(&tree, &id()).unwrap_err().code(), "release.stale", "{path}");
    }
}

#[test]
fn a_source_whose_name_is_none_has_not_its_shape() {
    let mut tree = scaffolded();
    set(&mut tree, SOURCE, "release_id", "..");
    assert_eq!(
        refused(&tree),
        "release source failed schema validation: release_id: '..' does not match '^[A-Za-z0-9][A-Za-z0-9._-]*$'"
    );
}

#[test]
fn what_is_fixed_in_a_receipt_is_a_part_of_its_shape() {
    let mut tree = scaffolded();
    close(&mut tree);
    let receipt = finalize(&tree, &id(), &now()).unwrap().to_text();
    for (member, value, message) in [
        ("ledger_commitment.status", Value::from("written"), "'pending_ledger_write' was expected"),
        ("packet_refs", Vec::<Value>::new().into(), "[] should be non-empty"),
    ] {
        put(&mut tree, FINAL_RECEIPT, &receipt);
        set(&mut tree, FINAL_RECEIPT, member, value);
        let refusal = validate_final(&tree, &id()).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!("final receipt failed schema validation: {member}: {message}")
        );
    }
}

#[test]
fn an_overview_tells_what_synchronizing_would_refuse() {
    let hindrance = |tree: &Tree| overview(tree, &id()).unwrap().hindrance.map(|it| it.code());
    let mut tree = scaffolded();
    tree.entries.remove(PACKET);
    assert_eq!(hindrance(&tree), None);
    set(&mut tree, METRICS_TEMPLATE, "metrics.0.value", -3_i64);
    assert_eq!(hindrance(&tree), Some("release.invalid"));
    let mut tree = scaffolded();
    tree.entries.insert(PACKET.into(), Entry::Unusable("is a pipe, not a file"));
    assert_eq!(hindrance(&tree), Some("release.unreadable"));
}

#[test]
fn the_digest_of_a_receipt_is_known_without_its_workspace() {
    let mut tree = scaffolded();
    close(&mut tree);
    let receipt = finalize(&tree, &id(), &now()).unwrap();
    tree.entries.retain(|path, _| path == SOURCE);
    let hash = motus_ledger::release::final_hash;
    assert_eq!(hash(&tree, &id(), &now()).as_deref(), Ok(receipt.receipt_hash()));
    let later = at("2026-01-02T03:04:06Z");
    assert_ne!(hash(&tree, &id(), &later).as_deref(), Ok(receipt.receipt_hash()));
}

#[test]
fn a_source_that_is_no_json_is_told_with_line_and_character() {
    let mut tree = scaffolded();
    put(&mut tree, SOURCE, "{\n  \"a\": 1,\n  \"é\": ,\n}");
    assert_eq!(refused(&tree), "release-source.json is no JSON document: 3:8: expected a value");
}

#[test]
fn an_overview_tells_what_is_missing() {
    use PacketState::{Changed, Current, Missing};

    let mut tree = scaffolded();
    tree.entries.remove(PACKET);
    set(&mut tree, "generated/packets/05-release-publication.json", "intent", "x");
    let seen = overview(&tree, &id()).unwrap();
    let packets: Vec<PacketState> = seen.stages.iter().map(|stage| stage.packet).collect();
    assert_eq!(packets, [Current, Current, Current, Missing, Changed, Current]);
    assert_eq!(seen.refusal.map(|refusal| refusal.code()), Some("release.missing"));
    assert_eq!(seen.open_metrics.len(), 8);
    assert_eq!(seen.finalized, None);
    let open = ["disposition", "decision_ref", "evidence_refs.0", "output_refs.0"];
    assert_eq!(seen.open_closeout, [open.as_slice(), &["route_taken", "summary"]].concat());
    assert_eq!(
        seen.placeholders,
        [
            "closeout.decision_ref",
            "closeout.disposition",
            "closeout.evidence_refs.0",
            "closeout.output_refs.0",
            "closeout.route_taken",
            "closeout.summary",
            "next_work_judgment.notes",
            "thesis"
        ]
    );
    close(&mut tree);
    let receipt = finalize(&tree, &id(), &now()).unwrap();
    put(&mut tree, FINAL_RECEIPT, &receipt.to_text());
    let seen = overview(&tree, &id()).unwrap();
    assert_eq!((seen.refusal, seen.finalized), (None, Some(Ok(receipt))));
    assert!(seen.open_closeout.is_empty());
}
