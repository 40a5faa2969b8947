//! The first reading: everything is checked, against the Store as it is at one moment.

use motus_fs::inspect;
use motus_ledger::travel::{ExportedRun, ImportError, Line, Plan, Survey, read_line};
use motus_ledger::{ReadTransaction, Store, StoreErrorKind};
use motus_store::{SqliteStore, StorePlace};

use super::lines::Lines;
use super::recorder::refuse_live;
use super::source::Input;
use super::{Taken, TravelError};
use crate::scope::lists;

/// Checks all lines, and returns what they come to with the input at its end.
pub(super) fn run(place: &StorePlace, input: Input) -> Result<(Taken, Input), TravelError> {
    // What others do meanwhile is no reason to read the input once more.
    let mut store = match SqliteStore::open_steady(place) {
        Err(error) if error.kind() == StoreErrorKind::Missing => return survey(place, None, input),
        opened => opened?,
    };
    let transaction = store.begin_read()?;
    survey(place, Some(&*transaction), input)
}

/// Tells whether a run names a list of effects that is not beside the Store.
fn lacks_a_list(place: &StorePlace, exported: &ExportedRun) -> bool {
    let mut named = exported.events().iter().filter_map(lists::named_by);
    named.any(|list| !matches!(inspect(&lists::file_of(place, &list)), Ok(Some(_))))
}

fn survey(
    place: &StorePlace,
    store: Option<&dyn ReadTransaction>,
    input: Input,
) -> Result<(Taken, Input), TravelError> {
    let mut survey = Survey::new(store)?;
    let mut taken = Taken::default();
    let mut lines = Lines::of(input);
    let mut is_empty = true;
    while let Some((number, line)) = lines.next()? {
        is_empty = false;
        let line = read_line(line).map_err(TravelError::at(number))?;
        observe(&mut survey, store, &line, &mut taken).map_err(TravelError::at(number))?;
        if let Line::Run(exported) = &line
            && lacks_a_list(place, exported)
        {
            taken.lists_missing.push(exported.run().id.clone());
        }
    }
    if is_empty {
        return Err(TravelError::Empty);
    }
    taken.tally = survey.tally();
    Ok((taken, lines.into_input()))
}

fn observe(
    survey: &mut Survey<'_>,
    store: Option<&dyn ReadTransaction>,
    line: &Line,
    taken: &mut Taken,
) -> Result<(), ImportError> {
    let plan = survey.observe(line)?;
    if let (Some(store), Line::Run(exported), Some(plan)) = (store, line, plan) {
        refuse_live(store, exported.run(), plan)?;
        if matches!(plan, Plan::Continues { .. }) {
            taken.continued.push(exported.run().id.clone());
        }
    }
    Ok(())
}
