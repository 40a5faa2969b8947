//! Logs as SQLite writes them, and what is left of them when bytes of them change.

use rusqlite::Connection;

use super::*;

/// Commits some transactions and returns the log, with its number of pages after each of them.
fn log_of(transactions: usize) -> (Vec<u8>, Vec<u64>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)").unwrap();
    let log = directory.path().join("store.db-wal");
    let mut ends = Vec::new();
    for _ in 0..transactions {
        connection.execute_batch("INSERT INTO t VALUES (randomblob(9000))").unwrap();
        let pages: i64 =
            connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1)).unwrap();
        ends.push(u64::try_from(pages).unwrap());
    }
    (std::fs::read(&log).unwrap(), ends)
}

fn pages_of(log: &[u8]) -> (u64, u64) {
    let pages = count(&mut &log[..]).unwrap();
    (pages.replayable, pages.committed)
}

/// The place of a page's content in a log of pages of 4096 bytes.
fn content(page: u64) -> usize {
    HEADER_BYTES + usize::try_from(page - 1).unwrap() * (FRAME_HEADER_BYTES + 4096) + 100
}

#[test]
fn a_whole_log_is_counted_as_sqlite_counts_it() {
    let (log, ends) = log_of(4);
    let last = *ends.last().unwrap();
    assert_eq!(pages_of(&log), (last, last));
    assert_eq!(pages_of(&[]), (0, 0));
    assert_eq!(pages_of(&log[..20]), (0, 0));
}

#[test]
fn a_log_that_was_cut_off_has_lost_nothing_that_was_committed() {
    let (log, ends) = log_of(4);
    for cut in (0..log.len()).step_by(1009) {
        let pages = (cut.saturating_sub(HEADER_BYTES) / (FRAME_HEADER_BYTES + 4096)) as u64;
        // The first page was committed with the table, before the first end.
        let (replayable, committed) = pages_of(&log[..cut]);
        assert!(replayable == committed && !is_kept(&log[..cut]), "{cut}");
        assert!(replayable <= pages && ends.iter().all(|end| *end > pages || *end <= replayable));
    }
}

#[test]
fn what_was_committed_behind_a_damaged_page_is_told() {
    let (mut log, ends) = log_of(4);
    log[content(ends[1])] ^= 1;
    assert_eq!(pages_of(&log), (ends[0], ends[3]));
    log[content(ends[0])] ^= 1;
    let (replayable, committed) = pages_of(&log);
    assert!(replayable < ends[0] && committed == ends[3]);
}

#[test]
fn a_damaged_header_of_a_page_hides_no_page_behind_it() {
    let (log, ends) = log_of(4);
    for byte in 0..FRAME_HEADER_BYTES {
        let mut log = log.clone();
        log[content(ends[1]) - 100 + byte] ^= 1;
        assert_eq!(pages_of(&log), (ends[0], ends[3]), "byte {byte}");
    }
}

#[test]
fn a_damaged_last_transaction_is_told_too() {
    let (mut log, ends) = log_of(4);
    log[content(ends[3])] ^= 1;
    assert_eq!(pages_of(&log), (ends[2], ends[3]));
}

#[test]
fn a_damaged_header_says_nothing_for_sure() {
    let (log, _) = log_of(2);
    for place in 0..HEADER_BYTES {
        let mut log = log.clone();
        log[place] ^= 1;
        let pages = count(&mut &log[..]).unwrap();
        assert!(pages.is_worth_keeping() && pages.replayable == 0, "byte {place}");
        assert_eq!(pages.lost(), None);
    }
    assert!(!is_kept(&vec![0; 100_000]));
}

fn is_kept(log: &[u8]) -> bool {
    count(&mut &log[..]).unwrap().is_worth_keeping()
}

/// Fills a block of the disk with zeros.
fn blank(log: &[u8], block: usize) -> Vec<u8> {
    let mut log = log.to_vec();
    let end = log.len().min((block + 1) * 4096);
    log[block * 4096..end].fill(0);
    log
}

#[test]
fn a_log_with_a_block_of_zeros_is_kept_wherever_it_is() {
    let (log, _) = log_of(4);
    for block in 0..log.len() / 4096 {
        assert!(is_kept(&blank(&log, block)), "block {block}");
    }
    let mut without_header = blank(&log, 0);
    assert_eq!(count(&mut &without_header[..]).unwrap().lost(), None);
    without_header.fill(0);
    *without_header.last_mut().unwrap() = 1;
    assert!(is_kept(&without_header));
}

#[test]
fn zeros_behind_the_last_commit_are_nothing() {
    let (mut log, ends) = log_of(3);
    log.resize(log.len() + 50_000, 0);
    assert_eq!(pages_of(&log), (ends[2], ends[2]));
    assert!(!is_kept(&log));
}

#[test]
fn pages_of_this_log_do_not_stand_behind_others() {
    let (log, ends) = log_of(2);
    // The last transaction without the page that commits it, and with a damaged page.
    let cut = content(ends[1]) - 100;
    let mut log = log[..cut].to_vec();
    assert!(!is_kept(&log));
    log[content(ends[0] + 1) - 100 + 14] ^= 1;
    assert!(is_kept(&log));
    assert_eq!(count(&mut &log[..]).unwrap().lost(), None);
}

#[test]
fn pages_of_an_earlier_log_do_not_count() {
    let (earlier, _) = log_of(4);
    let (later, ends) = log_of(1);
    let mut log = earlier;
    log[..later.len()].copy_from_slice(&later);
    assert_eq!(pages_of(&log), (ends[0], ends[0]));
    assert!(!is_kept(&log));
}
