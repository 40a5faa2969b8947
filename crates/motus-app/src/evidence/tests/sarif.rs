//! The Static Analysis Results Interchange Format.

use motus_json::canonical;
use motus_ledger::report::Format::Sarif;

use super::{read, recorded, refused};

/// A report with the parts that matter, the results before the tool.
pub(super) const REPORT: &str = r#"{
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "results": [
        {"ruleId": "py/sql", "message": {"text": "hunter2"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "file:///home/bob/x.py"}}}]},
        {"ruleId": "py/sql/part", "message": {"text": "x"}},
        {"ruleIndex": 1, "message": {"text": "x"}},
        {"rule": {"id": "py/unused"}, "level": "error", "message": {"text": "x"}},
        {"rule": {"index": 0, "toolComponent": {"index": 0}}, "message": {"text": "x"}},
        {"ruleId": "py/good", "kind": "pass", "message": {"text": "x"}},
        {"ruleId": "py/sql", "suppressions": [{"kind": "inSource"}], "message": {"text": "x"}},
        {"ruleId": "py/sql", "suppressions": [{"kind": "external", "status": "rejected"}], "message": {"text": "x"}},
        {"ruleId": "py/sql", "baselineState": "absent", "message": {"text": "x"}}
      ],
      "artifacts": [{"contents": {"text": "hunter2"}}],
      "tool": {
        "driver": {
          "name": "CheckPy", "version": "7", "semanticVersion": "7.1.0",
          "rules": [
            {"id": "py/sql", "defaultConfiguration": {"level": "error"}},
            {"id": "py/unused", "defaultConfiguration": {"level": "note"}, "help": {"text": "long"}}
          ]
        },
        "extensions": [{"name": "more", "rules": [{"id": "py/good"}]}]
      }
    },
    {"tool": {"driver": {"name": "Empty"}}, "results": []}
  ]
}"#;

#[test]
fn results_are_counted_by_rule_and_level() {
    let recorded = recorded(read(Sarif, REPORT).expect("a report"));
    let runs = canonical::store::write(recorded.get("runs").expect("runs"));
    assert_eq!(
        runs.replace("},{", "},\n{"),
        concat!(
            r#"[{"absent":1,"results":{"error":4,"none":1,"note":1,"warning":1},"rules":["#,
            r#"{"count":2,"id":"py/sql","level":"error"},"#,
            "\n",
            r#"{"count":1,"id":"py/sql/part","level":"error"},"#,
            "\n",
            r#"{"count":1,"id":"py/unused","level":"error"},"#,
            "\n",
            r#"{"count":1,"id":null,"level":"warning"},"#,
            "\n",
            r#"{"count":1,"id":"py/unused","level":"note"},"#,
            "\n",
            r#"{"count":1,"id":"py/good","level":"none"}],"#,
            r#""suppressed":1,"tool":{"name":"CheckPy","version":"7.1.0"}},"#,
            "\n",
            r#"{"results":{"error":0,"none":0,"note":0,"warning":0},"rules":[],"tool":{"name":"Empty","version":null}}]"#,
        )
    );
    assert!(recorded.get("counts").is_none() && recorded.get("cases").is_none());
    let all = canonical::store::write(&recorded);
    assert!(!all.contains("hunter2") && !all.contains("bob"), "{all}");
}

#[test]
fn a_byte_order_mark_and_members_that_nobody_knows_are_passed_over() {
    let report = "\u{feff}{\"runs\":[{\"x\":[[[[[[[[[[1]]]]]]]]]],\"tool\":{\"driver\":{\"name\":\"t\"},\"y\":{\"z\":[{}]}},\"results\":null}],\"version\":\"2.1.0\",\"inlineExternalProperties\":[]}\n";
    let recorded = recorded(read(Sarif, report).expect("a report"));
    assert!(canonical::store::write(&recorded).contains(r#""tool":{"name":"t","version":null}"#));
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    for (report, expected) in [
        ("", "1:1: an object should stand here"),
        ("[]", "1:1: an object should stand here"),
        ("{}", "1:1: it has no runs"),
        ("\n{\"runs\":[]}", "2:1: it has no version"),
        ("{\"version\":\"2.0.0\",\"runs\":[]}", "1:1: its version is not 2.1.0"),
        ("{\"version\":\"2.1.0\",\"runs\":{}}", "1:27: an array should stand here"),
        ("{\"version\":\"2.1.0\",\"runs\":[{}]}", "1:28: a run does not name its tool"),
        (
            "{\"runs\":[{\"results\":[\n{\"level\":\"fatal\"}]}]}",
            "2:1: the level of a result is none",
        ),
        ("{\"runs\":[{\"results\":[\n 7]}]}", "2:2: a result is no object"),
        ("{\"runs\":[{\"results\":[{\"é\":tru}]}]}", "1:27: expected a value"),
        ("{\"runs\":[{\"results\":[{\"a\":1,\"a\":2}]}]}", "1:29: duplicate key"),
        ("{\"runs\":[],\n\"runs\":[]}", "2:1: a key stands twice in an object"),
        ("{\"runs\" []}", "1:9: a colon should stand here"),
        ("{\"runs\":[] \"x\":1}", "1:12: a comma or a closing bracket should stand here"),
        ("{\"runs\":[],}", "1:12: a key should stand here"),
        ("{\"x\":[1,]}", "1:9: a value should stand here"),
        ("{\"x\":", "1:6: the document ends where a value should stand"),
        ("{\"x\":\"", "1:7: input ends too early"),
        ("{\"runs\":[{\"results\":[{\"a\":[", "1:28: input ends too early"),
        ("{\"x\":1", "1:7: a comma or a closing bracket should stand here"),
        ("{\"x\":\"\n\"}", "1:7: unescaped control character"),
        ("{\"runs\":[],\"version\":\"2.1.0\"}\n{}", "2:1: there is something behind the document"),
    ] {
        assert_eq!(refused(Sarif, report), expected, "{report}");
    }
    assert_eq!(refused(Sarif, b"{\"x\":\"\xff\"}"), "1:7: not UTF-8");
}
