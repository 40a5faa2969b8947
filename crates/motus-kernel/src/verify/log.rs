//! The event log: hashed, checked and compared line by line as it is read, whatever its length.

mod batch;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::{Mutex, OnceLock, PoisonError};

use batch::{Batch, Found, Looked, look};
use memchr::{memchr, memrchr};
use motus_json::Value;

use super::agreement::Agreement;
use super::bounds::Observed;
use super::failure::{Code, Failures};
use super::files::{Files, RECEIPT_LIMITS};
use super::receipt_file::ReceiptFile;
use crate::event::{Event, LINE_LIMITS, Mention};
use crate::evidence::{self, for_each_reference};
use crate::fsm::Trace;
use crate::manifest::{EVENTS, EVIDENCE, Manifest, RECEIPT};
use crate::merkle::{Merkle, Tree};
use crate::names::Phase;
use crate::receipt::Receipt;
use crate::source::{BundleSource, Hashing};
use crate::timestamp::compare_real;
use crate::{Digest, Uuid};

/// The most lines of one log, each of them an event.
pub(crate) const MOST_EVENTS: u64 = 2_000_000;

/// After so many faults, what else is wrong in the log does not matter.
const MOST_FAULTS: usize = 100;

/// All that was learnt of a log.
pub(super) struct EventLog {
    parse: Failures,
    chain: Failures,
    references: References,
    pub(super) root: Digest,
    pub(super) events: u64,
    pub(super) trace: Trace,
    pub(super) lock_faults: Vec<String>,
    pub(super) agreement: Agreement,
    pub(super) observed: Observed,
    pub(super) warnings: Vec<String>,
}

impl EventLog {
    /// Reads the log once, for its digest as a file and for everything else.
    pub(super) fn load(
        source: &dyn BundleSource,
        manifest: &Manifest,
        receipt: Option<Value>,
        files: &mut Files,
    ) -> Self {
        let mut scan = Scan::new(manifest, receipt.as_ref());
        drop(receipt);
        let listed = manifest.file(EVENTS);
        // A log that is not listed has failed already.
        let mut hashing = Hashing::new(listed.map_or(0, |listed| listed.size_bytes));
        let read = source.read(EVENTS, &mut |piece| scan.take(source, piece, &mut hashing));
        if let Some(listed) = listed {
            files.compare(listed, read.map(|size_bytes| hashing.finish(size_bytes)));
        }
        scan.end()
    }

    /// Step 0 for the log.
    pub(super) fn parse_failures(&self) -> Failures {
        self.parse.clone()
    }

    /// The rest of step 1: every reference to evidence is to a listed file.
    pub(super) fn evidence(&self, receipt: &ReceiptFile) -> Failures {
        let mut references = self.references.clone();
        for_each_reference(&receipt.text, &RECEIPT_LIMITS, &mut |reference| {
            references.look_up(RECEIPT, reference);
        });
        references.failures
    }

    /// Step 4, and that all three documents are of one loop.
    pub(super) fn chain(&self, manifest: &Manifest, receipt: &Receipt) -> Failures {
        let mut failures = self.chain.clone();
        if receipt.loop_id != manifest.loop_id {
            let (found, expected) = (receipt.loop_id, manifest.loop_id);
            failures.note(RECEIPT, format!("loop_id is {found}, in the manifest {expected}"));
        }
        failures
    }
}

/// The references that are to no listed evidence, each told once.
#[derive(Clone)]
struct References {
    listed: Rc<BTreeSet<String>>,
    /// By their digests: a reference may be as long as a line.
    told: BTreeSet<Digest>,
    failures: Failures,
}

/// So many different references that lead nowhere are told apart.
const MOST_TOLD: usize = 1000;

impl References {
    fn new(manifest: &Manifest) -> Self {
        let listed = manifest.evidence().map(|file| file.path.clone()).collect();
        let failures = Failures::new(Code::FileHashMismatch);
        Self { listed: Rc::new(listed), told: BTreeSet::new(), failures }
    }

    fn look_up(&mut self, path: &str, reference: &str) {
        let is_known = reference.starts_with(EVIDENCE) && self.listed.contains(reference);
        if is_known || self.told.len() >= MOST_TOLD {
            return;
        }
        if self.told.insert(Digest::of(&[reference.as_bytes()])) {
            self.failures.note(path, format!("refers to evidence that is not listed: {reference}"));
        }
    }
}

/// A log on its way past.
struct Scan {
    log: EventLog,
    loop_id: Uuid,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    /// The number of the line that comes next, from 1.
    line: u64,
    /// How many faults lines had so far.
    faults: usize,
    /// Whether no more lines are looked at.
    stopped: bool,
    previous: Digest,
    last_time: String,
    event_ids: Vec<u128>,
    merkle: Merkle,
    evidence: evidence::References,
    locked: u64,
    last_is_locked: bool,
}

impl Scan {
    fn new(manifest: &Manifest, receipt: Option<&Value>) -> Self {
        let merkle = Merkle::new(Tree::EventLog);
        let log = EventLog {
            parse: Failures::new(Code::ParseError),
            chain: Failures::new(Code::EventChainInvalid),
            references: References::new(manifest),
            root: merkle.root(),
            events: 0,
            trace: Trace::default(),
            lock_faults: Vec::new(),
            agreement: Agreement::new(receipt),
            observed: Observed::new(receipt),
            warnings: Vec::new(),
        };
        Self {
            log,
            loop_id: manifest.loop_id,
            partial: Vec::new(),
            line: 1,
            faults: 0,
            stopped: false,
            previous: Digest::ZERO,
            last_time: String::new(),
            event_ids: Vec::new(),
            merkle,
            evidence: evidence::References::new(),
            locked: 0,
            last_is_locked: false,
        }
    }

    /// Takes the next piece of the file, which may begin and end inside a line.
    ///
    /// The hash of the file and what lines are by themselves may be found at the same time; what they are
    /// one after the other is found in their order.
    fn take(
        &mut self,
        source: &dyn BundleSource,
        piece: &[u8],
        hashing: &mut Hashing,
    ) -> ControlFlow<()> {
        let rest = self.end_line(piece);
        let (whole, begun) = rest.split_at(memrchr(b'\n', rest).map_or(0, |last| last + 1));
        let batches = if self.stopped { Vec::new() } else { Batch::cut(whole) };
        let batch = |number: usize| batches.get(number.checked_sub(1)?);
        let (hashing, flow) = (Mutex::new(hashing), OnceLock::new());
        let job = |number: usize| {
            if let Some(batch) = batch(number) {
                return batch.look();
            }
            // Lines that nobody looks at are hashed all the same: a changed file is told as one.
            let mut hashing = hashing.lock().unwrap_or_else(PoisonError::into_inner);
            flow.get_or_init(|| hashing.take(piece));
        };
        source.in_order(1 + batches.len(), &job, &mut |number| {
            if let Some(batch) = batch(number) {
                self.batch(batch);
            }
        });
        self.keep(begun);
        flow.into_inner().unwrap_or(ControlFlow::Continue(()))
    }

    /// Ends the line that has begun in the piece before, if one has, and returns what stands behind it.
    fn end_line<'p>(&mut self, piece: &'p [u8]) -> &'p [u8] {
        if self.stopped || self.partial.is_empty() {
            return piece;
        }
        let Some(end) = memchr(b'\n', piece) else {
            self.keep(piece);
            return &[];
        };
        let (line, rest) = piece.split_at(end);
        let mut whole = std::mem::take(&mut self.partial);
        whole.extend_from_slice(line);
        self.line(&whole, None);
        whole.clear();
        self.partial = whole;
        rest.get(1..).unwrap_or_default()
    }

    /// Takes lines in their order.
    fn batch(&mut self, batch: &Batch<'_>) {
        let found = batch.found();
        let mut found = found.iter();
        for line in batch.lines() {
            if self.stopped {
                return;
            }
            self.line(line, found.next());
        }
    }

    /// Keeps the beginning of a line, unless no line may be so long.
    fn keep(&mut self, rest: &[u8]) {
        if self.stopped {
            return;
        }
        if self.partial.len() + rest.len() > LINE_LIMITS.limits.bytes {
            self.stop_at_long_line();
        } else {
            self.partial.extend_from_slice(rest);
        }
    }

    fn stop_at_long_line(&mut self) {
        self.stop(format!("line {} is longer than 1 MiB", self.line));
    }

    fn stop(&mut self, message: String) {
        self.log.parse.note(EVENTS, message);
        self.stopped = true;
        self.partial = Vec::new();
    }

    /// A last line may end without a newline.
    fn end(mut self) -> EventLog {
        if !self.stopped && !self.partial.is_empty() {
            let line = std::mem::take(&mut self.partial);
            self.line(&line, None);
        }
        self.event_ids.sort_unstable();
        if let Some(pair) = self.event_ids.windows(2).find(|pair| pair.first() == pair.last()) {
            let event_id = Uuid::from_bits(pair.first().copied().unwrap_or_default());
            self.log.parse.note(EVENTS, format!("event_id is there twice: {event_id}"));
        }
        if self.locked != 1 || !self.last_is_locked {
            let fault = "there must be one Locked event, the last of all, in the phase Lock";
            self.log.lock_faults.push(fault.to_owned());
        }
        self.log.root = self.merkle.root();
        self.log
    }

    /// Takes the next line, with what was found in it if somebody looked already.
    fn line(&mut self, line: &[u8], found: Option<&Found<'_>>) {
        if self.line > MOST_EVENTS {
            return self.stop(format!("more than {MOST_EVENTS} events"));
        }
        if self.faults >= MOST_FAULTS {
            return self.stop(format!("line {} and all after it were not looked at", self.line));
        }
        // The same, however the pieces of the file fall.
        if line.len() > LINE_LIMITS.limits.bytes {
            return self.stop_at_long_line();
        }
        match found {
            Some(found) => self.found(found),
            None => self.found(&look(line)),
        }
        self.line += 1;
    }

    fn found(&mut self, found: &Found<'_>) {
        match found {
            Ok(Looked { event, leaf }) => self.event(event, leaf),
            Err(faults) => {
                let prefix = format!("line {}: ", self.line);
                self.faults = self.faults.saturating_add(faults.len().max(1));
                self.log.parse.note_faults(EVENTS, &prefix, faults.clone());
            }
        }
    }

    fn event(&mut self, event: &Event<'_>, leaf: &Digest) {
        self.check_chain(event);
        self.check_time(event);
        self.check_lock(event);
        self.merkle.push_hash(*leaf);
        self.event_ids.push(event.event_id.bits());
        self.log.trace.push(event.phase);
        self.log.events += 1;
        if event.mentions.may_have(Mention::Evidence) {
            self.evidence.for_each(event.whole, &LINE_LIMITS, &mut |reference| {
                self.log.references.look_up(EVENTS, reference);
            });
        }
        self.log.agreement.take(event);
        self.log.observed.take(event);
    }

    fn check_chain(&mut self, event: &Event<'_>) {
        let line = self.line;
        let mut note =
            |message: String| self.log.chain.note(EVENTS, format!("line {line}: {message}"));
        if event.seq != self.log.events {
            note(format!("seq is {}, not {}", event.seq, self.log.events));
        }
        if event.loop_id != self.loop_id {
            note(format!("loop_id is {}, in the manifest {}", event.loop_id, self.loop_id));
        }
        if event.prev_event_hash != self.previous {
            note("prev_event_hash is not the hash of the event before".to_owned());
        }
        if event.event_hash != event.computed_hash {
            note(format!("event_hash is not that of the event: {}", event.computed_hash));
        }
        self.previous = event.event_hash;
    }

    fn check_time(&mut self, event: &Event<'_>) {
        let goes_back =
            !self.last_time.is_empty() && compare_real(event.ts_utc, &self.last_time).is_lt();
        if goes_back && self.log.warnings.is_empty() {
            self.log.warnings.push(format!("time goes back at line {} of {EVENTS}", self.line));
        }
        self.last_time.clear();
        self.last_time.push_str(event.ts_utc);
    }

    /// Lock is repeated only to wait for a human, and Locked ends the log.
    fn check_lock(&mut self, event: &Event<'_>) {
        let is_locked = event.kind == "Locked";
        self.last_is_locked = is_locked && event.phase == Phase::Lock;
        self.locked += u64::from(is_locked);
        let is_hitl = matches!(event.kind, "HitlPrompt" | "HitlDecision" | "HitlTimeout");
        if event.phase == Phase::Lock && !is_locked && !is_hitl && self.log.lock_faults.is_empty() {
            let fault =
                format!("line {}: {} may not stand in the phase Lock", self.line, event.kind);
            self.log.lock_faults.push(fault);
        }
    }
}
