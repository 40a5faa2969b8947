//! Deciding as the published validator does: by named vectors, and by its rules in its own language.

use motus_ledger::portable::verify::{Mode, Phase};
use motus_testkit::harness::{Scratch, capture, skip};
use motus_testkit::levels::{Value, json};
use motus_testkit::levels::{reseal, times_are_rfc_3339};
use motus_testkit::receipts::{changes, samples};

use super::support::{look, look_at, made, papers, published, told};

fn receipt() -> Value {
    papers(&made(&samples()[0].work)).envelope
}

fn with(pointer: &str, value: Value) -> Value {
    let mut envelope = receipt();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    envelope.pointer_mut(parent).expect("the parent is there")[name] = value;
    reseal(&mut envelope);
    envelope
}

/// Expects how a receipt with this time fails for us, and for the published validator.
#[track_caller]
fn check_time(text: &str, ours: Option<Phase>, published: Option<Phase>) {
    // No order of times is of interest here.
    for pointer in ["/outcome/closed_at", "/signatures_optional"] {
        let value = match pointer {
            "/outcome/closed_at" => json!(text),
            _ => json!([{ "deep": [{ "generated_at": text }] }]),
        };
        let envelope = with(pointer, value);
        assert_eq!(look_at(&envelope, Mode::Normal).failed, ours, "{text}");
        let verdict = look_at(&envelope, Mode::Reference);
        assert_eq!(verdict.failed, published, "{text}");
        let is_told = told(&verdict).contains("is not a 'date-time'");
        assert_eq!(is_told, published.is_some(), "{text}: {}", told(&verdict));
    }
}

#[test]
fn times_that_only_the_published_validator_takes() {
    for text in [
        "2026-03-04",
        "2026-03-04T05:06:09",
        "2026-03-04 05:06:09Z",
        "20260304T050609Z",
        "2026-W10-3",
        "2026-03-04T05:06",
        "2026-03-04T05:06:09,5Z",
        "2026-03-04T05:06:09+0000",
    ] {
        check_time(text, Some(Phase::Times), None);
    }
}

#[test]
fn times_that_only_the_published_validator_refuses() {
    for text in ["2026-03-04T05:06:09z", "2026-03-04T05:06:60Z"] {
        check_time(text, None, Some(Phase::Times));
    }
    for text in ["2026-03-04T24:00:00Z", "not-a-date", ""] {
        check_time(text, Some(Phase::Times), Some(Phase::Times));
    }
    for text in ["2026-03-04T05:06:09Z", "2026-03-04T05:06:09.5+05:30"] {
        check_time(text, None, None);
    }
}

#[test]
fn what_the_published_validator_does_not_look_at() {
    for (pointer, value) in [
        ("/evidence_refs/0/uri", json!("/home/bob/secret")),
        ("/outcome/summary", json!("token=hunter2hunter2")),
        ("/redaction/status", json!("none")),
        ("/outcome/status", json!("failure")),
        ("/handoff", json!({"status": "ready", "evidence_refs": ["x"]})),
        ("/hashes/source_export/value", json!("b".repeat(64))),
        ("/created_at", json!("2001-01-01T00:00:00Z")),
        ("/work_id", json!(" ")),
    ] {
        let envelope = with(pointer, value);
        assert!(look_at(&envelope, Mode::Reference).is_valid(), "{pointer}");
        assert_eq!(look_at(&envelope, Mode::Strict).failed, Some(Phase::Findings), "{pointer}");
    }
}

#[test]
fn a_digest_may_end_with_a_line_break_there() {
    let envelope = with("/evidence_refs/0/digest/value", json!(format!("{}\n", "a".repeat(64))));
    assert!(look_at(&envelope, Mode::Reference).is_valid());
    assert_eq!(look_at(&envelope, Mode::Normal).failed, Some(Phase::Shape));
    let envelope = with("/evidence_refs/0/digest/value", json!(format!("{}\n\n", "a".repeat(64))));
    assert_eq!(look_at(&envelope, Mode::Reference).failed, Some(Phase::Shape));
}

#[test]
fn its_reader_takes_the_last_of_equal_keys_and_numbers_that_are_none() {
    let mut envelope = receipt();
    envelope["signatures_optional"] = json!([{ "x": "PLACE" }]);
    reseal(&mut envelope);
    let text = envelope.to_string();
    let twice = text.replacen('{', "{\"work_id\":\"other\",", 1);
    let verdict = look(twice.as_bytes(), Mode::Reference);
    assert!(verdict.is_valid(), "{}", told(&verdict));
    let nan = text.replace("\"PLACE\"", "[NaN,-Infinity,1.0]");
    let verdict = look(nan.as_bytes(), Mode::Reference);
    assert_eq!(verdict.failed, Some(Phase::Seal));
    let long = text.replace("\"PLACE\"", &"1".repeat(4301));
    assert_eq!(look(long.as_bytes(), Mode::Reference).failed, Some(Phase::Reading));
    let long = text.replace("\"PLACE\"", &"1".repeat(4300));
    assert_eq!(look(long.as_bytes(), Mode::Reference).failed, Some(Phase::Seal));
    let marked = format!("\u{feff}{text}");
    assert_eq!(look(marked.as_bytes(), Mode::Reference).failed, Some(Phase::Reading));
}

/// The rules of the published validator as the contract tells them, over the published schemas.
const VALIDATOR: &str = r#"
import copy, datetime, hashlib, json, pathlib, sys
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

DATES = {"accepted_at", "closed_at", "created_at", "exported_at", "generated_at", "occurred_at", "started_at"}
schemas = [json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.schema.json")]
registry = Registry().with_resources((it["$id"], Resource.from_contents(it)) for it in schemas)
envelope = next(it for it in schemas if it["$id"].endswith("work-receipt-envelope.schema.json"))
validator = Draft202012Validator(envelope, registry=registry)

def is_date(text):
    try:
        datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return True
    except ValueError:
        return False

def dates(value):
    if isinstance(value, dict):
        own = [it for key, it in value.items() if key in DATES and isinstance(it, str)]
        return all(map(is_date, own)) and all(map(dates, value.values()))
    return all(map(dates, value)) if isinstance(value, list) else True

def seal(receipt):
    body = copy.deepcopy(receipt)
    body.pop("receipt_id", None)
    body["hashes"].pop("receipt", None)
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

def decide(raw):
    try:
        receipt = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return "reading"
    if list(validator.iter_errors(receipt)):
        return "shape"
    if not dates(receipt):
        return "times"
    try:
        digest = seal(receipt)
    except UnicodeEncodeError:
        return "seal"
    if receipt["receipt_id"] != "sha256:" + digest or receipt["hashes"]["receipt"]["value"] != digest:
        return "seal"
    return "valid"

for line in open(sys.argv[2], "rb"):
    print(decide(bytes.fromhex(line.decode("ascii"))))
"#;

/// Returns receipts with every small change, sealed again and not, and texts that readers differ about.
fn corpus() -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    // The sample with every part; a change that is not sealed again is no more than that.
    for (number, mut change) in
        changes(&papers(&made(&samples()[3].work)).envelope).into_iter().enumerate()
    {
        if number % 16 == 0 {
            corpus.push(change.document.to_string().into_bytes());
        }
        reseal(&mut change.document);
        corpus.push(change.document.to_string().into_bytes());
    }
    let with_signature =
        with("/signatures_optional", json!([{ "x": "PLACE", "closed_at": "2026" }]));
    let other = with("/signatures_optional", json!([{ "x": "PLACE", "Z": "é\u{1f600}\u{7f}\n/" }]));
    for envelope in [with_signature, other] {
        let text = envelope.to_string();
        for value in [
            "\"PLACE\"",
            "NaN",
            "-Infinity",
            "+1",
            "01",
            "1.0",
            "1e5",
            "-0",
            "1E400",
            "-1e400",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "\"\t\"",
            "'x'",
            "nul",
            "True",
            "[1,]",
            "{\"a\":1,\"a\":2}",
            "//",
            "\"\\x\"",
            "123456789012345678901234567890",
            "\"\\u00E9\"",
            "[[[[]]]]",
            "\"\\u0000\"",
        ] {
            corpus.push(text.replace("\"PLACE\"", value).into_bytes());
        }
        for prefix in ["\u{feff}", " ", "\r\n", "\u{a0}", "x"] {
            corpus.push(format!("{prefix}{text}").into_bytes());
            corpus.push(format!("{text}{prefix}").into_bytes());
        }
        corpus.push([text.as_bytes(), b"\xff"].concat());
        corpus.push(text.replacen('{', "{\"work_id\":\"other\",", 1).into_bytes());
        corpus.push(text.replacen('{', "{\"work_id\":7,", 1).into_bytes());
    }
    corpus
}

#[test]
fn every_decision_is_that_of_the_published_rules() {
    let test = "every_decision_is_that_of_the_published_rules";
    let Some(folder) = published(test) else { return };
    let scratch = Scratch::new();
    let imports = "import sys, jsonschema, referencing; print(sys.version_info[:2] == (3, 11))";
    let found = scratch.command("python3").args(["-c", imports]).output();
    if !found.is_ok_and(|output| output.stdout.starts_with(b"True")) {
        let why = "python3 is not Python 3.11 with jsonschema";
        return skip(&format!("portable::reference::{test}"), why);
    }
    let corpus = corpus();
    let lines: Vec<String> = corpus.iter().map(|bytes| hexadecimal(bytes)).collect();
    let file = scratch.write("corpus.txt", lines.join("\n") + "\n");
    let mut command = scratch.command("python3");
    command.args(["-c", VALIDATOR]).arg(folder.join("schemas")).arg(file);
    let answers = capture(&mut command).expect_success().stdout_text();
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(answers.len(), corpus.len());
    for (bytes, answer) in corpus.iter().zip(&answers) {
        let verdict = look(bytes, Mode::Reference);
        let ours = verdict.failed.map_or("valid", Phase::as_str);
        assert_eq!(ours, *answer, "{}\n{}", told(&verdict), String::from_utf8_lossy(bytes));
    }
    for answer in ["reading", "shape", "times", "seal", "valid"] {
        assert!(answers.contains(&answer), "{answer}");
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).expect("a digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A time that the other reader of these tests takes is one.
#[test]
fn the_corpus_has_times_of_both_kinds() {
    assert!(times_are_rfc_3339(&receipt()));
    assert!(!times_are_rfc_3339(&with("/created_at", json!("2026"))));
}
