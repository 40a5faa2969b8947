//! The rows of a Store in memory, with the guards that the Store file has.

use std::collections::BTreeMap;

use motus_ledger::kind::KindVersion;
use motus_ledger::{Closing, Event, Lock, Run, RunId, StoreError, StoreErrorKind};

/// All rows of a Store.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub(super) runs: BTreeMap<RunId, Run>,
    pub(super) events: BTreeMap<RunId, Vec<Event>>,
    /// In the order of registration.
    pub(super) kind_versions: Vec<KindVersion>,
    pub(super) locks: BTreeMap<String, Lock>,
}

impl Rows {
    pub(super) fn events_of(&self, run: &RunId) -> &[Event] {
        self.events.get(run).map_or(&[], Vec::as_slice)
    }

    pub(super) fn insert_run(&mut self, run: &Run) -> Result<(), StoreError> {
        let taken = self.runs.values().any(|other| {
            other.id == run.id
                || (&other.source, &other.producer_id, &other.idempotency_key)
                    == (&run.source, &run.producer_id, &run.idempotency_key)
        });
        refuse_when(taken, "a run with this identifier or key exists")?;
        self.runs.insert(run.id.clone(), Run { closing: None, ..run.clone() });
        Ok(())
    }

    pub(super) fn insert_event(&mut self, event: &Event) -> Result<(), StoreError> {
        let run = self.runs.get(&event.run_id);
        refuse_when(run.is_some_and(|run| !run.is_open()), "cannot append event to closed run")?;
        refuse_when(run.is_none(), "an event needs its run")?;
        let registered = self.kind_versions.iter().any(|version| {
            version.schema_kind == event.schema_kind && version.schema_hash == event.schema_hash
        });
        refuse_when(!registered, "an event needs its kind version")?;
        let id_taken = self.events.values().flatten().any(|other| other.id == event.id);
        let events = self.events.entry(event.run_id.clone()).or_default();
        let place_taken = events
            .iter()
            .any(|other| other.seq == event.seq || other.idempotency_key == event.idempotency_key);
        refuse_when(id_taken || place_taken, "an event with this place, key or identifier exists")?;
        let place = events.partition_point(|other| other.seq < event.seq);
        events.insert(place, event.clone());
        Ok(())
    }

    pub(super) fn insert_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError> {
        self.insert_kind_version_at(self.kind_versions.len(), version)
    }

    /// Puts a version before or behind all others.
    pub(super) fn insert_kind_version_at(
        &mut self,
        place: usize,
        version: &KindVersion,
    ) -> Result<(), StoreError> {
        let taken = self.kind_versions.iter().any(|other| {
            other.schema_kind == version.schema_kind && other.schema_hash == version.schema_hash
        });
        refuse_when(taken, "this kind version exists")?;
        self.kind_versions.insert(place, version.clone());
        Ok(())
    }

    pub(super) fn close_run(&mut self, id: &RunId, closing: &Closing) -> Result<(), StoreError> {
        let Some(run) = self.runs.get_mut(id) else {
            return Ok(());
        };
        let changed = run.closing.as_ref().is_some_and(|earlier| earlier != closing);
        refuse_when(changed, "closed run outcome is final")?;
        run.closing = Some(closing.clone());
        Ok(())
    }
}

fn refuse_when(refused: bool, message: &str) -> Result<(), StoreError> {
    if refused { Err(StoreError::new(StoreErrorKind::GuardRefused, message)) } else { Ok(()) }
}
