//! What must hold for the rules about effects and phases.

use motus_kernel::effect::{Effect, EffectOp, compress, covers, normalize, uncovered};
use motus_kernel::fsm::{Trace, check};
use motus_kernel::names::Phase;

/// Selectors of several effects, one on each line: the first byte of the whole is the limit, that of a
/// line the operation.
pub fn selectors(bytes: &[u8]) {
    let Some((limit, rest)) = bytes.split_first() else { return };
    let effects: Vec<Effect> = rest.split(|byte| *byte == b'\n').filter_map(effect).collect();
    let canonical: Vec<_> =
        effects.iter().filter_map(|effect| effect.canonicalize().ok()).collect();
    for effect in &canonical {
        assert_eq!(Effect::from(effect.clone()).canonicalize().as_ref(), Ok(effect));
        assert!(covers(effect, effect));
    }
    let all_are_canonical = canonical.len() == effects.len();
    assert_eq!(normalize(&effects).is_ok(), all_are_canonical);
    let found = compress(&canonical, u32::from(*limit));
    assert!(uncovered(&found.effects, &canonical).is_empty());
    assert_eq!(found.fits, found.effects.len() <= usize::from(*limit));
    assert!(found.effects.is_sorted_by(|left, right| left < right));
    let again = compress(&found.effects, u32::from(*limit));
    assert_eq!(again.effects, found.effects);
}

fn effect(line: &[u8]) -> Option<Effect> {
    let (op, selector) = line.split_first()?;
    let op = *EffectOp::ALL.get(usize::from(*op) % EffectOp::ALL.len())?;
    Some(Effect { op, selector: String::from_utf8_lossy(selector).into_owned() })
}

pub(super) fn samples() -> Vec<Vec<u8>> {
    let line = |op: EffectOp, selector: &str| {
        let place = EffectOp::ALL.iter().position(|other| *other == op).unwrap_or_default();
        format!("{place}{selector}")
    };
    let place = |lines: Vec<String>| ["\u{2}".to_owned(), lines.join("\n")].concat().into_bytes();
    let files = ["fs:a/b/c", "fs:./", "fs:a//./b", "fs:/etc/x", "fs:é/", "fs:a/b/d", "fs:a/e/"];
    let addresses = ["net:https://h/", "net:HTTP://H.:80/%7ea/b%2f", "net:https://[::1]:8443/a/b"];
    let names = ["exec: make ", "exec:cargo test"];
    vec![
        place(files.map(|selector| line(EffectOp::WriteFS, selector)).to_vec()),
        place(addresses.map(|selector| line(EffectOp::Network, selector)).to_vec()),
        place(names.map(|selector| line(EffectOp::Exec, selector)).to_vec()),
        place(vec![line(EffectOp::Publish, "pub:crates.io"), line(EffectOp::ReadFS, "fs:a/b")]),
    ]
}

/// Phases of a log and, after a zero byte, of a receipt. What is accepted begins with Observe, ends with
/// Lock and takes only legal steps.
pub fn trace(bytes: &[u8]) {
    let middle = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (log, sequence) = bytes.split_at(middle);
    let (log, sequence) = (phases(log), phases(sequence.get(1..).unwrap_or_default()));
    let mut trace = Trace::default();
    for phase in &log {
        trace.push(*phase);
    }
    for to_observe in [false, true] {
        if !check(&trace, &sequence, to_observe).is_empty() {
            continue;
        }
        for (phases, may_skip) in [(&log, true), (&sequence, false)] {
            assert_eq!(phases.first(), Some(&Phase::Observe));
            assert_eq!(phases.last(), Some(&Phase::Lock));
            for pair in phases.windows(2) {
                let skips = may_skip && pair == [Phase::Observe, Phase::Decide];
                assert!(skips || is_legal_step(pair, to_observe), "{pair:?}");
            }
        }
        let entries =
            |phases: &[Phase]| phases.iter().filter(|phase| **phase != Phase::Orient).count();
        assert!(entries(&log) >= entries(&sequence));
    }
}

/// Tells whether two phases may follow one another, word for word after MOTUS-SPEC-V0.1 §5.1.
pub fn is_legal_step(pair: &[Phase], to_observe: bool) -> bool {
    const LEGAL: [&str; 17] = [
        "Observe Orient",
        "Orient Decide",
        "Decide Act",
        "Act Verify",
        "Verify Lock",
        "Observe Observe",
        "Orient Orient",
        "Decide Decide",
        "Act Act",
        "Verify Verify",
        "Lock Lock",
        "Decide Orient",
        "Act Decide",
        "Act Orient",
        "Verify Act",
        "Verify Decide",
        "Verify Orient",
    ];
    let [from, to] = pair else { return false };
    let returns = to_observe && *to == Phase::Observe && *from != Phase::Lock;
    returns || LEGAL.contains(&format!("{} {}", from.as_str(), to.as_str()).as_str())
}

fn phases(bytes: &[u8]) -> Vec<Phase> {
    let phase = |byte: &u8| Phase::ALL.get(usize::from(*byte) % Phase::ALL.len()).copied();
    bytes.iter().filter_map(phase).collect()
}

pub(super) fn traces() -> Vec<Vec<u8>> {
    let traces: [&[u8]; 4] = [
        b"\x06\x07\x08\x09\x0a\x0b\x00\x06\x07\x08\x09\x0a\x0b",
        b"\x06\x06\x08\x09\x09\x0a\x0b\x0b\x00\x06\x07\x08\x09\x0a\x0b",
        b"\x06\x07\x08\x09\x0a\x07\x08\x09\x0a\x0b\x00\x06\x07\x08\x09\x0a\x07\x08\x09\x0a\x0b",
        b"\x06\x07\x08\x09\x06\x07\x08\x09\x0a\x0b\x00\x06\x07\x08\x09\x06\x07\x08\x09\x0a\x0b",
    ];
    traces.map(<[u8]>::to_vec).to_vec()
}
