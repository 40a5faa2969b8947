//! How long one thing takes by itself, for any number of what it works on.

use std::io::{self, Write};

use motus_json::Value;
use motus_json::canonical::cj;
use motus_kernel::Digest;
use motus_kernel::event::Event;
use motus_kernel::lens::score_lens_quality;
use motus_kernel::merkle::{Tree, root};
use motus_kernel::receipt::LensItem;
use motus_testkit::bundle::{Shape, shaped, write_long};

use super::pairs::{median, median_of, once};
use super::{bundles, effects};

/// What was measured: how many there were, and the milliseconds.
pub(super) struct Timed {
    pub(super) n: usize,
    pub(super) time_ms: f64,
}

/// Measures a case; `None` when there is none of that name.
pub(super) fn time(case: &str, n: usize) -> Option<Timed> {
    let timed = |time_ms| Timed { n, time_ms };
    match case {
        "cj_canonicalize" => Some(canonicalize(n)),
        "event_chain_verify" => Some(timed(median_of(|| chain(n)))),
        "merkle_root" => {
            let leaves = bundles::leaves(n);
            let work = || root(Tree::EventLog, leaves.iter().map(Vec::as_slice));
            Some(timed(median(work)))
        }
        "effect_compress" => {
            let files = effects::files(n);
            Some(timed(median(|| effects::to_limit(&files))))
        }
        "lens_score" => {
            let items: Vec<LensItem> = (0..n).map(item).collect();
            let scored =
                || score_lens_quality(&items, "2025-12-24T00:00:00Z", (1000, 1000, 1000), None);
            Some(timed(median(scored)))
        }
        _ => None,
    }
}

/// Writing a receipt of about so many bytes; of how many exactly is told.
fn canonicalize(bytes: usize) -> Timed {
    // Without entries it has some 1,800 bytes, and each round of them 1,030 more.
    let entries = bytes.saturating_sub(1800) / 1030;
    let twice = 2 * entries;
    let shape = Shape {
        artifacts: twice,
        lens_items: entries,
        children: entries,
        checks: twice,
        gates: entries,
        ..Shape::default()
    };
    let receipt = Value::from(shaped(&shape).receipt);
    let n = cj::write(&receipt).map(|text| text.len()).unwrap_or_default();
    Timed { n, time_ms: median(|| assert!(cj::write(&receipt).is_ok())) }
}

/// Checking every line of a log and the chain over them; the log is as long as it likes.
fn chain(events: usize) -> f64 {
    let mut chain = Chain { lines: Vec::new(), previous: Digest::ZERO, seq: 0, milliseconds: 0.0 };
    // Seven of them are those of every scenario.
    let written = write_long(events.saturating_sub(7), 0, &mut chain);
    assert!(written.is_ok() && chain.flush().is_ok(), "the chain holds");
    assert_eq!(chain.seq, events.max(7) as u64);
    chain.milliseconds
}

/// A log that is checked as it is written, piece by piece. The writing is not measured.
struct Chain {
    lines: Vec<u8>,
    previous: Digest,
    seq: u64,
    milliseconds: f64,
}

/// So much is in memory at once.
const PIECE: usize = 8 << 20;

impl Write for Chain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.extend_from_slice(bytes);
        if self.lines.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let lines = std::mem::take(&mut self.lines);
        let mut holds = true;
        self.milliseconds += once(|| {
            let mut lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            holds = lines.all(|line| self.is_next(line));
        });
        if holds { Ok(()) } else { Err(io::Error::other("the chain is broken")) }
    }
}

impl Chain {
    /// Tells whether a line is an event that continues the chain.
    fn is_next(&mut self, line: &[u8]) -> bool {
        let Ok(event) = Event::read(line) else { return false };
        let holds = event.seq == self.seq
            && event.prev_event_hash == self.previous
            && event.event_hash == event.computed_hash;
        self.previous = event.event_hash;
        self.seq += 1;
        holds
    }
}

/// One item of a lens: of any day of the last year and any weight.
pub(super) fn item(number: usize) -> LensItem {
    let (month, day, hour) = (number * 7 % 12 + 1, number * 5 % 28 + 1, number % 24);
    LensItem {
        kind: "file".to_owned(),
        uri: format!("src/{number:06}"),
        sha256: Digest::ZERO,
        ts_utc: format!("2025-{month:02}-{day:02}T{hour:02}:00:00Z"),
        provenance: "fs".to_owned(),
        weight: u16::try_from(number % 1001).ok(),
    }
}
