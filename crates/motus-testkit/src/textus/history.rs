//! What an audit log and the files of a store must be to each other.
//!
//! Pure. Every file is the work of some row, and every row begins where the row before it ended.

use std::collections::BTreeMap;

use serde_json::Value;

/// One row of an audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) seq: u64,
    pub(super) verb: String,
    pub(super) key: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// The former key, of a move.
    pub(super) from: Option<String>,
}

/// Reads a log; every line of it must be a row, and closed.
pub(super) fn read(log: &str) -> Result<Vec<Row>, String> {
    if !log.is_empty() && !log.ends_with('\n') {
        return Err("the last line of the log is not closed".to_owned());
    }
    let row = |line: &str| row(line).ok_or_else(|| format!("this is no row: {line}"));
    log.lines().map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let told: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| Some(told.get(name)?.as_str()?.to_owned());
    let verb = text("verb")?;
    let from = if verb == "mv" { Some(text("from_key")?) } else { None };
    let etag = |name: &str| match told.get(name)? {
        Value::Null => Some(None),
        etag => Some(Some(etag.as_str()?.to_owned())),
    };
    Some(Row {
        seq: told.get("seq")?.as_u64()?,
        key: text("key")?,
        before: etag("etag_before")?,
        after: etag("etag_after")?,
        verb,
        from,
    })
}

/// Says what is wrong with a log that was begun with the store, and the files by key and etag.
pub(super) fn check(rows: &[Row], files: &BTreeMap<String, String>) -> Result<(), String> {
    let mut etags: BTreeMap<&str, &str> = BTreeMap::new();
    for (row, seq) in rows.iter().zip(1..) {
        if row.seq != seq {
            return Err(format!("row {} stands where row {seq} belongs", row.seq));
        }
        if row.from.is_some() && etags.contains_key(row.key.as_str()) {
            return Err(format!("row {seq} moves to '{}', which is there", row.key));
        }
        let source = row.from.as_ref().unwrap_or(&row.key).as_str();
        let known = etags.remove(source);
        if known != row.before.as_deref() {
            let before = &row.before;
            return Err(format!("row {seq} finds {before:?} at '{source}', which is {known:?}"));
        }
        etags.extend(row.after.as_deref().map(|etag| (row.key.as_str(), etag)));
    }
    let found: BTreeMap<&str, &str> =
        files.iter().map(|(key, etag)| (key.as_str(), etag.as_str())).collect();
    if found == etags {
        return Ok(());
    }
    let keys = found.keys().chain(etags.keys());
    let differs = keys.copied().find(|key| found.get(key) != etags.get(key)).unwrap_or_default();
    let (found, told) = (found.get(differs), etags.get(differs));
    Err(format!("'{differs}' is {found:?} on disk and {told:?} in the log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"seq":1,"verb":"put","key":"a","etag_before":null,"etag_after":"A"}
{"seq":2,"verb":"put","key":"b","etag_before":null,"etag_after":"B"}
{"seq":3,"verb":"put","key":"a","etag_before":"A","etag_after":"AA"}
{"seq":4,"verb":"mv","key":"c","from_key":"b","etag_before":"B","etag_after":"C"}
{"seq":5,"verb":"put","key":"d","etag_before":null,"etag_after":"D"}
{"seq":6,"verb":"delete","key":"d","etag_before":"D","etag_after":null}
"#;

    fn found(log: &str, files: &[(&str, &str)]) -> String {
        let files = files.iter().map(|(key, etag)| ((*key).to_owned(), (*etag).to_owned()));
        let checked = read(log).and_then(|rows| check(&rows, &files.collect()));
        checked.err().unwrap_or_default()
    }

    #[test]
    fn an_honest_history_holds() {
        assert_eq!(found(GOOD, &[("a", "AA"), ("c", "C")]), "");
        assert_eq!(found("", &[]), "");
    }

    #[test]
    fn a_row_that_is_torn_or_missing_or_repeated_is_found() {
        let files = [("a", "AA"), ("c", "C")];
        let torn = &GOOD[..GOOD.len() - 10];
        assert!(found(torn, &files).contains("not closed"));
        // The row of a killed writer that the next one did not cut off.
        let grown = GOOD.replace("{\"seq\":5", "{\"seq\":5,\"ve{\"seq\":5");
        assert!(found(&grown, &files).contains("no row"));
        let gap = GOOD.replace("{\"seq\":2", "{\"seq\":3");
        assert!(found(&gap, &files).contains("row 3 stands where row 2"));
        let lines: Vec<&str> = GOOD.lines().collect();
        let missing = [lines[0], lines[2]].join("\n") + "\n";
        assert!(found(&missing, &files).contains("row 3 stands where row 2"));
    }

    #[test]
    fn two_winners_of_one_etag_are_found() {
        // Both compared before either wrote: the second row begins where the first began.
        let both = "\
{\"seq\":1,\"verb\":\"put\",\"key\":\"a\",\"etag_before\":null,\"etag_after\":\"A\"}
{\"seq\":2,\"verb\":\"put\",\"key\":\"a\",\"etag_before\":\"A\",\"etag_after\":\"B\"}
{\"seq\":3,\"verb\":\"put\",\"key\":\"a\",\"etag_before\":\"A\",\"etag_after\":\"C\"}
";
        assert!(found(both, &[("a", "C")]).contains("row 3 finds Some(\"A\")"));
    }

    #[test]
    fn rows_without_files_and_files_without_rows_are_found() {
        // The row was written, the change was not made.
        assert!(found(GOOD, &[("a", "A"), ("c", "C")]).contains("'a' is Some(\"A\") on disk"));
        assert!(found(GOOD, &[("a", "AA"), ("b", "B")]).contains("'b' is Some(\"B\") on disk"));
        assert!(found(GOOD, &[("a", "AA")]).contains("'c' is None on disk"));
        assert!(found(GOOD, &[("a", "AA"), ("c", "C"), ("d", "D")]).contains("'d'"));
    }

    #[test]
    fn a_move_over_something_is_found() {
        let over = GOOD.replace("\"key\":\"c\"", "\"key\":\"a\"");
        assert!(found(&over, &[("a", "C")]).contains("moves to 'a', which is there"));
    }
}
