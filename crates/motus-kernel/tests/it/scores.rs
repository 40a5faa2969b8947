//! What lens, human and strategy score, against what the published bundles have in their place.
//!
//! Some of those numbers do not follow from the specification's own algorithms. A verifier never computes them
//! again; who reproduces the bundles has to be told them.

use motus_json::{ReadOptions, Value};
use motus_kernel::effect::{Effect, EffectOp};
use motus_kernel::hitl::{HitlDecision, hitl_evi_ms};
use motus_kernel::lens::freshness;
use motus_kernel::names::LockLevel;
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Receipt;
use motus_kernel::strategy::{Signal, Strategy, Trigger, match_strategies};
use motus_testkit::bundle::{basic_edit, human_approval};
use motus_testkit::goldens;
use motus_testkit::harness::{fixtures, skip};

/// Reads the receipt of a published bundle.
fn published(name: &str) -> Result<Receipt, String> {
    let bundle = goldens::read(&fixtures()?, name).map_err(|error| error.to_string())?;
    let options = ReadOptions::default();
    let document = motus_json::canonical::cj::read(&bundle.files["receipt.json"], &options);
    Ok(receipt(&document.expect("a document")))
}

fn receipt(document: &Value) -> Receipt {
    Receipt::read(document).expect("a receipt")
}

#[test]
fn the_freshness_of_published_lenses_is_not_that_of_their_items() {
    for (name, recorded, computed) in [
        ("basic_edit", 900, 1000),
        ("verify_fail_backtrack", 950, 1000),
        ("parallel_children/parent", 600, 792),
        ("parallel_children/child_1", 900, 1000),
        ("parallel_children/child_2", 900, 1000),
        ("parallel_children/child_3", 900, 1000),
        ("effect_compression", 1000, 1000),
        ("hitl_checkpoint", 1000, 1000),
        ("strategy_applied", 500, 909),
        ("tiered_recovery", 400, 792),
    ] {
        let receipt = match published(name) {
            Ok(receipt) => receipt,
            Err(why) => return skip("scores::the_freshness_of_published_lenses", &why),
        };
        assert_eq!(receipt.lens.quality.freshness, recorded, "{name}");
        assert_eq!(freshness(&receipt.lens.items, &receipt.lens.created_utc), computed, "{name}");
        assert_eq!(receipt.lens.quality.aggregate, receipt.lens.quality.worst(), "{name}");
    }
}

#[test]
fn the_probability_of_the_published_prompt_is_not_that_of_its_receipt() {
    let receipt = match published("hitl_checkpoint") {
        Ok(receipt) => receipt,
        Err(why) => return skip("scores::the_probability_of_the_published_prompt", &why),
    };
    let prompt = &receipt.hitl[0];
    let given = hitl_evi_ms(&receipt, prompt.p_override_permille, &Rules::published_default());
    assert_eq!((given.required, given.evi_ms), (true, prompt.evi_ms));
    assert_eq!((given.loss_ms, given.cost_ms), (900_000, 45_000));
    let computed = hitl_evi_ms(&receipt, None, &Rules::published_default());
    assert_eq!((prompt.p_override_permille, computed.p_override_permille), (Some(650), 369));
    assert!(computed.required, "a human is asked either way");
}

#[test]
fn what_a_write_under_prod_is_worth() {
    let policy = Rules::published_default();
    // z = -3000 + 4000 * 600 / 1000 + 2000 * 100 / 1000 = -400: the lens has 900 of 1000.
    let decision = |evi_ms, required, loss_ms| HitlDecision {
        required,
        p_override_permille: 409,
        loss_ms,
        cost_ms: 45_000,
        evi_ms: Some(evi_ms),
    };
    let usual = receipt(&basic_edit().receipt.into());
    assert_eq!(hitl_evi_ms(&usual, None, &policy), decision(-32_730, false, 30_000));
    let risky = receipt(&human_approval().receipt.into());
    assert_eq!(hitl_evi_ms(&risky, None, &policy), decision(323_100, true, 900_000));
    assert_eq!(hitl_evi_ms(&risky, Some(5000), &policy).p_override_permille, 1000);
}

fn push(receipt: &mut Receipt, op: EffectOp, selector: &str) {
    receipt.body.effects.declared.push(Effect { op, selector: selector.to_owned() });
}

#[test]
fn every_feature_of_the_model_raises_the_probability() {
    let probability = |change: fn(&mut Receipt)| {
        let mut receipt = receipt(&basic_edit().receipt.into());
        receipt.body.lock_level = LockLevel::Draft;
        receipt.body.lens.quality.aggregate = 1000;
        change(&mut receipt);
        hitl_evi_ms(&receipt, None, &Rules::published_default()).p_override_permille
    };
    // z: -3000, -2200, -600, 400, 1000, -500, -1200, -1000, -800.
    assert_eq!(probability(|_| ()), 71);
    assert_eq!(probability(|receipt| receipt.body.lock_level = LockLevel::Staged), 145);
    assert_eq!(probability(|receipt| receipt.body.lock_level = LockLevel::Committed), 369);
    assert_eq!(probability(|receipt| receipt.body.lock_level = LockLevel::Published), 590);
    assert_eq!(probability(|receipt| receipt.body.lock_level = LockLevel::Immutable), 700);
    assert_eq!(probability(|receipt| push(receipt, EffectOp::Publish, "pub:a")), 388);
    assert_eq!(probability(|receipt| push(receipt, EffectOp::Network, "net:https://h/")), 269);
    assert_eq!(probability(|receipt| receipt.body.lens.quality.aggregate = 0), 300);
    assert_eq!(probability(|receipt| receipt.body.checks[0].passed = false), 333);
}

#[test]
fn a_published_suggestion_follows_only_without_a_threshold() {
    let suggested = |confidence_threshold| {
        let name = "multi_perspective_decision_needed".to_owned();
        let trigger = Trigger { signal: name.clone(), confidence_threshold, weight: None };
        let strategy = Strategy {
            strategy_id: "STRAT-008".to_owned(),
            version: "0.1".to_owned(),
            name: "Root Cause Loop".to_owned(),
            triggers: vec![trigger],
            steps: Vec::new(),
        };
        let signal = Signal { name, confidence: 920, evidence: None };
        match_strategies(&[signal], &[strategy]).pop().expect("it fits").match_permille
    };
    assert_eq!([suggested(0), suggested(1), suggested(600)], [920, 919, 800]);
}
