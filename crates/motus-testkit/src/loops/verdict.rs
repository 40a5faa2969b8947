//! The verdict on a run: what every loop must keep to, whatever its world says.

use motus_json::Value;
use motus_kernel::Digest;
use motus_kernel::compiler::RunError;
use motus_kernel::names::{LockLevel, OutcomeStatus, Phase};
use motus_kernel::policy::Policy;
use motus_kernel::projection::project_receipt;
use motus_kernel::receipt::{Child, Receipt};
use motus_kernel::source::MemoryBundle;
use motus_kernel::timestamp::compare;
use motus_kernel::verify::verify_bundle;

use super::log::{Event, document, events, lines};
use super::world::Oddity;
use super::{Case, Ran, Told, course};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// The loop came to its end.
    Locked,
    /// It was halted before Lock.
    Halted,
    /// It was halted in Lock.
    HaltedInLock,
    /// Nothing was recorded.
    Nothing,
}

/// Judges a run.
///
/// Errors: every rule that is broken, as a sentence.
pub fn judge(case: &Case, ran: &Ran) -> Result<Ending, Vec<String>> {
    let mut broken: Vec<String> = ran.world.said.astray.clone();
    let ending = match &ran.bundle {
        Err(error) => {
            broken.extend(unexcused(case, ran, error));
            Ending::Nothing
        }
        Ok(bundle) => {
            broken.extend(unbegun(case));
            judge_bundle(case, ran, bundle, &mut broken)
        }
    };
    if broken.is_empty() { Ok(ending) } else { Err(broken) }
}

/// The events of the shortest log.
const LEAST: u32 = 6;

/// So many bytes an intent may have at the least.
const LONG: usize = 500_000;

/// Says why a case should not even have begun.
fn unbegun(case: &Case) -> Option<String> {
    let request = &case.request;
    let is_own_parent = request.parent_loop_id == Some(request.loop_id);
    let cannot = request.budgets.max_events < LEAST || is_own_parent;
    cannot.then(|| "a loop was run that could not be".to_owned())
}

/// Says why nothing was recorded where something should have been.
fn unexcused(case: &Case, ran: &Ran, error: &RunError) -> Option<String> {
    let (request, said) = (&case.request, &ran.world.said);
    let is_excused = match error {
        RunError::Budget { .. } => request.budgets.max_events < LEAST,
        RunError::Request(_) => unbegun(case).is_some() || request.intent.description.len() > LONG,
        RunError::Unrecordable(_) => said.oddities.contains(&Oddity::BrokeDown),
        RunError::Persist(_) => said.oddities.contains(&Oddity::LostTheBundle),
        // Whatever is wrong, it is wrong with the loop, and a receipt can tell it.
        RunError::Unverifiable(_) => false,
    };
    (!is_excused).then(|| format!("nothing was recorded: {error}"))
}

fn judge_bundle(case: &Case, ran: &Ran, bundle: &MemoryBundle, broken: &mut Vec<String>) -> Ending {
    let report = verify_bundle(bundle, &case.policy);
    broken.extend(report.failures.iter().map(|failure| format!("{failure:?}")));
    broken.extend(report.warnings);
    let document = document(bundle, "receipt.json");
    let receipt = match Receipt::read(&Value::from(document)) {
        Ok(receipt) => receipt,
        Err(faults) => {
            broken.push(format!("{faults:?}"));
            return Ending::Nothing;
        }
    };
    let events = events(bundle);
    broken.extend(budgets(case, ran, &receipt, &events));
    broken.extend(sequence(case, &receipt.phase_sequence));
    broken.extend(times(&events));
    broken.extend(identifiers(ran, &events));
    broken.extend(errors(case, ran, &receipt, &events));
    broken.extend(end(case, ran, &receipt));
    if case.told == Told::All {
        broken.extend(projection(bundle, &receipt));
        broken.extend(course::check(case, ran, &receipt, &events));
    }
    match &ran.halted {
        None => Ending::Locked,
        Some(_) if is_skipped(&events) => Ending::Halted,
        Some(_) => Ending::HaltedInLock,
    }
}

fn is_skipped(events: &[Event]) -> bool {
    events.iter().any(|event| event.kind() == "PhaseSkipped")
}

/// No budget is exceeded, counted by what the receipt tells.
fn budgets(case: &Case, ran: &Ran, receipt: &Receipt, events: &[Event]) -> Vec<String> {
    let budgets = case.request.budgets;
    let mut broken = Vec::new();
    if events.len() as u64 > u64::from(budgets.max_events) {
        broken.push(format!("{} events, {} are allowed", events.len(), budgets.max_events));
    }
    let steps = || receipt.phase_sequence.windows(2);
    let again = steps().filter(|pair| matches!(pair, [from, to] if from == to)).count() as u64;
    let back = steps().filter(|pair| matches!(pair, [from, to] if to < from)).count() as u64;
    let (retries, ways) = (budgets.max_act_retries, budgets.max_backtracks);
    let is_locked = ran.halted.is_none();
    if again > u64::from(retries) {
        broken.push(format!("{again} phases again, {retries} are allowed"));
    }
    if again + back > u64::from(retries) + u64::from(ways) {
        broken.push(format!(
            "{back} ways back and {again} phases again, {ways} and {retries} are allowed"
        ));
    }
    // Each question in Lock that was put again takes one too, and is told as one error or, with its evidence, two.
    let in_lock = receipt.errors.iter().filter(|error| error.phase == Phase::Lock).count() as u64;
    if is_locked && again + in_lock.div_ceil(2) > u64::from(retries) {
        broken.push(format!(
            "{in_lock} errors in Lock after {again} phases again, {retries} are allowed"
        ));
    }
    let step = |name: &str| {
        let told = events.iter().filter(|event| event.told_text(&["step"]) == name);
        told.count() as u64
    };
    for (name, allowed) in [("Repeat", retries), ("Backtrack", ways)] {
        if step(name) > u64::from(allowed) {
            broken.push(format!("{} times {name}, {allowed} are allowed", step(name)));
        }
    }
    broken
}

/// §5.1, spelled out.
const LEGAL: [(Phase, &[Phase]); 6] = [
    (Phase::Observe, &[Phase::Observe, Phase::Orient]),
    (Phase::Orient, &[Phase::Orient, Phase::Decide]),
    (Phase::Decide, &[Phase::Orient, Phase::Decide, Phase::Act]),
    (Phase::Act, &[Phase::Orient, Phase::Decide, Phase::Act, Phase::Verify]),
    (Phase::Verify, &[Phase::Orient, Phase::Decide, Phase::Act, Phase::Verify, Phase::Lock]),
    (Phase::Lock, &[]),
];

fn sequence(case: &Case, phases: &[Phase]) -> Vec<String> {
    let mut broken = Vec::new();
    if phases.first() != Some(&Phase::Observe) || phases.last() != Some(&Phase::Lock) {
        broken.push(format!("{phases:?} does not lead from Observe to Lock"));
    }
    for pair in phases.windows(2) {
        let [from, to] = pair else { continue };
        let ways = LEGAL.iter().find(|(phase, _)| phase == from).map(|(_, ways)| *ways);
        let is_allowed_back = *to == Phase::Observe
            && *from != Phase::Lock
            && case.policy.allows_backtrack_to_observe();
        if !is_allowed_back && !ways.unwrap_or_default().contains(to) {
            broken.push(format!("from {from:?} to {to:?}"));
        }
    }
    broken
}

fn times(events: &[Event]) -> Option<String> {
    let back = events.windows(2).find(|pair| {
        matches!(pair, [one, next] if compare(next.text("ts_utc"), one.text("ts_utc")).is_lt())
    });
    back.map(|pair| format!("time goes back: {pair:?}"))
}

/// An identifier is taken for an event, or one that could not be told.
fn identifiers(ran: &Ran, events: &[Event]) -> Option<String> {
    let said = &ran.world.said;
    let unused = said.ids.checked_sub(events.len());
    let is_right = unused.is_some_and(|unused| !said.flaws.is_empty() || unused == 0);
    (!is_right).then(|| format!("{} identifiers for {} events", said.ids, events.len()))
}

/// Every error that an adapter answered with is told, unless there was no more room.
fn errors(case: &Case, ran: &Ran, receipt: &Receipt, events: &[Event]) -> Vec<String> {
    let mut broken = Vec::new();
    for code in &ran.world.said.errors {
        let told = receipt.errors.iter().filter(|error| error.code == *code).count();
        let is_excused = told == 0 && is_out_of_room(case, ran, events);
        if told != 1 && !is_excused {
            broken.push(format!("error {code} is told {told} times"));
        }
    }
    broken
}

/// Tells whether the loop was halted because it could not tell more.
pub(super) fn is_out_of_room(case: &Case, ran: &Ran, events: &[Event]) -> bool {
    let reason = ran.halted.as_deref().unwrap_or_default();
    let most = u64::from(case.request.budgets.max_events);
    // What leads from the phase that could not be entered to where it was halted. An error that is told just before
    // may be the reason that is given.
    let is_near = events.len() as u64 + 8 >= most;
    is_near
        || ["the receipt is full", "more happened in Lock", "there is more evidence"]
            .iter()
            .any(|why| reason.starts_with(why))
}

/// A loop that was halted tells so; any other one locks as was wanted, and hides nothing.
fn end(case: &Case, ran: &Ran, receipt: &Receipt) -> Vec<String> {
    let failed = receipt.outcome.status == OutcomeStatus::Failed;
    let rules = if let Some(reason) = &ran.halted {
        vec![
            (receipt.lock_level == LockLevel::Draft && failed, "what was halted is a failed draft"),
            (receipt.outcome.description == *reason, "the outcome says why it was halted"),
            // What its children allow, a loop need not be halted for.
            (!reason.starts_with("the outcome is "), "the outcome is no better than its children"),
        ]
    } else {
        let is_joined = |child: &Child| {
            let expected = Digest::of(&[&child.child_loop_id.bits().to_be_bytes()]);
            child.child_proof_digest == expected || !ran.world.said.flaws.is_empty()
        };
        vec![
            (
                receipt.lock_level == case.request.lock_level,
                "it locks at the level that was wanted",
            ),
            (receipt.gates.iter().all(|gate| gate.passed), "no gate held it up"),
            (receipt.children.iter().all(is_joined), "every child is joined"),
        ]
    };
    let broken = rules.into_iter().filter(|(holds, _)| !holds);
    broken.map(|(_, rule)| format!("it does not hold that {rule}")).collect()
}

fn projection(bundle: &MemoryBundle, receipt: &Receipt) -> Option<String> {
    match project_receipt(lines(bundle)) {
        Ok(body) if body == receipt.body => None,
        Ok(body) => Some(format!("projected {body:#?} of {:#?}", receipt.body)),
        Err(faults) => Some(format!("cannot be projected: {faults:?}")),
    }
}
