//! Whatever the bytes are, a reader answers: it neither panics nor takes more than it may.

use std::io::{self, Read};
use std::path::Path;

use motus_json::canonical;
use motus_ledger::report::{Format, LARGEST_PAYLOAD};
use proptest::prelude::*;

use super::{cargo, junit, read, recorded, refused, sarif, tap, told};
use crate::evidence::{EvidenceError, read_stream};

/// The samples of every format.
const SAMPLES: [(Format, &str); 9] = [
    (Format::Junit, junit::PYTEST),
    (Format::Junit, junit::SUREFIRE),
    (Format::Junit, junit::JEST),
    (Format::Junit, junit::NEXTEST),
    (Format::Tap, tap::NODE),
    (Format::Sarif, sarif::REPORT),
    (Format::CargoJson, cargo::NIGHTLY),
    (Format::CargoJson, cargo::STABLE),
    (Format::CargoJson, cargo::NEXTEST),
];

/// Pieces that mean something to one of the formats.
const WORDS: &str = r#"(<testsuites>|<testsuite name="s" tests="3">|<testcase name='a' time="1.5">|</testcase>|</testsuite>|<failure/>|<skipped>|<!--|-->|<!\[CDATA\[|\]\]>|<\?xml version="1.0"\?>|<!DOCTYPE x|&lt;|&#x41;|&|<|>|"|'|=|ok|not ok|1\.\.2|    |  ---|  \.\.\.|# TODO|# SKIP x| # time=1ms|# Subtest: s|\{|\}|Bail out!|TAP version 13|\[|\]|:|,|"runs"|"version":"2\.1\.0"|"results"|"tool"|"driver"|"name":"t"|"rules"|"ruleId":"r"|"level":"error"|null|1e9|-|"type":"test"|"type":"suite"|"event":"started"|"event":"ok"|"reason":"compiler-message"|\\|\\u00|\n|\n|\r\n| |é|x){0,40}"#;

fn read_all(bytes: &[u8]) {
    for format in Format::ALL {
        if let Ok(report) = read(format, bytes) {
            assert_eq!(report.file.bytes, bytes.len() as u64);
            let spelled = canonical::store::write(&recorded(report));
            assert!(spelled.len() <= LARGEST_PAYLOAD);
        }
    }
}

/// Gives pieces of these lengths, over and over.
struct Pieces<'b> {
    bytes: &'b [u8],
    lengths: Vec<usize>,
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.lengths.get(self.turn % self.lengths.len()).copied().unwrap_or(1);
        self.turn += 1;
        let most = length.clamp(1, buffer.len());
        self.bytes.read(buffer.get_mut(..most).unwrap_or_default())
    }
}

fn spelled(read: Result<motus_ledger::report::Report, EvidenceError>) -> String {
    match read {
        Ok(report) => canonical::store::write(&recorded(report)),
        Err(error) => format!("{}: {error}", error.code()),
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn any_words_of_the_formats_are_answered(text in WORDS) {
        read_all(text.as_bytes());
    }

    #[test]
    fn changed_samples_are_answered(
        sample in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut bytes = SAMPLES[sample].1.as_bytes().to_vec();
        for (place, byte, change) in changes {
            let at = place.index(bytes.len().max(1)).min(bytes.len());
            match change {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                2 => bytes.truncate(at),
                _ if at < bytes.len() => bytes[at] = byte,
                _ => {}
            }
        }
        read_all(&bytes);
    }

    #[test]
    fn a_report_says_the_same_in_pieces_of_any_length(
        sample in 0..SAMPLES.len(),
        cut in any::<prop::sample::Index>(),
        lengths in prop::collection::vec(1..40_usize, 1..6),
    ) {
        let (format, text) = SAMPLES[sample];
        for bytes in [text.as_bytes(), &text.as_bytes()[..cut.index(text.len())]] {
            let pieces = Pieces { bytes, lengths: lengths.clone(), turn: 0 };
            let in_pieces = read_stream(format, pieces, Path::new("report"));
            prop_assert_eq!(spelled(in_pieces), spelled(read(format, bytes)));
        }
    }
}

#[test]
fn a_report_that_breaks_off_is_no_report_where_its_format_has_an_end() {
    for (format, text) in [
        (Format::Junit, junit::PYTEST),
        (Format::Junit, junit::SUREFIRE.trim_end()),
        (Format::Sarif, sarif::REPORT),
    ] {
        for end in 1..text.len() {
            assert!(read(format, &text.as_bytes()[..end]).is_err(), "{format} {end}");
        }
    }
}

fn repeated(number: u32, piece: impl Fn(u32) -> String) -> String {
    (0..number).map(piece).collect::<Vec<_>>().concat()
}

#[test]
fn what_is_too_deep_too_long_or_too_much_is_refused() {
    let deep = format!("<testsuites>{}", "<testsuite>".repeat(200));
    assert_eq!(refused(Format::Junit, deep), "1:1410: elements are nested too deeply");
    let many = repeated(300, |n| format!(" a{n}=''"));
    let many = format!("<testsuite{many}/>");
    assert_eq!(refused(Format::Junit, many), "1:1: an element has more than 256 attributes");
    let long = format!("<testsuite {}=''/>", "a".repeat(2000));
    assert_eq!(refused(Format::Junit, long), "1:1: a name is longer than 1024 bytes");
    let long = format!("<testsuite>\n<!--{}--></testsuite>", " ".repeat(5 << 20));
    assert_eq!(refused(Format::Junit, long), "2:1: markup is longer than 4194304 bytes");
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(9 << 20));
    assert_eq!(refused(Format::Sarif, long), "1:6: a value is longer than 8388608 bytes");
    let long = format!("{{\"reason\":\"{}\"}}", "x".repeat(9 << 20));
    assert_eq!(refused(Format::CargoJson, long), "1:1: a line is longer than 8388608 bytes");
    let deep = format!("{{\"x\":{}", "[".repeat(1000));
    assert_eq!(refused(Format::Sarif, deep), "1:141: nested deeper than 128 levels");
    let keys = repeated(10_001, |n| format!("\"{n}\":0,"));
    assert_eq!(
        refused(Format::Sarif, format!("{{{keys}")),
        "1:88892: an object has too many members"
    );
    let runs = "{\"tool\":{\"driver\":{\"name\":\"t\"}}},".repeat(300);
    assert_eq!(
        refused(Format::Sarif, format!("{{\"runs\":[{runs}")),
        "1:8458: it has more than 256 runs"
    );
    let started = |n| format!("{{\"type\":\"test\",\"event\":\"started\",\"name\":\"{n}\"}}\n");
    let running = repeated(8193, started);
    assert_eq!(
        refused(Format::CargoJson, running),
        "8193:1: more than 8192 tests run at the same time"
    );
}

#[test]
fn text_of_any_length_is_passed_over() {
    let text = " x &amp; ]] ".repeat(1 << 20);
    let report = format!(
        "<testsuite name='s'><testcase name='a'><system-out><![CDATA[{text}]]>{text}</system-out></testcase></testsuite>"
    );
    assert_eq!(
        told(Format::Junit, report),
        "1 total, 1 passed, 0 failed, 0 errored, 0 skipped\npassed null s::a"
    );
}

#[test]
fn many_cases_are_counted_and_what_failed_is_named_first() {
    let case = |n: u32| {
        let failure = if n % 1000 == 999 { "<failure/>" } else { "" };
        format!("<testcase name='{n} {}'>{failure}</testcase>", "é".repeat(20))
    };
    let cases = repeated(20_000, case);
    let report = read(Format::Junit, format!("<testsuite>{cases}</testsuite>")).expect("a report");
    let recorded = recorded(report);
    let text = canonical::store::write(&recorded);
    assert!(
        text.len() <= LARGEST_PAYLOAD && text.len() > LARGEST_PAYLOAD / 100 * 95,
        "{}",
        text.len()
    );
    assert!(text.contains(
        r#""counts":{"errored":0,"failed":20,"passed":19980,"skipped":0,"total":20000}"#
    ));
    assert!(text.contains(r#""truncated":true"#));
    assert_eq!(text.matches(r#""status":"failed""#).count(), 20);
    let numbers: Vec<u32> = text
        .split(r#""name":""#)
        .skip(1)
        .filter_map(|rest| rest.split(' ').next()?.parse().ok())
        .collect();
    assert!(numbers.is_sorted() && numbers.contains(&19_999) && numbers.contains(&0));
}
