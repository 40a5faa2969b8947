//! `motus run receipt`: what a closed run comes to.

use motus_app::runs;
use motus_json::{Object, Value};

use crate::arguments::ReceiptArguments;
use crate::command::review::{heading_lines, scope};
use crate::command::run_page::brief;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::printable;

pub(crate) fn run(arguments: &ReceiptArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let name = &arguments.selector.run;
    let receipt = runs::receipt(&place, name)?;
    if arguments.json {
        output::json(receipt.sorted())?;
    } else {
        // A closed run gets no more events: this is what the receipt is of.
        let run = receipt.get("run_id").and_then(Value::as_str).unwrap_or(name);
        let events = runs::show(&place, run)?.events;
        output::data(&page(&receipt, &heading_lines(&scope(&events))))?;
    }
    Ok(motus_app::exit::OK)
}

fn page(receipt: &Object, scope: &[(&'static str, String)]) -> String {
    let text = |name| printable(receipt.get(name).and_then(Value::as_str).unwrap_or_default());
    let count = |name| receipt.get(name).and_then(Value::as_array).map_or(0, <[Value]>::len);
    let events = receipt.get("event_count").and_then(Value::as_u64).unwrap_or_default();
    let accepted = receipt.get("accepted_close").and_then(Value::as_bool) == Some(true);
    let lines = [
        ("Receipt", text("receipt_id")),
        ("Run", text("run_id")),
        ("Status", text("status")),
        ("Outcome", text("outcome")),
        ("Recorded", text("recorded_at")),
        ("Accepted close", if accepted { "yes" } else { "no" }.to_owned()),
        ("Events", events.to_string()),
        ("Evidence", count("evidence").to_string()),
        ("Decisions", count("decisions").to_string()),
    ];
    let mut page = String::new();
    for (name, value) in lines.iter().chain(scope) {
        page.push_str(&output::bold(format!("{name}:")));
        page.push_str(&format!(" {value}\n"));
    }
    // The summary is a remark that may be of any length.
    let summary = brief(receipt.get("summary").and_then(Value::as_str).unwrap_or_default());
    page.push_str(&format!("\nSummary: {summary}\n\nNext: {}\n", text("next_action")));
    page
}
