//! Policies: what a loop must show before it counts.
//!
//! Source: MOTUS-SPEC-V0.1 §1.15 and §6.3 step 9. A verifier is given its policy by whoever runs it, never
//! by the bundle: the bundle's own claim is compared with it.

mod checks;
mod document;
mod human;
mod rollup;

use std::collections::BTreeMap;

pub use checks::attempted;
pub(crate) use checks::{AttemptNumber, attempt};
pub use document::PolicyError;
pub(crate) use human::{awaits_a_human, is_a_human};
pub use rollup::{rollup, rollup_children};

use crate::Digest;
use crate::names::LockLevel;
use crate::receipt::{Body, Receipt};

/// What a loop must show. Pure: the same receipt gives the same answer.
pub trait Policy {
    /// Returns the name that receipts carry.
    fn id(&self) -> &str;

    /// Returns the digest that receipts carry.
    fn hash(&self) -> Digest;

    /// Returns how many effects a loop may declare whose receipt says `k`.
    fn most_effects(&self, k: u32) -> u32;

    /// Tells whether a loop may go back to Observe.
    fn allows_backtrack_to_observe(&self) -> bool;

    /// Returns the checks that must have passed, beside those that the receipt itself requires.
    fn checks_required(&self, level: LockLevel) -> &[String];

    /// Returns the least quality of the lens, in permille.
    fn least_lens_quality(&self, level: LockLevel) -> u16;

    /// Returns what a wrong outcome would cost, in milliseconds.
    fn loss_ms(&self, receipt: &Body) -> u64;

    /// Returns what asking a human costs, in milliseconds.
    fn cost_ms(&self) -> u64;
}

/// A policy as data: the default one, or one that was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    id: String,
    hash: Digest,
    /// The most effects that a loop may declare, whatever its receipt says.
    effect_cap: Option<u32>,
    backtrack_to_observe: bool,
    checks_required: BTreeMap<LockLevel, Vec<String>>,
    least_lens_quality: BTreeMap<LockLevel, u16>,
    cost_ms: u64,
    loss_ms: u64,
    risks: Vec<Risk>,
}

/// Effects that would cost more than usual if they were wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Risk {
    effect: crate::effect::CanonicalEffect,
    from_level: LockLevel,
    loss_ms: u64,
}

impl Rules {
    /// Returns `POLICY-DEFAULT`, whose hash commits to its name, as published bundles have it.
    ///
    /// Shape: as many effects as the receipt's own k; no way back to Observe; no check beside the
    /// receipt's own; no least quality; asking a human costs 45 s, a wrong outcome 30 s, and 900 s for
    /// writes under `fs:prod/` at Committed and above.
    pub fn published_default() -> Self {
        let prod =
            crate::effect::CanonicalEffect::new(crate::effect::EffectOp::WriteFS, "fs:prod/");
        let risk = |effect| Risk { effect, from_level: LockLevel::Committed, loss_ms: 900_000 };
        Self {
            id: "POLICY-DEFAULT".to_owned(),
            hash: Digest::of(&[b"policy-default"]),
            effect_cap: None,
            backtrack_to_observe: false,
            checks_required: BTreeMap::new(),
            least_lens_quality: BTreeMap::new(),
            cost_ms: 45_000,
            loss_ms: 30_000,
            risks: prod.into_iter().map(risk).collect(),
        }
    }

    /// Reads a policy document.
    ///
    /// Shape: `docs/policy.md`. The hash is that of the document's CJ-0.1 text.
    /// Errors: what is no document, a member that is not known, missing or not as it must be.
    pub fn read(bytes: &[u8]) -> Result<Self, PolicyError> {
        document::read(bytes)
    }
}

impl Policy for Rules {
    fn id(&self) -> &str {
        &self.id
    }

    fn hash(&self) -> Digest {
        self.hash
    }

    fn most_effects(&self, k: u32) -> u32 {
        self.effect_cap.map_or(k, |cap| k.min(cap))
    }

    fn allows_backtrack_to_observe(&self) -> bool {
        self.backtrack_to_observe
    }

    fn checks_required(&self, level: LockLevel) -> &[String] {
        self.checks_required.get(&level).map(Vec::as_slice).unwrap_or_default()
    }

    fn least_lens_quality(&self, level: LockLevel) -> u16 {
        self.least_lens_quality.get(&level).copied().unwrap_or_default()
    }

    fn loss_ms(&self, receipt: &Body) -> u64 {
        let touched: Vec<_> = receipt
            .effects
            .declared
            .iter()
            .chain(&receipt.effects.executed_raw)
            .filter_map(|effect| effect.canonicalize().ok())
            .collect();
        let applying: Vec<&Risk> =
            self.risks.iter().filter(|risk| receipt.lock_level >= risk.from_level).collect();
        let named: Vec<_> = applying.iter().map(|risk| risk.effect.clone()).collect();
        let losses = applying.iter().zip(crate::effect::touched(&named, &touched));
        let losses = losses.filter_map(|(risk, is_touched)| is_touched.then_some(risk.loss_ms));
        losses.fold(self.loss_ms, u64::max)
    }

    fn cost_ms(&self) -> u64 {
        self.cost_ms
    }
}

/// Returns every rule that a receipt breaks, as a sentence.
pub fn violations(policy: &dyn Policy, receipt: &Receipt) -> Vec<String> {
    let mut violations = Vec::new();
    let integrity = &receipt.integrity;
    if integrity.policy_id != policy.id() || integrity.policy_hash != policy.hash() {
        let (claimed, claimed_hash) = (&integrity.policy_id, integrity.policy_hash);
        violations.push(format!(
            "the policy is {} ({}), the receipt claims {claimed} ({claimed_hash})",
            policy.id(),
            policy.hash()
        ));
    }
    violations.extend(violations_of_work(policy, receipt));
    violations
}

/// Returns every rule that a receipt breaks by what it tells, before it is sealed.
pub(crate) fn violations_of_work(policy: &dyn Policy, receipt: &Body) -> Vec<String> {
    let mut violations = checks::violations(policy, receipt);
    violations.extend(human::violations(policy, receipt));
    violations.extend(rollup::violation(receipt));
    violations
}
