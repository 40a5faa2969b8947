//! What a trial recording must say, read back on every way out of its Store.

use std::error::Error;

use motus_json::{Object, ReadOptions, Value, canonical};
use motus_ledger::projection::receipt_id;
use motus_ledger::travel::{ExportedRun, Line, read_line};
use motus_ledger::wrap::{END_KIND, OUTPUT_SUMMARY_KIND, START_KIND};
use motus_ledger::{Event, RunId};
use motus_store::{SqliteStore, StorePlace};

use super::{CODE, SECRET};
use crate::doctor::walk;
use crate::runs;

/// Reads the run back as rows, as an export and as a receipt; the error says what is not as it was.
pub(super) fn verify(place: &StorePlace, run_id: &RunId) -> Result<(), String> {
    let mut store = SqliteStore::open_read_only(place).map_err(told)?;
    let found = walk::disagreements(&mut store).map_err(told)?;
    drop(store);
    if let Some(first) = found.first().first() {
        return Err(first.clone());
    }
    let mut export = Vec::new();
    runs::export(place, run_id.as_str(), &mut export).map_err(told)?;
    let exported = verify_export(&export)?;
    verify_receipt(runs::receipt(place, run_id.as_str()).map_err(told)?, &exported)
}

fn told(error: impl Error) -> String {
    error.to_string()
}

/// Reads an export as somebody who takes it in does: every digest is computed again.
fn verify_export(export: &[u8]) -> Result<ExportedRun, String> {
    canonical::store::check(export, &ReadOptions::STORED)
        .map_err(|error| format!("the export is not canonical: {error}"))?;
    if export.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()) {
        return Err("the export holds what the command printed".to_owned());
    }
    let Line::Run(exported) = read_line(export).map_err(told)? else {
        return Err("the export is no run".to_owned());
    };
    verify_events(exported.events())?;
    Ok(*exported)
}

fn verify_events(events: &[Event]) -> Result<(), String> {
    let bytes = u64::try_from(SECRET.len()).unwrap_or(u64::MAX);
    let output = |lines, bytes| vec![("line_count", lines), ("byte_count", bytes)];
    let expected = [
        (START_KIND, Vec::new()),
        (OUTPUT_SUMMARY_KIND, output(1, bytes)),
        // The same words, and two ends of lines.
        (OUTPUT_SUMMARY_KIND, output(2, bytes.saturating_add(2))),
        (END_KIND, vec![("exit_code", u64::from(CODE))]),
    ];
    if events.len() != expected.len() {
        return Err(format!("{} events instead of {}", events.len(), expected.len()));
    }
    for (event, (kind, numbers)) in events.iter().zip(expected) {
        if event.schema_kind != kind {
            return Err(format!("event {} is {} instead of {kind}", event.seq, event.schema_kind));
        }
        let payload = event.payload().map_err(told)?;
        for (name, number) in numbers {
            if payload.get(name).and_then(Value::as_u64) != Some(number) {
                return Err(format!("{name} of event {} is not {number}", event.seq));
            }
        }
    }
    Ok(())
}

/// The receipt names the digest of all its other members.
fn verify_receipt(mut receipt: Object, exported: &ExportedRun) -> Result<(), String> {
    let named = receipt.remove("receipt_id");
    let note = receipt.get("outcome_note").and_then(Value::as_str).unwrap_or_default();
    let count = receipt.get("event_count").and_then(Value::as_u64);
    if note != format!("motus wrap exited {CODE}") {
        return Err("the receipt names another exit code".to_owned());
    }
    if count != u64::try_from(exported.events().len()).ok() {
        return Err("the receipt counts other events".to_owned());
    }
    if named.as_ref().and_then(Value::as_str) != Some(receipt_id(&mut receipt).as_str()) {
        return Err("the receipt does not have its recorded digest".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use motus_fs::TemporaryDirectory;
    use motus_testkit::FixedClock;

    use super::super::tests::alone;
    use super::super::{record, trial_place};
    use super::*;

    /// Changes the first place in which a text stands.
    fn changed(export: &[u8], from: &str, to: &str) -> Vec<u8> {
        let text = std::str::from_utf8(export).unwrap();
        assert!(text.contains(from), "{from}: {text}");
        text.replacen(from, to, 1).into_bytes()
    }

    #[test]
    fn a_trial_is_verified_and_what_was_changed_in_it_is_found() {
        let _alone = alone();
        let directory = TemporaryDirectory::new("motus-test-").unwrap();
        let place = trial_place(&directory);
        let wrapped = record(&place, directory.path(), &FixedClock::default()).unwrap();
        let run_id = wrapped.run.unwrap().run_id;
        assert_eq!((wrapped.exit_code, verify(&place, &run_id)), (CODE, Ok(())));

        let mut export = Vec::new();
        runs::export(&place, run_id.as_str(), &mut export).unwrap();
        let exported = verify_export(&export).unwrap();
        for (from, to) in [
            (r#"\"exit_code\":7"#, r#"\"exit_code\":0"#),
            (r#""seq":2"#, r#""seq":3"#),
            (r#""outcome":"failure""#, r#""outcome":"success""#),
            (r#"{"events""#, r#"{ "events""#),
            (r#""intent":"#, &format!(r#""intent":"{SECRET}","x":"#)),
        ] {
            assert!(verify_export(&changed(&export, from, to)).is_err(), "{from}");
        }
        let events = exported.events();
        assert_eq!(verify_events(&events[1..]).unwrap_err(), "3 events instead of 4");
        let swapped = [&events[1], &events[0], &events[2], &events[3]].map(Event::clone);
        let found = verify_events(&swapped).unwrap_err();
        assert!(found.ends_with("instead of adapter.wrap.start"), "{found}");

        let receipt = runs::receipt(&place, run_id.as_str()).unwrap();
        for (name, value) in [
            ("accepted_close", Value::from(true)),
            ("event_count", 5_u64.into()),
            ("outcome_note", "motus wrap exited 0".into()),
            ("receipt_id", Value::Null),
        ] {
            let mut changed = receipt.clone();
            changed.insert(name, value);
            assert!(verify_receipt(changed, &exported).is_err(), "{name}");
        }
        assert_eq!(verify_receipt(receipt, &exported), Ok(()));
    }
}
