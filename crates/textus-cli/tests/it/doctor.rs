//! The doctor: what each check finds, how it is told, and what `--fix` finishes.

use std::fs;

use motus_json::Value;
use motus_testkit::harness::{can_hinder, capture, hindered, skip};

use crate::support::{MANIFEST, Scene, TEXTUS, Tree, etag, spell};

/// Runs one check, and returns its issues as they are told.
#[track_caller]
fn found(scene: &Scene, check: &str) -> Vec<String> {
    let told = scene.run(&["doctor", "--check", check]);
    let result = crate::support::parse(&told.stdout);
    let is_ok = result.get("ok").and_then(Value::as_bool).unwrap();
    assert_eq!(told.code, Some(i32::from(!is_ok)), "{}", told.stdout_text());
    result.get("issues").and_then(Value::as_array).unwrap().iter().map(spell).collect()
}

/// Runs one check, and expects these issues: code, level, subject, and what the rest names.
#[track_caller]
fn expect(scene: &Scene, check: &str, issues: &[(&str, &str, &str, &str)]) {
    let found = found(scene, check);
    assert_eq!(found.len(), issues.len(), "{found:#?}");
    for (issue, (code, level, subject, named)) in found.iter().zip(issues) {
        let opening = format!(
            r#"{{"code":"{code}","level":"{level}","subject":{},"message":""#,
            spell(&(*subject).into())
        );
        assert!(issue.starts_with(&opening), "{issue}\n{opening}");
        assert!(issue.contains(named), "{issue}\n{named}");
    }
}

#[test]
fn a_sound_store_has_no_errors() {
    let scene = Scene::new();
    let told = scene.run(&["doctor"]).expect_success().stdout_text();
    assert!(
        told.starts_with(
            r#"{"protocol":"textus/3","ok":true,"issues":[{"code":"manifest.missing_file","#
        ),
        "{told}"
    );
    assert!(told.ends_with("\"summary\":{\"error\":0,\"warning\":0,\"info\":7}}\n"), "{told}");
    let told = scene.run(&["doctor", "--check=schemas,templates"]).expect_success().stdout_text();
    let nothing = r#"{"protocol":"textus/3","ok":true,"issues":[],"summary":{"error":0,"warning":0,"info":0}}"#;
    assert_eq!(told, format!("{nothing}\n"));
}

#[test]
fn checks_are_named_and_told_in_their_order() {
    let scene = Scene::new();
    fs::remove_file(scene.root().join("schemas/person.yaml")).unwrap();
    scene.write("schemas/identity.yaml", "[");
    let codes = |words: &[&str]| {
        let told = crate::support::parse(scene.run(words).stdout);
        let issues = told.get("issues").and_then(Value::as_array).unwrap().to_vec();
        let code = |issue: &Value| issue.get("code").and_then(Value::as_str).unwrap().to_owned();
        issues.iter().map(code).collect::<Vec<_>>()
    };
    let both = codes(&["doctor", "--check=schema_parse_error,schemas"]);
    assert_eq!(both, ["schema.missing", "schema.parse_error"], "the order is the doctor's");
    assert_eq!(codes(&["doctor", "--check", "schemas"]), ["schema.missing"]);
    assert_eq!(codes(&["doctor", "--check=schemas", "--check=schema_parse_error"]), both);
    for check in ["nonsense", "", "hooks", "intake_registration", "fetch_locks", "Schemas"] {
        let refusal = scene.refused(&["doctor", &format!("--check={check}")]).expect("usage", 2);
        drop(
            refusal
                .naming(&format!("'{check}'"))
                .naming("protocol_version, manifest_files, schemas"),
        );
    }
}

#[test]
fn manifest_files_finds_what_is_not_there_or_is_no_file() {
    let scene = Scene::new();
    scene.write("zones/knowledge/facts.json", "{}");
    scene.write("zones/knowledge/table.yaml", "a: 1\n");
    scene.write("zones/feeds/notes.md", "");
    fs::create_dir_all(scene.root().join("zones/knowledge/motto.txt")).unwrap();
    expect(
        &scene,
        "manifest_files",
        &[
            (
                "manifest.missing_file",
                "info",
                "knowledge.identity.self",
                "zones/knowledge/identity/self.md is not there",
            ),
            (
                "manifest.missing_file",
                "info",
                "knowledge.motto",
                "zones/knowledge/motto.txt is no file",
            ),
        ],
    );
}

#[test]
fn schemas_that_are_missing_broken_or_unowned_are_found() {
    let scene = Scene::new();
    let [identity, person] = ["schemas/identity.yaml", "schemas/person.yaml"];
    expect(
        &scene,
        "unowned_schema_fields",
        &[
            ("schema.unowned_fields", "info", "identity", "name, voice"),
            ("schema.unowned_fields", "info", "person", "relationship"),
        ],
    );
    fs::remove_file(scene.root().join(person)).unwrap();
    scene.write(identity, "required: 7\n");
    scene.write("schemas/Not a name.yaml", "[");
    expect(&scene, "schemas", &[("schema.missing", "error", "knowledge.network.org", "'person'")]);
    let (odd, path) = (scene.shown("schemas/Not a name.yaml"), scene.shown(identity));
    expect(
        &scene,
        "schema_parse_error",
        &[
            ("schema.parse_error", "error", &odd, "'Not a name'"),
            ("schema.parse_error", "error", &path, "required"),
        ],
    );
    expect(&scene, "unowned_schema_fields", &[]);
}

#[test]
fn templates_that_are_missing_are_found() {
    let entry = "- {key: artifacts.page, path: page.md, zone: artifacts, kind: derived, template: page, \
                 compute: {kind: projection, select: [knowledge]}}\nrules:";
    let scene = Scene::with_manifest(&MANIFEST.replace("rules:", entry));
    expect(&scene, "templates", &[("template.missing", "error", "artifacts.page", "'page'")]);
    scene.write("templates/page.mustache", "");
    expect(&scene, "templates", &[]);
}

#[test]
fn names_that_can_be_no_keys_are_found() {
    let scene = Scene::new();
    for path in
        ["Upper.md", "a_b.md", ".hidden", "two.dots.md", "Bad/x.md", "fine/y.md", ".gitkeep"]
    {
        scene.write(&format!("zones/notebook/notes/{path}"), "");
    }
    scene.write("zones/notebook/skills/Bad One/SKILL.md", "");
    scene.write("zones/notebook/skills/Bad One/Other File.md", "");
    let place = |path: &str| scene.shown(&format!("zones/notebook/{path}"));
    let paths = [
        "notes/.hidden",
        "notes/Bad",
        "notes/Upper.md",
        "notes/a_b.md",
        "notes/two.dots.md",
        "skills/Bad One",
    ];
    let places: Vec<String> = paths.iter().map(|path| place(path)).collect();
    let told: Vec<String> = places.iter().map(|place| format!(r#""path":"{place}""#)).collect();
    let issues: Vec<_> = places
        .iter()
        .zip(&told)
        .map(|(place, told)| ("key.illegal", "error", place.as_str(), told.as_str()))
        .collect();
    expect(&scene, "illegal_keys", &issues);
}

#[test]
fn what_no_key_leads_to_is_found() {
    let entries =
        "- {key: notebook.notes.own, path: notebook/own.md, zone: notebook, kind: leaf}\nrules:";
    let scene = Scene::with_manifest(&MANIFEST.replace("rules:", entries));
    let notes = |path: &str| format!("zones/notebook/notes/{path}");
    for path in
        ["a.md", "b/c.md", "own.md", "picture.png", ".hidden/x.md", "b/B.md", "1/2/3/4/5/6/7.md"]
    {
        scene.write(&notes(path), "");
    }
    for path in ["tables/t.yml", "tables/t.yaml", "tables/u.yml", "skills/SKILL.md"] {
        scene.write(&format!("zones/notebook/{path}"), "");
    }
    fs::create_dir_all(scene.root().join("zones/notebook/skills/s/SKILL.md")).unwrap();
    let link = |target: &str, path: &str| {
        std::os::unix::fs::symlink(target, scene.root().join(path)).unwrap();
    };
    link("a.md", &notes("link.md"));
    link("nowhere", &notes("b/lost"));
    link("/etc/passwd", "zones/feeds.md");
    let pipe = scene.root().join(notes("pipe.md"));
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    let expected = [
        ("notes/1/2/3/4/5/6/7.md", "more than 8 segments"),
        ("notes/b/lost", "is a link"),
        ("notes/link.md", "is a link"),
        ("notes/own.md", "'notebook.notes.own'"),
        ("notes/pipe.md", "is a pipe"),
        ("skills/SKILL.md", "names the directory"),
        ("skills/s/SKILL.md", "is a directory"),
        ("tables/t.yml", "'notebook.tables.t'"),
    ];
    let places = expected.map(|(path, _)| scene.shown(&format!("zones/notebook/{path}")));
    let issues: Vec<_> = places
        .iter()
        .zip(expected)
        .map(|(place, (_, why))| ("entry.unreachable", "warning", place.as_str(), why))
        .collect();
    expect(&scene, "unreachable_entries", &issues);
}

#[test]
fn a_directory_that_may_not_be_read_is_told_and_the_rest_is_examined() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    scene.write("zones/notebook/notes/closed/a.md", "");
    scene.write("zones/notebook/notes/b.md", "");
    let closed = scene.root().join("zones/notebook/notes/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        return skip(
            "doctor::a_directory_that_may_not_be_read_is_told_and_the_rest_is_examined",
            "this user may read everything",
        );
    }
    let place = closed.to_str().unwrap();
    expect(&scene, "unreachable_entries", &[("entry.unreachable", "warning", place, "read")]);
    let listed = scene.run(&["list", "--zone=notebook"]).expect_success();
    assert!(listed.stdout_text().contains("notebook.notes.b"));
    assert!(listed.stderr_text().contains("notebook/notes/closed is not listed"));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn sentinels_are_held_against_what_was_published() {
    let scene = Scene::new();
    let sentinel = |target: &str, digest: &str| {
        let text =
            format!(r#"{{"source":"s","target":"{target}","sha256":"{digest}","mode":"copy"}}"#);
        scene.write(&format!("sentinels/{target}.textus-managed.json"), text);
    };
    let digest = etag("same").replace("sha256:", "");
    scene.scratch.write("docs/same.md", "same");
    sentinel("docs/same.md", &digest);
    expect(&scene, "sentinels", &[]);
    scene.scratch.write("docs/other.md", "other");
    sentinel("docs/other.md", &digest);
    sentinel("docs/gone.md", &digest);
    scene.write("sentinels/bad.textus-managed.json", "[");
    let orphan = scene.shown("sentinels/docs/gone.md.textus-managed.json");
    let bad = scene.shown("sentinels/bad.textus-managed.json");
    expect(
        &scene,
        "sentinels",
        &[
            ("sentinel.parse_error", "warning", &bad, ""),
            ("sentinel.orphan", "warning", &orphan, "docs/gone.md"),
            ("sentinel.drift", "warning", "docs/other.md", "changed"),
        ],
    );
    let out = scene.scratch.path().join("outside.md");
    fs::write(&out, "same").unwrap();
    scene.write(
        "sentinels/bad.textus-managed.json",
        format!(r#"{{"target":"../outside.md","sha256":"{digest}"}}"#),
    );
    assert_eq!(found(&scene, "sentinels").len(), 3, "nothing outside is looked at");
}

#[test]
fn the_log_is_checked_line_by_line_and_number_by_number() {
    let scene = Scene::new();
    for _ in 0..4 {
        scene.puts("notebook.notes.a", "agent", "{}");
    }
    expect(&scene, "audit_log", &[]);
    let log = scene.file("audit.log").unwrap();
    let lines: Vec<&str> = log.lines().collect();
    scene
        .write("audit.log", [lines[0], "not json", lines[2], lines[3], lines[3]].join("\n") + "\n");
    let place = |line: u64| scene.shown(&format!("audit.log:{line}"));
    expect(
        &scene,
        "audit_log",
        &[
            ("audit.parse_error", "warning", &place(2), ""),
            ("audit.seq_gap", "warning", &place(3), "row 3 after row 1"),
            ("audit.seq_gap", "warning", &place(5), "row 4 after row 4"),
        ],
    );
    scene.write("audit.log", [lines[0], lines[1], lines[2], lines[1]].join("\n") + "\n");
    scene.puts("notebook.notes.a", "agent", "{}");
    let merged = found(&scene, "audit_log");
    assert_eq!(merged.len(), 1, "the next number is one more than the highest: {merged:#?}");
    assert!(merged[0].contains("row 2 after row 3") && merged[0].contains("merged"), "{merged:#?}");
}

#[test]
fn files_that_were_changed_without_the_log_are_found() {
    let scene = Scene::new();
    for name in ["a", "b"] {
        scene.puts(&format!("notebook.notes.{name}"), "agent", r#"{"body":"x"}"#);
    }
    scene.ok(&["key", "mv", "notebook.notes.b", "notebook.notes.c", "--as=agent"]);
    expect(&scene, "audit_log", &[]);
    scene.write("zones/notebook/notes/a.md", "changed by hand\n");
    let key = "notebook.notes.a";
    expect(&scene, "audit_log", &[("audit.unlogged", "warning", key, "the log told sha256:")]);
    scene.puts(key, "agent", r#"{"body":"x"}"#);
    expect(&scene, "audit_log", &[]);
}

#[test]
fn entries_are_held_against_their_schemas() {
    let scene = Scene::new();
    scene.write("zones/knowledge/network/org/bob.md", "---\nname: bob\n---\n");
    scene.write("zones/knowledge/network/org/bad.md", "---\nname: [\n---\n");
    scene.write("zones/notebook/notes/long.md", vec![b'x'; (1 << 20) + 1]);
    expect(
        &scene,
        "schema_violations",
        &[
            (
                "bad_frontmatter",
                "error",
                "knowledge.network.org.bad",
                &scene.shown("zones/knowledge/network/org/bad.md"),
            ),
            (
                "schema_violation",
                "error",
                "knowledge.network.org.bob",
                r#""details":{"missing":["relationship","org"]"#,
            ),
            ("io_error", "error", "notebook.notes.long", "long.md"),
        ],
    );
}

#[test]
fn fields_that_somebody_else_wrote_last_are_found() {
    let manifest = MANIFEST.replace(
        "path: notebook/notes, zone: notebook, kind: nested",
        "path: notebook/notes, zone: notebook, kind: nested, schema: owned",
    );
    let manifest = manifest.replace("can: [fetch, build]", "can: [fetch, build, keep]");
    let scene = Scene::with_manifest(&manifest);
    let schema = "optional: [mine, free]\nfields:\n  mine: {type: string, maintained_by: automation}\n  \
                  other: {type: string, maintained_by: nobody}\n  free: {type: string}\n";
    scene.write("schemas/owned.yaml", schema);
    let request = r#"{"_meta":{"mine":"x","other":"y","free":"z"}}"#;
    scene.puts("notebook.notes.a", "agent", request);
    let rest =
        r#""key":"notebook.notes.a","field":"mine","expected":"automation","last_writer":"agent"}"#;
    expect(&scene, "schema_violations", &[("role_authority", "error", "notebook.notes.a", rest)]);
    scene.puts("notebook.notes.a", "automation", request);
    expect(&scene, "schema_violations", &[]);
    scene.puts("notebook.notes.a", "agent", r#"{"_meta":{"free":"z"}}"#);
    expect(&scene, "schema_violations", &[]);
    let manifest = manifest.replace("can: [propose, keep]", "can: [propose, keep, author]");
    scene.write("manifest.yaml", manifest.replace("can: [author, propose]", "can: [propose]"));
    scene.puts("notebook.notes.a", "agent", request);
    expect(&scene, "schema_violations", &[]);
}

#[test]
fn rules_that_tie_and_handlers_that_are_not_allowed_are_found() {
    let scene = Scene::ruled(concat!(
        "- {match: knowledge.*, fetch: {ttl: 1h}}\n",
        "- {match: '*.facts', fetch: {ttl: 2h}}\n",
        "- {match: feeds.*, intake_handler_allowlist: [csv]}\n"
    ));
    expect(&scene, "rule_ambiguity", &[("rule.ambiguity", "warning", "knowledge.facts", "fetch")]);
    expect(
        &scene,
        "handler_allowlist",
        &[("policy.handler_not_allowed", "error", "feeds.notes", "'json'")],
    );
}

#[test]
fn proposals_that_nobody_could_accept_are_found() {
    let scene = Scene::new();
    for (name, target) in [
        ("good", "knowledge.facts"),
        ("lost", "nowhere.at"),
        ("note", "notebook.notes.a"),
        ("odd", "A"),
        ("tree", "knowledge.network.org"),
    ] {
        let text = format!("---\nproposal: {{target_key: {target}}}\n---\n");
        scene.write(&format!("zones/proposals/items/{name}.md"), text);
    }
    scene.write("zones/proposals/items/none.md", "no proposal\n");
    expect(
        &scene,
        "proposal_targets",
        &[
            ("proposal.target_unresolved", "warning", "proposals.items.lost", "nowhere.at"),
            ("proposal.target_unresolved", "warning", "proposals.items.none", "_meta.proposal"),
            ("proposal.target_not_canon", "warning", "proposals.items.note", "notebook"),
            ("proposal.target_unresolved", "warning", "proposals.items.odd", "'A'"),
            ("proposal.target_unresolved", "warning", "proposals.items.tree", "a subtree"),
        ],
    );
}

/// Kills an accept where it would give the first file its name; `None` where that cannot be done.
fn killed_accept(test: &str) -> Option<Scene> {
    let scene = Scene::new();
    let request = r#"{"_meta":{"proposal":{"target_key":"knowledge.motto"}},"body":"new"}"#;
    scene.write("zones/knowledge/motto.txt", "old\n");
    scene.puts("proposals.items.p", "agent", request);
    if let Err(why) = can_hinder() {
        skip(test, &why);
        return None;
    }
    let inject = "rename,renameat,renameat2:signal=SIGKILL:when=1";
    let mut accept = scene.scratch.command(TEXTUS);
    accept.args(["accept", "proposals.items.p"]);
    assert!(capture(&mut hindered(&scene.scratch, inject, &accept)).stdout.is_empty());
    assert_eq!(scene.history().len(), 3, "both rows are in the log");
    assert_eq!(scene.file("zones/knowledge/motto.txt").unwrap(), "old\n");
    Some(scene)
}

#[test]
fn a_write_that_was_killed_is_told_and_finished() {
    let test = "doctor::a_write_that_was_killed_is_told_and_finished";
    let Some(scene) = killed_accept(test) else { return };
    let before = Tree::of(&scene.root());
    let found = found(&scene, "unfinished_writes");
    assert_eq!(Tree::of(&scene.root()), before);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found.iter().all(|issue| issue.contains(r#""code":"write.unfinished","level":"warning""#))
    );
    assert!(found[0].contains("motto.txt") && found[0].contains("doctor --fix"), "{found:#?}");
    assert!(found[1].contains("p.md"), "{found:#?}");
    let told = scene.ok(&["doctor", "--fix", "--check=unfinished_writes"]);
    assert_eq!(told.get("issues").map(spell).unwrap(), "[]");
    assert_eq!(scene.file("zones/knowledge/motto.txt").unwrap(), "new\n");
    assert_eq!(scene.file("zones/proposals/items/p.md"), None);
    assert_eq!(scene.history().len(), 3);
}

#[test]
fn an_accept_that_was_killed_is_finished_by_its_retry_without_another_row() {
    let test = "doctor::an_accept_that_was_killed_is_finished_by_its_retry_without_another_row";
    let Some(scene) = killed_accept(test) else { return };
    let retried = scene.refused(&["accept", "proposals.items.p"]);
    drop(retried.expect("unknown_key", 1));
    assert_eq!(scene.file("zones/knowledge/motto.txt").unwrap(), "new\n");
    assert_eq!(scene.file("zones/proposals/items/p.md"), None);
    let history = scene.history();
    assert_eq!(history[1..], ["put knowledge.motto", "delete proposals.items.p"]);
}
