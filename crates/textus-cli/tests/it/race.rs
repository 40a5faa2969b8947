//! Commands that write over the same file at the same time.

use std::path::Path;

use motus_testkit::textus::race;

#[test]
fn of_writers_with_one_etag_exactly_one_wins() {
    let textus = Path::new(env!("CARGO_BIN_EXE_textus"));
    race(textus, 2, 200).unwrap();
    race(textus, 8, 10).unwrap();
}
