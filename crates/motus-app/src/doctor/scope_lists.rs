//! Lists of effects that lie beside the Store, against the records that name them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use motus_fs::{FileType, inspect, list, read_bounded};
use motus_ledger::scope::{OBSERVED_KIND, ObservedFacts, ScopeEvent};
use motus_ledger::{Digest, Event, ReadTransaction, RunId, Store, StoreError};
use motus_store::{SqliteStore, StorePlace};

use crate::doctor::{Check, PAGE, advice, named};
use crate::scope::{LONGEST_LIST, list_file};

const NAME: &str = "scope_lists";

/// The lists that records name, each with its digest and the run.
type Recorded = BTreeMap<PathBuf, (String, RunId)>;

/// Tells whether there is a directory of lists.
pub(super) fn are_there(place: &StorePlace) -> bool {
    matches!(inspect(&place.scope_lists()), Ok(Some(found)) if found.file_type == FileType::Directory)
}

pub(super) fn scope_lists(store: &mut SqliteStore, place: &StorePlace) -> Check {
    let recorded = match recorded(store, place) {
        Ok(recorded) => recorded,
        Err(error) => return Check::fail(NAME, error.to_string(), advice::on_store(&error)),
    };
    let lists = match list(&place.scope_lists()) {
        Ok(lists) => lists,
        Err(error) => return Check::warn(NAME, error.to_string(), advice::on_file(&error)),
    };
    let without_run = lists.iter().filter(|file| !recorded.contains_key(*file));
    let without_run: Vec<String> = without_run.map(|file| file.display().to_string()).collect();
    let (mut missing, mut changed) = (Vec::new(), Vec::new());
    for (file, (digest, run)) in &recorded {
        match read_bounded(file, LONGEST_LIST) {
            Err(_) => missing.push(run.to_string()),
            Ok(text) if Digest::of(&text).as_str() != digest => changed.push(run.to_string()),
            Ok(_) => {}
        }
    }
    let say = |what: &str, names: &[String]| {
        (!names.is_empty()).then(|| format!("{what}: {}", named(names, names.len())))
    };
    let trouble = [
        say("changed, of", &changed),
        say("missing, of", &missing),
        say("without a run", &without_run),
    ];
    let trouble: Vec<String> = trouble.into_iter().flatten().collect();
    if trouble.is_empty() {
        return Check::pass(NAME, "Every list of effects is what was recorded");
    }
    let next = if changed.is_empty() && missing.is_empty() {
        "remove lists without a run by hand, if no run that is spooled needs them"
    } else {
        "copy them from the Store that the runs were recorded in, or from a backup"
    };
    Check::warn(NAME, format!("Lists of effects {}", trouble.join("; ")), next)
}

fn recorded(store: &mut SqliteStore, place: &StorePlace) -> Result<Recorded, StoreError> {
    let rows = store.begin_read()?;
    let (mut recorded, mut after) = (Recorded::new(), None);
    loop {
        let page = rows.run_ids_after(after.as_ref(), PAGE)?;
        let Some(last) = page.last() else { return Ok(recorded) };
        after = Some(last.clone());
        for run in &page {
            note(&*rows, run, place, &mut recorded)?;
        }
    }
}

fn note(
    rows: &dyn ReadTransaction,
    run: &RunId,
    place: &StorePlace,
    recorded: &mut Recorded,
) -> Result<(), StoreError> {
    rows.visit_events(run, &mut |event| {
        if let Some(list) = observed(&event).and_then(|facts| facts.observed.list) {
            recorded.insert(list_file(place, &list), (list.digest, run.clone()));
        }
        ControlFlow::Continue(())
    })
}

fn observed(event: &Event) -> Option<Box<ObservedFacts>> {
    if event.schema_kind != OBSERVED_KIND {
        return None;
    }
    match ScopeEvent::read(OBSERVED_KIND, &event.payload().ok()?)? {
        ScopeEvent::Observed(facts) => Some(facts),
        ScopeEvent::Declared(_) => None,
    }
}
