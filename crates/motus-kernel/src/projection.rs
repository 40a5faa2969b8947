//! Receipt projection: a receipt as a fold over the events of its log.
//!
//! What holds a log together, its hashes and the order of its phases, is looked at by verification and not
//! here: a projection says what a log tells, and not whether it may be told.

mod untold;

use std::collections::BTreeMap;

use motus_json::Value;

use crate::Uuid;
use crate::compiler::{Fact, LoopBudgets, LoopRequest, LoopState};
use crate::event::Event;
use crate::names::{LockLevel, Phase};
use crate::receipt::Body;
use crate::shape::{Fault, MOST_ENTRIES};
use crate::verify::MOST_EVENTS;

/// After so many faults, what else is wrong in the log does not matter.
const MOST_FAULTS: usize = 100;

/// Projects a receipt without its integrity block from the lines of an event log, without their newlines.
///
/// Shape: of events of the profile `default` the receipt comes out exactly; of others, what they tell. What no
/// event tells is as in a loop that has just begun: see [`LoopState::new`]; its level is Draft. Of a plan or a
/// lens of which an event tells a part, the rest stays as it was. Kinds that nobody knows count for the phases.
/// Cost: linear in the log. No more is read than a verifier reads: lines, their length, entries of a list.
/// Errors: each with the number of its event, which is its `seq`: lines that are no events, of another loop or
/// out of their order; contents that are neither bare nor `{type,data}` of their kind, or not as they must be; a
/// log that does not begin with `IntentSet`; a child that is spawned or joined twice, or joined and not spawned;
/// what comes after `Locked`.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 5.
pub fn project_receipt<'l>(lines: impl IntoIterator<Item = &'l [u8]>) -> Result<Body, Vec<Fault>> {
    let mut projection = Projection::default();
    for line in lines {
        if projection.is_over() {
            break;
        }
        projection.line(line);
    }
    projection.end()
}

/// What is wrong with a log of which nothing can be told.
const NO_BEGINNING: &str = "a log begins with IntentSet, in the phase Observe";

/// A log on its way past.
#[derive(Default)]
struct Projection {
    /// The number of the event that comes next.
    seq: u64,
    state: Option<LoopState>,
    /// Whether each child that was spawned has been joined.
    children: BTreeMap<Uuid, bool>,
    is_locked: bool,
    faults: Vec<Fault>,
    has_stopped: bool,
}

impl Projection {
    /// Tells whether no more lines are looked at.
    fn is_over(&self) -> bool {
        self.has_stopped || self.faults.len() >= MOST_FAULTS
    }

    fn note(&mut self, message: impl Into<String>) {
        let place = format!("event {}", self.seq);
        self.faults.push(Fault { place, message: message.into() });
    }

    fn note_faults(&mut self, faults: Vec<Fault>) {
        let separator = |place: &str| if place.is_empty() { "" } else { "." };
        self.faults.extend(faults.into_iter().map(|Fault { place, message }| {
            let place = format!("event {}{}{place}", self.seq, separator(&place));
            Fault { place, message }
        }));
    }

    fn stop(&mut self, message: impl Into<String>) {
        self.note(message);
        self.has_stopped = true;
    }

    fn line(&mut self, line: &[u8]) {
        if self.seq >= MOST_EVENTS {
            return self.stop(format!("more than {MOST_EVENTS} events"));
        }
        match Event::read(line) {
            Ok(event) => self.event(&event),
            Err(faults) => self.note_faults(faults),
        }
        // Without a beginning nothing that follows means anything.
        self.has_stopped |= self.state.is_none();
        self.seq += 1;
    }

    fn event(&mut self, event: &Event<'_>) {
        if event.seq != self.seq {
            self.note(format!("seq is {}", event.seq));
        }
        if self.is_locked {
            return self.stop("comes after Locked");
        }
        if event.is_tagged_wrongly() {
            return self.note("the payload is neither bare nor {type,data} of its kind");
        }
        let Some(state) = &mut self.state else { return self.begin(event) };
        if event.loop_id != state.body.loop_id {
            return self.note(format!("loop_id is {}", event.loop_id));
        }
        if !Fact::is_kind(event.kind) {
            state.enter(event.phase);
            return self.check_lengths();
        }
        let content = event.content().unwrap_or_default();
        match Fact::read(event.kind, &content) {
            Ok(Some(fact)) => self.fact(event.phase, &fact, &content),
            Ok(None) => {}
            Err(faults) => self.note_faults(faults),
        }
    }

    fn begin(&mut self, event: &Event<'_>) {
        let content = event.content().unwrap_or_default();
        let fact = match Fact::read(event.kind, &content) {
            Ok(Some(fact)) if event.phase == Phase::Observe => fact,
            Err(faults) => return self.note_faults(faults),
            Ok(_) => return self.note(NO_BEGINNING),
        };
        let Fact::IntentSet { intent, actor, parent_loop_id, enf_k } = &fact else {
            return self.note(NO_BEGINNING);
        };
        let request = LoopRequest {
            loop_id: event.loop_id,
            parent_loop_id: *parent_loop_id,
            intent: intent.clone(),
            actor: actor.clone(),
            lock_level: LockLevel::Draft,
            enf_k: *enf_k,
            budgets: LoopBudgets::default(),
        };
        let mut state = LoopState::new(&request, event.ts_utc);
        state.apply(event.phase, &fact);
        self.state = Some(state);
    }

    fn fact(&mut self, phase: Phase, fact: &Fact, content: &Value) {
        if let Some(objection) = self.objection(fact) {
            return self.note(objection);
        }
        self.is_locked = matches!(fact, Fact::Locked { .. });
        if let Some(state) = &mut self.state {
            untold::apply(state, phase, fact, content);
        }
        self.check_lengths();
    }

    /// Says why a fact cannot happen now, if it cannot.
    fn objection(&mut self, fact: &Fact) -> Option<String> {
        match fact {
            Fact::IntentSet { .. } => Some("the loop has begun already".to_owned()),
            Fact::ChildSpawned { child_loop_id, .. } => {
                let before = self.children.insert(*child_loop_id, false);
                before.map(|_| format!("child {child_loop_id} was spawned already"))
            }
            Fact::ChildJoined { child_loop_id, .. } => match self.children.get_mut(child_loop_id) {
                Some(true) => Some(format!("child {child_loop_id} was joined already")),
                Some(is_joined) => {
                    *is_joined = true;
                    None
                }
                None => Some(format!("child {child_loop_id} was not spawned")),
            },
            _ => None,
        }
    }

    /// Stops when a list is longer than a receipt may have it.
    fn check_lengths(&mut self) {
        let Some(LoopState { body, .. }) = &self.state else { return };
        let lengths = [
            ("phase_sequence", body.phase_sequence.len()),
            ("artifacts.inputs", body.inputs.len()),
            ("artifacts.outputs", body.outputs.len()),
            ("effects.executed_raw", body.effects.executed_raw.len()),
            ("decisions", body.decisions.len()),
            ("strategies.suggestions", body.strategies.suggestions.len()),
            ("verification.results", body.checks.len()),
            ("gates", body.gates.len()),
            ("children", body.children.len()),
            ("errors", body.errors.len()),
            ("hitl", body.hitl.len()),
        ];
        if let Some((name, _)) = lengths.into_iter().find(|(_, length)| *length > MOST_ENTRIES) {
            self.stop(format!("{name} has more than {MOST_ENTRIES} entries"));
        }
    }

    fn end(mut self) -> Result<Body, Vec<Fault>> {
        match self.state.take() {
            Some(state) if self.faults.is_empty() => Ok(state.into_body()),
            None if self.faults.is_empty() => {
                self.note(NO_BEGINNING);
                Err(self.faults)
            }
            _ => Err(self.faults),
        }
    }
}
