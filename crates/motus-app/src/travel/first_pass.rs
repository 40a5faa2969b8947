//! The first reading: everything is checked, against the Store as it is at one moment.

use motus_ledger::travel::{Survey, Tally, read_line};
use motus_ledger::{ReadTransaction, Store, StoreErrorKind};
use motus_store::{SqliteStore, StorePlace};

use super::TravelError;
use super::lines::Lines;
use super::source::Input;

/// Checks all lines, and returns what they come to with the input at its end.
pub(super) fn run(place: &StorePlace, input: Input) -> Result<(Tally, Input), TravelError> {
    // What others do meanwhile is no reason to read the input once more.
    let mut store = match SqliteStore::open_steady(place) {
        Err(error) if error.kind() == StoreErrorKind::Missing => return survey(None, input),
        opened => opened?,
    };
    let transaction = store.begin_read()?;
    survey(Some(&*transaction), input)
}

fn survey(
    store: Option<&dyn ReadTransaction>,
    input: Input,
) -> Result<(Tally, Input), TravelError> {
    let mut survey = Survey::new(store)?;
    let mut lines = Lines::of(input);
    while let Some((number, line)) = lines.next()? {
        let line = read_line(line).map_err(TravelError::at(number))?;
        survey.observe(&line).map_err(TravelError::at(number))?;
    }
    Ok((survey.tally(), lines.into_input()))
}
