//! A bundle whose log is too long for memory: written line by line, sealed like any other.

use std::io::{self, Write};

use motus_json::{Object, Value};
use motus_kernel::Digest;
use motus_kernel::digest::Hasher;
use motus_kernel::merkle::{Merkle, Tree};
use motus_kernel::source::MemoryBundle;

use super::shaped::{acted, identify, record};
use super::{basic_edit, canonical, event_hash, integrity, member, object};

/// Writes the log of [`basic_edit`] with so many events more into `log`, and returns all other files, among
/// them so many more of evidence, each of 4 KiB.
pub fn write_long(events: usize, evidence: usize, log: &mut dyn Write) -> io::Result<MemoryBundle> {
    let more = (0..events).map(|number| ("SkillExecuted".to_owned(), record(number)));
    write_among(more, evidence, log)
}

/// Writes the log of [`basic_edit`] with more events of these kinds and contents, in the phase Act, into
/// `log`, and returns all other files, among them so many more of evidence, each of 4 KiB.
pub fn write_among(
    more: impl Iterator<Item = (String, Object)>,
    evidence: usize,
    log: &mut dyn Write,
) -> io::Result<MemoryBundle> {
    let mut parts = basic_edit();
    for number in 0..evidence {
        let text = format!("line {number} of what a tool wrote\n").repeat(200);
        let path = format!("evidence/more/{number:06}.txt");
        parts.files.insert(path, text.into_bytes().into_iter().take(4096).collect());
    }
    let after = parts.events.split_off(5);
    let before = std::mem::take(&mut parts.events);
    let more = more.map(|(kind, content)| acted(&kind, content));
    let mut sealer = Sealer::new(log);
    for event in before.into_iter().chain(more).chain(after) {
        sealer.write(event)?;
    }
    parts.seal_roots();
    let roots = object(member(integrity(&mut parts.receipt), "roots"));
    roots.insert("event_log_root", sealer.merkle.root().to_string());
    parts.seal_receipt_hash();
    parts.seal_proof();

    let mut bundle = MemoryBundle { files: parts.files.clone() };
    bundle.files.insert("receipt.json".to_owned(), canonical(&parts.receipt).into_bytes());
    parts.list(&mut bundle);
    sealer.list(&mut bundle);
    Ok(bundle)
}

/// A log on its way out.
struct Sealer<'l> {
    log: &'l mut dyn Write,
    seq: usize,
    previous: Digest,
    merkle: Merkle,
    hasher: Hasher,
    size_bytes: usize,
}

impl<'l> Sealer<'l> {
    fn new(log: &'l mut dyn Write) -> Self {
        let (merkle, hasher) = (Merkle::new(Tree::EventLog), Hasher::new());
        Self { log, seq: 0, previous: Digest::ZERO, merkle, hasher, size_bytes: 0 }
    }

    fn write(&mut self, mut event: Object) -> io::Result<()> {
        identify(&mut event, self.seq);
        event.remove("event_hash");
        event.insert("seq", self.seq);
        event.insert("prev_event_hash", self.previous.to_string());
        self.previous = event_hash(&event);
        event.insert("event_hash", self.previous.to_string());
        let leaf = format!("{{\"event_hash\":\"{}\",\"seq\":{}}}", self.previous, self.seq);
        self.merkle.push(leaf.as_bytes());
        self.seq += 1;
        let line = canonical(&event) + "\n";
        self.hasher.update(line.as_bytes());
        self.size_bytes += line.len();
        self.log.write_all(line.as_bytes())
    }

    /// Puts the log into a manifest that does not list it yet; its name sorts before all others.
    fn list(self, bundle: &mut MemoryBundle) {
        let entry = Object::from([
            ("path", Value::from("events.jsonl")),
            ("sha256", self.hasher.finish().to_string().into()),
            ("size_bytes", self.size_bytes.into()),
        ]);
        let manifest = bundle.files.get_mut("manifest.json").expect("the files are listed");
        let mut document = super::document(&String::from_utf8_lossy(manifest));
        let files = member(&mut document, "files");
        let listed = files.as_array().unwrap_or_default().to_vec();
        *files = [entry.into()].into_iter().chain(listed).collect();
        *manifest = canonical(&document).into_bytes();
    }
}
