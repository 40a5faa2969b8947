//! Reads the history run of a Store and judges it, step by step and row by row.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use motus_ledger::{Event, ReadTransaction, RunId, Store};
use serde_json::{Value, json};

use super::excerpt::{difference, excerpt};
use super::fencing::Fencing;
use super::model::Model;
use super::perform::{lock_row, row};
use super::plan::Plan;
use super::step::Step;
use super::tally::{Naming, Tally};
use super::worker::Acknowledged;
use super::world::history_run;
use crate::events_of;

/// What is known outside of the Store.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What workers were told to be committed.
    pub(super) acknowledged: Vec<Acknowledged>,
    /// How often a worker died.
    pub(super) deaths: u64,
    /// The steps after which a process was stopped: each of them took a lock.
    pub(super) stopped: Vec<u64>,
}

impl Told {
    /// Notes what a worker was told, or that it died instead.
    pub(super) fn note(&mut self, told: Option<Acknowledged>) {
        match told {
            Some(acknowledged) => self.acknowledged.push(acknowledged),
            None => self.deaths += 1,
        }
    }
}

/// What does not hold, and the steps that led to it.
#[derive(Debug)]
pub(super) struct Disagreement {
    pub(super) what: String,
    pub(super) excerpt: Vec<String>,
}

impl<E: std::error::Error> From<E> for Disagreement {
    fn from(error: E) -> Self {
        what(error.to_string())
    }
}

/// Says what does not hold, without any step.
pub(super) fn what(what: impl Into<String>) -> Disagreement {
    Disagreement { what: what.into(), excerpt: Vec::new() }
}

/// Checks a Store in which nobody writes any more; returns the payloads of its history, and counts.
pub(super) fn check(
    seed: u64,
    store: &mut dyn Store,
    told: &Told,
) -> Result<(Vec<String>, Tally), Disagreement> {
    let transaction = store.begin_read()?;
    let events = events_of(&*transaction, &history_run());
    let mut steps = Vec::new();
    for (event, seq) in events.iter().zip(1..) {
        let step = Step::read(&event.payload_json).filter(|_| event.seq == seq);
        steps.push(step.ok_or_else(|| what(format!("step {seq} of the history is {event:?}")))?);
    }
    let mut tally = Tally::default();
    let model = replay(&steps, &mut tally)?;
    compare(&model, &*transaction, &steps)?;
    require_acknowledged(&events, told, &mut tally)?;
    require_all_turns(seed, &steps)?;
    tally.add(Tally::SEEDS, 1);
    tally.add(Tally::STEPS, steps.len() as u64);
    tally.add(Tally::DEATHS, told.deaths);
    tally.add(Tally::STOPS, told.stopped.len() as u64);
    tally.add(Tally::LATE, late_holders(&steps, told));
    Ok((events.into_iter().map(|event| event.payload_json).collect(), tally))
}

/// Lets the model answer every step.
fn replay(steps: &[Step], tally: &mut Tally) -> Result<Model, Disagreement> {
    let (mut model, mut fencing, mut naming) =
        (Model::new(), Fencing::default(), Naming::default());
    for (index, step) in steps.iter().enumerate() {
        let disagreement = |found: String| {
            let steps = steps.get(..=index).unwrap_or(steps);
            let subjects = step.operation.subjects();
            let what = format!("step {}: {found}", index + 1);
            Disagreement { what, excerpt: excerpt(steps, &subjects) }
        };
        let expected = model.answer(step);
        if expected != step.answer {
            return Err(disagreement(difference(&expected, &step.answer)));
        }
        fencing.observe(step).map_err(disagreement)?;
        model.record(step);
        tally.add(&naming.name(step), 1);
    }
    Ok(model)
}

/// Compares all rows of the Store with those of the model.
fn compare(
    model: &Model,
    transaction: &dyn ReadTransaction,
    steps: &[Step],
) -> Result<(), Disagreement> {
    let mut runs = Vec::new();
    for id in transaction.run_ids_after(None, u32::MAX)? {
        runs.extend(transaction.run(&id)?.map(|run| row("run", run.to_object())));
    }
    let modelled: Vec<Value> = model.runs().map(|run| json!({ "run": run })).collect();
    same_rows(&modelled, &runs, steps)?;
    for run in model.runs() {
        let id = run["id"].as_str().unwrap_or_default();
        let events = events_of(transaction, &RunId::from(id));
        let events: Vec<Value> = events.iter().map(|each| row("event", each.to_object())).collect();
        let modelled = model.events(id).iter().map(|event| json!({ "event": event }));
        same_rows(&modelled.collect::<Vec<_>>(), &events, steps)?;
    }
    let mut kinds = Vec::new();
    transaction.visit_kind_versions(&mut |version| {
        kinds.push(json!({ "kind": [version.schema_kind, version.schema_hash] }));
        ControlFlow::Continue(())
    })?;
    same_rows(&Model::kinds(), &kinds, steps)?;
    let locks = transaction.locks(None, u32::MAX)?;
    let modelled: Vec<Value> = model.locks().map(|lock| json!({ "lock": lock })).collect();
    same_rows(&modelled, &locks.iter().map(lock_row).collect::<Vec<_>>(), steps)
}

fn same_rows(modelled: &[Value], found: &[Value], steps: &[Step]) -> Result<(), Disagreement> {
    let length = modelled.len().max(found.len());
    let differs = (0..length).find(|index| modelled.get(*index) != found.get(*index));
    let Some(index) = differs else {
        return Ok(());
    };
    let (modelled, found) = (modelled.get(index), found.get(index));
    let no_row = Value::from("no row");
    let difference = difference(modelled.unwrap_or(&no_row), found.unwrap_or(&no_row));
    let what = format!("in the end: {difference}");
    let subjects: Vec<&str> = [modelled, found].into_iter().flatten().flat_map(subjects).collect();
    Err(Disagreement { what, excerpt: excerpt(steps, &subjects) })
}

/// Returns the values of a row by which steps name it.
fn subjects(row: &Value) -> impl Iterator<Item = &str> {
    const COLUMNS: [&str; 4] =
        ["/run/id", "/run/idempotency_key", "/event/run_id", "/lock/resource"];
    COLUMNS.into_iter().filter_map(|column| row.pointer(column)?.as_str())
}

/// What a worker was told is there; what nobody was told is what the dead had done.
fn require_acknowledged(
    events: &[Event],
    told: &Told,
    tally: &mut Tally,
) -> Result<(), Disagreement> {
    for Acknowledged { seq, payload } in &told.acknowledged {
        let index = usize::try_from(*seq).unwrap_or_default().checked_sub(1);
        let found = index.and_then(|index| events.get(index));
        if found.is_none_or(|event| event.payload_json != *payload) {
            return Err(what(format!("step {seq} was acknowledged and is not there: {payload}")));
        }
    }
    let distinct: BTreeSet<u64> = told.acknowledged.iter().map(|each| each.seq).collect();
    let untold = (events.len() as u64).saturating_sub(distinct.len() as u64);
    if untold > told.deaths {
        return Err(what(format!("{untold} steps untold by {} deaths", told.deaths)));
    }
    tally.add(Tally::UNTOLD, untold);
    Ok(())
}

/// Counts the holders who were stopped, came back, and were refused what their token allowed before.
fn late_holders(steps: &[Step], told: &Told) -> u64 {
    let is_late = |seq: &&u64| {
        let index = usize::try_from(**seq).unwrap_or_default();
        let Some((taken, later)) = steps
            .split_at_checked(index)
            .and_then(|(earlier, later)| Some((earlier.last()?, later)))
        else {
            return false;
        };
        later.iter().any(|step| {
            let shown = step.operation.fence_of_write();
            let shows_it = shown.is_some_and(|fence| {
                taken.answer["lock"]["fencing_token"] == fence.token
                    && taken.answer["lock"]["resource"] == fence.resource
            });
            step.worker == taken.worker && shows_it && step.refusal() == Some("lock.fence_invalid")
        })
    };
    told.stopped.iter().filter(is_late).count() as u64
}

/// Every worker came to the end of its plan.
fn require_all_turns(seed: u64, steps: &[Step]) -> Result<(), Disagreement> {
    let plan = Plan::of(seed);
    for worker in 0..plan.workers() {
        let made = steps.iter().filter(|step| step.worker == worker).map(|step| step.number);
        let made: BTreeSet<u64> = made.collect();
        if !made.iter().copied().eq(0..plan.turns(worker)) {
            return Err(what(format!("worker {worker} made the requests {made:?}")));
        }
    }
    Ok(())
}
