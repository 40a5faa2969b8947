//! Recording: what happens is told by the log and taken into the state, within the bounds of both.
//!
//! Every fact is admitted before anything keeps it: its evidence is there, the receipt has room for it, and
//! as many events are left as the way to Lock needs.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::Object;
use motus_json::canonical::cj;

use super::evidence::Evidence;
use super::room::Room;
use super::{Flow, Interrupt, Running};
use crate::compiler::adapters::RuntimeAdapters;
use crate::compiler::answer::AdapterError;
use crate::compiler::fact::{Fact, Step};
use crate::compiler::log::EventLog;
use crate::compiler::phase::Memory;
use crate::compiler::phase::foretold::{CHILDREN, FORETOLD, Foretold};
use crate::compiler::profile::RecordingProfile;
use crate::compiler::request::{LoopRequest, RunError};
use crate::compiler::state::LoopState;
use crate::compiler::transition::later;
use crate::event::LINE_LIMITS;
use crate::manifest::ListedFile;
use crate::names::Phase;
use crate::policy::Policy;
use crate::receipt::Body;
use crate::timestamp::{compare, is_timestamp};
use crate::verify::{LONGEST_MESSAGE, MOST_EVENTS, shortened};
use crate::{Digest, Uuid};

/// What is recorded so far.
pub(super) struct Record<'r> {
    profile: &'r RecordingProfile,
    log: EventLog,
    max_events: u32,
    /// The time of the last event.
    last_utc: String,
    event_ids: BTreeSet<Uuid>,
    pub(super) evidence: Evidence,
    pub(super) room: Room,
    /// The entries of the present phase that no event tells yet: a log has an event for each.
    untold: Vec<Fact>,
    /// What plans foretold of children.
    foretold: Foretold,
    /// How many bytes the event must hold that ends Lock: what happens there is told by no other.
    lock_bytes: usize,
}

/// Everything that was recorded.
pub(super) type Recorded = (Body, (String, Digest), BTreeMap<String, ListedFile>);

/// Time and identifier of an event.
#[derive(Debug)]
pub(in crate::compiler) struct Stamp {
    pub(in crate::compiler) ts_utc: String,
    event_id: Uuid,
}

/// No time is spelled with more bytes: a fraction of a second has as many digits as one likes.
const LONGEST_TIME: usize = 64;

/// A payload that is no longer fits into an event, whatever its envelope is.
const LONGEST_PAYLOAD: usize = LINE_LIMITS.limits.bytes - 4096;

/// So many bytes of what happens in Lock are kept, half of what an event may hold.
const LOCK_BYTES: usize = LINE_LIMITS.limits.bytes / 2;

/// The events of the shortest log: the intent, four phases that were skipped, and the end.
const LEAST_EVENTS: u32 = 6;

impl<'r> Running<'r> {
    /// Begins a loop and tells so.
    pub(super) fn begin(
        request: &'r LoopRequest,
        policy: &'r dyn Policy,
        profile: &'r RecordingProfile,
        adapters: &'r mut dyn RuntimeAdapters,
    ) -> Result<Self, RunError> {
        let max_events = request.budgets.max_events;
        if max_events < LEAST_EVENTS {
            return Err(RunError::Budget { max_events, least: LEAST_EVENTS });
        }
        if request.parent_loop_id == Some(request.loop_id) {
            return Err(RunError::Request("a loop cannot be its own parent".to_owned()));
        }
        let mut record = Record::new(request, profile);
        let stamp = record.stamp(adapters)?;
        let mut state = LoopState::new(request, &stamp.ts_utc);
        state.budgets.max_events = record.max_events;
        let memory = Memory::new(request);
        let mut running = Self { request, policy, adapters, state, memory, record };
        running.intent(stamp)?;
        Ok(running)
    }

    /// Tells what is wanted; what cannot even be told is not begun.
    fn intent(&mut self, stamp: Stamp) -> Result<(), RunError> {
        let fact = Fact::intent_set(self.request);
        let told = self.admit(&fact).and_then(|()| self.write(stamp, &fact));
        told.map_err(|interrupt| match interrupt {
            Interrupt::Run(error) => error,
            Interrupt::Halt(reason) => RunError::Request(reason),
            Interrupt::Failed(error) => RunError::Request(error.message),
            Interrupt::Ended(_) => RunError::Request("the intent cannot be told".to_owned()),
        })?;
        self.state.apply(Phase::Observe, &fact);
        Ok(())
    }

    /// Returns everything that was recorded.
    ///
    /// Shape: the receipt, the log with its root, the evidence. What plans foretold of children and did not come
    /// true is told as such.
    pub(super) fn recorded(self) -> Result<Recorded, RunError> {
        let (body, record) = (self.state.into_body(), self.record);
        let untrue = record.foretold.untrue(&body);
        let log = if untrue.is_empty() {
            record.log
        } else {
            record.log.renamed(&untrue, CHILDREN, FORETOLD).map_err(RunError::Request)?
        };
        Ok((body, log.finish(), record.evidence.into_files()))
    }

    /// Returns the time of the last event.
    pub(in crate::compiler) fn last_utc(&self) -> &str {
        &self.record.last_utc
    }

    /// Records what happened in the present phase: in the log, where the profile tells it, and in the state.
    pub(in crate::compiler) fn tell(&mut self, fact: &Fact) -> Flow<()> {
        self.admit(fact)?;
        self.tell_admitted(fact)
    }

    /// Does as `tell` for a fact that was admitted.
    pub(in crate::compiler) fn tell_admitted(&mut self, fact: &Fact) -> Flow<()> {
        if let Some(payload) = self.record.profile.payload(self.state.phase, fact) {
            self.afford(1)?;
            let stamp = self.stamp()?;
            self.write_payload(stamp, fact, payload)?;
        }
        self.state.apply(self.state.phase, fact);
        Ok(())
    }

    /// Records what happened in Lock and is told by its last event.
    pub(in crate::compiler) fn note(&mut self, fact: &Fact) -> Flow<()> {
        let bytes = self.admit_bytes(fact)?;
        let sum = self.record.lock_bytes + bytes;
        if sum > LOCK_BYTES {
            return Err(Interrupt::Halt(
                "more happened in Lock than its event can tell".to_owned(),
            ));
        }
        self.record.lock_bytes = sum;
        self.state.apply(self.state.phase, fact);
        Ok(())
    }

    /// Enters a phase, the present one included.
    ///
    /// Errors: a halt, in the phase that was not left, where the events that are left do not reach from there
    /// to Lock.
    pub(in crate::compiler) fn enter(
        &mut self,
        to: Phase,
        step: Step,
        reason: Option<String>,
    ) -> Flow<()> {
        let reason = reason.map(|reason| shortened(&reason, LONGEST_MESSAGE).into_owned());
        let fact = Fact::PhaseEntered { step, reason };
        self.admit(&fact)?;
        let is_told = self.record.profile.payload(to, &fact).is_some();
        let stays = to == self.state.phase;
        self.afford_entry(to, is_told)?;
        if !stays {
            self.tell_entries()?;
        }
        self.memory.entering(self.state.phase, to, step);
        self.state.apply(to, &fact);
        if is_told {
            let stamp = self.stamp()?;
            self.write(stamp, &fact)?;
        } else if !matches!(to, Phase::Orient | Phase::Lock) {
            self.record.untold.push(fact);
        }
        Ok(())
    }

    /// Tells those entries of the present phase that no event told: a log without them is not one of this loop,
    /// whatever the profile says.
    pub(in crate::compiler) fn tell_entries(&mut self) -> Flow<()> {
        for fact in std::mem::take(&mut self.record.untold) {
            let stamp = self.stamp()?;
            self.write_payload(stamp, &fact, fact.payload())?;
        }
        Ok(())
    }

    /// Tells that the loop passes through a phase without work.
    pub(in crate::compiler) fn skip(&mut self, phase: Phase, reason: &str) -> Flow<()> {
        let fact = Fact::PhaseSkipped { reason: reason.to_owned() };
        let stamp = self.stamp()?;
        self.state.apply(phase, &fact);
        self.write(stamp, &fact)
    }

    /// Tells the end, for which there always is an event left.
    pub(in crate::compiler) fn end(&mut self, fact: &Fact) -> Flow<()> {
        let stamp = self.stamp()?;
        self.write(stamp, fact)?;
        self.state.apply(Phase::Lock, fact);
        Ok(())
    }

    /// Reads the clock and takes an identifier, for one event.
    pub(in crate::compiler) fn stamp(&mut self) -> Result<Stamp, RunError> {
        self.record.stamp(self.adapters)
    }

    /// Writes the event that tells a fact in the present phase.
    pub(in crate::compiler) fn write(&mut self, stamp: Stamp, fact: &Fact) -> Flow<()> {
        let payload = self.record.profile.payload(self.state.phase, fact);
        let payload = payload.unwrap_or_else(|| fact.payload());
        self.write_payload(stamp, fact, payload)
    }

    fn write_payload(&mut self, stamp: Stamp, fact: &Fact, payload: Object) -> Flow<()> {
        let Stamp { ts_utc, event_id } = stamp;
        let record = &mut self.record;
        let pushed = record.log.push(event_id, &ts_utc, self.state.phase, fact.kind(), payload);
        pushed.map_err(|message| AdapterError::refusing("ANSWER_UNRECORDABLE", message))?;
        if let Fact::PlanChosen { details, .. } = fact {
            record.foretold.take(record.log.len().saturating_sub(1), details);
        }
        record.untold.pop();
        self.state.budgets.max_events = record.max_events.saturating_sub(record.log.len());
        Ok(())
    }

    /// Tells whether so many events may be written, and the loop still reaches Lock.
    pub(in crate::compiler) fn afford(&self, events: u32) -> Flow<()> {
        let untold = count(self.record.untold.len()).saturating_sub(events);
        self.reaches(events.saturating_add(untold), self.state.phase)
    }

    fn afford_entry(&self, to: Phase, is_told: bool) -> Flow<()> {
        let untold = count(self.record.untold.len());
        // Whether it is told now or later, an entry is an event, but for those that may be left out.
        let is_event = is_told || !matches!(to, Phase::Orient | Phase::Lock);
        let pending = untold.saturating_add(u32::from(is_event));
        self.reaches(pending, to)
    }

    /// Tells whether so many events fit before those that lead from a phase to the end.
    fn reaches(&self, events: u32, phase: Phase) -> Flow<()> {
        let to_lock = later(phase).iter().filter(|phase| **phase != Phase::Lock).count();
        let needed = u64::from(self.record.log.len()) + u64::from(events) + to_lock as u64 + 1;
        if needed > u64::from(self.record.max_events) {
            let most = self.record.max_events;
            return Err(Interrupt::Halt(format!("the budget of {most} events is used up")));
        }
        Ok(())
    }

    /// Takes what a fact needs: room in the receipt, and the evidence that it names.
    pub(in crate::compiler) fn admit(&mut self, fact: &Fact) -> Flow<()> {
        self.admit_bytes(fact).map(|_| ())
    }

    /// Does as `admit` for a fact that must be written once it is admitted.
    pub(in crate::compiler) fn admit_line(&mut self, fact: &Fact) -> Flow<()> {
        if self.admit_bytes(fact)? > LONGEST_PAYLOAD {
            let message = format!("{} is more than an event can hold", fact.kind());
            return Err(AdapterError::refusing("ANSWER_UNRECORDABLE", message).into());
        }
        Ok(())
    }

    fn admit_bytes(&mut self, fact: &Fact) -> Flow<usize> {
        let text = cj::write(&fact.payload().into()).map_err(|error| {
            AdapterError::refusing("ANSWER_UNRECORDABLE", format!("{}: {error}", fact.kind()))
        })?;
        self.record.room.take(fact, &text, &self.state.body)?;
        for path in self.record.evidence.missing(&text) {
            self.take_evidence(&path)?;
        }
        Ok(text.len())
    }
}

impl<'r> Record<'r> {
    fn new(request: &LoopRequest, profile: &'r RecordingProfile) -> Self {
        let most = u32::try_from(MOST_EVENTS).unwrap_or(u32::MAX);
        Self {
            profile,
            log: EventLog::new(request.loop_id),
            max_events: request.budgets.max_events.min(most),
            last_utc: String::new(),
            event_ids: BTreeSet::new(),
            evidence: Evidence::new(),
            room: Room::default(),
            untold: Vec::new(),
            foretold: Foretold::default(),
            lock_bytes: 0,
        }
    }

    /// A clock that goes back stands still: the log tells what came after what.
    fn stamp(&mut self, adapters: &mut dyn RuntimeAdapters) -> Result<Stamp, RunError> {
        let now = adapters.now_utc().map_err(RunError::Unrecordable)?;
        if now.len() > LONGEST_TIME || !is_timestamp(&now) {
            let message = format!("{:?} is no time", shortened(&now, LONGEST_TIME));
            return Err(unrecordable("CLOCK_INVALID", message));
        }
        let ts_utc =
            if compare(&now, &self.last_utc).is_lt() { self.last_utc.clone() } else { now };
        let event_id = adapters.next_event_id().map_err(RunError::Unrecordable)?;
        if !self.event_ids.insert(event_id) {
            return Err(unrecordable("EVENT_ID_REPEATED", format!("{event_id} was given twice")));
        }
        self.last_utc.clone_from(&ts_utc);
        Ok(Stamp { ts_utc, event_id })
    }
}

fn unrecordable(code: &str, message: String) -> RunError {
    RunError::Unrecordable(AdapterError::refusing(code, message))
}

fn count(entries: usize) -> u32 {
    u32::try_from(entries).unwrap_or(u32::MAX)
}
