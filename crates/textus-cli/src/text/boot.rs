//! What to know before using a store: its zones, its entries, and how to begin.

use motus_json::{Object, Value, printable};

use super::{array, cell, joined, push_member, told};
use crate::text::table::Table;

/// Zones and entries as tables, then lines for those who begin.
pub(super) fn render(result: &Object) -> String {
    let mut text = String::new();
    push_member(&mut text, "store_root", result.get("store_root").unwrap_or(&Value::Null));
    text.push_str(&format!("\nzones:\n{}\nentries:\n{}", zones(result), entries(result)));
    push_lines(&mut text, "write flows", result.get("write_flows"));
    push_lines(&mut text, "quickstart", result.get("agent_quickstart"));
    let verbs = array(result, "cli_verbs").iter().map(|verb| cell(verb.get("name")));
    text.push_str(&format!("\nverbs: {}\n", verbs.collect::<Vec<_>>().join(", ")));
    text
}

fn zones(result: &Object) -> String {
    let mut table = Table::new("no zones", &["name", "kind", "writers", "purpose"]);
    for zone in array(result, "zones") {
        let text = |name| cell(zone.get(name));
        table.push(vec![text("name"), text("kind"), joined(zone.get("writers")), text("purpose")]);
    }
    table.render()
}

fn entries(result: &Object) -> String {
    let columns = ["key", "zone", "format", "schema", "keys below it"];
    let mut table = Table::new("no entries", &columns);
    for entry in array(result, "entries") {
        let mut row: Vec<String> =
            ["key", "zone", "format", "schema"].map(|name| cell(entry.get(name))).into();
        let is_nested = entry.get("nested").and_then(Value::as_bool) == Some(true);
        row.push(if is_nested { "yes" } else { "no" }.to_owned());
        table.push(row);
    }
    table.render()
}

/// A line for each member of an object, below a heading.
fn push_lines(text: &mut String, heading: &str, members: Option<&Value>) {
    let Some(members) = members.and_then(Value::as_object) else { return };
    text.push_str(&format!("\n{heading}:\n"));
    for (name, value) in told(members) {
        let value = match value {
            Value::Array(_) => joined(Some(value)),
            other => cell(Some(other)),
        };
        text.push_str(&format!("  {}: {value}\n", printable(&name)));
    }
}
