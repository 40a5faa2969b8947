//! An event log as it is read, as moments.

use std::collections::VecDeque;

use motus_kernel::event::{Event, LINE_LIMITS};
use motus_kernel::names::Phase;

use super::{Moment, Step, gist};

/// So many events are told, from the first on.
const FIRST: usize = 9000;

/// So many more are told, up to the last: the end of a loop is always among them.
const LAST: usize = 1000;

/// So many bytes of texts are told of the first events: as JSON, a character of four bytes takes twelve.
const FIRST_BYTES: usize = 4 << 20;

/// No log has more lines.
const MOST_LINES: u64 = 2_000_000;

/// After so many unreadable lines, nobody looks at more.
const MOST_UNREADABLE: u64 = 100;

/// So many characters of a text are told: a line of the log may have a million.
const LONGEST: usize = 300;

/// What was read of a log so far.
#[derive(Default)]
pub(super) struct Timeline {
    first: Vec<Moment>,
    /// How many bytes the texts of the first events have.
    first_bytes: usize,
    last: VecDeque<Moment>,
    left_out: u64,
    lines: u64,
    unreadable: u64,
    stopped: bool,
    /// The phase of the event before.
    phase: Option<Phase>,
    after_retry: bool,
    /// Whether the log tells how phases are entered: then nothing else is a repetition.
    tells_phases: bool,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
}

impl Timeline {
    /// Takes the next piece, which may begin and end inside a line.
    pub(super) fn take(&mut self, piece: &[u8]) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            if self.stopped {
                return;
            }
            let line = part.strip_suffix(b"\n");
            // One byte too many is enough to see that a line is too long.
            let room = (LINE_LIMITS.limits.bytes + 1).saturating_sub(self.partial.len());
            let kept = line.unwrap_or(part);
            self.partial.extend_from_slice(kept.get(..room).unwrap_or(kept));
            if self.partial.len() > LINE_LIMITS.limits.bytes {
                self.stop();
            } else if line.is_some() {
                self.line();
            }
        }
    }

    /// Tells whether nothing more is taken: no log goes on like this.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopped
    }

    /// All that is left counts as one line.
    fn stop(&mut self) {
        self.left_out += 1;
        self.stopped = true;
        self.partial = Vec::new();
    }

    /// Returns the events, and how many lines were left out.
    pub(super) fn end(mut self) -> (Vec<Moment>, u64) {
        if !self.partial.is_empty() {
            self.line();
        }
        self.first.extend(self.last);
        (self.first, self.left_out)
    }

    fn line(&mut self) {
        if self.lines >= MOST_LINES || self.unreadable >= MOST_UNREADABLE {
            return self.stop();
        }
        self.lines += 1;
        let mut line = std::mem::take(&mut self.partial);
        if let Ok(event) = Event::read(&line) {
            self.event(&event);
        } else {
            self.left_out += 1;
            self.unreadable += 1;
        }
        line.clear();
        self.partial = line;
    }

    fn event(&mut self, event: &Event<'_>) {
        let is_entered = event.kind == "PhaseEntered";
        self.tells_phases |= is_entered;
        let is_repeated = is_entered || (self.after_retry && !self.tells_phases);
        let step = match self.phase {
            Some(phase) if phase == event.phase && is_repeated => Step::Repeat,
            Some(phase) if phase == event.phase => Step::Same,
            Some(phase) if event.phase < phase => Step::Backtrack,
            None | Some(_) => Step::Forward,
        };
        // An error alone may be followed by more of the same visit.
        self.after_retry = event.kind == "RetryScheduled";
        self.phase = Some(event.phase);
        let moment = Moment {
            seq: event.seq,
            ts_utc: shortened(event.ts_utc),
            phase: event.phase,
            step,
            kind: shortened(event.kind),
            gist: shortened(&gist::of(event.kind, &event.content().unwrap_or_default())),
        };
        let bytes = self.first_bytes + moment.kind.len() + moment.gist.len();
        // Once an event comes after the first ones, no other is among them.
        if self.last.is_empty() && self.first.len() < FIRST && bytes <= FIRST_BYTES {
            self.first_bytes = bytes;
            self.first.push(moment);
            return;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(moment);
    }
}

/// Returns the beginning of a text that is longer than anybody reads in a line.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use motus_testkit::bundle::{Parts, basic_edit, canonical, push_event};

    use super::*;

    fn log(parts: Parts) -> String {
        parts.seal().events.iter().map(|event| canonical(event) + "\n").collect()
    }

    fn timeline(pieces: &[&[u8]]) -> (Vec<Moment>, u64) {
        let mut timeline = Timeline::default();
        for piece in pieces {
            timeline.take(piece);
        }
        timeline.end()
    }

    #[test]
    fn a_log_is_told_the_same_wherever_its_pieces_end() {
        let log = log(basic_edit());
        let whole = timeline(&[log.as_bytes()]);
        assert_eq!((whole.0.len(), whole.1), (7, 0));
        let bytes: Vec<&[u8]> = log.as_bytes().chunks(1).collect();
        assert_eq!(timeline(&bytes), whole);
        let (without_the_last_newline, _) = log.split_at(log.len() - 1);
        assert_eq!(timeline(&[without_the_last_newline.as_bytes()]), whole);
    }

    #[test]
    fn steps_say_how_a_phase_was_entered() {
        let mut parts = basic_edit();
        let after = parts.events.split_off(5);
        push_event(&mut parts, "Act", "ActError", r#"{"class":"Recoverable","code":"E1"}"#);
        push_event(&mut parts, "Act", "SkillExecuted", r#"{"skill":"beside it"}"#);
        push_event(&mut parts, "Act", "RetryScheduled", r#"{"attempt":2}"#);
        push_event(&mut parts, "Act", "SkillExecuted", r#"{"skill":"again"}"#);
        push_event(&mut parts, "Act", "PhaseEntered", r#"{"step":"Repeat"}"#);
        push_event(&mut parts, "Orient", "OrientFromFailure", "{}");
        parts.events.extend(after);
        let steps: Vec<(Phase, &str)> = timeline(&[log(parts).as_bytes()])
            .0
            .iter()
            .map(|moment| (moment.phase, moment.step.as_str()))
            .collect();
        let expected = [
            (Phase::Observe, "forward"),
            (Phase::Observe, "same"),
            (Phase::Orient, "forward"),
            (Phase::Decide, "forward"),
            (Phase::Act, "forward"),
            (Phase::Act, "same"),
            (Phase::Act, "same"),
            (Phase::Act, "same"),
            (Phase::Act, "repeat"),
            (Phase::Act, "repeat"),
            (Phase::Orient, "backtrack"),
            (Phase::Verify, "forward"),
            (Phase::Lock, "forward"),
        ];
        assert_eq!(steps, expected);
    }

    #[test]
    fn one_repetition_is_told_once_where_the_log_tells_how_phases_are_entered() {
        let mut parts = basic_edit();
        let after = parts.events.split_off(4);
        push_event(&mut parts, "Act", "PhaseEntered", r#"{"step":"Next"}"#);
        push_event(&mut parts, "Act", "ActError", r#"{"class":"Unrecoverable","code":"E1"}"#);
        push_event(&mut parts, "Act", "ActError", r#"{"class":"Recoverable","code":"E2"}"#);
        push_event(&mut parts, "Act", "RetryScheduled", r#"{"attempt":2}"#);
        push_event(&mut parts, "Act", "PhaseEntered", r#"{"step":"Repeat"}"#);
        parts.events.extend(after);
        let moments = timeline(&[log(parts).as_bytes()]).0;
        let act = moments.iter().filter(|moment| moment.phase == Phase::Act);
        let steps: Vec<&str> = act.map(|moment| moment.step.as_str()).collect();
        assert_eq!(steps, ["forward", "same", "same", "same", "repeat", "same"]);
    }

    #[test]
    fn lines_that_are_no_events_are_counted_and_kept_out() {
        let log = log(basic_edit());
        let endless = "x".repeat(3 << 20);
        let (moments, left_out) = timeline(&[b"\n{}\n", log.as_bytes(), b"x\n", log.as_bytes()]);
        assert_eq!((moments.len(), left_out), (14, 3));
        // Nobody waits for the end of a line that no log has, or looks at lines without end.
        let (moments, left_out) =
            timeline(&[log.as_bytes(), endless.as_bytes(), b"\n", log.as_bytes()]);
        assert_eq!((moments.len(), left_out), (7, 1));
        let blank = "\n".repeat(64 << 20);
        let (moments, left_out) = timeline(&[log.as_bytes(), blank.as_bytes(), log.as_bytes()]);
        assert_eq!((moments.len(), left_out), (7, MOST_UNREADABLE + 1));
    }

    #[test]
    fn no_text_and_no_log_is_told_at_any_length() {
        let mut parts = basic_edit();
        let long = "é".repeat(5000);
        push_event(&mut parts, "Lock", &long, &format!("{{\"{long}\":1}}"));
        let moments = timeline(&[log(parts).as_bytes()]).0;
        let last = moments.last().expect("there are events");
        for text in [&last.kind, &last.gist] {
            assert_eq!(text.chars().count(), LONGEST + 1);
            assert!(text.ends_with('…'), "{text}");
        }
        let line = log(basic_edit());
        let line = line.lines().next().expect("the log has lines");
        let many = format!("{line}\n").repeat(FIRST + LAST);
        let whole = log(basic_edit());
        let (moments, left_out) = timeline(&[many.as_bytes(), whole.as_bytes()]);
        assert_eq!((moments.len(), left_out), (FIRST + LAST, 7));
        let last = moments.last().expect("there are events");
        assert_eq!(last.kind, "Locked");
    }

    #[test]
    fn of_many_wide_events_fewer_are_told() {
        let mut parts = basic_edit();
        let wide = "\u{e0001}".repeat(400);
        push_event(&mut parts, "Lock", &wide, &format!("{{\"{wide}\":1}}"));
        let log = log(parts);
        let line = log.lines().last().expect("the log has lines");
        let (many, all) = (format!("{line}\n").repeat(3000), format!("{line}\n").repeat(9000));
        assert_eq!(timeline(&[many.as_bytes()]).1, 3000 - FIRST_BYTES as u64 / 2406 - LAST as u64);
        let (moments, left_out) = timeline(&[all.as_bytes(), log.as_bytes()]);
        assert_eq!(moments.len() as u64 + left_out, 9008);
        assert!(moments.len() < 3000 && left_out > 6000, "{left_out}");
        assert_eq!(moments.last().map(|moment| moment.seq), Some(7));
    }
}
