//! The documents of a bundle, read without the kernel's types.

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use motus_kernel::names::Phase;
use motus_kernel::source::MemoryBundle;

/// Returns a document of a bundle.
pub(super) fn document(bundle: &MemoryBundle, name: &str) -> Object {
    let bytes = bundle.files.get(name).map(Vec::as_slice).unwrap_or_default();
    object(bytes)
}

/// Returns the lines of a bundle's log.
pub(super) fn lines(bundle: &MemoryBundle) -> impl Iterator<Item = &[u8]> {
    let bytes = bundle.files.get("events.jsonl").map(Vec::as_slice).unwrap_or_default();
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// Returns the events of a bundle's log.
pub(super) fn events(bundle: &MemoryBundle) -> Vec<Event> {
    lines(bundle).map(|line| Event(object(line))).collect()
}

fn object(bytes: &[u8]) -> Object {
    let value = cj::read(bytes, &ReadOptions::default()).unwrap_or_default();
    value.as_object().cloned().unwrap_or_default()
}

/// An event as it stands in the log.
#[derive(Debug, Clone)]
pub(super) struct Event(pub(super) Object);

impl Event {
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn kind(&self) -> &str {
        self.text("kind")
    }

    pub(super) fn phase(&self) -> Phase {
        Phase::parse(self.text("phase")).expect("a log has phases")
    }

    /// Returns a member of the payload, or of a part of it.
    pub(super) fn told(&self, path: &[&str]) -> Option<&Value> {
        let payload = self.0.get("payload")?;
        path.iter().try_fold(payload, |value, name| value.get(name))
    }

    pub(super) fn told_text(&self, path: &[&str]) -> &str {
        self.told(path).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns the items of a list in the payload.
    pub(super) fn list(&self, name: &str) -> &[Value] {
        self.told(&[name]).and_then(Value::as_array).unwrap_or_default()
    }
}
