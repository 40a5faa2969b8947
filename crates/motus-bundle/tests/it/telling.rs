//! What reports say of bundles that come further, or less far, than the simplest one.

use motus_bundle::{Request, report, verify};
use motus_kernel::Digest;
use motus_kernel::policy::Rules;
use motus_kernel::verify::{Code, Failure};
use motus_testkit::bundle::{Parts, basic_edit, parent};

/// Returns the text about a bundle that is verified with the default policy.
fn told(parts: &Parts, request: &Request<'_>) -> String {
    report::text(&verify(&parts.bundle(), request), request)
}

#[track_caller]
fn assert_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|found| found == *line), "no line {line:?} in:\n{text}");
    }
}

#[test]
fn a_rung_is_told_by_what_failed() {
    let policy = Rules::published_default();
    let request = Request::new(&policy);
    let mut parts = basic_edit();
    *parts.in_receipt(&["effects", "k"]) = 0_u32.into();
    let text = told(&parts.seal(), &request);
    assert!(text.starts_with("FAILED EFFECT_BOUNDS_VIOLATION\n"), "{text}");
    assert_lines(&text, &["  integrity  passed", "  coverage   failed"]);
    assert!(text.contains("\n  policy     not checked: POLICY-DEFAULT ("), "{text}");
    assert!(!text.contains("does not prove"), "{text}");
    let mut parts = basic_edit();
    *parts.in_receipt(&["integrity", "policy_id"]) = "ALL\u{202e}LOW".into();
    let text = told(&parts.seal(), &request);
    assert!(text.starts_with("FAILED POLICY_VIOLATION\n"), "{text}");
    assert_lines(&text, &["  integrity  passed", "  coverage   passed"]);
    assert!(text.contains("\n  policy     failed: POLICY-DEFAULT ("), "{text}");
    assert!(text.contains(r"the receipt claims ALL\u{202e}LOW ("), "{text}");
}

#[test]
fn children_are_as_checked_as_the_caller_says() {
    let policy = Rules::published_default();
    let mut request = Request::new(&policy);
    let bundle = parent().bundle();
    let mut found = verify(&bundle, &request);
    assert!(found.is_ok());
    let unopened = "  children   not checked: 3 loops, whose bundles were not opened";
    assert_lines(&report::text(&found, &request), &[unopened]);
    request.children_opened = true;
    assert_lines(&report::text(&found, &request), &["  children   passed: 3 loops"]);
    request.expected = found.proof_digest.take();
    for (code, path) in [
        (Code::ProofDigestMismatch, "child"),
        (Code::FileHashMismatch, "child/receipt.json"),
        (Code::ProofDigestMismatch, "other"),
    ] {
        found.failures.push(Failure::new(code, Some(path), "a\nb"));
    }
    let text = report::text(&found, &request);
    assert!(text.starts_with("FAILED PROOF_DIGEST_MISMATCH FILE_HASH_MISMATCH\n"), "{text}");
    assert_lines(
        &text,
        &[
            "  digest     passed: it is the one that was expected",
            "  children   failed: 3 loops",
            r"FILE_HASH_MISMATCH child/receipt.json: a\nb",
        ],
    );
    request.expected = Some(Digest::ZERO);
    let text = report::text(&verify(&bundle, &request), &request);
    assert_lines(&text, &["  digest     failed: it is not the one that was expected", unopened]);
}

#[test]
fn long_messages_and_paths_are_cut() {
    let policy = Rules::published_default();
    let request = Request::new(&policy);
    let mut found = verify(&basic_edit().bundle(), &request);
    let long = "\u{202e}".repeat(1 << 20);
    found.failures.push(Failure::new(Code::ParseError, Some(&long), &long));
    let text = report::text(&found, &request);
    let cut = format!("{}…{}", r"\u{202e}".repeat(200), r"\u{202e}".repeat(99));
    assert_lines(&text, &[&format!("PARSE_ERROR {cut}: {cut}")]);
    let json = motus_json::pretty::write(&motus_json::Value::Object(report::json(&found)));
    let cut = format!("{}…{}", r"\u202e".repeat(667), r"\u202e".repeat(332));
    assert!(json.contains(&format!("\"path\": \"{cut}\"")), "a path is cut later: {json}");
}

#[test]
fn a_warning_is_no_failure() {
    let policy = Rules::published_default();
    let request = Request::new(&policy);
    let mut parts = basic_edit();
    parts.event(3).insert("ts_utc", "2025-12-23T00:00:00Z");
    let bundle = parts.seal().bundle();
    let report = verify(&bundle, &request);
    assert!(report.is_ok());
    let text = report::text(&report, &request);
    assert!(text.ends_with("\n\nWARNING time goes back at line 4 of events.jsonl\n"), "{text}");
    let object = report::json(&report);
    let warnings = object.get("warnings").and_then(motus_json::Value::as_array);
    assert_eq!(warnings.map(<[_]>::len), Some(1));
}
