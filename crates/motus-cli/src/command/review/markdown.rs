//! The page as markdown that can be pasted anywhere.
//!
//! Recorded text is shown and does nothing: no markup, no link, no mention or reference, no control
//! character. What a receipt withholds is withheld here: differences and logs. So is what belongs to this
//! machine: the working directory, the process number of a wrapped command, and of the texts their absolute
//! paths and credentials of known shapes.

use std::fmt::Write as _;

use motus_app::work::Review;
use motus_ledger::portable::privacy::scrub;
use motus_ledger::wrap::{SOURCE as WRAP, shell_quote};

use super::page::{Line, Piece, Section};
use super::{acceptance, next, outcome, scope, sections, what, who};
use crate::command::run_page::brief;
use crate::text::{counted, printable};

/// Spells a review.
pub(crate) fn markdown(review: &Review) -> String {
    let (standing, run) = (&review.standing, &review.standing.run);
    let mut title = Vec::new();
    if let Some(lease) = &standing.lease {
        title.extend([Piece::said(&lease.work_id), Piece::own(": ")]);
    }
    title.push(Piece::said(&run.intent));
    let mut page = format!("# {}\n\n", spelled(&title));
    let mut lines = vec![
        Line::new("Run", [Piece::name(run.id.as_str())]),
        Line::new("Status", [Piece::own(run.status())]),
    ];
    lines.extend(what(standing));
    lines.extend(who(review));
    lines.extend(scope(&review.events));
    page.push_str(&list(&lines));
    for section in sections(review) {
        page.push_str(&section_page(&section));
    }
    let mut lines = outcome(review);
    lines.extend(acceptance(review));
    let receipt_id = review.receipt_id();
    lines.extend(receipt_id.map(|id| Line::new("Receipt", [Piece::name(id)])));
    lines.extend(next(review).and_then(|next| next.line(command(&next.words))));
    if !lines.is_empty() {
        let title = if run.is_open() { "Next" } else { "Outcome" };
        page.push_str(&format!("\n## {title}\n\n{}", list(&lines)));
    }
    page
}

/// Spells the facts that may travel.
fn list(lines: &[Line]) -> String {
    let mut page = String::new();
    for line in lines.iter().filter(|line| !line.is_local) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(page, "- **{}**: {}", line.label, spelled(&line.pieces));
    }
    page
}

/// Spells a command line as a shell reads it; which Store it is about is for the reader to say.
fn command(words: &[String]) -> String {
    words.iter().fold("motus".to_owned(), |line, word| format!("{line} {}", shell_quote(word)))
}

fn section_page(section: &Section) -> String {
    let mut page = format!("\n## {}\n\n", section.title);
    if section.items.is_empty() {
        page.push_str("none\n");
    }
    for (number, item) in (1_u32..).zip(&section.items) {
        let _ = writeln!(page, "{number}. {}", spelled(&item.head));
        for below in &item.below {
            let _ = writeln!(page, "   - {}", spelled(below));
        }
    }
    page
}

fn spelled(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Own(text) => text.clone(),
            Piece::Name(text) => code(&scrub(text).text),
            Piece::Said(text) => prose(&scrub(text).text),
            Piece::Kept(text) => withheld(text),
            Piece::Producer(text) => code(&scrub(without_process(text)).text),
        })
        .collect()
}

/// Tells of a text that stays in the Store how long it is.
fn withheld(text: &str) -> String {
    let number = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    format!("withheld, {}", counted(number, "character"))
}

/// Returns who recorded something without the number of the process.
fn without_process(producer: &str) -> &str {
    let process = producer.strip_prefix(WRAP).and_then(|rest| rest.strip_prefix(':'));
    if process.is_some() { WRAP } else { producer }
}

/// Spells a name as code, in which nothing has a meaning.
fn code(name: &str) -> String {
    let name = printable(name);
    let longest = name.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.saturating_add(1));
    match name.as_str() {
        "" => String::new(),
        name if name.starts_with(['`', ' ']) || name.ends_with(['`', ' ']) => {
            format!("{fence} {name} {fence}")
        }
        name => format!("{fence}{name}{fence}"),
    }
}

/// Spells a text so that it is shown as it is.
fn prose(text: &str) -> String {
    let text = brief(text);
    let mut spelled = String::with_capacity(text.len());
    let mut before = String::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let may_begin = before.is_empty() || before.bytes().all(|byte| byte.is_ascii_digit());
        let has_meaning = match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '|' | '~' | '!'
            | '$' => true,
            '+' | '-' | '=' => before.is_empty(),
            '.' => may_begin || before.to_ascii_lowercase().ends_with("www"),
            ':' => rest.peek() == Some(&'/'),
            _ => false,
        };
        if has_meaning {
            spelled.push('\\');
        }
        match character {
            '<' => spelled.push_str("&lt;"),
            '>' => spelled.push_str("&gt;"),
            '&' => spelled.push_str("&amp;"),
            other => spelled.push(other),
        }
        if calls(character, &before, rest.clone()) {
            // An empty comment keeps a person, an issue or a picture from being called by its name.
            spelled.push_str("<!-- -->");
        }
        before.push(character);
    }
    spelled
}

/// Tells whether something would be called by its name behind a character: `@name`, `#12`, `GH-3`, `:name:`.
fn calls(character: char, before: &str, mut rest: impl Iterator<Item = char>) -> bool {
    match character {
        '@' => true,
        '#' => rest.next().is_some_and(|next| next.is_ascii_digit()),
        '-' => {
            before.to_ascii_lowercase().ends_with("gh")
                && rest.next().is_some_and(|next| next.is_ascii_digit())
        }
        ':' => {
            let is_in_name = |next: &char| next.is_ascii_alphanumeric() || "_+-".contains(*next);
            let behind = rest.find(|next| !is_in_name(next));
            behind == Some(':')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_shows_what_it_would_otherwise_do() {
        for (text, spelled) in [
            ("plain, text; with 1.5 dots.", "plain, text; with 1.5 dots."),
            ("**bold** _it_ `c`", r"\*\*bold\*\* \_it\_ \`c\`"),
            ("[a](javascript:b)", r"\[a\]\(javascript:b\)"),
            ("![x](http://e/x.png)", r"\!\[x\]\(http\://e/x.png\)"),
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("# no title", r"\# no title"),
            ("- no item", r"\- no item"),
            ("1. no item", r"1\. no item"),
            ("see www.evil.example", r"see www\.evil.example"),
            ("ask @owner", "ask @<!-- -->owner"),
            ("a | b", r"a \| b"),
            ("a\nb\u{1b}[31m", r"a\\nb\\u\{1b\}\[31m"),
            ("$x$ &lt; ~~y~~", r"\$x\$ &amp;lt; \~\~y\~\~"),
            ("fixes #12, o/r#4, GH-3", r"fixes \#<!-- -->12, o/r\#<!-- -->4, GH-<!-- -->3"),
            (":tada: :+1: at 10:30", r":<!-- -->tada: :<!-- -->+1: at 10:30"),
        ] {
            assert_eq!(prose(text), spelled, "{text}");
        }
    }

    #[test]
    fn a_name_is_code_whatever_is_in_it() {
        for (name, spelled) in [
            ("run_1", "`run_1`"),
            ("a`b", "``a`b``"),
            ("`x``", "``` `x`` ```"),
            (" x", "`  x `"),
            ("a\nb", r"`a\nb`"),
            ("", ""),
        ] {
            assert_eq!(code(name), spelled, "{name}");
        }
    }

    #[test]
    fn what_a_receipt_withholds_is_told_and_not_shown() {
        let pieces = [Piece::kept("12 lines\nof a log"), Piece::producer("motus-wrap:6852")];
        assert_eq!(spelled(&pieces), "withheld, 17 characters`motus-wrap`");
        assert_eq!(spelled(&[Piece::producer("motus-work:7")]), "`motus-work:7`");
    }

    #[test]
    fn nothing_of_this_machine_is_left() {
        let pieces = [
            Piece::name("file:/home/bob/x"),
            Piece::own(" "),
            Piece::said("in /home/bob with ghp_0123456789abcdef"),
        ];
        let spelled = spelled(&pieces);
        assert!(!spelled.contains("bob") && !spelled.contains("ghp_"), "{spelled}");
    }
}
