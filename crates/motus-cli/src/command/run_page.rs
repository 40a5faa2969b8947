//! What the pages about a run have in common: named lines, events in a line, and long text cut.

use std::fmt::Write as _;

use motus_json::{Value, canonical};
use motus_ledger::scope::ScopeEvent;
use motus_ledger::wrap::{EndFacts, OutputFacts, WrapEvent};

use crate::command::review::scope_gist;
use crate::output;
use crate::text::{counted, printable};

/// How many characters of one recorded text stand on a page; more of it would bury the rest.
const MOST_CHARACTERS: usize = 240;

/// How many characters the column of the kinds has, where none is longer.
const KIND_WIDTH: usize = 28;

/// Spells recorded text that may be of any length. What is cut off is told; JSON has all of it.
///
/// Identifiers, digests and paths go through [`printable`] alone, which cuts nothing.
pub(super) fn brief(text: &str) -> String {
    let cut = text.char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(place, _)| place);
    let (head, rest) = text.split_at_checked(cut).unwrap_or((text, ""));
    if rest.is_empty() {
        return printable(head);
    }
    format!("{}… ({} characters)", printable(head), text.chars().count())
}

/// Spells the lines that a page begins with; the values are safe to print.
pub(super) fn heading(lines: &[(&str, String)]) -> String {
    let mut heading = String::new();
    for (name, value) in lines {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(heading, "{:10}  {value}", output::bold(format!("{name:10}")));
    }
    heading
}

/// Returns how many characters the column of these kinds has.
pub(super) fn kind_width<'a>(kinds: impl Iterator<Item = &'a str>) -> usize {
    kinds.map(|kind| brief(kind).chars().count()).fold(KIND_WIDTH, usize::max)
}

/// Spells an event as one line, with so many characters for its kind.
pub(super) fn event_line(
    seq: u64,
    recorded_at: &str,
    kind: &str,
    width: usize,
    gist: &str,
) -> String {
    let (recorded_at, kind) = (printable(recorded_at), brief(kind));
    format!("{seq:>4}  {recorded_at}  {kind:width$}  {}\n", brief(gist))
}

/// Returns what an event says, in a few words; a kind that is not known speaks for itself.
pub(super) fn gist(kind: &str, payload: &Value) -> String {
    let words = WrapEvent::read(kind, payload).and_then(|event| match event {
        WrapEvent::Start(start) => start.command,
        WrapEvent::Output(output) => output_gist(&output),
        WrapEvent::End(end) => end_gist(&end),
    });
    let of_scope = || ScopeEvent::read(kind, payload).map(|event| scope_gist(&event));
    words.or_else(of_scope).unwrap_or_else(|| canonical::store::write(payload))
}

fn output_gist(output: &OutputFacts) -> Option<String> {
    let (bytes, lines) = (counted(output.bytes?, "byte"), counted(output.lines?, "line"));
    let truncated = if output.truncated == Some(true) { ", truncated" } else { "" };
    Some(format!("{}: {bytes}, {lines}{truncated}", output.stream?.as_str()))
}

fn end_gist(end: &EndFacts) -> Option<String> {
    let timeout = (end.timed_out == Some(true)).then_some("timeout");
    let interruption = end.interruption.as_deref().or(timeout);
    let cut_short = interruption.map(|cause| format!(" ({cause})")).unwrap_or_default();
    let (code, milliseconds) = (end.exit_code?, end.duration_milliseconds?);
    Some(format!("exit code {code} after {milliseconds} ms{cut_short}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters_and_its_length_told() {
        assert_eq!(brief("é".repeat(240).as_str()), "é".repeat(240));
        let cut = brief(&"é".repeat(1000));
        assert_eq!(cut, format!("{}… (1000 characters)", "é".repeat(240)));
        assert!(brief(&"\u{1b}".repeat(1 << 20)).chars().count() < 10 * 240);
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped_in_an_event() {
        let line = event_line(1, "t\u{1b}", "k\n", KIND_WIDTH, "g\u{202e}");
        assert_eq!(line, format!("   1  t\\u{{1b}}  k\\n{}  g\\u{{202e}}\n", " ".repeat(25)));
    }
}
