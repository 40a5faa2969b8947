//! Proposals: who may accept and reject them, what becomes of them, and what refuses them and leaves them.

use motus_json::Value;

use crate::support::{MANIFEST, Refusal, Scene, Tree, parse, spell};

const PATCH: &str = "proposals.items.patch";

fn proposal(target: &str, more: &str, body: &str) -> String {
    format!(
        r#"{{"_meta":{{"proposal":{{"target_key":"{target}"{more}}},"frontmatter":{{"name":"self"}}}},"body":"{body}"}}"#
    )
}

/// Accepts or rejects what must be refused, and expects that nothing changed.
#[track_caller]
fn refused(scene: &Scene, words: &[&str]) -> Refusal {
    let look = || (Tree::of(&scene.root().join("zones")), scene.file("audit.log"));
    let before = look();
    let refused = scene.refused(words);
    assert_eq!(look(), before, "{refused:?}");
    refused
}

#[test]
fn only_an_author_accepts_and_rejects() {
    let scene = Scene::new();
    scene.puts(PATCH, "agent", proposal("knowledge.identity.self", "", "x"));
    for verb in ["accept", "reject"] {
        for role in ["agent", "automation"] {
            let refusal = refused(&scene, &[verb, PATCH, "--as", role]).expect("guard_failed", 1);
            let failed = refusal.details.get("failed").and_then(Value::as_array).unwrap();
            assert_eq!(failed[0].get("predicate"), Some(&"author_held".into()));
            drop(refusal.naming(role).naming("human"));
        }
    }
    refused(&scene, &["accept", PATCH, "--as=nobody"]).expect("invalid_role", 1);
}

#[test]
fn accept_happens_once() {
    let scene = Scene::new();
    scene.puts(PATCH, "agent", proposal("knowledge.identity.self", "", "x"));
    scene.ok(&["accept", PATCH]);
    let log = scene.file("audit.log").unwrap();
    let again = refused(&scene, &["accept", PATCH]).expect("unknown_key", 1);
    assert_eq!(again.details.get("key"), Some(&PATCH.into()));
    let hint = again.hint.unwrap();
    assert!(
        hint.contains("textus audit --key=proposals.items.patch") && !hint.contains("put"),
        "{hint}"
    );
    refused(&scene, &["reject", PATCH]).expect("unknown_key", 1);
    assert_eq!(scene.file("audit.log").unwrap(), log);
}

#[test]
fn reject_deletes_the_proposal_and_nothing_else() {
    let scene = Scene::new();
    scene.puts(PATCH, "agent", proposal("knowledge.identity.self", "", "x"));
    let told = scene.run(&["reject", PATCH]).expect_success().stdout_text();
    assert_eq!(
        told,
        "{\"protocol\":\"textus/3\",\"rejected\":\"proposals.items.patch\",\
         \"target_key\":\"knowledge.identity.self\"}\n"
    );
    assert_eq!(scene.file("zones/proposals/items/patch.md"), None);
    assert_eq!(scene.file("zones/knowledge/identity/self.md"), None);
    assert_eq!(scene.history(), [format!("put {PATCH}"), format!("delete {PATCH}")]);
}

#[test]
fn what_somebody_looked_at_is_what_is_accepted_or_rejected() {
    let scene = Scene::new();
    let proposed = scene.puts(PATCH, "agent", proposal("knowledge.identity.self", "", "before"));
    let seen = proposed.get("etag").and_then(Value::as_str).unwrap().to_owned();
    scene.puts(PATCH, "agent", proposal("knowledge.identity.self", "", "after"));
    for verb in ["accept", "reject"] {
        let refusal =
            refused(&scene, &[verb, PATCH, "--if-etag", &seen]).expect("etag_mismatch", 1);
        assert_eq!(refusal.details.get("wanted"), Some(&seen.as_str().into()));
    }
    let now = scene.ok(&["get", PATCH]);
    let now = now.get("etag").and_then(Value::as_str).unwrap();
    let told = scene.ok(&["accept", PATCH, &format!("--if-etag={now}")]);
    assert_eq!(told.get("proposal_etag"), Some(&now.into()));
}

#[test]
fn a_proposal_may_hold_for_one_state_of_its_target_only() {
    let scene = Scene::new();
    let target = "knowledge.identity.self";
    let seen = scene.puts(target, "human", r#"{"_meta":{"name":"self"},"body":"x"}"#);
    let seen = seen.get("etag").and_then(Value::as_str).unwrap();
    for action in ["put", "delete"] {
        let more = format!(r#","action":"{action}","if_etag":"sha256:0""#);
        scene.puts(PATCH, "agent", proposal(target, &more, "x"));
        let refusal = refused(&scene, &["accept", PATCH]).expect("etag_mismatch", 1);
        assert_eq!(refusal.naming(target).details.get("got"), Some(&seen.into()));
    }
    let more = format!(r#","action":"delete","if_etag":"{seen}""#);
    scene.puts(PATCH, "agent", proposal(target, &more, "x"));
    scene.ok(&["accept", PATCH]);
    scene.refused(&["get", target]).expect("unknown_key", 1);
}

#[test]
fn a_proposal_may_delete_its_target() {
    let scene = Scene::new();
    let jane = "knowledge.network.org.jane";
    scene.puts(PATCH, "agent", proposal(jane, r#","action":"delete""#, ""));
    let told = scene.run(&["accept", PATCH]).expect_success().stdout_text();
    let members = r#""action":"delete","proposal_etag":"sha256:"#;
    assert!(told.contains(members) && told.ends_with("\",\"etag\":null}\n"), "{told}");
    assert_eq!(scene.file("zones/knowledge/network/org/jane.md"), None);
    assert_eq!(scene.history()[1..], [format!("delete {jane}"), format!("delete {PATCH}")]);
    let rows = scene.rows();
    let origin = rows[1].get("extras").unwrap().get("proposal").unwrap();
    assert_eq!(origin.get("role"), Some(&"agent".into()));
    scene.puts(PATCH, "agent", proposal(jane, r#","action":"delete""#, ""));
    refused(&scene, &["accept", PATCH]).expect("unknown_key", 1).naming(jane);
}

#[test]
fn what_is_no_proposal_is_a_proposal_error() {
    let scene = Scene::new();
    for (request, named) in [
        (r#"{"body":"x"}"#, "proposal"),
        (r#"{"_meta":{"proposal":"knowledge.facts"}}"#, "proposal"),
        (r#"{"_meta":{"proposal":{}}}"#, "target_key"),
        (r#"{"_meta":{"proposal":{"target_key":7}}}"#, "target_key"),
        (r#"{"_meta":{"proposal":{"target_key":"../../manifest"}}}"#, "../../manifest"),
        (r#"{"_meta":{"proposal":{"target_key":"knowledge.motto","action":"move"}}}"#, "action"),
    ] {
        scene.puts(PATCH, "agent", request);
        let refusal = refused(&scene, &["accept", PATCH]).expect("proposal_error", 1);
        drop(refusal.naming(named).naming(PATCH));
        if named == "../../manifest" || named == "action" {
            scene.ok(&["reject", PATCH]);
            continue;
        }
        let refusal = refused(&scene, &["reject", PATCH]).expect("proposal_error", 1);
        drop(refusal.naming(named).naming(PATCH));
    }
    scene.write("zones/proposals/items/patch.md", "---\nproposal: [\n---\n");
    for verb in ["accept", "reject"] {
        refused(&scene, &[verb, PATCH]).expect("bad_frontmatter", 1).naming("patch.md");
    }
    refused(&scene, &["accept", "proposals.items.none"]).expect("unknown_key", 1);
}

#[test]
fn a_proposal_lies_in_the_queue() {
    let scene = Scene::new();
    scene.puts("notebook.notes.a", "agent", proposal("knowledge.motto", "", "x"));
    scene.write("zones/knowledge/motto.txt", "x");
    for (verb, key) in [
        ("accept", "notebook.notes.a"),
        ("reject", "notebook.notes.a"),
        ("reject", "knowledge.motto"),
    ] {
        let refusal = refused(&scene, &[verb, key]).expect("proposal_error", 1);
        drop(refusal.naming(key).naming("proposals"));
    }
    let without = MANIFEST.lines().filter(|line| !line.contains("proposals"));
    scene.write("manifest.yaml", without.collect::<Vec<_>>().join("\n"));
    refused(&scene, &["accept", "notebook.notes.a"]).expect("proposal_error", 1).naming("no queue");
}

#[test]
fn the_target_must_be_canon() {
    let scene = Scene::new();
    for target in ["notebook.notes.a", "proposals.items.other", "nowhere.at", "feeds.notes"] {
        scene.puts(PATCH, "agent", proposal(target, "", "x"));
        let refusal = refused(&scene, &["accept", PATCH]).expect("guard_failed", 1).naming(target);
        let failed = refusal.details.get("failed").and_then(Value::as_array).unwrap();
        assert_eq!(failed[0].get("predicate"), Some(&"target_is_canon".into()));
        let both = refused(&scene, &["accept", PATCH, "--as=agent"]).expect("guard_failed", 1);
        let failed = both.details.get("failed").and_then(Value::as_array).unwrap();
        let predicate =
            |row: &Value| row.get("predicate").and_then(Value::as_str).unwrap().to_owned();
        let names: Vec<String> = failed.iter().map(predicate).collect();
        assert_eq!(names, ["author_held", "target_is_canon"], "all of them, in order");
    }
    scene.ok(&["reject", PATCH]);
    scene.puts(PATCH, "agent", proposal("knowledge.network.org", "", "x"));
    refused(&scene, &["accept", PATCH]).expect("proposal_error", 1).naming("subtree");
}

#[test]
fn what_the_target_may_not_hold_leaves_the_proposal() {
    let scene = Scene::new();
    scene.puts(PATCH, "agent", proposal("knowledge.network.org.bob", "", "x"));
    let name = refused(&scene, &["accept", PATCH]);
    name.expect("bad_frontmatter", 1).naming("self").naming("bob");
    let request = r#"{"_meta":{"proposal":{"target_key":"knowledge.network.org.bob"},"frontmatter":{"name":"bob"}}}"#;
    scene.puts(PATCH, "agent", request);
    let missing = refused(&scene, &["accept", PATCH]).expect("schema_violation", 1);
    assert_eq!(missing.details.get("missing").map(spell).unwrap(), r#"["relationship","org"]"#);
    scene.puts(PATCH, "agent", proposal("knowledge.facts", "", "no json"));
    refused(&scene, &["accept", PATCH]).expect("bad_content", 1).naming("facts.json");
    std::fs::create_dir_all(scene.root().join("zones/knowledge/motto.txt")).unwrap();
    scene.puts(PATCH, "agent", proposal("knowledge.motto", "", "x"));
    refused(&scene, &["accept", PATCH]).expect("io_error", 64).naming("motto.txt");
}

#[test]
fn a_rule_may_ask_more_of_what_is_accepted() {
    let scene = Scene::ruled(
        "- match: knowledge.identity.*\n  guard: {accept: [schema_valid, {fresh_within: 1h}]}\n",
    );
    let key = "knowledge.identity.self";
    let with = |meta: &str| {
        format!(r#"{{"_meta":{{"proposal":{{"target_key":"{key}"}},"frontmatter":{meta}}}}}"#)
    };
    scene.puts(PATCH, "agent", with(r#"{"voice":7,"generated_at":"2020-01-01T00:00:00Z"}"#));
    let refusal = refused(&scene, &["accept", PATCH]).expect("guard_failed", 1);
    let failed = refusal.details.get("failed").and_then(Value::as_array).unwrap();
    let names: Vec<_> =
        failed.iter().map(|row| row.get("predicate").unwrap().as_str().unwrap()).collect();
    assert_eq!(names, ["schema_valid", "fresh_within"]);
    scene.puts(PATCH, "agent", with(r#"{"name":"self"}"#));
    scene.ok(&["accept", PATCH]);
    assert_eq!(scene.history()[2..], [format!("put {key}"), format!("delete {PATCH}")]);
}

#[test]
fn a_proposal_without_frontmatter_proposes_its_own_metadata() {
    let scene = Scene::new();
    let request = concat!(
        r#"{"_meta":{"proposal":{"target_key":"knowledge.network.org.jane"},"relationship":"manager","#,
        r#""org":"acme","name":"patch"},"body":"Now the boss.\n"}"#
    );
    scene.puts(PATCH, "agent", request);
    refused(&scene, &["accept", PATCH]).expect("schema_violation", 1).naming("name");
    let request =
        r#"{"_meta":{"proposal":{"target_key":"knowledge.motto"}},"body":"Small tools."}"#;
    scene.puts(PATCH, "agent", request);
    scene.ok(&["accept", PATCH]);
    assert_eq!(scene.file("zones/knowledge/motto.txt").unwrap(), "Small tools.\n");
}

#[test]
fn a_target_may_have_another_format() {
    let scene = Scene::new();
    let with = |target: &str, body: &str| {
        let body = spell(&body.into());
        format!(r#"{{"_meta":{{"proposal":{{"target_key":"{target}"}}}},"body":{body}}}"#)
    };
    scene.puts(PATCH, "agent", with("knowledge.facts", r#"{"a":[1]}"#));
    scene.ok(&["accept", PATCH]);
    let facts = scene.ok(&["get", "knowledge.facts"]);
    assert_eq!(spell(facts.get("content").unwrap()), r#"{"a":[1]}"#);
    assert_eq!(facts.get("uid").and_then(Value::as_str).map(str::len), Some(16));
    scene.puts(PATCH, "agent", with("knowledge.table", "a:\n- yes\n"));
    scene.ok(&["accept", PATCH]);
    let table = scene.ok(&["get", "knowledge.table"]);
    assert_eq!(spell(table.get("content").unwrap()), r#"{"a":[true]}"#);
    let json = concat!(
        r#"{"_meta":{"proposal":{"target_key":"knowledge.facts"},"frontmatter":{"by":"agent"}},"#,
        r#""content":{"a":[2]}}"#
    );
    scene.puts("proposals.facts.patch", "agent", json);
    scene.ok(&["accept", "proposals.facts.patch"]);
    let changed = scene.ok(&["get", "knowledge.facts"]);
    assert_eq!(spell(changed.get("content").unwrap()), r#"{"a":[2]}"#);
    assert_eq!(changed.get("uid"), facts.get("uid"), "the target keeps its own");
    assert_eq!(changed.get("_meta").unwrap().get("by"), Some(&"agent".into()));
    assert_eq!(changed.get("_meta").unwrap().get("proposal"), None);
    let json = json.replace("knowledge.facts", "knowledge.identity.self").replace("by", "voice");
    scene.puts("proposals.facts.patch", "agent", json);
    let refusal = refused(&scene, &["accept", "proposals.facts.patch"]);
    drop(refusal.expect("proposal_error", 1).naming("markdown").naming("self.md"));
}

#[test]
fn a_proposal_that_was_edited_by_hand_is_accepted_as_it_is_now() {
    let scene = Scene::new();
    scene.puts(PATCH, "agent", proposal("knowledge.identity.self", "", "before"));
    let path = "zones/proposals/items/patch.md";
    let edited = scene.file(path).unwrap().replace("before", "after");
    scene.write(path, edited);
    scene.ok(&["accept", PATCH]);
    let target = scene.ok(&["get", "knowledge.identity.self"]);
    assert_eq!(target.get("body").and_then(Value::as_str), Some("after\n"));
    let rows = scene.rows();
    let origin = rows[1].get("extras").unwrap().get("proposal").unwrap();
    assert_eq!(
        spell(origin),
        r#"{"key":"proposals.items.patch","role":null,"ts":null}"#,
        "nobody knows who edited it"
    );
    scene.write(path, "---\nproposal: {target_key: knowledge.motto}\n---\nBy hand.\n");
    scene.ok(&["accept", PATCH]);
    assert_eq!(scene.file("zones/knowledge/motto.txt").unwrap(), "By hand.\n");
}

#[test]
fn both_rows_are_written_in_one_append() {
    let test = "proposals::both_rows_are_written_in_one_append";
    let scene = Scene::new();
    scene.puts(PATCH, "agent", proposal("knowledge.identity.self", "", "x"));
    let trace = scene.scratch.path().join("trace");
    let mut command = scene.scratch.command("strace");
    command.args(["-f", "-qq", "-s", "4096", "-e", "trace=write,pwrite64,writev", "-o"]);
    command.arg(&trace).arg(crate::support::TEXTUS).args(["accept", PATCH]);
    let ended = std::process::Command::new("strace").arg("-V").output();
    if !ended.is_ok_and(|output| output.status.success()) {
        return motus_testkit::harness::skip(test, "there is no strace");
    }
    let told = motus_testkit::harness::capture(&mut command);
    if told.code != Some(0) {
        return motus_testkit::harness::skip(test, "strace may not trace here");
    }
    let trace = std::fs::read_to_string(trace).unwrap();
    let appends: Vec<&str> = trace.lines().filter(|line| line.contains(r#"{\"seq\":2"#)).collect();
    let whole = |line: &&&str| line.contains(r#"{\"seq\":3"#);
    assert!(!appends.is_empty(), "{trace}");
    assert_eq!(appends.iter().filter(whole).count(), appends.len(), "{appends:?}");
    assert_eq!(parse(told.stdout).get("accepted"), Some(&PATCH.into()));
}
