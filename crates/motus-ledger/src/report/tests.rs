//! What is recorded of reports, and how long a payload becomes.

use motus_json::{Object, Value, canonical};

use super::*;
use crate::Digest;

fn file(name: &str) -> FileReference {
    FileReference { name: Some(name.to_owned()), digest: Digest::of("x"), bytes: 1 }
}

fn report(name: &str, cases: Cases) -> Report {
    Report {
        format: Format::Junit,
        file: file(name),
        tests: Some(Tests { cases, declared: None }),
        analyses: Vec::new(),
        diagnostics: None,
    }
}

fn cases(number: u32, status: Status) -> Cases {
    let mut cases = Cases::default();
    for number in 0..number {
        cases.add(&format!("case {number}"), status, Some(1));
    }
    cases
}

fn record(attached: &Attached, limit: usize) -> Object {
    let mut payload = Object::from([("summary", "s")]);
    attached.record(&mut payload, limit);
    payload
}

fn text(payload: &Object) -> String {
    canonical::store::write(&Value::Object(payload.clone()))
}

#[test]
fn a_report_is_its_counts_its_cases_and_its_digest() {
    let mut some = Cases::default();
    some.add("good", Status::Passed, Some(7));
    some.add("bad at /home/bob", Status::Failed, None);
    let attached = Attached { reports: vec![report("target/j.xml", some)], ..Attached::default() };
    assert_eq!(
        text(&record(&attached, LARGEST_PAYLOAD)).replace(Digest::of("x").as_str(), "D"),
        r#"{"redaction_applied":true,"redaction_reason_codes":["absolute_path"],"reports":[{"bytes":1,"cases":[{"duration_ms":7,"name":"good","status":"passed"},{"duration_ms":null,"name":"bad at [PATH]","status":"failed"}],"counts":{"errored":0,"failed":1,"passed":1,"skipped":0,"total":2},"digest":"D","format":"junit","name":"target/j.xml","truncated":false}],"summary":"s"}"#
    );
    assert_eq!(attached.gist().as_deref(), Some("passed=1 failed=1 skipped=0"));
}

#[test]
fn artifacts_and_problems_are_told() {
    let attached = Attached {
        artifacts: vec![
            Artifact { file: file("a"), is_stale: false },
            Artifact { file: file("token=hunter2"), is_stale: true },
        ],
        problems: vec![Problem {
            subject: Subject::Report(Format::Tap),
            name: None,
            code: "evidence.malformed",
            place: Some((2, 3)),
        }],
        ..Attached::default()
    };
    assert_eq!(
        text(&record(&attached, LARGEST_PAYLOAD)).replace(Digest::of("x").as_str(), "D"),
        r#"{"artifacts":[{"bytes":1,"digest":"D","name":"a"},{"bytes":1,"digest":"D","name":"token=[REDACTED]","stale":true}],"problems":[{"column":3,"format":"tap","line":2,"name":null,"problem":"evidence.malformed"}],"redaction_applied":true,"redaction_reason_codes":["generic_secret_assignment"],"summary":"s"}"#
    );
    assert_eq!(attached.gist().as_deref(), Some("2 artifacts; 1 problem"));
    assert_eq!(Attached::default().gist(), None);
}

#[test]
fn what_failed_in_any_report_goes_before_what_passed_in_another() {
    let attached = Attached {
        reports: vec![
            report("passed.xml", cases(50_000, Status::Passed)),
            report("failed.xml", cases(1000, Status::Errored)),
        ],
        ..Attached::default()
    };
    let payload = record(&attached, LARGEST_PAYLOAD);
    let told = text(&payload);
    assert!(told.len() <= LARGEST_PAYLOAD, "{}", told.len());
    assert_eq!(told.matches(r#""status":"errored""#).count(), 1000);
    let passed = told.matches(r#""status":"passed""#).count();
    assert!((1000..50_000).contains(&passed), "{passed}");
    let marks: Vec<Option<bool>> = payload
        .get("reports")
        .and_then(Value::as_array)
        .unwrap_or_default()
        .iter()
        .map(|report| report.get("truncated").and_then(Value::as_bool))
        .collect();
    assert_eq!(marks, [Some(true), Some(false)]);
    assert_eq!(attached.tally().map(|tally| tally.total()), Some(51_000));
}

#[test]
fn a_payload_keeps_its_limit_whatever_is_in_it() {
    let rule = |number: u32| RuleCount {
        id: Some(format!("rule/{number}/{}", "é".repeat(100))),
        level: Level::ALL[number as usize % 4],
        count: 2,
    };
    let analysis = Analysis {
        tool: "t".repeat(5000),
        rules: (0..20_000).map(rule).collect(),
        ..Analysis::default()
    };
    let sarif = Report {
        format: Format::Sarif,
        tests: None,
        analyses: vec![analysis.clone(), analysis],
        ..report("s.sarif", Cases::default())
    };
    let attached = Attached {
        reports: vec![sarif, report("j.xml", cases(9000, Status::Failed))],
        ..Attached::default()
    };
    for limit in [LARGEST_PAYLOAD, 20_000] {
        let told = text(&record(&attached, limit));
        assert!(told.len() <= limit, "{} of {limit}", told.len());
        assert_eq!(told.matches(r#""truncated":true"#).count(), 2);
        assert!(told.contains(r#""counts":{"errored":0,"failed":9000"#));
        assert!(told.contains(r#""results":{"error":10000,"none":10000,"#));
    }
}

#[test]
fn what_is_excused_is_skipped_and_what_came_before_is_not() {
    let mut some = cases(2, Status::Failed);
    let mark = some.mark();
    assert_eq!(mark.since(&some), (false, false));
    some.add("later", Status::Failed, None);
    some.add("later", Status::Errored, None);
    some.add("later", Status::Passed, None);
    assert_eq!(mark.since(&some), (true, true));
    some.excuse_since(&mark);
    let expected = Tally { passed: 1, failed: 2, errored: 0, skipped: 2 };
    assert_eq!(*some.tally(), expected);
    let attached = Attached { reports: vec![report("j.xml", some)], ..Attached::default() };
    let told = text(&record(&attached, LARGEST_PAYLOAD));
    assert_eq!(told.matches(r#""name":"later","status":"skipped""#).count(), 2);
    assert_eq!(told.matches(r#""status":"failed""#).count(), 2);
}

#[test]
fn published_counts_take_an_error_for_a_failure() {
    let tally = Tally { passed: 1, failed: 2, errored: 3, skipped: u64::MAX };
    assert_eq!(tally.published(), [("passed", 1), ("failed", 5), ("skipped", u32::MAX)]);
    assert_eq!(tally.total(), u64::MAX);
}
