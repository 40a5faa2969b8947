//! Any receipt that reads: generators over every field, with text that is hard to spell.

use std::collections::BTreeMap;
use std::ops::Range;

use motus_json::{Object, Value};
pub(crate) use motus_testkit::any::text;
use proptest::collection::{btree_map, vec};
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

use super::path::{is_artifact_path, place};
use super::{
    Actor, Artifact, Body, CJ_VERSION, Check, Child, Decision, ENF_VERSION, EffectSet, ErrorRecord,
    FSM_VERSION, Gate, HitlRecord, Integrity, Intent, Lens, LensItem, LensQuality, Outcome,
    PROOF_VERSION, RECEIPT_VERSION, Receipt, Roots, Strategies,
};
use crate::effect::{CanonicalEffect, Effect, EffectOp};
use crate::names::{
    ActorType, ArtifactKind, ErrorClass, HitlKind, IntentSource, LockLevel, OutcomeStatus, Phase,
    VerificationLevel,
};
use crate::{Digest, Uuid};

/// The same cases in every run; nothing is written beside the sources.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(0x4D4F_5455);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

/// Of lists there are so many entries.
const ENTRIES: Range<usize> = 0..4;

/// A value that has a canonical text, small enough for many of them.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((text(), inner), 0..3).prop_map(|members| Object::from_iter(members).into()),
        ]
    })
}

pub(crate) fn object() -> impl Strategy<Value = Object> {
    vec((text(), value()), ENTRIES).prop_map(Object::from_iter)
}

pub(crate) fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 4]>().prop_map(|seed| Digest::of(&[&seed]))
}

pub(crate) fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_bits)
}

/// A real date and time, with or without a fraction.
pub(crate) fn time() -> impl Strategy<Value = String> {
    let date = (0..=9999_u16, 1..=12_u8, 1..=28_u8);
    (date, 0..24_u8, 0..60_u8, 0..60_u8, maybe("[0-9]{1,9}")).prop_map(
        |((year, month, day), hour, minute, second, fraction)| {
            let fraction = fraction.map(|digits| format!(".{digits}")).unwrap_or_default();
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
        },
    )
}

fn permille() -> impl Strategy<Value = u16> {
    0..=1000_u16
}

/// The path of a file of evidence, or none.
fn evidence() -> impl Strategy<Value = Option<String>> {
    maybe("evidence/[a-c]/[a-c]")
}

pub(crate) fn receipt() -> impl Strategy<Value = Receipt> {
    (body(), integrity()).prop_map(|(body, integrity)| Receipt { body, integrity })
}

pub(crate) fn body() -> impl Strategy<Value = Body> {
    (head(), inside(), effects(), results(), records()).prop_map(
        |(
            (loop_id, parent_loop_id, timestamp_utc, intent, outcome, actor, lock_level),
            (phase_sequence, inputs, outputs, lens),
            effects,
            (decisions, strategies, verification_level, checks_required, checks, gates),
            (children, errors, hitl),
        )| Body {
            receipt_version: RECEIPT_VERSION.to_owned(),
            loop_id,
            // A loop is not its own parent.
            parent_loop_id: parent_loop_id.filter(|parent| *parent != loop_id),
            timestamp_utc,
            intent,
            outcome,
            actor,
            lock_level,
            phase_sequence,
            inputs,
            outputs,
            lens,
            effects,
            decisions,
            strategies,
            verification_level,
            checks_required,
            checks,
            gates,
            children,
            errors,
            hitl,
        },
    )
}

type Head = (Uuid, Option<Uuid>, String, Intent, Outcome, Actor, LockLevel);

fn head() -> impl Strategy<Value = Head> {
    let (lock_level, source) = (select(LockLevel::ALL), select(IntentSource::ALL));
    let intent = (text(), source).prop_map(|(description, source)| Intent { description, source });
    let outcome = (text(), select(OutcomeStatus::ALL))
        .prop_map(|(description, status)| Outcome { status, description });
    (uuid(), maybe(uuid()), time(), intent, outcome, actor(), lock_level)
}

pub(crate) fn actor() -> impl Strategy<Value = Actor> {
    (select(ActorType::ALL), text(), maybe(text()), maybe(digest()), maybe(text())).prop_map(
        |(kind, name, model, model_digest, email)| Actor { kind, name, model, model_digest, email },
    )
}

type Inside = (Vec<Phase>, Vec<Artifact>, Vec<Artifact>, Lens);

fn inside() -> impl Strategy<Value = Inside> {
    (vec(select(Phase::ALL), ENTRIES), artifacts(), artifacts(), lens())
}

/// Artifacts of places that differ, in their order.
pub(crate) fn artifacts() -> impl Strategy<Value = Vec<Artifact>> {
    vec(artifact(), ENTRIES).prop_map(|artifacts| {
        let placed = artifacts.into_iter().map(|artifact| (place(&artifact).to_owned(), artifact));
        let mut artifacts: Vec<Artifact> =
            placed.collect::<BTreeMap<_, _>>().into_values().collect();
        artifacts.sort_by(|left, right| left.path.cmp(&right.path));
        artifacts
    })
}

fn artifact() -> impl Strategy<Value = Artifact> {
    let named = (maybe(select(ArtifactKind::ALL)), artifact_path())
        .prop_map(|(kind, path)| match kind {
            Some(ArtifactKind::Uri) => (kind, format!("https:{path}")),
            _ => (kind, path),
        })
        .prop_filter("the one spelling of a path", |(kind, path)| is_artifact_path(path, *kind));
    (named, digest(), maybe(any::<u64>())).prop_map(|((kind, path), sha256, size_bytes)| Artifact {
        path,
        sha256,
        size_bytes,
        kind,
    })
}

fn artifact_path() -> impl Strategy<Value = String> {
    let name = text().prop_map(|text| {
        let is_of_a_name =
            |character: &char| !matches!(character, '/' | '\\') && !character.is_control();
        format!("n{}", text.chars().filter(is_of_a_name).collect::<String>())
    });
    let (before, behind) = (select(vec!["", "/"]), select(vec!["", "", "/"]));
    (before, vec(name, 1..4), behind)
        .prop_map(|(before, names, behind)| format!("{before}{}{behind}", names.join("/")))
}

pub(crate) fn lens() -> impl Strategy<Value = Lens> {
    (text(), time(), btree_map((text(), text(), digest()), lens_item(), ENTRIES), quality())
        .prop_map(|(lens_id, created_utc, items, quality)| {
            let item = |((kind, uri, sha256), item)| LensItem { kind, uri, sha256, ..item };
            Lens { lens_id, created_utc, items: items.into_iter().map(item).collect(), quality }
        })
}

fn lens_item() -> impl Strategy<Value = LensItem> {
    (time(), text(), maybe(permille())).prop_map(|(ts_utc, provenance, weight)| LensItem {
        kind: String::new(),
        uri: String::new(),
        sha256: Digest::ZERO,
        ts_utc,
        provenance,
        weight,
    })
}

fn quality() -> impl Strategy<Value = LensQuality> {
    (permille(), permille(), permille(), permille(), permille()).prop_map(
        |(coverage, freshness, conflict, provenance, aggregate)| LensQuality {
            coverage,
            freshness,
            conflict,
            provenance,
            aggregate,
        },
    )
}

/// Effects of which those that were executed are declared, and no more than may be.
fn effects() -> impl Strategy<Value = EffectSet> {
    let declared = btree_map(effect(), any::<bool>(), ENTRIES);
    let opaque = value().prop_filter("null is none", |value| !value.is_null());
    (declared, vec(any::<Index>(), ENTRIES), 0..3_u32, maybe(opaque)).prop_map(
        |(declared, executed, spare, compression)| {
            let declared: Vec<Effect> = declared.into_keys().map(Effect::from).collect();
            let executed = executed.iter().filter(|_| !declared.is_empty());
            EffectSet {
                enf_version: ENF_VERSION.to_owned(),
                k: declared.iter().map(|_| 1).sum::<u32>() + spare,
                executed_raw: executed.map(|index| index.get(&declared).clone()).collect(),
                declared,
                compression,
            }
        },
    )
}

/// An effect that no policy finds dangerous.
fn effect() -> impl Strategy<Value = CanonicalEffect> {
    (select(EffectOp::ALL.as_slice()), artifact_path()).prop_filter_map(
        "a canonical selector",
        |(op, path)| {
            let selector = match op {
                EffectOp::ReadFS | EffectOp::WriteFS => format!("fs:{path}"),
                EffectOp::Network => format!("net:https://h/{}", path.len()),
                EffectOp::Exec => format!("exec:{path}"),
                EffectOp::Publish => format!("pub:{path}"),
            };
            CanonicalEffect::new(op, &selector).ok()
        },
    )
}

type Results = (Vec<Decision>, Strategies, VerificationLevel, Vec<String>, Vec<Check>, Vec<Gate>);

fn results() -> impl Strategy<Value = Results> {
    (
        vec(decision(), ENTRIES),
        strategies(),
        select(VerificationLevel::ALL),
        vec(text(), ENTRIES),
        checks(),
        gates(),
    )
}

pub(crate) fn decision() -> impl Strategy<Value = Decision> {
    (text(), text(), text(), vec(text(), ENTRIES)).prop_map(
        |(point, choice, rationale, alternatives_rejected)| Decision {
            point,
            choice,
            rationale,
            alternatives_rejected,
        },
    )
}

fn strategies() -> impl Strategy<Value = Strategies> {
    let used = value().prop_filter("null is none", |value| !value.is_null());
    (vec(object().prop_map(Value::from), ENTRIES), maybe(used))
        .prop_map(|(suggestions, used)| Strategies { suggestions, used })
}

/// The results of checks, each once, in any order.
pub(crate) fn checks() -> impl Strategy<Value = Vec<Check>> {
    let result = (select(VerificationLevel::ALL), any::<bool>(), evidence());
    let check = |(check_id, (level, passed, evidence))| Check { level, check_id, passed, evidence };
    btree_map(text(), result, ENTRIES)
        .prop_map(move |checks| checks.into_iter().map(check).collect::<Vec<_>>())
        .prop_shuffle()
}

/// The results of gates, each once, in any order.
pub(crate) fn gates() -> impl Strategy<Value = Vec<Gate>> {
    let gate = |((phase, gate_id), (passed, evidence))| Gate { phase, gate_id, passed, evidence };
    btree_map((select(Phase::ALL), text()), (any::<bool>(), evidence()), ENTRIES)
        .prop_map(move |gates| gates.into_iter().map(gate).collect::<Vec<_>>())
        .prop_shuffle()
}

type Records = (Vec<Child>, Vec<ErrorRecord>, Vec<HitlRecord>);

fn records() -> impl Strategy<Value = Records> {
    (children(), vec(error_record(), ENTRIES), vec(hitl_record(), ENTRIES))
}

/// Children with places of their own, in any order.
fn children() -> impl Strategy<Value = Vec<Child>> {
    let child = (any::<bool>(), select(OutcomeStatus::ALL));
    btree_map(uuid(), child, ENTRIES)
        .prop_map(|children| {
            let child = |(place, (child_loop_id, (critical, outcome_status)))| Child {
                spawn_index: place,
                child_loop_id,
                critical,
                child_proof_digest: Digest::of(&[child_loop_id.to_string().as_bytes()]),
                outcome_status,
            };
            (0..).zip(children).map(child).collect::<Vec<_>>()
        })
        .prop_shuffle()
}

pub(crate) fn error_record() -> impl Strategy<Value = ErrorRecord> {
    let (phase, class) = (select(Phase::ALL), select(ErrorClass::ALL));
    (phase, class, text(), text(), any::<bool>(), evidence()).prop_map(
        |(phase, class, code, message, retryable, evidence)| ErrorRecord {
            phase,
            class,
            code,
            message,
            retryable,
            evidence,
        },
    )
}

/// A record with any members, also such as make no sense together.
fn hitl_record() -> impl Strategy<Value = HitlRecord> {
    let said = (select(HitlKind::ALL), time(), maybe(text()), maybe(text()));
    let numbers =
        (maybe(permille()), maybe(any::<u64>()), maybe(any::<u64>()), maybe(any::<i64>()));
    (said, numbers, maybe(any::<bool>()), maybe(any::<bool>()), maybe(actor())).prop_map(
        |((kind, ts_utc, reason, note), numbers, required, approved, approver)| {
            let (p_override_permille, loss_ms, cost_ms, evi_ms) = numbers;
            HitlRecord {
                kind,
                ts_utc,
                required,
                reason,
                p_override_permille,
                loss_ms,
                cost_ms,
                evi_ms,
                approved,
                approver,
                note,
            }
        },
    )
}

fn integrity() -> impl Strategy<Value = Integrity> {
    (text(), vec(digest(), 11)).prop_map(|(policy_id, digests)| {
        let digest = |place: usize| digests[place];
        Integrity {
            cj_version: CJ_VERSION.to_owned(),
            proof_version: PROOF_VERSION.to_owned(),
            fsm_version: FSM_VERSION.to_owned(),
            enf_version: ENF_VERSION.to_owned(),
            policy_id,
            policy_hash: digest(8),
            receipt_hash: digest(9),
            proof_digest: digest(10),
            roots: Roots {
                event_log_root: digest(0),
                artifacts_root: digest(1),
                evidence_root: digest(2),
                lens_root: digest(3),
                effects_root: digest(4),
                gates_root: digest(5),
                verification_root: digest(6),
                workgraph_root: digest(7),
            },
        }
    })
}
