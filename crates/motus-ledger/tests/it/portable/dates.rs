//! The published validator's look at times against the Python that it runs on.

use std::collections::BTreeSet;

use motus_json::{Value, canonical};
use motus_ledger::portable::date::published_date;
use motus_testkit::harness::{Scratch, capture, skip};

/// Prints one digit for each text of the file that it is given: 1 when it is a time.
const LOOK: &str = r#"
import datetime, json, sys
def is_time(text):
    try:
        datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return True
    except ValueError:
        return False
texts = json.load(open(sys.argv[1], encoding="utf-8"))
print("".join("1" if is_time(text) else "0" for text in texts))
"#;

const DATES: [&str; 18] = [
    "2026-05-14",
    "20260514",
    "2026-W20-4",
    "2026W204",
    "2026-W20",
    "2026W20",
    "2024-02-29",
    "2023-02-29",
    "2026-13-01",
    "2026-00-10",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "9999-W52-6",
    "9999-W52-5",
    "2020-W53-7",
    "2021-W53-1",
    "0001-W01-1",
];

const TIMES: [&str; 19] = [
    "",
    "T",
    "T15",
    "T15:00",
    "T15:00:01",
    "T150001",
    "T1500",
    " 15:00:01",
    "é15:00:01",
    "€15:00",
    "😀15",
    "T15:00:01.5",
    "T15:00:01,123456789",
    "T150001.25",
    "T23:59:60",
    "T24:00:00",
    "T15:60:00",
    "t15:00:01",
    "T15:00:01.1234567890123456789",
];

const OFFSETS: [&str; 15] = [
    "",
    "Z",
    "z",
    " Z",
    "+00:00",
    "+0000",
    "-0530",
    "+05",
    "+23:59:59.999999",
    "+24:00",
    "+00:99",
    "-99:00",
    "+05:30:15",
    "+05:30:15.5",
    "ZZ",
];

/// Whole forms, each of which is changed in every place.
const CHANGED: [&str; 14] = [
    "2026-05-14T15:00:01Z",
    "2026-05-14T15:00:01.123456Z",
    "2026-05-14T15:00:01,12+05:30",
    "20260514T150001Z",
    "20260514T150001.1234567-0530",
    "2026-W20-4T15:00Z",
    "2026-W20-1530+01",
    "2026W204T15+00:00",
    "2026W2015:00",
    "2026-05-14",
    "2026-W20",
    "2026W20",
    "2026-05-14T15",
    "2026-05-14é15:00:01-23:59:59.5",
];

const LETTERS: &str = "0159-:+.,WTZz \u{0}\u{e9}/";

fn texts() -> BTreeSet<String> {
    let mut texts = BTreeSet::from([String::new()]);
    for date in DATES {
        for time in TIMES {
            texts.extend(OFFSETS.iter().map(|offset| format!("{date}{time}{offset}")));
        }
    }
    for whole in CHANGED {
        texts.insert(whole.to_owned());
        let characters: Vec<char> = whole.chars().collect();
        for place in 0..=characters.len() {
            let (before, after) = characters.split_at(place);
            let with = |middle: &str, skipped: usize| {
                let after = after.iter().skip(skipped);
                before.iter().copied().chain(middle.chars()).chain(after.copied()).collect()
            };
            texts.insert(with("", 1));
            texts.insert(with("", 2));
            texts.insert(before.iter().collect());
            for letter in LETTERS.chars() {
                texts.insert(with(&letter.to_string(), 0));
                texts.insert(with(&letter.to_string(), 1));
                texts.extend(LETTERS.chars().map(|other| with(&format!("{letter}{other}"), 2)));
            }
        }
    }
    texts
}

#[test]
fn times_are_taken_as_the_published_validator_takes_them() {
    let scratch = Scratch::new();
    let version = "import sys; print(sys.version_info[:2] == (3, 11))";
    let found = scratch.command("python3").args(["-c", version]).output();
    if !found.is_ok_and(|output| output.stdout.starts_with(b"True")) {
        let test = "portable::dates::times_are_taken_as_the_published_validator_takes_them";
        return skip(test, "python3 is not Python 3.11");
    }
    let texts = texts();
    assert!(texts.len() > 50_000, "{}", texts.len());
    let all: Value = texts.iter().map(String::as_str).collect();
    let file = scratch.write("texts.json", canonical::store::write(&all));
    let mut command = scratch.command("python3");
    let told = capture(command.args(["-c", LOOK]).arg(file)).expect_success().stdout_text();
    let told = told.trim();
    assert_eq!(told.len(), texts.len());
    let differing: Vec<&String> = texts
        .iter()
        .zip(told.chars())
        .filter(|(text, told)| published_date(text) != (*told == '1'))
        .map(|(text, _)| text)
        .collect();
    assert!(told.contains('1') && told.contains('0'));
    assert_eq!(differing.len(), 0, "{:?}", differing.iter().take(40).collect::<Vec<_>>());
}

/// What is named for this validator, whether or not there is a Python.
#[test]
fn what_is_no_rfc_3339_and_yet_taken_is_known() {
    for text in [
        "2026-05-14",
        "2026-05-14T15:00:01",
        "2026-05-14 15:00:01Z",
        "20260514T150001Z",
        "2026-W20-4",
        "2026-05-14T15:00",
        "2026-05-14T15:00:01,5Z",
        "2026-05-14T15:00:01+0000",
        "2026-05-14T15:00:01.123456789Z",
    ] {
        assert!(published_date(text), "{text}");
    }
    for text in [
        "2026-05-14T15:00:01z",
        "2026-05-14T23:59:60Z",
        "2026-05-14T24:00:00Z",
        "not-a-date",
        "",
        "2026-05",
    ] {
        assert!(!published_date(text), "{text}");
    }
}
