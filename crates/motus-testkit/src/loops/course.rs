//! The course of a loop by its log, compared with Algorithm 7 as it is written here a second time.
//!
//! Only of logs that tell everything: each visit to a phase is taken with what happened in it, and the step that
//! follows must be the one that this calls for, while the budgets last.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::Value;
use motus_kernel::names::{OutcomeStatus, Phase};
use motus_kernel::policy::Policy;
use motus_kernel::receipt::Receipt;

use super::log::Event;
use super::verdict::is_out_of_room;
use super::{Case, Ran};

/// What was told of one visit to a phase.
struct Visit<'e> {
    phase: Phase,
    events: &'e [Event],
}

/// Where a loop goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Again(Phase),
    Back(Phase),
    Halt,
}

/// The kinds of a phase in their order; those that are not named may stand anywhere.
const ORDER: [&str; 17] = [
    "PhaseEntered",
    "IntentSet",
    "SignalsCaptured",
    "InputsRead",
    "OrientFromFailure",
    "LensAssembled",
    "StrategySuggested",
    "StrategyApplied",
    "DecisionRecorded",
    "PlanChosen",
    "VerificationSpecified",
    "Child",
    "SkillExecuted",
    "VerificationRun",
    "GateEvaluated",
    "RetryScheduled",
    "Locked",
];

/// Returns every step that is not the one that should have been taken.
pub(super) fn check(case: &Case, ran: &Ran, receipt: &Receipt, events: &[Event]) -> Vec<String> {
    let visits = visits(events);
    let mut model = Model::new(case);
    let mut broken = Vec::new();
    for (index, visit) in visits.iter().enumerate() {
        broken.extend(out_of_order(visit));
        let Some(next) = visits.get(index + 1) else { break };
        if visit.is_skipped() {
            continue;
        }
        model.take(visit);
        let again = model.at_gates(visit, ran);
        let asked = again.as_ref().map_or(0, |again| again.asked);
        model.repeats = model.repeats.saturating_sub(asked);
        let wanted = model.way(visit, again.as_ref(), ran);
        let taken = taken(visit, next, ran, wanted);
        let gave_up = taken == Way::Halt && is_out_of_room(case, ran, events);
        if taken != wanted && !gave_up {
            let told: Vec<&str> = visit.events.iter().map(Event::kind).collect();
            broken.push(format!(
                "visit {index} of {told:?} in {:?} wants {wanted:?}, not {taken:?}",
                visit.phase
            ));
        }
        if !gave_up {
            broken.extend(model.retries(visit, taken));
        }
        model.spend(taken);
    }
    broken.extend(model.in_lock(receipt, ran));
    broken
}

fn visits(events: &[Event]) -> Vec<Visit<'_>> {
    let begins = |pair: &[Event]| {
        let [before, event] = pair else { return false };
        matches!(event.kind(), "PhaseEntered" | "PhaseSkipped") || event.phase() != before.phase()
    };
    let cuts = events.windows(2).zip(1..).filter(|(pair, _)| begins(pair)).map(|(_, at)| at);
    let ends: Vec<usize> = cuts.chain([events.len()]).collect();
    let starts = [0].into_iter().chain(ends.iter().copied());
    starts
        .zip(&ends)
        .filter_map(|(start, end)| {
            let events = events.get(start..*end)?;
            Some(Visit { phase: events.first()?.phase(), events })
        })
        .collect()
}

impl Visit<'_> {
    fn is_skipped(&self) -> bool {
        self.all("PhaseSkipped").next().is_some()
    }

    fn all(&self, kind: &'static str) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.kind() == kind)
    }

    fn has(&self, kind: &'static str) -> bool {
        self.all(kind).next().is_some()
    }
}

fn out_of_order(visit: &Visit<'_>) -> Option<String> {
    let rank = |event: &Event| ORDER.iter().position(|kind| event.kind().starts_with(kind));
    let ranks: Vec<usize> = visit.events.iter().filter_map(rank).collect();
    (!ranks.is_sorted()).then(|| {
        let kinds: Vec<&str> = visit.events.iter().map(Event::kind).collect();
        format!("{kinds:?} in {:?}", visit.phase)
    })
}

/// Returns where the loop went from a visit, by the beginning of the next one.
fn taken(visit: &Visit<'_>, next: &Visit<'_>, ran: &Ran, wanted: Way) -> Way {
    let step = next.events.first().map(|event| event.told_text(&["step"])).unwrap_or_default();
    match step {
        _ if next.is_skipped() => Way::Halt,
        "Next" | "Spawn" => Way::Forward,
        "Repeat" => Way::Again(next.phase),
        "Backtrack" => Way::Back(next.phase),
        _ if ran.halted.is_none() => Way::Forward,
        // Lock is entered by what happens there. From Verify nothing is skipped on the way, so that a halt there
        // looks like one in Lock.
        _ if visit.phase == Phase::Verify && wanted == Way::Forward => Way::Forward,
        _ => Way::Halt,
    }
}

fn gate_failed(visit: &Visit<'_>) -> bool {
    visit.all("GateEvaluated").any(|event| event.told(&["passed"]) == Some(&Value::from(false)))
}

/// What the log told so far.
struct Model<'c> {
    case: &'c Case,
    backtracks: u32,
    repeats: u32,
    /// The quality of the lens.
    quality: u64,
    required: Vec<String>,
    /// The last result of each check: its number, whether it passed, and how often the work was done before it.
    results: BTreeMap<String, (u64, bool, u64)>,
    works: u64,
    /// The gates of Act and Verify so far.
    gates: BTreeSet<(Phase, String)>,
    /// How often Act was tried in a row.
    attempt: u64,
}

/// What came of asking the gates of one visit again.
struct Again {
    /// How often they were.
    asked: u32,
    /// Where the last error leads, where they were not asked again after it.
    way: Option<Way>,
}

impl<'c> Model<'c> {
    fn new(case: &'c Case) -> Self {
        Self {
            case,
            backtracks: case.request.budgets.max_backtracks,
            repeats: case.request.budgets.max_act_retries,
            quality: 0,
            required: Vec::new(),
            results: BTreeMap::new(),
            works: 0,
            gates: BTreeSet::new(),
            attempt: 0,
        }
    }

    fn take(&mut self, visit: &Visit<'_>) {
        for event in visit.all("LensAssembled") {
            let quality = event.told(&["quality", "aggregate"]).and_then(Value::as_u64);
            self.quality = quality.unwrap_or_default();
        }
        for event in visit.all("VerificationSpecified") {
            let names = event.list("checks_required").iter().filter_map(Value::as_str);
            self.required = names.map(str::to_owned).collect();
        }
        for result in visit.all("VerificationRun").flat_map(|event| event.list("results")) {
            let name = result.get("check_id").and_then(Value::as_str).unwrap_or_default();
            let passed = result.get("passed").and_then(Value::as_bool).unwrap_or_default();
            let attempt = name
                .rsplit_once('@')
                .and_then(|(check, number)| Some((check, number.parse().ok()?)));
            for (check, number) in [(name, 0)].into_iter().chain(attempt) {
                let now = (number, passed, self.works);
                let entry = self.results.entry(check.to_owned()).or_insert(now);
                if number >= entry.0 {
                    *entry = now;
                }
            }
        }
        if visit.phase == Phase::Act {
            self.works += 1;
            let entered = visit.events.first().map(|event| event.told_text(&["step"]).to_owned());
            let from_act = self.attempt > 0 && entered.as_deref() == Some("Repeat");
            self.attempt = if from_act { self.attempt + 1 } else { 1 };
        } else {
            self.attempt = 0;
        }
    }

    /// What fails where gates are evaluated is asked again in its place, as often as phases may be repeated.
    fn at_gates(&self, visit: &Visit<'_>, ran: &Ran) -> Option<Again> {
        let mut again = Again { asked: 0, way: None };
        let at_gates = &ran.world.said.at_gates;
        let errors = visit.all("ActError").filter_map(|error| {
            let round = at_gates.get(error.told_text(&["code"]))?;
            Some((round, of_error(visit.phase, error)))
        });
        let errors: Vec<(&usize, Way)> = errors.collect();
        for round in errors.chunk_by(|(one, _), (other, _)| one == other) {
            match worst(round.iter().map(|(_, way)| *way)) {
                Some(Way::Again(_)) if again.asked < self.repeats => again.asked += 1,
                Some(Way::Again(_)) => again.way = Some(Way::Halt),
                way => again.way = way,
            }
        }
        (again.asked > 0 || again.way.is_some()).then_some(again)
    }

    /// A gate that Act or Verify had before is evaluated once more, or it says nothing of the work.
    fn leaves_out_a_gate(&mut self, visit: &Visit<'_>, ran: &Ran) -> bool {
        if !matches!(visit.phase, Phase::Act | Phase::Verify) {
            return false;
        }
        let erred = |event: &Event| {
            event.kind() == "ActError"
                && ran.world.said.at_gates.contains_key(event.told_text(&["code"]))
        };
        let last = visit.events.iter().rposition(erred).map_or(0, |last| last + 1);
        let events = visit.events.iter().skip(last);
        let evaluated: BTreeSet<(Phase, String)> = events
            .filter(|event| event.kind() == "GateEvaluated")
            .map(|event| (visit.phase, event.told_text(&["gate_id"]).to_owned()))
            .collect();
        let mut known = self.gates.iter().filter(|(phase, _)| *phase == visit.phase);
        let leaves_out = known.any(|gate| !evaluated.contains(gate));
        self.gates.extend(evaluated);
        leaves_out
    }

    /// Algorithm 7.
    fn way(&mut self, visit: &Visit<'_>, again: Option<&Again>, ran: &Ran) -> Way {
        let others = visit
            .all("ActError")
            .filter(|error| !ran.world.said.at_gates.contains_key(error.told_text(&["code"])));
        if let Some(way) = worst(others.map(|event| of_error(visit.phase, event))) {
            // A verification that failed is no better for what was lost beside it, and decides where both ask for
            // a repetition.
            let way = worst([way].into_iter().chain(self.of_verification(visit))).unwrap_or(way);
            return self.affordable(visit.phase, way);
        }
        if gate_failed(visit) {
            return Way::Halt;
        }
        if let Some(way) = again.and_then(|again| again.way) {
            return self.affordable(visit.phase, way);
        }
        if let Some(way) = self.of_verification(visit) {
            return self.affordable(visit.phase, way);
        }
        if !is_whole(visit) {
            return Way::Halt;
        }
        if self.leaves_out_a_gate(visit, ran) {
            return Way::Halt;
        }
        let least = self.case.policy.least_lens_quality(self.case.request.lock_level);
        if self.quality < u64::from(least) {
            let way = match visit.phase {
                Phase::Orient if self.case.policy.allows_backtrack_to_observe() => {
                    Way::Again(Phase::Observe)
                }
                Phase::Orient => Way::Again(Phase::Orient),
                Phase::Decide | Phase::Act => Way::Back(Phase::Orient),
                _ => Way::Forward,
            };
            return self.affordable(visit.phase, way);
        }
        Way::Forward
    }

    /// Where a verification that did not pass leads. Of which class it is only the log says.
    fn of_verification(&self, visit: &Visit<'_>) -> Option<Way> {
        let run = visit.all("VerificationRun").next()?;
        let failed = |result: &Value| result.get("passed") == Some(&Value::from(false));
        let policy = self.case.policy.checks_required(self.case.request.lock_level);
        let lacks = |check: &String| {
            self.results.get(check).is_none_or(|(_, passed, work)| !passed || *work < self.works)
        };
        let is_failed = run.list("results").iter().any(failed)
            || self.required.iter().chain(policy).any(lacks)
            || self.is_failing();
        if !is_failed {
            return None;
        }
        Some(match run.told_text(&["on_fail", "type"]) {
            "Backtrack" => Way::Back(Phase::Orient),
            "Repeat" => Way::Again(Phase::Act),
            _ => Way::Halt,
        })
    }

    /// Some check failed when it was run last, required or not.
    fn is_failing(&self) -> bool {
        self.results.iter().any(|(check, (_, passed, _))| !check.contains('@') && !passed)
    }

    /// What there is no way to, or no budget for, is a halt.
    fn affordable(&self, from: Phase, way: Way) -> Way {
        match way {
            Way::Back(Phase::Orient) if from == Phase::Orient => {
                self.affordable(from, Way::Again(from))
            }
            Way::Again(_) if self.repeats == 0 => Way::Halt,
            Way::Back(to) if self.backtracks == 0 || to >= from => Way::Halt,
            way => way,
        }
    }

    fn spend(&mut self, way: Way) {
        match way {
            Way::Again(_) => self.repeats = self.repeats.saturating_sub(1),
            Way::Back(_) => self.backtracks = self.backtracks.saturating_sub(1),
            Way::Forward | Way::Halt => {}
        }
    }

    /// A retry of Act is told with its number, and nothing else is.
    fn retries(&self, visit: &Visit<'_>, taken: Way) -> Option<String> {
        let is_retry = visit.phase == Phase::Act && taken == Way::Again(Phase::Act);
        let told: Vec<Option<u64>> = visit
            .all("RetryScheduled")
            .map(|event| event.told(&["attempt"]).and_then(Value::as_u64))
            .collect();
        let expected = if is_retry { vec![Some(self.attempt + 1)] } else { Vec::new() };
        (told != expected).then(|| format!("retries {told:?} instead of {expected:?}"))
    }

    /// What happened in Lock decides whether it locked.
    fn in_lock(&self, receipt: &Receipt, ran: &Ran) -> Option<String> {
        let refused = receipt.hitl.iter().any(|record| record.approved == Some(false));
        let is_hidden = ran.halted.is_none()
            && (refused
                || self.is_failing()
                || self
                    .required
                    .iter()
                    .any(|check| self.results.get(check).is_none_or(|(_, passed, _)| !passed)));
        let is_hidden = is_hidden && receipt.outcome.status <= OutcomeStatus::Failed;
        is_hidden.then(|| "it locked although it should not have".to_owned())
    }
}

/// Returns the way that leaves least hope.
fn worst(ways: impl Iterator<Item = Way>) -> Option<Way> {
    ways.max_by_key(|way| match way {
        Way::Halt => 2,
        Way::Back(_) => 1,
        _ => 0,
    })
}

fn of_error(phase: Phase, event: &Event) -> Way {
    let retryable = event.told(&["retryable"]) == Some(&Value::from(true));
    match event.told_text(&["class"]) {
        "Recoverable" if retryable => Way::Again(phase),
        "PatternFailure" => Way::Back(Phase::Orient),
        _ => Way::Halt,
    }
}

/// Tells whether a phase came to its end by what it tells.
fn is_whole(visit: &Visit<'_>) -> bool {
    match visit.phase {
        Phase::Decide => visit.has("VerificationSpecified"),
        Phase::Verify => visit.has("VerificationRun"),
        _ => true,
    }
}
