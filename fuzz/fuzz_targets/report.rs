//! Feeds the readers of reports: the first byte chooses the format, and how the stream is cut changes nothing.
//!
//! What it demands, `motus-app` tests on samples and words of the formats: `evidence/tests/hostile.rs`.
#![no_main]

use std::io::{self, Read};
use std::path::Path;

use motus_app::evidence::read_stream;
use motus_json::{Object, canonical};
use motus_ledger::report::{Attached, Format, LARGEST_PAYLOAD};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let format = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let whole = recorded(format, bytes);
    assert!(whole.len() <= LARGEST_PAYLOAD);
    assert_eq!(whole, recorded(format, Crumbs { bytes, turn: usize::from(*first) }));
});

/// Spells what would be recorded, or why nothing is.
fn recorded(format: Format, stream: impl Read) -> String {
    let report = match read_stream(format, stream, Path::new("report")) {
        Ok(report) => report,
        Err(error) => return format!("{}: {error}", error.code()),
    };
    let mut payload = Object::new();
    let attached = Attached { reports: vec![report], ..Attached::default() };
    attached.record(&mut payload, LARGEST_PAYLOAD);
    canonical::store::write(&payload.into())
}

/// Gives one to seven bytes at a time.
struct Crumbs<'b> {
    bytes: &'b [u8],
    turn: usize,
}

impl Read for Crumbs<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        let most = (self.turn % 7 + 1).min(buffer.len());
        self.bytes.read(&mut buffer[..most])
    }
}
