//! What documents say, and where they are wrong.

use super::*;

fn read(text: &str) -> Result<ScopeDocument, Vec<String>> {
    read_document(text.as_bytes(), Path::new("scope.yaml")).map_err(|error| match error {
        ScopeError::Document { file, faults } => {
            assert_eq!(file, Path::new("scope.yaml"));
            let told =
                |it: &Fault| format!("line {}, column {}: {}", it.line, it.column, it.message);
            faults.iter().map(told).collect()
        }
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_document_says_all_that_can_be_said() {
    let document = read(
        "motus_scope: \"0.1\"\nname: ci\nabout: what the tests need\nprofiles: [loopback]\nread: [., ~/.x]\n\
         write:\n  - out/\nexec: [cargo]\nnet: [https://A.example]\nunix: [/run/x.sock]\nobserve: {reads: false}\n\
         limits: {wall_seconds: 60, processes: 100, output_bytes: 1000}\n",
    );
    let expected = ScopeDocument {
        name: Some("ci".to_owned()),
        about: Some("what the tests need".to_owned()),
        profiles: vec!["loopback".to_owned()],
        grants: [
            "read:.",
            "read:~/.x",
            "write:out/",
            "exec:cargo",
            "net:https://a.example/",
            "unix:/run/x.sock",
        ]
        .map(|word| Grant::parse(word).unwrap())
        .into(),
        is_offline: false,
        observes_reads: Some(false),
        wall_seconds: Some(60),
        processes: Some(100),
        output_bytes: Some(1000),
    };
    assert_eq!(document, Ok(expected));
    assert_eq!(read("motus_scope: 0.1\n"), Ok(ScopeDocument::default()));
    assert!(read("motus_scope: 0.1\noffline: true\n").unwrap().is_offline);
}

#[test]
fn every_fault_is_told_with_its_place() {
    let faults = read(
        "motus_scope: 2\nname: ''\nprofiles: [nope]\nread: out\nwrite: [a, a, '', 7]\nnet:\n  - example.org\n\
         run: [rm]\nlimits: {processes: 0, output_bytes: -1, memory: 1}\nobserve: {reads: maybe}\nwrite: []\nexec: [\"~a\"]\n",
    )
    .unwrap_err();
    let expected = [
        "line 1, column 14: must be 0.1, the form that is read here",
        "line 2, column 7: must not be blank",
        "line 3, column 12: there is no such profile; known are ",
        "line 4, column 7: must be a list",
        "line 5, column 12: stands there before",
        "line 5, column 15: nothing is named",
        "line 5, column 19: must be a text; write it in quotes: '7'",
        "line 7, column 5: it has no scheme; a host is net:https://example.org/",
        "line 8, column 1: 'run' is not known here; known are motus_scope, ",
        "line 9, column 21: must be from 1 to 4294967295",
        "line 9, column 38: must be from 1 to 18446744073709551615",
        "line 9, column 42: 'memory' is not known here",
        "line 10, column 18: must be true or false",
        "line 11, column 1: the key 'write' stands there before",
        "line 12, column 8: of a home directory only one's own",
    ];
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, expected) in faults.iter().zip(expected) {
        assert!(fault.starts_with(expected), "{fault} is not {expected}");
    }
}

#[test]
fn what_is_no_document_is_told_with_its_place() {
    for (text, expected) in [
        ("", "line 1, column 1: there is no document"),
        ("- a\n", "line 1, column 1: must be a mapping"),
        ("name: x\n", "line 1, column 1: 'motus_scope' is missing"),
        ("motus_scope: 0.1\nread: [*x]\n", "line 2, column 8: "),
        (
            "motus_scope: 0.1\nread: !!python/object [x]\n",
            "line 2, column 23: a tag is not allowed",
        ),
        ("motus_scope: 0.1\n--- \nread: [x]\n", "line "),
    ] {
        let faults = read(text).unwrap_err();
        assert!(faults.iter().any(|fault| fault.starts_with(expected)), "{text:?}: {faults:?}");
    }
    let invalid = read_document(b"motus_scope: 0.1\nname: \xff\n", Path::new("x"));
    assert!(format!("{invalid:?}").contains("line: 2, column: 7, message: \"not UTF-8\""));
}

#[test]
fn documents_are_bounded() {
    let long = format!("motus_scope: 0.1\nabout: {}\n", "x".repeat(LONGEST));
    assert_eq!(read(&long).unwrap_err(), ["line 1, column 1: more than 262144 bytes"]);
    let many =
        (0..=MOST_GRANTS).map(|number| format!("  - f{number}\n")).collect::<Vec<_>>().concat();
    let faults = read(&format!("motus_scope: 0.1\nread:\n{many}")).unwrap_err();
    assert_eq!(faults, ["line 2003, column 5: more than 2000 grants"]);
    let long = format!("motus_scope: 0.1\nname: {}\n", "x".repeat(LONGEST_NAME + 1));
    assert_eq!(read(&long).unwrap_err(), ["line 2, column 7: must be at most 100 characters"]);
}
