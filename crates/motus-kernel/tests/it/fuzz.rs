//! The functions of the fuzzer over scenarios and over thousands of small changes to them.

use motus_testkit::Random;
use motus_testkit::fuzzing::{TARGETS, Target};

/// Bytes that mean something to a reader of JSON, of paths or of text.
const SPEAKING: &[u8] = b"\"\\{}[],:/.0123456789-+eEut \n\r\t\x00\x7f\x80\xc3\xff";

/// Changes an input in one of seven ways; `other` is another input.
fn change(input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.index(input.len());
    let to = at + random.index((input.len() - at).min(64));
    let byte = SPEAKING[random.index(SPEAKING.len())];
    match random.index(7) {
        0 if !input.is_empty() => input[at] ^= 1 << random.index(8),
        1 if !input.is_empty() => input[at] = byte,
        2 => input.insert(at, byte),
        3 => drop(input.drain(at..to)),
        4 => input.truncate(at),
        5 => {
            let piece = input[at..to].to_vec();
            input.splice(to..to, piece);
        }
        _ => {
            let from = random.index(other.len());
            let piece = other[from..].iter().take(64).copied();
            input.splice(at..to, piece);
        }
    }
}

fn changed(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = corpus[random.index(corpus.len())].clone();
    for _ in 0..=random.index(3) {
        let other = &corpus[random.index(corpus.len())];
        change(&mut input, other, random);
    }
    input
}

/// Runs a target over its corpus and over so many changes of it.
#[track_caller]
fn hold(name: &str, changes: u32) {
    let target: &Target = TARGETS.iter().find(|target| target.name == name).expect("a target");
    let corpus = (target.corpus)();
    assert!(!corpus.is_empty());
    for input in &corpus {
        (target.run)(input);
    }
    (target.run)(b"");
    let mut random = Random::new(7);
    for _ in 0..changes {
        let input = changed(&corpus, &mut random);
        let held = std::panic::catch_unwind(|| (target.run)(&input));
        assert!(held.is_ok(), "{name} does not hold for {:?}", String::from_utf8_lossy(&input));
    }
}

#[test]
fn canonical_json_holds() {
    hold("canonical_json", 20_000);
}

#[test]
fn event_line_holds() {
    hold("event_line", 20_000);
}

#[test]
fn manifest_holds() {
    hold("manifest", 10_000);
}

#[test]
fn receipt_holds() {
    hold("receipt", 10_000);
}

#[test]
fn selectors_hold() {
    hold("selectors", 20_000);
}

#[test]
fn policy_holds() {
    hold("policy", 10_000);
}

#[test]
fn bundle_holds() {
    hold("bundle", 1000);
}

#[test]
fn trace_holds() {
    hold("trace", 20_000);
}

#[test]
fn portable_holds() {
    hold("portable", 5000);
}

#[test]
fn projection_holds() {
    hold("projection", 5000);
}

#[test]
fn every_target_is_run() {
    let source = include_str!("fuzz.rs");
    for target in &TARGETS {
        assert!(source.contains(&format!("hold(\"{}\"", target.name)), "{}", target.name);
    }
}
