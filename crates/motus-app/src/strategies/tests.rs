//! Signals and libraries are read strictly, every fault has its place, and what fits is told in one order.
#![expect(clippy::disallowed_methods, reason = "tests make links")]

use motus_testkit::harness::Scratch;

use super::*;

const STRATEGY: &str = "\
strategy_id: STRAT-008
version: '0.1'
name: Root Cause Loop
triggers:
  - signal: tests_failed
    confidence_threshold: 500
    weight: 800
  - {signal: same_error_twice, confidence_threshold: 0}
steps:
  - reproduce the failure
";

fn told(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| format!("{} {fault}", fault.code)).collect()
}

fn signals_refused(document: &str) -> Vec<String> {
    told(&read_signals(document.as_bytes()).unwrap_err())
}

fn strategy_refused(document: &str) -> Vec<String> {
    told(&document::strategy(document.as_bytes(), document::Form::Yaml).unwrap_err())
}

#[test]
fn signals_are_a_list_of_names_and_confidences() {
    let document = br#"[{"name":"a","confidence":920,"evidence":"evidence/x"},
        {"confidence":0,"name":"b","evidence":null}]"#;
    let signal = |name: &str, confidence, evidence: Option<&str>| Signal {
        name: name.to_owned(),
        confidence,
        evidence: evidence.map(str::to_owned),
    };
    let expected = [signal("a", 920, Some("evidence/x")), signal("b", 0, None)];
    assert_eq!(read_signals(document).unwrap(), expected);
    assert_eq!(read_signals(b"\t[\r\n\t]\n").unwrap(), []);
}

#[test]
fn what_are_no_signals_is_told_with_its_place() {
    for (document, expected) in [
        ("", "json.truncated 1:1: input ends too early"),
        ("[{\"name\":\"a\",\n \"x\" 1}]", "json.syntax 2:6: expected `:`"),
        ("[\"é\", 1.5]", "json.float 1:7: a number that is no integer"),
        ("[{\"name\":\"a\",\"name\":\"b\"}]", "json.duplicate_key 1:14: duplicate key"),
        ("- name: a\n", "json.syntax 1:2: expected a digit"),
        ("{}", "signals.shape 1:1: must be a list"),
        ("[1]", "signals.shape 1:2: must be a mapping"),
        (r#"[{"name":"a"}]"#, "signals.shape 1:2: 'confidence' is missing"),
        (r#"[{"name":"a","confidence":1001}]"#, "signals.shape 1:27: must be from 0 to 1000"),
        (r#"[{"name":"a","confidence":-1}]"#, "signals.shape 1:27: must be from 0 to 1000"),
        (r#"[{"name":"a","confidence":"9"}]"#, "signals.shape 1:27: must be a whole number"),
        (r#"[{"name":" ","confidence":9}]"#, "signals.shape 1:10: must not be blank"),
        (
            r#"[{"name":7,"confidence":9}]"#,
            "signals.shape 1:10: must be a text; write it in quotes: '7'",
        ),
        (r#"[{"name":"a","confidence":9,"evidence":""}]"#, "signals.shape 1:40: must not be blank"),
    ] {
        assert_eq!(signals_refused(document), [expected], "{document}");
    }
    let unknown = signals_refused(r#"[{"name":"a","confidence":9,"weight":1}]"#);
    let known = "known are name, confidence, evidence";
    assert_eq!(unknown, [format!("signals.shape 1:29: 'weight' is not known here; {known}")]);
    let bytes = read_signals(b"[\"\xff\"]").unwrap_err();
    assert_eq!(told(&bytes), ["json.not_utf8 1:3: not UTF-8"]);
    let long = format!("[{}]", " ".repeat(document::LONGEST));
    assert_eq!(
        signals_refused(&long),
        ["json.too_large 1:1048577: input longer than 1048576 bytes"]
    );
}

#[test]
fn everything_that_is_wrong_is_told() {
    let document =
        STRATEGY.replace("weight: 800", "weight: 8000").replace("version: '0.1'", "x: y");
    let known = "known are strategy_id, version, name, triggers, steps";
    assert_eq!(
        strategy_refused(&document),
        [
            "strategy.shape 1:1: 'version' is missing".to_owned(),
            format!("strategy.shape 2:1: 'x' is not known here; {known}"),
            "strategy.shape 7:13: must be from 0 to 1000".to_owned(),
        ]
    );
    for (document, expected) in [
        ("", "strategy.syntax 1:1: there is no document"),
        ("[]", "strategy.shape 1:1: must be a mapping"),
        ("a: &x 1", "strategy.syntax 1:7: an anchor is not allowed; write it out"),
        ("a: 1\na: 2", "strategy.syntax 2:1: the key 'a' stands there before"),
    ] {
        let found = strategy_refused(document);
        assert!(found.iter().any(|fault| fault == expected), "{document}: {found:?}");
    }
    let bytes = document::strategy(b"a\nb\xff", document::Form::Yaml).unwrap_err();
    assert_eq!(told(&bytes), ["strategy.syntax 2:2: not UTF-8"]);
}

#[test]
fn a_library_is_every_strategy_of_a_directory_and_nothing_else() {
    let scratch = Scratch::new();
    scratch.write("library/b.yaml", STRATEGY);
    let json = r#"{"strategy_id":"STRAT-001","version":"0.1","name":"Small steps","steps":[],
        "triggers":[{"signal":"same_error_twice","confidence_threshold":0,"weight":null}]}"#;
    scratch.write("library/a.json", json);
    for name in [".hidden.yaml", "README.md", "deep.yaml/c.yaml", "x.yaml.bak", "yaml"] {
        scratch.write(&format!("library/{name}"), "not a strategy");
    }
    let library = Library::read(&scratch.project().join("library")).unwrap();
    let files: Vec<&str> = library.shelf().iter().map(|shelved| shelved.file.as_str()).collect();
    assert_eq!(files, ["a.json", "b.yaml"]);
    let signals = br#"[{"name":"tests_failed","confidence":900},{"name":"same_error_twice","confidence":700}]"#;
    let found = matches(&read_signals(signals).unwrap(), &library);
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.suggestion.match_permille, it.file.as_str(), it.name.as_str()))
        .collect();
    assert_eq!(told, [(700, "a.json", "Small steps"), (700, "b.yaml", "Root Cause Loop")]);
    let nothing = Library::read(&scratch.temporary()).unwrap();
    assert!(matches(&read_signals(signals).unwrap(), &nothing).is_empty());
}

#[test]
fn what_is_no_library_is_told() {
    let scratch = Scratch::new();
    let read = |name: &str| Library::read(&scratch.project().join(name)).unwrap_err();
    assert_eq!(read("no").code(), "strategy.library_unreadable");
    scratch.write("file", "");
    assert_eq!(read("file").code(), "strategy.library_unreadable");
    scratch.write("one/a.yaml", STRATEGY);
    scratch.write("one/b.json", "{}");
    scratch.write("one/c.yaml", "[");
    let LibraryError::Documents(faults) = read("one") else { panic!("faults are told") };
    let files: std::collections::BTreeSet<String> = faults
        .iter()
        .map(|(path, fault)| format!("{} {}", path.file_name().unwrap().display(), fault.code))
        .collect();
    assert_eq!(
        files.into_iter().collect::<Vec<_>>(),
        ["b.json strategy.shape", "c.yaml strategy.syntax"]
    );
    scratch.write("two/a.yaml", STRATEGY);
    scratch.write("two/b.yaml", STRATEGY.replace("'0.1'", "'0.2'"));
    let repeated = read("two");
    assert_eq!(repeated.code(), "strategy.repeated");
    let two = scratch.project().join("two");
    let expected = format!("{0}/a.yaml and {0}/b.yaml are both strategy STRAT-008", two.display());
    assert_eq!(repeated.to_string(), expected);
}

#[test]
fn a_library_is_not_left_and_nothing_is_waited_for() {
    let scratch = Scratch::new();
    let read = |name: &str| Library::read(&scratch.project().join(name));
    scratch.write("secret.yaml", STRATEGY);
    scratch.write("out/kept", "");
    scratch.write("within/a.txt", STRATEGY);
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(to, scratch.project().join(at)).unwrap();
    };
    link("../secret.yaml", "out/a.yaml");
    assert_eq!(read("out").unwrap_err().code(), "strategy.unreadable");
    link("a.txt", "within/a.yaml");
    assert_eq!(read("within").unwrap().shelf().len(), 1);
    link("within", "link");
    assert_eq!(read("link").unwrap().shelf().len(), 1);
    scratch.write("long/a.yaml", " ".repeat(document::LONGEST + 1));
    assert_eq!(read("long").unwrap_err().code(), "strategy.unreadable");
    scratch.write("pipe/kept", "");
    let pipe = scratch.project().join("pipe/a.yaml");
    let made = motus_testkit::harness::capture(scratch.command("mkfifo").arg(&pipe));
    drop(made.expect_success());
    let refused = read("pipe").unwrap_err().to_string();
    assert!(refused.ends_with("a.yaml is a pipe, not a plain file"), "{refused}");
}
