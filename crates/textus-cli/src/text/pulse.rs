//! A pulse: how much there is of each thing, then each thing.

use motus_json::{Object, Value};

use super::{AUDIT_COLUMNS, array, cell, push_member, told};
use crate::text::table::Table;

/// What is told by tables instead of lines.
const TABLES: [&str; 3] = ["changed", "stale", "pending_review"];

/// Counters in a line each, then a table for each that is not zero.
pub(super) fn render(result: &Object) -> String {
    let mut text = String::new();
    for (name, value) in told(result) {
        match value {
            Value::Array(items) => push_member(&mut text, &name, &Value::from(items.len())),
            Value::Object(health) => push_member(&mut text, &name, &Value::from(summary(health))),
            scalar => push_member(&mut text, &name, scalar),
        }
    }
    for name in TABLES.into_iter().filter(|name| !array(result, name).is_empty()) {
        text.push_str(&format!("\n{}:\n{}", name.replace('_', " "), table(result, name)));
    }
    text
}

fn table(result: &Object, name: &str) -> String {
    let columns = if name == "changed" { &AUDIT_COLUMNS[..] } else { &["key"] };
    let mut table = Table::new("nothing", columns);
    for row in array(result, name) {
        let cells = columns.iter().map(|column| match row {
            Value::Object(row) => cell(row.get(column)),
            key => cell(Some(key)),
        });
        table.push(cells.collect());
    }
    table.render()
}

fn summary(health: &Object) -> String {
    let said = told(health).map(|(name, value)| format!("{name} {}", cell(Some(value))));
    said.collect::<Vec<_>>().join(", ")
}
