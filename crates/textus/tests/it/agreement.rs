//! What must hold of a store whatever happened to its writers.

use std::collections::BTreeMap;
use std::fs;

use textus_core::Etag;
use textus_core::audit::Row;

use crate::scene::{Scene, path};

/// Requires that log and files agree, that no number is missing or used twice, and that nothing waits.
#[track_caller]
pub(crate) fn require(scene: &Scene, when: &str) {
    let rows = all_rows(scene);
    for (row, seq) in rows.iter().zip(rows.first().map_or(1, |row| row.seq)..) {
        assert_eq!(row.seq, seq, "{when}: {rows:#?}");
    }
    let mut etags: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut follow = |key: &str, before: &Option<String>, after: &Option<String>, seq: u64| {
        let known = etags.insert(key.to_owned(), after.clone());
        if let Some(known) = known {
            assert_eq!(&known, before, "{when}: row {seq} does not follow the one before it");
        }
    };
    for row in &rows {
        if let Some(moved) = &row.moved {
            follow(&moved.from_key, &row.etag_before, &None, row.seq);
            follow(&moved.to_key, &None, &row.etag_after, row.seq);
        } else {
            follow(&row.key, &row.etag_before, &row.etag_after, row.seq);
        }
    }
    for (key, etag) in etags {
        let found = fs::read(scene.zones().join(path(&key))).ok();
        let found = found.map(|bytes| Etag::of(&bytes).as_str().to_owned());
        assert_eq!(found, etag, "{when}: the file of {key} is not what the log says");
    }
    let waiting = scene.names().into_iter().find(|name| name.contains(".textus-"));
    assert_eq!(waiting, None, "{when}");
    assert_eq!(scene.store().unfinished().unwrap(), [], "{when}");
}

/// Reads every row, rotated ones too; every line must be one.
#[track_caller]
pub(crate) fn all_rows(scene: &Scene) -> Vec<Row> {
    let mut rows = Vec::new();
    let scanned = scene.store().journal().scan(&mut |line| {
        rows.push(line.row.unwrap_or_else(|| panic!("{}:{} is no row", line.file, line.line)));
        std::ops::ControlFlow::Continue(())
    });
    scanned.unwrap();
    rows
}
