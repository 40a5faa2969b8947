//! `--output=text`: what people are shown.

use crate::support::Scene;

#[test]
fn lists_are_tables() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["list", "--output=text"]), @r#"
    exit 0
    --- stdout
    KEY                         ZONE       PATH
    knowledge.network.org.jane  knowledge  [DIR]/project/.textus/zones/knowledge/network/org/jane.md
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["list", "--zone=notebook", "--output=text"]), @r#"
    exit 0
    --- stdout
    no entries
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["freshness", "--zone=feeds", "--output=text"]), @r#"
    exit 0
    --- stdout
    KEY          STATUS         AGE SECONDS  NEXT DUE AT
    feeds.notes  never_fetched  -            -
    --- stderr
    "#);
}

#[test]
fn an_entry_is_its_metadata_and_its_body() {
    let scene = Scene::new();
    let jane = "knowledge.network.org.jane";
    insta::assert_snapshot!(scene.tell(&["get", jane, "--output=text"]), @r#"
    exit 0
    --- stdout
    key: knowledge.network.org.jane
    zone: knowledge
    path: [DIR]/project/.textus/zones/knowledge/network/org/jane.md
    etag: sha256:[HASH]
    metadata:
      name: jane
      relationship: peer
      org: acme

    Short body in Markdown.
    --- stderr
    "#);
    scene.write("zones/feeds/notes.md", "---\na: [1, {b: c}]\n---\nnews\n");
    insta::assert_snapshot!(scene.tell(&["get", "feeds.notes", "--output=text"]), @r#"
    exit 0
    --- stdout
    key: feeds.notes
    zone: feeds
    path: [DIR]/project/.textus/zones/feeds/notes.md
    etag: sha256:[HASH]
    stale: never fetched
    metadata:
      a: [1,{"b":"c"}]

    news
    --- stderr
    "#);
    scene.write("zones/knowledge/facts.json", "{\"a\": 1}");
    insta::assert_snapshot!(scene.tell(&["get", "knowledge.facts", "--output=text"]), @r#"
    exit 0
    --- stdout
    key: knowledge.facts
    zone: knowledge
    path: [DIR]/project/.textus/zones/knowledge/facts.json
    etag: sha256:[HASH]

    {"a": 1}
    --- stderr
    "#);
}

#[test]
fn the_log_is_a_table() {
    let scene = Scene::new();
    scene.puts("notebook.notes.a", "agent", "{}");
    scene.ok(&["delete", "notebook.notes.a", "--as=agent"]);
    insta::assert_snapshot!(scene.tell(&["audit", "--output=text"]), @r#"
    exit 0
    --- stdout
    SEQ  TS                    ROLE   VERB    KEY
    1    [TIME]  agent  put     notebook.notes.a
    2    [TIME]  agent  delete  notebook.notes.a
    --- stderr
    "#);
}

#[test]
fn the_doctor_shows_issues_and_counts_them() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["doctor", "--check=schemas", "--output=text"]), @r#"
    exit 0
    --- stdout
    no issues

    errors: 0, warnings: 0, infos: 0
    --- stderr
    "#);
    std::fs::remove_file(scene.root().join("schemas/person.yaml")).unwrap();
    insta::assert_snapshot!(scene.tell(&["doctor", "--check=schemas", "--output=text"]), @r#"
    exit 1
    --- stdout
    LEVEL  CODE            SUBJECT                MESSAGE
    error  schema.missing  knowledge.network.org  schema 'person' is not there
      fix: write schemas/person.yaml, or name another schema

    errors: 1, warnings: 0, infos: 0
    --- stderr
    "#);
}

#[test]
fn rules_stand_under_what_they_match() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["rule", "list", "--output=text"]), @r#"
    exit 0
    --- stdout
    feeds.notes
      fetch:
        ttl_seconds: 3600
        on_stale: warn
        sync_budget_ms: -
        fetch_timeout_seconds: -
    --- stderr
    "#);
}

#[test]
fn anything_else_is_a_line_for_each_member() {
    let scene = Scene::new();
    let jane = "knowledge.network.org.jane";
    insta::assert_snapshot!(scene.tell(&["where", jane, "--output=text"]), @r#"
    exit 0
    --- stdout
    key: knowledge.network.org.jane
    zone: knowledge
    owner: textus:network
    path: [DIR]/project/.textus/zones/knowledge/network/org/jane.md
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["delete", jane, "--output=text"]), @r#"
    exit 0
    --- stdout
    ok: true
    key: knowledge.network.org.jane
    deleted: true
    --- stderr
    "#);
}

#[test]
fn a_refusal_is_told_on_stderr_alone() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["get", "knowledge.network.org.jan", "--output=text"]), @r#"
    exit 1
    --- stdout
    --- stderr
    unknown_key: unknown key 'knowledge.network.org.jan': it has no file yet
      → did you mean: knowledge.network.org.jane, knowledge.motto, knowledge.identity.self, knowledge.table, knowledge.facts? otherwise 'put' makes it
    "#);
    insta::assert_snapshot!(scene.tell(&["delete", "knowledge.facts", "--as=agent", "--output=text"]), @r#"
    exit 1
    --- stdout
    --- stderr
    write_forbidden: writing 'knowledge.facts' (zone 'knowledge') needs capability 'author'
      → held by: human; pass --as=<role>
    "#);
    insta::assert_snapshot!(scene.tell(&["key", "--output=text"]), @r#"
    exit 2
    --- stdout
    --- stderr
    usage: 'textus key' needs one of its verbs
      → one of: mv, delete, uid
    "#);
}

#[test]
fn what_a_terminal_would_obey_is_shown() {
    let scene = Scene::new();
    let hostile = "---\nname: \"\\e[2J\"\n\"\\e]0;x\\a\": 1\n---\n\u{1b}[31mred\u{7}\u{202e}\r\nback\u{8}\u{9b}\n";
    scene.write("zones/notebook/notes/a.md", hostile);
    scene.write("zones/notebook/notes/B\u{1b}[1m.md", hostile);
    scene.write("audit.log", "{\"seq\":1,\"ts\":\"\\u001b[2J\",\"role\":\"\\u001b\",\"verb\":\"put\",\"key\":\"\\u0007\",\"etag_before\":null,\"etag_after\":null}\n");
    for words in [
        &["get", "notebook.notes.a"][..],
        &["list"],
        &["audit"],
        &["pulse"],
        &["doctor"],
        &["freshness"],
        &["get", "\u{1b}[31m"],
        &["\u{1b}[31m"],
        &["list", "--zone=\u{1b}"],
        &["list", "--\u{1b}"],
    ] {
        let told = scene.run(&[words, &["--output=text"]].concat());
        for (stream, bytes) in [("stdout", &told.stdout), ("stderr", &told.stderr)] {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let obeyed =
                text.chars().find(|it| (it.is_control() && *it != '\n') || *it == '\u{202e}');
            assert_eq!(obeyed, None, "{words:?} {stream}: {text:?}");
        }
        let json = scene.run(words);
        let text = String::from_utf8(json.stdout).unwrap();
        assert!(!text.trim_end().contains(char::is_control), "{words:?}: {text:?}");
    }
}

#[test]
fn what_an_agent_names_looks_like_nothing_that_the_tool_says() {
    let scene = Scene::new();
    let request = r#"{"_meta":{"etag":"sha256:0","path\nzone":"a\nkey: b"},"body":"metadata:\n"}"#;
    let words = ["put", "notebook.notes.a", "--stdin", "--as=agent", "--output=text"];
    let told = scene.feed(&words, request).expect_success().stdout_text();
    let got =
        scene.run(&["get", "notebook.notes.a", "--output=text"]).expect_success().stdout_text();
    assert_eq!(told, got);
    let lines: Vec<&str> = got.lines().collect();
    let names: Vec<&str> = lines.iter().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    assert_eq!(names, ["key", "zone", "path", "etag", "uid", "  etag", "  path\\nzone"]);
    assert_eq!(lines[5], "metadata:");
    assert_eq!(lines[8..], ["", "metadata:"]);
    let words =
        ["key", "mv", "notebook.notes.a", "notebook.notes.b", "--as=agent", "--output=text"];
    let moved = scene.run(&words).expect_success().stdout_text();
    let now =
        scene.run(&["get", "notebook.notes.b", "--output=text"]).expect_success().stdout_text();
    assert_eq!(moved, format!("from_key: notebook.notes.a\n{now}"));
}

#[test]
fn a_pulse_is_counters_and_tables() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["pulse", "--output=text"]), @r#"
    exit 0
    --- stdout
    cursor: 0
    changed: 0
    stale: 0
    pending_review: 0
    doctor: ok true, warn 0, fail 0, scope declarations and changed keys
    manifest_etag: sha256:[HASH]
    next_due_at: -
    hook_errors: 0
    --- stderr
    "#);
    scene.write("zones/feeds/notes.md", "---\nlast_fetched_at: '2020-01-01T00:00:00Z'\n---\n");
    let request = r#"{"_meta":{"proposal":{"target_key":"knowledge.facts"}}}"#;
    scene.puts("proposals.items.p", "agent", request);
    insta::assert_snapshot!(scene.tell(&["pulse", "--output=text"]), @r#"
    exit 0
    --- stdout
    cursor: 1
    changed: 1
    stale: 1
    pending_review: 1
    doctor: ok true, warn 0, fail 0, scope declarations and changed keys
    manifest_etag: sha256:[HASH]
    next_due_at: [TIME]
    hook_errors: 0

    changed:
    SEQ  TS                    ROLE   VERB  KEY
    1    [TIME]  agent  put   proposals.items.p

    stale:
    KEY
    feeds.notes

    pending review:
    KEY
    proposals.items.p
    --- stderr
    "#);
}

#[test]
fn boot_is_tables_and_how_to_begin() {
    let scene = Scene::empty();
    drop(scene.run(&["init"]).expect_success());
    insta::assert_snapshot!(scene.tell(&["boot", "--output=text"]), @r#"
    exit 0
    --- stdout
    store_root: [DIR]/project/.textus

    zones:
    NAME       KIND        WRITERS       PURPOSE
    knowledge  canon       human         what is true of the project
    notebook   workspace   agent         what an agent wants to remember
    feeds      quarantine  automation    what came from outside
    proposals  queue       human, agent  what an agent would like to be true
    artifacts  derived     automation    what is computed from the rest

    entries:
    KEY                 ZONE       FORMAT    SCHEMA  KEYS BELOW IT
    knowledge.identity  knowledge  markdown  -       no
    knowledge.notes     knowledge  markdown  -       yes
    notebook.notes      notebook   markdown  -       yes
    proposals.notes     proposals  markdown  -       yes

    write flows:
      human: knowledge: what is true of the project (textus put KEY --as=human --stdin, textus accept KEY --as=human, textus reject KEY --as=human); proposals: what an agent would like to be true (textus put KEY --as=human --stdin)
      agent: notebook: what an agent wants to remember (textus put KEY --as=agent --stdin); proposals: what an agent would like to be true (textus put KEY --as=agent --stdin)
      automation: feeds: what came from outside (textus put KEY --as=automation --stdin); artifacts: what is computed from the rest (textus put KEY --as=automation --stdin)

    quickstart:
      read_verbs: boot, get, list, audit, pulse, freshness, doctor
      write_verbs: put KEY --as=agent --stdin
      writable_zones: notebook, proposals
      propose_zone: proposals
      latest_seq: 0

    verbs: init, boot, pulse, list, where, get, put, delete, key mv, key delete, key uid, accept, reject, freshness, audit, doctor, rule list, rule explain, schema show
    --- stderr
    "#);
}

#[test]
fn what_is_nested_is_indented() {
    let scene = Scene::ruled("- {match: knowledge.**, guard: {put: [schema_valid]}}\n");
    let jane = "knowledge.network.org.jane";
    insta::assert_snapshot!(scene.tell(&["rule", "explain", jane, "--output=text"]), @r#"
    exit 0
    --- stdout
    verb: policy_explain
    key: knowledge.network.org.jane
    matched_blocks:
      - match: knowledge.**
        fetch: false
        handler_allowlist: false
        guard: true
        retention: false
    effective:
      fetch: -
      handler_allowlist: -
      retention: -
    guards:
      put: zone_writable_by, schema_valid
      delete: zone_writable_by
      mv: zone_writable_by
      accept: author_held, target_is_canon
      reject: author_held
      fetch: zone_writable_by
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["schema", "show", jane, "--output=text"]), @r#"
    exit 0
    --- stdout
    key: knowledge.network.org.jane
    schema_ref: person
    schema:
      name: person
      required: name, relationship, org
      optional: notes, aliases
      fields:
        name:
          type: string
        relationship:
          type: enum
          values: peer, manager, report, external
        org:
          type: string
        notes:
          type: string
          max: 280
        aliases:
          type: array
          items:
            type: string
    --- stderr
    "#);
}

#[test]
fn an_accepted_proposal_tells_where_to_read_it() {
    let scene = Scene::new();
    let request = r#"{"_meta":{"proposal":{"target_key":"knowledge.identity.self"},"frontmatter":{"name":"self"}}}"#;
    scene.puts("proposals.items.p", "agent", request);
    insta::assert_snapshot!(scene.tell(&["accept", "proposals.items.p", "--output=text"]), @r#"
    exit 0
    --- stdout
    accepted: proposals.items.p
    target_key: knowledge.identity.self
    action: put
    proposal_etag: sha256:[HASH]
    etag: sha256:[HASH]
    read it with: textus get knowledge.identity.self
    --- stderr
    "#);
    let request =
        r#"{"_meta":{"proposal":{"target_key":"knowledge.identity.self","action":"delete"}}}"#;
    scene.puts("proposals.items.p", "agent", request);
    insta::assert_snapshot!(scene.tell(&["accept", "proposals.items.p", "--output=text"]), @r#"
    exit 0
    --- stdout
    accepted: proposals.items.p
    target_key: knowledge.identity.self
    action: delete
    proposal_etag: sha256:[HASH]
    etag: -
    --- stderr
    "#);
}

#[test]
fn what_is_empty_says_what_is_not_there() {
    let scene =
        Scene::with_manifest("version: textus/3\nzones: [{name: knowledge, kind: canon}]\n");
    for (words, told) in [
        (&["list"][..], "no entries\n"),
        (&["freshness"], "no entries\n"),
        (&["audit"], "no rows\n"),
        (&["rule", "list"], "no rules\n"),
    ] {
        let text = scene.run(&[words, &["--output=text"]].concat()).expect_success().stdout_text();
        assert_eq!(text, told, "{words:?}");
    }
}

#[test]
fn help_tells_what_a_verb_needs_and_what_all_verbs_take() {
    let scene = Scene::empty();
    let told = scene.run(&["key", "mv", "--help"]).expect_success().stdout_text();
    assert!(told.contains("Usage: textus key mv [OPTIONS] <FROM> <TO>"), "{told}");
    let (own, global) = told.split_once("Global options:").unwrap();
    assert!(own.contains("--dry-run") && !own.contains("--root"), "{told}");
    assert!(global.contains("--root") && global.contains("--output"), "{told}");
}
