//! The payloads of the four events that a wrapped command leaves.

use motus_json::{Object, Value};

use crate::wrap::{CommandSummary, WrapIdentity};
use crate::{Digest, Outcome, Run, Timestamp};

/// What is recorded before the command starts.
#[derive(Debug, Clone)]
pub struct StartRecord<'a> {
    /// The summary of the command line.
    pub command: &'a CommandSummary,
    /// Whether the working tree had changes; `None` when unknown.
    pub working_tree_dirty: Option<bool>,
    /// The wrapping process, by which a dead run is told from a live one.
    pub process: Option<Object>,
}

impl StartRecord<'_> {
    /// Returns the payload of [`START_KIND`](crate::wrap::START_KIND).
    pub fn payload(&self, run: &Run, identity: &WrapIdentity) -> Value {
        let mut payload = common(run, identity, "start");
        payload.insert("cwd", run.cwd.as_str());
        payload.insert("git_sha", run.git_sha.as_deref());
        payload.insert("argv_summary", self.command.parts.clone());
        payload.insert("started_at", run.started_at.as_str());
        payload.insert("command_display", self.command.display.as_str());
        payload.insert("working_tree_dirty", self.working_tree_dirty);
        payload.insert("adapter_version", "1");
        if let Some(process) = &self.process {
            payload.insert("process", process.clone());
        }
        payload.into()
    }
}

/// One of a command's two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Stream {
    /// Reads the Store's spelling.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "stdout" => Some(Self::Stdout),
            "stderr" => Some(Self::Stderr),
            _ => None,
        }
    }

    /// Returns the Store's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// What is recorded of one output stream.
#[derive(Debug, Clone)]
pub struct OutputRecord {
    /// Which stream.
    pub stream: Stream,
    /// How many bytes passed.
    pub bytes: u64,
    /// How many lines; an unterminated last line counts.
    pub lines: u64,
    /// Whether the stream went on beyond what was counted, or beyond the configured size.
    pub truncated: bool,
}

impl OutputRecord {
    /// Returns the part of the event's key that names the stream.
    pub fn key_part(&self) -> String {
        format!("output:{}", self.stream.as_str())
    }

    /// Returns the payload of [`OUTPUT_SUMMARY_KIND`](crate::wrap::OUTPUT_SUMMARY_KIND).
    pub fn payload(&self, run: &Run, identity: &WrapIdentity) -> Value {
        let stream = self.stream.as_str();
        let summary = format!(
            "{stream}: content omitted by motus wrap policy ({} bytes, {} lines)",
            self.bytes, self.lines
        );
        let mut payload = common(run, identity, &self.key_part());
        payload.insert("stream", stream);
        payload.insert("payload_hash", Digest::of(&summary).as_str());
        payload.insert("summary", summary);
        payload.insert("truncated", self.truncated);
        // What passes is never looked at, so nothing is ever redacted in it.
        payload.insert("redaction_applied", false);
        payload.insert("line_count", self.lines);
        payload.insert("byte_count", self.bytes);
        payload.insert("redaction_reason_codes", Vec::<Value>::new());
        payload.insert("content_omitted", true);
        payload.insert("output_capture_policy", "metadata_only");
        payload.into()
    }
}

/// What is recorded after the command ended.
#[derive(Debug, Clone)]
pub struct EndRecord {
    /// The code that `motus wrap` exits with.
    pub exit_code: i32,
    /// The run's outcome.
    pub outcome: Outcome,
    /// How long the command ran.
    pub duration_milliseconds: u64,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Whether its time was up.
    pub timed_out: bool,
    /// The signal or condition that cut the command short, if any.
    pub interruption: Option<String>,
    /// Why something was redacted or hashed.
    pub reasons: Vec<&'static str>,
}

impl EndRecord {
    /// Returns the payload of [`END_KIND`](crate::wrap::END_KIND).
    pub fn payload(&self, run: &Run, identity: &WrapIdentity) -> Value {
        let mut payload = common(run, identity, "end");
        payload.insert("exit_code", self.exit_code);
        payload.insert("outcome", self.outcome.as_str());
        payload.insert("duration_ms", self.duration_milliseconds);
        payload.insert("ended_at", self.ended_at.as_str());
        payload.insert("timed_out", self.timed_out);
        payload.insert("redaction_applied", !self.reasons.is_empty());
        payload.insert("redaction_reason_codes", self.reasons.clone());
        if let Some(interruption) = &self.interruption {
            payload.insert("interruption", interruption.as_str());
        }
        payload.into()
    }
}

pub(crate) fn common(run: &Run, identity: &WrapIdentity, part: &str) -> Object {
    Object::from([
        ("run_id", Value::from(run.id.as_str())),
        ("producer_id", identity.producer_id.as_str().into()),
        ("idempotency_key", identity.event_key(part).into()),
    ])
}
