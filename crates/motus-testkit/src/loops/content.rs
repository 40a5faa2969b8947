//! Texts, digests, effects and artifacts of a simulated world.

use motus_json::{Object, Value};
use motus_kernel::Digest;
use motus_kernel::effect::{Effect, EffectOp};
use motus_kernel::names::ArtifactKind;
use motus_kernel::receipt::Artifact;

use crate::Random;

/// So long is what is longer than anybody would write.
pub(super) const HUGE: usize = 300_000;

/// Returns a text that a person could have written, or something less readable.
pub(super) fn text(random: &mut Random) -> String {
    let word = random.pick([
        "",
        "plan",
        "two words",
        "\"quoted\\\"",
        "é\u{10000}",
        "\u{1}\n\t",
        "a,b:{[c",
    ]);
    let number = random.below(5);
    format!("{word}{number}")
}

/// Returns one of few digests, or one of many.
pub(super) fn digest(random: &mut Random) -> Digest {
    let number = if random.chance(20) { random.below(3) } else { random.next() };
    Digest::of(&[b"simulated", &number.to_be_bytes()])
}

/// Returns a point in time around the beginning of the loop, which is in 2026.
pub(super) fn time(random: &mut Random) -> String {
    let (year, month) = (random.pick([2019, 2025, 2026, 2031]), 1 + random.below(12));
    let fraction = random.pick(["", ".5", ".250000"]);
    format!("{year}-{month:02}-{:02}T0{}:00:00{fraction}Z", 1 + random.below(28), random.below(10))
}

/// Returns an effect that a plan may declare.
pub(super) fn effect(random: &mut Random) -> Effect {
    let directory = random.pick(["src", "docs", "src/deep/er", "/etc", "./src//"]);
    let (op, selector) = match random.below(8) {
        0 => (EffectOp::Network, format!("net:HTTPS://h.example/{}", random.below(9))),
        1 => (EffectOp::Exec, random.pick(["exec:make", "exec: cargo "]).to_owned()),
        2 => (EffectOp::ReadFS, format!("fs:{directory}/")),
        3 => (EffectOp::WriteFS, format!("fs:{directory}/")),
        4 => (EffectOp::Publish, "pub:registry".to_owned()),
        _ => (EffectOp::WriteFS, format!("fs:{directory}/{}.rs", random.below(30))),
    };
    Effect { op, selector }
}

/// Returns an effect that lies under one that is declared.
pub(super) fn under(declared: &Effect, random: &mut Random) -> Effect {
    let Effect { op, selector } = declared;
    let below =
        if selector.ends_with('/') { format!("x{}", random.below(6)) } else { String::new() };
    Effect { op: *op, selector: format!("{selector}{below}") }
}

/// Returns something that goes in or comes out.
pub(super) fn artifact(random: &mut Random) -> Artifact {
    let (path, kind) = match random.below(10) {
        0 => ("https://h.example/x".to_owned(), Some(ArtifactKind::Uri)),
        1 => (format!("docs{}/", random.below(3)), Some(ArtifactKind::Directory)),
        2 => (format!("src/{}.rs", random.below(20)), Some(ArtifactKind::File)),
        _ => (format!("src/{}.rs", random.below(20)), None),
    };
    let size_bytes = random.chance(50).then(|| random.below(9));
    Artifact { path, sha256: digest(random), size_bytes, kind }
}

/// Returns artifacts, each path once.
pub(super) fn artifacts(random: &mut Random) -> Vec<Artifact> {
    let mut artifacts: Vec<Artifact> = (0..random.below(4)).map(|_| artifact(random)).collect();
    let mut seen = std::collections::BTreeSet::new();
    artifacts.retain(|artifact| seen.insert(artifact.path.clone()));
    artifacts
}

/// Returns an object that means nothing to anybody.
pub(super) fn opaque(random: &mut Random) -> Object {
    let members = (0..random.below(4)).map(|number| {
        let value = match random.below(5) {
            0 => Value::Null,
            1 => Value::from(random.next()),
            2 => Value::from(vec![Value::from(text(random)), Value::from(true)]),
            3 => Object::from([(text(random), Value::from(-1_i64))]).into(),
            _ => text(random).into(),
        };
        (format!("member{number}"), value)
    });
    members.collect()
}
