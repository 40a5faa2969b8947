//! Bytes that files have after a `put`, written out: those of textus/3 §5.12 and our own rules beside it.

use std::fs;

use motus_json::Value;

use crate::support::{Scene, etag, parse, spell};

/// Puts an entry and returns the bytes of its file.
#[track_caller]
fn written(scene: &Scene, key: &str, role: &str, request: &str) -> String {
    let envelope = scene.puts(key, role, request);
    let path = envelope.get("path").and_then(Value::as_str).unwrap();
    let bytes = fs::read(path).unwrap();
    assert_eq!(envelope.get("etag"), Some(&etag(&bytes).into()));
    String::from_utf8(bytes).unwrap()
}

#[test]
fn markdown_is_front_matter_and_body() {
    let scene = Scene::new();
    let request = concat!(
        r#"{"_meta":{"name":"bob","relationship":"peer","org":"acme","aliases":["b","bobby"],"#,
        r#""uid":"fedcba9876543210"},"body":"Hello."}"#
    );
    assert_eq!(
        written(&scene, "knowledge.network.org.bob", "human", request),
        "---\nname: bob\nrelationship: peer\norg: acme\naliases:\n- b\n- bobby\n\
         uid: fedcba9876543210\n---\nHello.\n"
    );
    let told = scene.ok(&["get", "knowledge.network.org.bob"]);
    assert_eq!(told.get("body").and_then(Value::as_str), Some("Hello.\n"), "as it is on disk");
    assert_eq!(told.get("uid").and_then(Value::as_str), Some("fedcba9876543210"));
}

#[test]
fn scalars_are_spelled_so_that_they_are_read_as_they_were() {
    let scene = Scene::new();
    let request = concat!(
        r#"{"_meta":{"i":3,"f":1.5,"t":true,"z":null,"q":"yes","num":"12","date":"2026-01-01","#,
        r#""colon":"a: b","empty":"","e":[],"h":{},"multi":"one\ntwo\n","whole":1.0,"big":1e20,"#,
        r#""nested":[[1,2],[3]],"deep":{"a":{"b":"c"}},"y":"n","n":1.5,"no":"on","#,
        r#""hash":"a #b","end":"a:","last":"a ","tab":"a\tb","smile":"\ud83d\ude00","#,
        r#""dash":"-x","star":"*x","merge":"<<","null":"null","tilde":"~","octal":"012","#,
        r#""eight":"0189","exponent":"1e10","sixty":"12:30","hex":"0x1f","bin":"0b1","#,
        r#""uid":"0123456789012345"},"body":""}"#
    );
    assert_eq!(
        written(&scene, "notebook.notes.scalars", "agent", request),
        "---\n\
         i: 3\nf: 1.5\nt: true\nz:\nq: 'yes'\nnum: '12'\ndate: '2026-01-01'\ncolon: 'a: b'\n\
         empty: ''\ne: []\nh: {}\nmulti: |\n  one\n  two\nwhole: 1.0\nbig: 1.0e+20\n\
         nested:\n- - 1\n  - 2\n- - 3\ndeep:\n  a:\n    b: c\n\"y\": \"n\"\n\"n\": 1.5\n\
         'no': 'on'\nhash: 'a #b'\nend: 'a:'\nlast: 'a '\ntab: \"a\\tb\"\n\
         smile: \"\\U0001F600\"\ndash: \"-x\"\nstar: \"*x\"\nmerge: !!str '<<'\n'null': 'null'\n\
         tilde: \"~\"\noctal: '012'\neight: '0189'\nexponent: 1e10\nsixty: '12:30'\n\
         hex: '0x1f'\nbin: '0b1'\nuid: '0123456789012345'\n---\n"
    );
    let sent = parse(request);
    let told = scene.ok(&["get", "notebook.notes.scalars"]);
    let spelled = |value: &Value| spell(value.get("_meta").unwrap());
    assert_eq!(spelled(&told), spelled(&sent), "what was sent is what is read");
}

#[test]
fn uids_are_plain_unless_they_would_be_numbers() {
    let scene = Scene::new();
    for (uid, spelled) in [
        ("c2dc000000000000", "c2dc000000000000"),
        ("12e4567890123456", "12e4567890123456"),
        ("0123456789abcdef", "'0123456789abcdef'"),
        ("1234567890123456", "'1234567890123456'"),
        ("0000000000000008", "'0000000000000008'"),
    ] {
        let request = format!(r#"{{"_meta":{{"uid":"{uid}"}}}}"#);
        let bytes = written(&scene, "notebook.notes.uid", "agent", &request);
        assert_eq!(bytes, format!("---\nuid: {spelled}\n---\n"));
        let told = scene.ok(&["key", "uid", "notebook.notes.uid"]);
        assert_eq!(spell(told.get("uid").unwrap()), format!("\"{uid}\""));
    }
}

#[test]
fn text_ends_with_a_line_end() {
    let scene = Scene::new();
    assert_eq!(written(&scene, "notebook.plain.a", "agent", r#"{"body":"x"}"#), "x\n");
    let told = scene.run(&["get", "notebook.plain.a"]).expect_success().stdout_text();
    assert!(told.contains(concat!(
        r#""format":"text","_meta":{},"body":"x\n","#,
        r#""etag":"sha256:73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac","#,
        r#""schema_ref":null,"uid":null,"stale":false"#
    )));
    assert_eq!(written(&scene, "notebook.plain.a", "agent", r#"{"body":"x\n"}"#), "x\n");
    assert_eq!(written(&scene, "notebook.plain.a", "agent", r#"{"body":""}"#), "");
    assert_eq!(written(&scene, "notebook.plain.a", "agent", r#"{"body":"a\r\nb"}"#), "a\r\nb\n");
}

#[test]
fn a_json_body_that_says_its_uid_is_kept_as_it_is() {
    let scene = Scene::new();
    let body = r#"{ "a":1,"_meta":{"uid":"c2dc000000000000"} }"#;
    let request = format!(r#"{{"body":{}}}"#, spell(&body.into()));
    assert_eq!(written(&scene, "notebook.facts.a", "agent", &request), body, "no line end either");
    let told = scene.run(&["get", "notebook.facts.a"]).expect_success().stdout_text();
    let order = r#""schema_ref":null,"uid":"c2dc000000000000","content":{"a":1},"stale":false"#;
    assert!(told.contains(order), "{told}");
}

#[test]
fn a_json_body_without_a_uid_gets_one() {
    let scene = Scene::new();
    let bytes = written(&scene, "notebook.facts.a", "agent", r#"{"body":"{\"a\":1}"}"#);
    let uid = scene.ok(&["key", "uid", "notebook.facts.a"]);
    let uid = uid.get("uid").and_then(Value::as_str).unwrap();
    assert_eq!(uid.len(), 16);
    let members = parse(&bytes);
    assert_eq!(members.get("a"), Some(&1.into()));
    let meta = members.get("_meta").unwrap();
    assert_eq!(spell(meta), format!(r#"{{"uid":"{uid}"}}"#));
}

#[test]
fn json_content_is_printed_with_two_spaces_and_metadata_first() {
    let scene = Scene::new();
    let request = concat!(
        r#"{"_meta":{"uid":"c2dc000000000000"},"content":{"b":[],"a":{"c":"é<&","d":{}},"#,
        r#""n":[1,2.5,null]}}"#
    );
    assert_eq!(
        written(&scene, "knowledge.facts", "human", request),
        concat!(
            "{\n  \"_meta\": {\n    \"uid\": \"c2dc000000000000\"\n  },\n  \"b\": [],\n",
            "  \"a\": {\n    \"c\": \"é<&\",\n    \"d\": {}\n  },\n",
            "  \"n\": [\n    1,\n    2.5,\n    null\n  ]\n}\n"
        )
    );
}

#[test]
fn yaml_content_is_a_document_without_its_marker() {
    let scene = Scene::new();
    let request =
        r#"{"_meta":{"uid":"c2dc000000000000"},"content":{"rows":[{"a":"1","b":2}],"none":null}}"#;
    assert_eq!(
        written(&scene, "knowledge.table", "human", request),
        "_meta:\n  uid: c2dc000000000000\nrows:\n- a: '1'\n  b: 2\nnone:\n"
    );
    let told = scene.ok(&["get", "knowledge.table"]);
    let content = told.get("content").unwrap();
    assert_eq!(spell(content), r#"{"rows":[{"a":"1","b":2}],"none":null}"#);
}

#[test]
fn an_uid_is_minted_once_and_stays() {
    let scene = Scene::new();
    let key = "notebook.notes.a";
    let uid = |envelope: &Value| envelope.get("uid").and_then(Value::as_str).unwrap().to_owned();
    let first = uid(&scene.puts(key, "agent", r#"{"_meta":{"z":1},"body":"x"}"#));
    assert!(first.len() == 16 && first.bytes().all(|it| b"0123456789abcdef".contains(&it)));
    let told = scene.ok(&["get", key]);
    let meta = told.get("_meta").unwrap();
    assert_eq!(spell(meta), format!(r#"{{"z":1,"uid":"{first}"}}"#), "last");
    assert_eq!(uid(&scene.puts(key, "agent", r#"{"body":"y"}"#)), first);
    assert_eq!(uid(&scene.puts(key, "agent", r#"{"_meta":{"uid":""}}"#)), first);
    let own = uid(&scene.puts(key, "agent", r#"{"_meta":{"uid":"mine"}}"#));
    assert_eq!(own, "mine");
    scene.ok(&["delete", key, "--as=agent"]);
    assert_ne!(uid(&scene.puts(key, "agent", "{}")), first, "another file is another entry");
}

#[test]
fn yaml_is_read_as_version_1_1_has_it() {
    let scene = Scene::new();
    let text = "a: yes\nb: Off\nc: y\nd: ~\ne: 012\nf: 0x1f\ng: 12:30\nh: 1e10\ni: 1_000\n\
                j: 2026-01-02\nk: 2026-01-02 03:04:05\nl: 1.5\nm: 12e4567890123456\n";
    scene.write("zones/notebook/tables/a.yaml", text);
    let told = scene.ok(&["get", "notebook.tables.a"]);
    assert_eq!(
        spell(told.get("content").unwrap()),
        concat!(
            r#"{"a":true,"b":false,"c":"y","d":null,"e":10,"f":31,"g":45000,"h":"1e10","i":1000,"#,
            r#""j":"2026-01-02","k":"2026-01-02T03:04:05Z","l":1.5,"m":"12e4567890123456"}"#
        )
    );
    assert_eq!(told.get("body").and_then(Value::as_str), Some(text));
}

#[test]
fn line_ends_of_a_body_are_told_as_one_character_and_kept_on_disk() {
    let scene = Scene::new();
    let bytes = "---\r\nname: a\r\n---\r\none\r\ntwo\r\n";
    scene.write("zones/notebook/notes/a.md", bytes);
    let told = scene.ok(&["get", "notebook.notes.a"]);
    assert_eq!(told.get("body").and_then(Value::as_str), Some("one\ntwo\n"));
    assert_eq!(told.get("etag"), Some(&etag(bytes).into()));
    assert_eq!(spell(told.get("_meta").unwrap()), r#"{"name":"a"}"#);
}
