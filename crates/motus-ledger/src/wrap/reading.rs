//! What the events of a wrapped command say, as plain data for a front door.
//!
//! Whatever another release recorded is read as far as it goes; nothing here is an error.

use motus_json::Value;

use crate::Outcome;
use crate::wrap::{END_KIND, OUTPUT_SUMMARY_KIND, START_KIND, Stream};

/// What one event of a wrapped command says.
///
/// In each of them a field that is missing, or holds something else than it should, is `None`, and a
/// lone surrogate in a text is U+FFFD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrapEvent {
    /// The command is about to start.
    Start(StartFacts),
    /// The command wrote to one of its streams.
    Output(OutputFacts),
    /// The command ended.
    End(EndFacts),
}

/// What is known of a command that is about to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFacts {
    /// The command line without its arguments, quoted for a shell.
    pub command: Option<String>,
    /// The working directory.
    pub directory: Option<String>,
    /// The commit that was checked out.
    pub commit: Option<String>,
    /// Whether the working tree had changes.
    pub working_tree_dirty: Option<bool>,
}

/// What is known of an output stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFacts {
    /// Which stream.
    pub stream: Option<Stream>,
    /// How many bytes passed.
    pub bytes: Option<u64>,
    /// How many lines; an unterminated last line counts.
    pub lines: Option<u64>,
    /// Whether the stream went on beyond what was counted, or beyond the configured size.
    pub truncated: Option<bool>,
}

/// What is known of a command that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndFacts {
    /// The code that `motus wrap` exited with; the published release also records negative ones.
    pub exit_code: Option<i64>,
    /// The run's outcome.
    pub outcome: Option<Outcome>,
    /// How long the command ran.
    pub duration_milliseconds: Option<u64>,
    /// Whether its time was up.
    pub timed_out: Option<bool>,
    /// The signal or condition that cut the command short.
    pub interruption: Option<String>,
}

impl WrapEvent {
    /// Reads the payload of an event of the given kind; `None` when a wrapped command has no such
    /// events.
    pub fn read(kind: &str, payload: &Value) -> Option<Self> {
        match kind {
            START_KIND => Some(Self::Start(StartFacts {
                command: text(payload, "command_display"),
                directory: text(payload, "cwd"),
                commit: text(payload, "git_sha"),
                working_tree_dirty: flag(payload, "working_tree_dirty"),
            })),
            OUTPUT_SUMMARY_KIND => Some(Self::Output(OutputFacts {
                stream: text(payload, "stream").and_then(|name| Stream::parse(&name)),
                bytes: count(payload, "byte_count"),
                lines: count(payload, "line_count"),
                truncated: flag(payload, "truncated"),
            })),
            END_KIND => Some(Self::End(EndFacts {
                exit_code: payload.get("exit_code").and_then(Value::as_i64),
                outcome: text(payload, "outcome").and_then(|name| Outcome::parse(&name)),
                duration_milliseconds: count(payload, "duration_ms"),
                timed_out: flag(payload, "timed_out"),
                interruption: text(payload, "interruption"),
            })),
            _ => None,
        }
    }
}

fn text(payload: &Value, name: &str) -> Option<String> {
    payload.get(name)?.as_text().map(ToString::to_string)
}

fn count(payload: &Value, name: &str) -> Option<u64> {
    payload.get(name)?.as_u64()
}

fn flag(payload: &Value, name: &str) -> Option<bool> {
    payload.get(name)?.as_bool()
}

#[cfg(test)]
mod tests {
    use motus_json::ReadOptions;

    use super::*;
    use crate::wrap::{EndRecord, OutputRecord, StartRecord, WrapIdentity, summarize};
    use crate::{Run, RunId, Timestamp};

    fn run() -> Run {
        Run {
            id: RunId::from("run_1"),
            idempotency_key: "k".to_owned(),
            producer_id: "p".to_owned(),
            source: "s".to_owned(),
            started_at: Timestamp::from_unix_seconds(0),
            intent: "i".to_owned(),
            cwd: "/w".to_owned(),
            git_sha: Some("abc".to_owned()),
            closing: None,
        }
    }

    fn read(kind: &str, text: &str) -> Option<WrapEvent> {
        let payload = motus_json::read(text.as_bytes(), &ReadOptions::STORED).expect("a payload");
        WrapEvent::read(kind, &payload)
    }

    #[test]
    fn what_is_recorded_before_the_start_reads_back() {
        let command = summarize("/bin/true", &[]);
        let record =
            StartRecord { command: &command, working_tree_dirty: Some(true), process: None };
        let payload = record.payload(&run(), &WrapIdentity::new(1, 2, None));
        let expected = StartFacts {
            command: Some("true".to_owned()),
            directory: Some("/w".to_owned()),
            commit: Some("abc".to_owned()),
            working_tree_dirty: Some(true),
        };
        assert_eq!(WrapEvent::read(START_KIND, &payload), Some(WrapEvent::Start(expected)));
    }

    #[test]
    fn what_is_recorded_of_a_stream_reads_back() {
        for stream in [Stream::Stdout, Stream::Stderr] {
            let record = OutputRecord { stream, bytes: 7, lines: 2, truncated: true };
            let payload = record.payload(&run(), &WrapIdentity::new(1, 2, None));
            let expected = OutputFacts {
                stream: Some(stream),
                bytes: Some(7),
                lines: Some(2),
                truncated: Some(true),
            };
            let read = WrapEvent::read(OUTPUT_SUMMARY_KIND, &payload);
            assert_eq!(read, Some(WrapEvent::Output(expected)));
        }
    }

    #[test]
    fn what_is_recorded_after_the_end_reads_back() {
        let record = EndRecord {
            exit_code: 143,
            outcome: Outcome::Aborted,
            duration_milliseconds: 12,
            ended_at: Timestamp::from_unix_seconds(1),
            timed_out: false,
            interruption: Some("signal 15".to_owned()),
            reasons: Vec::new(),
        };
        let payload = record.payload(&run(), &WrapIdentity::new(1, 2, None));
        let expected = EndFacts {
            exit_code: Some(143),
            outcome: Some(Outcome::Aborted),
            duration_milliseconds: Some(12),
            timed_out: Some(false),
            interruption: Some("signal 15".to_owned()),
        };
        assert_eq!(WrapEvent::read(END_KIND, &payload), Some(WrapEvent::End(expected)));
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let nothing = EndFacts {
            exit_code: None,
            outcome: None,
            duration_milliseconds: None,
            timed_out: None,
            interruption: None,
        };
        for text in [
            "{}",
            "[]",
            r#"{"exit_code":1e0,"outcome":"gone","duration_ms":-1,"timed_out":0,"interruption":null}"#,
        ] {
            assert_eq!(read(END_KIND, text), Some(WrapEvent::End(nothing.clone())), "{text}");
        }
        let Some(WrapEvent::Start(start)) = read(START_KIND, r#"{"command_display":"a\udcff"}"#)
        else {
            panic!("this is a start");
        };
        assert_eq!(start.command.as_deref(), Some("a\u{fffd}"));
        assert_eq!(read("note", "{}"), None);
    }
}
