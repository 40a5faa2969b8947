//! Tables: columns as wide as their widest cell, the last one open.

/// Rows of cells under their names, each with a line below it where there is more to say.
#[derive(Debug)]
pub(super) struct Table {
    /// What is told when there are no rows.
    empty: &'static str,
    rows: Vec<(Vec<String>, Option<String>)>,
}

impl Table {
    /// Makes a table with a heading.
    pub(super) fn new(empty: &'static str, columns: &[&str]) -> Self {
        let heading = columns.iter().map(|column| column.to_uppercase().replace('_', " "));
        Self { empty, rows: vec![(heading.collect(), None)] }
    }

    /// Adds a row with a cell for each column.
    pub(super) fn push(&mut self, row: Vec<String>) {
        self.rows.push((row, None));
    }

    /// Says more of the last row, in an indented line below it.
    pub(super) fn note(&mut self, text: String) {
        if let Some((_, note)) = self.rows.last_mut() {
            *note = Some(text);
        }
    }

    /// Returns the table, or a line that says that it is empty.
    pub(super) fn render(&self) -> String {
        if self.rows.len() < 2 {
            return format!("{}\n", self.empty);
        }
        let widths = self.widths();
        let mut text = String::new();
        for (row, note) in &self.rows {
            text.push_str(&line(row, &widths));
            if let Some(note) = note {
                text.push_str(&format!("  {note}\n"));
            }
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for (row, _) in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        widths
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(&format!("{cell:width$}  "));
    }
    format!("{}\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new("no keys", &["key", "next_due_at"]);
        table.push(vec!["a.long.key".into(), "-".into()]);
        table.push(vec!["b".into(), "2026-01-02".into()]);
        table.note("soon".into());
        assert_eq!(
            table.render(),
            "KEY         NEXT DUE AT\na.long.key  -\nb           2026-01-02\n  soon\n"
        );
        assert_eq!(Table::new("no keys", &["key"]).render(), "no keys\n");
    }
}
