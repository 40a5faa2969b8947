//! What a receipt says, in the order in which a reviewer asks; what the specification fixes stands before
//! what anybody may write, as in a gist.

use std::collections::BTreeSet;

use motus_kernel::effect::{CanonicalEffect, Effect, uncovered};
use motus_kernel::names::HitlKind;
use motus_kernel::receipt::{Actor, HitlRecord, Receipt};

use super::gist::quoted;

/// Lines that belong together.
#[derive(Debug)]
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// A name and a text each.
    pub lines: Vec<(String, String)>,
}

/// Returns the sections that have anything to say.
pub(super) fn of(receipt: &Receipt) -> Vec<Section> {
    let sections = [
        ("Loop", about(receipt)),
        ("Effects", effects(receipt)),
        ("Gates", gates(receipt)),
        ("Checks", checks(receipt)),
        ("Errors", errors(receipt)),
        ("Human decisions", receipt.hitl.iter().map(human).collect()),
        ("Children", children(receipt)),
    ];
    let section = |(title, lines)| Section { title, lines };
    sections.into_iter().map(section).filter(|section| !section.lines.is_empty()).collect()
}

fn named(name: &str, text: impl Into<String>) -> (String, String) {
    (name.to_owned(), text.into())
}

fn who(actor: &Actor) -> String {
    format!("{} {}", actor.kind.as_str(), quoted(&actor.name))
}

fn about(receipt: &Receipt) -> Vec<(String, String)> {
    let (intent, outcome, actor) = (&receipt.intent, &receipt.outcome, &receipt.actor);
    let mut lines = vec![
        named("loop", receipt.loop_id.to_string()),
        named("intent", format!("{}: {}", intent.source.as_str(), intent.description)),
        named("actor", who(actor)),
        named("outcome", format!("{}: {}", outcome.status.as_str(), outcome.description)),
        named("lock level", receipt.lock_level.as_str()),
        named(
            "lens",
            format!("quality {}, {}", receipt.lens.quality.aggregate, receipt.lens.lens_id),
        ),
    ];
    if let Some(parent) = receipt.parent_loop_id {
        lines.insert(1, named("parent", parent.to_string()));
    }
    for decision in &receipt.decisions {
        let text = format!("{}: {} ({})", decision.point, decision.choice, decision.rationale);
        lines.push(named("decision", text));
    }
    lines
}

fn effects(receipt: &Receipt) -> Vec<(String, String)> {
    let canonical = |effects: &[Effect]| -> Vec<CanonicalEffect> {
        effects.iter().filter_map(|effect| effect.canonicalize().ok()).collect()
    };
    let (declared, observed) =
        (canonical(&receipt.effects.declared), canonical(&receipt.effects.executed_raw));
    let outside: BTreeSet<_> = uncovered(&declared, &observed).into_iter().collect();
    let is_outside =
        |effect: &Effect| effect.canonicalize().map_or(true, |effect| outside.contains(&effect));
    let text = |effect: &Effect| format!("{} {}", effect.op, effect.selector);
    let declared_lines =
        receipt.effects.declared.iter().map(|effect| named("declared", text(effect)));
    let observed_lines = receipt.effects.executed_raw.iter().map(|effect| {
        let note = if is_outside(effect) { "  NOT DECLARED" } else { "" };
        named("observed", format!("{}{note}", text(effect)))
    });
    declared_lines.chain(observed_lines).collect()
}

fn passed(passed: bool) -> &'static str {
    if passed { "passed" } else { "FAILED" }
}

fn gates(receipt: &Receipt) -> Vec<(String, String)> {
    let line = |gate: &motus_kernel::receipt::Gate| {
        let text = format!("{} {}", gate.phase.as_str(), quoted(&gate.gate_id));
        named(passed(gate.passed), text)
    };
    receipt.gates.iter().map(line).collect()
}

fn checks(receipt: &Receipt) -> Vec<(String, String)> {
    let line = |check: &motus_kernel::receipt::Check| {
        let evidence =
            check.evidence.as_deref().map(|path| format!(", {path}")).unwrap_or_default();
        let text = format!("{} {}{evidence}", check.level.as_str(), quoted(&check.check_id));
        named(passed(check.passed), text)
    };
    let required: Vec<String> = receipt.checks_required.iter().map(|id| quoted(id)).collect();
    let required = named("required", required.join(", "));
    let required = (!receipt.checks_required.is_empty()).then_some(required);
    required.into_iter().chain(receipt.checks.iter().map(line)).collect()
}

fn errors(receipt: &Receipt) -> Vec<(String, String)> {
    let line = |error: &motus_kernel::receipt::ErrorRecord| {
        let (phase, code) = (error.phase.as_str(), quoted(&error.code));
        let text = format!("{phase} {code}: {}", error.message);
        named(error.class.as_str(), text)
    };
    receipt.errors.iter().map(line).collect()
}

fn human(record: &HitlRecord) -> (String, String) {
    let reason = record.reason.as_deref().or(record.note.as_deref()).unwrap_or_default();
    match (record.kind, record.approved) {
        (HitlKind::Prompt, _) => named("asked", reason),
        (HitlKind::Decision, approved) => {
            let by = record.approver.as_ref().map_or("somebody".to_owned(), who);
            let verb = if approved == Some(true) { "approved" } else { "refused" };
            named(verb, format!("by {by}: {reason}"))
        }
    }
}

fn children(receipt: &Receipt) -> Vec<(String, String)> {
    let line = |child: &motus_kernel::receipt::Child| {
        let critical = if child.critical { "critical" } else { "not critical" };
        let text =
            format!("{}, {critical}, proof {}", child.child_loop_id, child.child_proof_digest);
        named(child.outcome_status.as_str(), text)
    };
    receipt.children.iter().map(line).collect()
}
