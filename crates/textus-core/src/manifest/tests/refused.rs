//! One bad manifest for each rule: the code and what the message has to name.

use super::*;

#[track_caller]
fn refused(manifest: &Value, code: Code, fragments: &[&str]) -> Error {
    let error = Manifest::from_value(manifest).expect_err(&format!("{manifest:?}"));
    assert_eq!(error.code(), code, "{error}");
    for fragment in fragments {
        assert!(error.message().contains(fragment), "{fragment} is not in: {error}");
    }
    error
}

/// Checks manifests that differ in one part: the part, the code, fragments of the message.
#[track_caller]
fn table(make: impl Fn(&str) -> Value, cases: &[(&str, Code, &[&str])]) {
    for (part, code, fragments) in cases {
        refused(&make(part), *code, fragments);
    }
}

use Code::{BadFrontmatter, BadManifest, Usage};

#[test]
fn no_manifest_at_all() {
    table(
        value,
        &[
            ("null", BadManifest, &["empty"]),
            ("{}", BadManifest, &["empty"]),
            ("[]", BadManifest, &["$", "a mapping", "a list"]),
            (r#""textus/3""#, BadManifest, &["a mapping", "a text"]),
        ],
    );
}

#[test]
fn the_root() {
    let zones = r#""zones": [{"name": "z", "kind": "canon"}]"#;
    table(
        |members| value(&format!("{{{members}}}")),
        &[
            (zones, BadFrontmatter, &["$.version", "textus/3"]),
            (&format!(r#""version": "textus/4", {zones}"#), BadFrontmatter, &["textus/4"]),
            (&format!(r#""version": 3, {zones}"#), BadFrontmatter, &["$.version"]),
            (r#""version": "textus/3""#, BadFrontmatter, &["zones"]),
            (r#""version": "textus/3", "zones": null"#, BadFrontmatter, &["zones"]),
            (r#""version": "textus/3", "zones": []"#, BadFrontmatter, &["zones"]),
            (r#""version": "textus/3", "zones": {"z": 1}"#, BadManifest, &["$.zones", "a list"]),
            (r#""version": "textus/3", "zones": ["z"]"#, BadManifest, &["$.zones[0]", "a mapping"]),
        ],
    );
    let error = refused(&with(r#""entires": []"#), BadManifest, &["$: ", "'entires'"]);
    assert!(error.next_step().unwrap().contains("entries"));
    assert_eq!(error.details().get("at"), Some(&"$".into()));
    table(
        with,
        &[
            (r#""entries": {}"#, BadManifest, &["$.entries", "a list"]),
            (r#""entries": [1]"#, BadManifest, &["$.entries[0]", "a mapping"]),
            (r#""rules": "all""#, BadManifest, &["$.rules", "a list"]),
            (r#""rules": [[]]"#, BadManifest, &["$.rules[0]", "a mapping"]),
        ],
    );
}

#[test]
fn roles() {
    table(
        |roles| with(&format!(r#""roles": {roles}"#)),
        &[
            (r#"{"name": "a"}"#, BadManifest, &["$.roles", "a list"]),
            (r#"["a"]"#, BadManifest, &["$.roles[0]", "a mapping"]),
            (r#"[{"name": "a", "may": []}]"#, BadManifest, &["$.roles[0]", "'may'"]),
            (r#"[{"can": []}]"#, BadManifest, &["$.roles[0]", "'name' is missing"]),
            (r#"[{"name": ""}]"#, BadManifest, &["$.roles[0]", "'name' is missing"]),
            (r#"[{"name": 1}]"#, BadManifest, &["$.roles[0].name", "a text", "a number"]),
            (r#"[{"name": "A b"}]"#, BadManifest, &["$.roles[0].name", "'A b'"]),
            (r#"[{"name": "a", "can": "keep"}]"#, BadManifest, &["$.roles[0].can", "a list"]),
            (r#"[{"name": "a", "can": [1]}]"#, BadManifest, &["$.roles[0].can[0]", "a text"]),
            (r#"[{"name": "a", "can": ["fly"]}]"#, BadManifest, &["$.roles[0].can[0]", "'fly'"]),
            (r#"[{"name": "a"}, {"name": "a"}]"#, BadManifest, &["$.roles[1]", "'a'", "twice"]),
            (
                r#"[{"name": "a", "can": ["author"]}, {"name": "b", "can": ["author"]}]"#,
                BadManifest,
                &["$.roles[1]", "'a' and 'b'", "'author'"],
            ),
            ("[]", BadManifest, &["$.zones[0]", "'author'"]),
        ],
    );
}

#[test]
fn zones() {
    table(
        |zone| value(&format!(r#"{{"version": "textus/3", "zones": [{zone}]}}"#)),
        &[
            (r#"{"kind": "canon"}"#, BadManifest, &["$.zones[0]", "'name' is missing"]),
            (r#"{"name": "z"}"#, BadManifest, &["$.zones[0]", "'z'", "'kind'"]),
            (r#"{"name": "z", "kind": "den"}"#, BadManifest, &["$.zones[0].kind", "'den'", "'z'"]),
            (r#"{"name": "z", "kind": true}"#, BadManifest, &["$.zones[0].kind", "a boolean"]),
            (r#"{"name": "z", "type": "canon"}"#, BadManifest, &["$.zones[0]", "'type'"]),
            (r#"{"name": "../z", "kind": "canon"}"#, BadManifest, &["$.zones[0].name", "'../z'"]),
            (r#"{"name": "z", "kind": "canon", "owner": []}"#, BadManifest, &["$.zones[0].owner"]),
            (r#"{"name": "z", "kind": "canon", "desc": 1}"#, BadManifest, &["$.zones[0].desc"]),
            (
                r#"{"name": "z", "kind": "canon"}, {"name": "z", "kind": "canon"}"#,
                BadManifest,
                &["$.zones[1]", "'z'", "twice"],
            ),
            (
                r#"{"name": "p", "kind": "queue"}, {"name": "q", "kind": "queue"}"#,
                BadManifest,
                &["$.zones", "'p' and 'q'", "queue"],
            ),
        ],
    );
}

#[test]
fn a_zone_to_which_nobody_may_write() {
    for kind in ZoneKind::ALL {
        let needed = kind.requires();
        let others = Capability::ALL.iter().filter(|capability| **capability != needed);
        let can: Value = others.map(|capability| capability.name()).collect();
        let manifest = value(&format!(
            r#"{{"version": "textus/3", "roles": [{{"name": "r", "can": {can:?}}}],
                "zones": [{{"name": "z", "kind": "{}"}}]}}"#,
            kind.name()
        ));
        refused(&manifest, BadManifest, &["$.zones[0]", "'z'", needed.name(), kind.name()]);
    }
}

#[test]
fn what_every_entry_needs() {
    table(
        with_entry,
        &[
            (r#""path": "k", "zone": "notebook""#, Usage, &["$.entries[2]", "'key' is missing"]),
            (r#""key": "k", "zone": "notebook""#, Usage, &["$.entries[2]", "'path' is missing"]),
            (r#""key": "k", "path": "k""#, Usage, &["$.entries[2]", "'zone' is missing"]),
            (r#""key": 1, "path": "k", "zone": "notebook""#, BadManifest, &["$.entries[2].key"]),
            (
                r#""key": "k", "path": "k", "zone": "nowhere""#,
                BadManifest,
                &["$.entries[2].zone", "'nowhere'"],
            ),
            (
                r#""key": "k.", "path": "k", "zone": "notebook""#,
                Usage,
                &["$.entries[2].key", "'k.'", "empty"],
            ),
            (
                r#""key": "1.2.3.4.5.6.7.8.9", "path": "k", "zone": "notebook""#,
                Usage,
                &["8 segments"],
            ),
            (
                r#""key": "second", "path": "k", "zone": "notebook""#,
                BadManifest,
                &["$.entries[2]", "'second'", "twice", "$.entries[1]"],
            ),
            (
                r#""key": "k", "path": "second", "zone": "notebook""#,
                BadManifest,
                &["$.entries[2]", "'second.md'", "'k'", "'second'"],
            ),
        ],
    );
}

#[test]
fn members_of_entries() {
    table(
        |members| {
            let place = r#""key": "k", "path": "k", "zone": "notebook""#;
            with_entry(&format!("{place}, {members}"))
        },
        &[
            (r#""sources": []"#, BadManifest, &["$.entries[2]", "'sources'"]),
            (
                r#""compute": {"runner": "make"}"#,
                BadManifest,
                &["$.entries[2].compute", "'runner'"],
            ),
            (r#""compute": []"#, BadManifest, &["$.entries[2].compute", "a mapping"]),
            (r#""intake": {"url": "u"}"#, BadManifest, &["$.entries[2].intake", "'url'"]),
            (r#""kind": "twig""#, BadManifest, &["$.entries[2].kind", "'twig'"]),
            (r#""nested": "yes""#, BadManifest, &["$.entries[2].nested", "true or false"]),
            (r#""owner": {}"#, BadManifest, &["$.entries[2].owner", "a text"]),
            (r#""schema": "../person""#, BadManifest, &["$.entries[2].schema", "'../person'"]),
            (r#""schema": ".person""#, BadManifest, &["$.entries[2].schema"]),
            (r#""template": ".page""#, BadManifest, &["$.entries[2].template", "'.page'"]),
            (r#""template": "/etc/passwd""#, BadManifest, &["$.entries[2].template"]),
            (r#""template": "a\u0000b""#, BadManifest, &["$.entries[2].template"]),
            (r#""format": "toml""#, Usage, &["$.entries[2].format", "'toml'"]),
            (r#""format": "text", "schema": "s""#, Usage, &["$.entries[2]", "'text'", "schema"]),
            (r#""events": []"#, BadManifest, &["$.entries[2].events", "a mapping"]),
            (r#""events": {"validate": 1}"#, Usage, &["$.entries[2].events", "'validate'"]),
            (r#""inject_boot": true, "template": "t""#, Usage, &["$.entries[2]", "inject_boot"]),
            (r#""inject_boot": 1"#, BadManifest, &["$.entries[2].inject_boot"]),
            (r#""publish_to": {}"#, BadManifest, &["$.entries[2].publish_to"]),
            (r#""publish_to": ["a", 1]"#, BadManifest, &["$.entries[2].publish_to[1]"]),
        ],
    );
}

#[test]
fn kinds_that_contradict_the_rest() {
    table(
        |members| {
            let place = r#""key": "k", "path": "k", "zone": "feeds""#;
            with_entry(&format!("{place}, {members}"))
        },
        &[
            (r#""kind": "leaf", "nested": true"#, BadManifest, &["nested: true", "'leaf'"]),
            (r#""kind": "nested", "nested": false"#, BadManifest, &["nested: false", "'nested'"]),
            (
                r#""kind": "leaf", "compute": {"kind": "external"}"#,
                BadManifest,
                &["$.entries[2]", "'compute'", "'leaf'"],
            ),
            (
                r#""kind": "nested", "intake": {"handler": "h"}"#,
                BadManifest,
                &["'intake'", "'nested'"],
            ),
            (
                r#""compute": {"kind": "external"}, "intake": {"handler": "h"}"#,
                BadManifest,
                &["'intake'", "'derived'"],
            ),
            (
                r#""compute": {"kind": "external"}, "nested": true"#,
                BadManifest,
                &["nested: true", "'derived'"],
            ),
        ],
    );
}

#[test]
fn paths_that_leave_the_zones_or_hide() {
    let outside =
        ["/k", "../k", "a/../../k", "a/..", "./k", "a//k", "//", "/", "a\\\\k", "k\\u0000"];
    let hidden = [".git/hooks/x", "a/.k", ".k.md", "a/..k", "..."];
    for path in outside.into_iter().chain(hidden) {
        let members = format!(r#""key": "k", "path": "{path}", "zone": "notebook""#);
        refused(&with_entry(&members), BadManifest, &["$.entries[2].path"]);
    }
}

#[test]
fn paths_that_contradict_the_format() {
    table(
        |members| with_entry(&format!(r#""key": "k", "zone": "notebook", {members}"#)),
        &[
            (r#""path": "k.json", "format": "markdown""#, Usage, &["$.entries[2].path", ".md"]),
            (r#""path": "k.csv""#, Usage, &["'k.csv'", "markdown", "no extension or .md"]),
            (r#""path": "k", "format": "json""#, Usage, &["needs .json"]),
            (r#""path": "k.md", "format": "json""#, Usage, &["needs .json"]),
            (r#""path": "k", "format": "yaml""#, Usage, &["needs .yaml or .yml"]),
            (r#""path": "k.md", "format": "text""#, Usage, &["needs .txt or no extension"]),
            (r#""path": "k.json", "nested": true"#, Usage, &["nested", "needs no extension"]),
            (r#""path": "k.yml", "nested": true"#, Usage, &["nested", "needs no extension"]),
            (r#""path": "k.txt", "nested": true"#, Usage, &["nested", "needs no extension"]),
        ],
    );
}

#[test]
fn derived_entries() {
    table(
        |members| with_entry(&format!(r#""key": "k", "zone": "artifacts", {members}"#)),
        &[
            (r#""path": "k.json", "kind": "derived""#, BadManifest, &["$.entries[2]", "'compute'"]),
            (
                r#""path": "k.json", "compute": {}"#,
                BadManifest,
                &["$.entries[2].compute", "'kind'"],
            ),
            (
                r#""path": "k.json", "compute": {"kind": "magic"}"#,
                BadManifest,
                &["$.entries[2].compute.kind", "'magic'"],
            ),
            (
                r#""path": "k.json", "compute": {"kind": "projection", "format": "xml"}"#,
                BadManifest,
                &["$.entries[2].compute.format", "'xml'"],
            ),
            (
                r#""path": "k.json", "compute": {"kind": "projection", "select": [1]}"#,
                BadManifest,
                &["$.entries[2].compute.select[0]"],
            ),
            (
                r#""path": "k.json", "compute": {"kind": "projection", "limit": -1}"#,
                BadManifest,
                &["$.entries[2].compute.limit", "integer"],
            ),
            (
                r#""path": "k.md", "compute": {"kind": "projection"}"#,
                Usage,
                &["$.entries[2]", "'template'"],
            ),
            (r#""path": "k.txt""#, Usage, &["$.entries[2]", "'text'", "'template'"]),
            (
                r#""path": "k.json", "compute": {"kind": "external"}, "inject_boot": true"#,
                Usage,
                &["$.entries[2]", "'template'"],
            ),
        ],
    );
}

#[test]
fn intake_entries() {
    table(
        |members| with_entry(&format!(r#""key": "k", "path": "k", "zone": "feeds", {members}"#)),
        &[
            (r#""kind": "intake""#, Usage, &["$.entries[2]", "handler"]),
            (r#""intake": {}"#, Usage, &["$.entries[2].intake", "'handler' is missing"]),
            (r#""intake": {"handler": 1}"#, BadManifest, &["$.entries[2].intake.handler"]),
            (
                r#""intake": {"handler": "h", "config": []}"#,
                BadManifest,
                &["$.entries[2].intake.config", "a mapping"],
            ),
        ],
    );
}

#[test]
fn index_files() {
    refused(
        &with_entry(r#""key": "k", "path": "k", "zone": "notebook", "index_filename": "I.md""#),
        Usage,
        &["$.entries[2].index_filename", "nested"],
    );
    for name in [
        "1",
        r#""""#,
        r#""a/I.md""#,
        r#"".md""#,
        r#"".I.md""#,
        r#""I""#,
        r#""I.csv""#,
        r#""I.json""#,
    ] {
        let place = r#""key": "k", "path": "k", "zone": "notebook", "nested": true"#;
        let members = format!(r#"{place}, "index_filename": {name}"#);
        refused(&with_entry(&members), Usage, &["$.entries[2].index_filename"]);
    }
}

#[test]
fn targets_for_each_leaf() {
    refused(
        &with_entry(r#""key": "k", "path": "k", "zone": "notebook", "publish_each": "{leaf}""#),
        Usage,
        &["$.entries[2].publish_each", "nested"],
    );
    table(
        |members| {
            let place = r#""key": "k", "path": "k", "zone": "notebook", "nested": true"#;
            with_entry(&format!("{place}, {members}"))
        },
        &[
            (r#""publish_each": ["{leaf}"]"#, Usage, &["$.entries[2].publish_each", "a text"]),
            (r#""publish_each": "{leaf}", "publish_to": "x""#, Usage, &["publish_to"]),
            (r#""publish_each": "{slug}.md""#, Usage, &["{slug}"]),
            (r#""publish_each": "{{leaf}}""#, Usage, &["{{leaf}"]),
            (r#""publish_each": "{leaf""#, Usage, &["not closed"]),
            (r#""publish_each": "x.{ext}""#, Usage, &["{leaf}"]),
            (r#""publish_each": """#, Usage, &["{leaf}"]),
        ],
    );
}

#[test]
fn rules() {
    table(
        with_rule,
        &[
            (r#""fetch": {}"#, Usage, &["$.rules[1]", "'match' is missing"]),
            (r#""match": """#, Usage, &["$.rules[1]", "'match' is missing"]),
            (r#""match": ["a"]"#, BadManifest, &["$.rules[1].match", "a text"]),
            (r#""match": "a", "promotion": {}"#, BadManifest, &["$.rules[1]", "'promotion'"]),
            (r#""match": "a", "fetch": {"tll": 1}"#, BadManifest, &["$.rules[1].fetch", "'tll'"]),
            (r#""match": "a", "fetch": "1h""#, BadManifest, &["$.rules[1].fetch", "a mapping"]),
            (
                r#""match": "a", "retention": {"after": 1}"#,
                BadManifest,
                &["$.rules[1].retention", "'after'"],
            ),
            (r#""match": "a", "retention": 1"#, BadManifest, &["$.rules[1].retention"]),
            (r#""match": "a", "fetch": {"on_stale": "wait"}"#, Usage, &["on_stale", "'wait'"]),
            (r#""match": "a", "fetch": {"on_stale": 1}"#, Usage, &["$.rules[1].fetch.on_stale"]),
            (
                r#""match": "a", "fetch": {"sync_budget_ms": "1s"}"#,
                BadManifest,
                &["$.rules[1].fetch.sync_budget_ms", "integer"],
            ),
            (
                r#""match": "a", "intake_handler_allowlist": {}"#,
                BadManifest,
                &["$.rules[1].intake_handler_allowlist"],
            ),
        ],
    );
    for timeout in ["0", "3601", "-1", "1.5", r#""30""#, "true", "[]"] {
        let fetch = format!(r#""match": "a", "fetch": {{"fetch_timeout_seconds": {timeout}}}"#);
        let fragments = ["$.rules[1].fetch.fetch_timeout_seconds", "from 1 to 3600"];
        refused(&with_rule(&fetch), BadManifest, &fragments);
    }
}

#[test]
fn guards() {
    table(
        |guard| with_rule(&format!(r#""match": "a", "guard": {guard}"#)),
        &[
            ("[]", BadManifest, &["$.rules[1].guard", "a mapping"]),
            (r#"{"promote": []}"#, BadManifest, &["$.rules[1].guard", "'promote'"]),
            (r#"{"put": {}}"#, BadManifest, &["$.rules[1].guard.put"]),
            (r#"{"put": 1}"#, BadManifest, &["$.rules[1].guard.put", "a number"]),
            (r#"{"put": ["human_ok"]}"#, BadManifest, &["$.rules[1].guard.put[0]", "'human_ok'"]),
            (r#"{"put": [["schema_valid"]]}"#, BadManifest, &["$.rules[1].guard.put[0]", "a list"]),
            (
                r#"{"put": [{"fresh_within": "1h", "author_held": null}]}"#,
                BadManifest,
                &["$.rules[1].guard.put[0]", "one predicate"],
            ),
            (r#"{"put": ["fresh_within"]}"#, BadManifest, &["fresh_within", "a duration"]),
            (
                r#"{"put": [{"fresh_within": "soon"}]}"#,
                BadManifest,
                &["fresh_within", "a duration"],
            ),
            (r#"{"put": [{"author_held": 1}]}"#, BadManifest, &["author_held", "no parameter"]),
            (r#"{"put": [{"human_ok": 1}]}"#, BadManifest, &["'human_ok'"]),
        ],
    );
}

#[test]
fn audit_settings() {
    table(
        |audit| with(&format!(r#""audit": {audit}"#)),
        &[
            ("5", BadManifest, &["$.audit", "a mapping"]),
            (r#"{"size": 1}"#, BadManifest, &["$.audit", "'size'"]),
            (r#"{"max_size": 0}"#, BadManifest, &["$.audit.max_size"]),
            (r#"{"max_size": "10MB"}"#, BadManifest, &["$.audit.max_size", "a text"]),
            (r#"{"keep": 0}"#, BadManifest, &["$.audit.keep", "from 1 to 1000", "found 0"]),
            (r#"{"keep": 99999999999}"#, BadManifest, &["$.audit.keep"]),
        ],
    );
}

/// Each manifest is wrong in two ways; the first of them is told.
#[test]
fn the_order_of_validation() {
    let twice = r#"{"name": "q", "kind": "queue"}, {"name": "r", "kind": "queue"}"#;
    let uncovered = r#""roles": [{"name": "r", "can": ["propose"]}],
        "zones": [{"name": "q", "kind": "queue"}, {"name": "c", "kind": "canon"}]"#;
    let steps = [
        (r#""version": "textus/2", "zones": []"#.to_owned(), "$.version"),
        (r#""version": "textus/3", "zones": [], "x": 1"#.to_owned(), "$.zones"),
        (r#""version": "textus/3", "zones": [1], "x": 1, "roles": 1"#.to_owned(), "'x'"),
        (r#""version": "textus/3", "zones": [1], "roles": 1"#.to_owned(), "$.roles"),
        (r#""version": "textus/3", "zones": [1], "entries": 1"#.to_owned(), "$.zones[0]"),
        (with_members(twice, r#""entries": [{"x": 1}], "rules": [{"y": 1}]"#), "$.entries[0]"),
        (with_members(twice, r#""entries": [{}], "rules": [{"y": 1}], "audit": 1"#), "$.rules[0]"),
        (
            with_members(
                twice,
                r#""rules": [{"fetch": {"fetch_timeout_seconds": 0}}], "audit": 1"#,
            ),
            "fetch_timeout_seconds",
        ),
        (with_members(twice, r#""entries": [{}], "audit": 1"#), "$.audit"),
        (with_members(twice, r#""entries": [{}], "roles": []"#), "are both of kind 'queue'"),
        (format!(r#""version": "textus/3", {uncovered}, "entries": [{{}}]"#), "'author'"),
        (
            with_members(
                r#"{"name": "q", "kind": "queue"}"#,
                r#""entries": [{"key": "A", "path": "a", "zone": "q"}, {}], "rules": [{}]"#,
            ),
            "$.entries[1]",
        ),
        (
            with_members(
                r#"{"name": "q", "kind": "queue"}"#,
                r#""entries": [{"key": "b", "path": "a", "zone": "q"},
                    {"key": "b", "path": "a", "zone": "q"}, {"key": "A", "path": "c", "zone": "q"}],
                    "rules": [{}]"#,
            ),
            "'A'",
        ),
        (
            with_members(
                r#"{"name": "q", "kind": "queue"}"#,
                r#""entries": [{"key": "b", "path": "a", "zone": "q"},
                    {"key": "b", "path": "c", "zone": "q"}], "rules": [{}]"#,
            ),
            "twice",
        ),
        (
            with_members(r#"{"name": "q", "kind": "queue"}"#, r#""rules": [{"guard": 1}]"#),
            "'match' is missing",
        ),
    ];
    for (members, fragment) in steps {
        let error = Manifest::from_value(&value(&format!("{{{members}}}"))).unwrap_err();
        assert!(error.message().contains(fragment), "{fragment} is not in: {error}");
    }
}

fn with_members(zones: &str, members: &str) -> String {
    format!(r#""version": "textus/3", "zones": [{zones}], {members}"#)
}
