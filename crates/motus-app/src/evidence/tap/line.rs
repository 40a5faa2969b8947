//! One line of the protocol.

use crate::evidence::seconds::whole_milliseconds;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TapLine {
    /// A version that is read.
    Version,
    /// How many points there are.
    Plan(u64),
    Point(Point),
    BailOut,
    /// The name of the subtest that follows.
    Subtest(String),
    /// A subtest in braces begins.
    Open,
    /// It ends.
    Close,
}

/// The result of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) is_ok: bool,
    pub(super) number: Option<u64>,
    pub(super) name: String,
    pub(super) directive: Option<Directive>,
    pub(super) milliseconds: Option<u64>,
    /// Whether a subtest in braces follows.
    pub(super) opens: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directive {
    Todo,
    Skip,
}

impl TapLine {
    /// Reads a line without its indentation; nothing when the protocol does not know it.
    ///
    /// Errors: what is wrong with a line that says to be one of the protocol.
    pub(super) fn read(body: &str) -> Result<Option<Self>, String> {
        let body = body.trim_end();
        if let Some(version) = body.strip_prefix("TAP version ") {
            return match version.trim().parse() {
                Ok(12..=14_u32) => Ok(Some(Self::Version)),
                _ => Err("the version of TAP is none of 12, 13 and 14".to_owned()),
            };
        }
        if let Some(plan) = body.strip_prefix("1..") {
            return plan_of(plan);
        }
        Ok(match body {
            "{" => Some(Self::Open),
            "}" => Some(Self::Close),
            _ if body.starts_with("Bail out!") => Some(Self::BailOut),
            _ => body
                .strip_prefix("# Subtest:")
                .map(|name| Self::Subtest(name.trim().to_owned()))
                .or_else(|| Some(Self::Point(Point::read(body)?))),
        })
    }
}

/// Reads what stands behind `1..`; nothing when it is no plan after all.
fn plan_of(text: &str) -> Result<Option<TapLine>, String> {
    let digits = leading_digits(text);
    let rest = text.get(digits.len()..).unwrap_or_default();
    if digits.is_empty() || !(rest.is_empty() || rest.starts_with([' ', '\t', '#'])) {
        return Ok(None);
    }
    match digits.parse() {
        Ok(count) => Ok(Some(TapLine::Plan(count))),
        Err(_) => Err("the plan is too large a number".to_owned()),
    }
}

impl Point {
    fn read(body: &str) -> Option<Self> {
        let (is_ok, rest) = match body.strip_prefix("not ok") {
            Some(rest) => (false, rest),
            None => (true, body.strip_prefix("ok")?),
        };
        if !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
            return None;
        }
        let rest = rest.trim_start();
        let digits = leading_digits(rest);
        let behind = rest.get(digits.len()..).unwrap_or_default();
        let is_number = behind.is_empty() || behind.starts_with([' ', '\t']);
        let (number, rest) =
            if is_number { (digits.parse().ok(), behind.trim_start()) } else { (None, rest) };
        let description = match rest.strip_prefix('-') {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t']) => rest.trim_start(),
            _ => rest,
        };
        Some(Self::described(description, is_ok, number))
    }

    /// Takes directives off the end of a description.
    fn described(description: &str, is_ok: bool, number: Option<u64>) -> Self {
        let unbraced = description.strip_suffix('{').filter(|rest| {
            rest.is_empty() || (rest.ends_with(' ') && !rest.trim_end().ends_with('\\'))
        });
        let opens = unbraced.is_some();
        let description = unbraced.unwrap_or(description).trim_end();
        let mut point =
            Self { is_ok, number, name: String::new(), directive: None, milliseconds: None, opens };
        let mut end = description.len();
        for (at, _) in description.match_indices('#') {
            let said = description.get(at.saturating_add(1)..).unwrap_or_default().trim_start();
            if is_escaped(description, at) || !point.obey(said) {
                continue;
            }
            end = end.min(at);
            if point.directive.is_some() {
                break;
            }
        }
        point.name = unescaped(description.get(..end).unwrap_or_default().trim_end());
        point
    }

    /// Takes in what stands behind a number sign; tells whether it is more than a part of the name.
    fn obey(&mut self, said: &str) -> bool {
        let word: String = said.chars().take_while(char::is_ascii_alphabetic).collect();
        let word = word.to_ascii_lowercase();
        if word == "todo" {
            self.directive = Some(Directive::Todo);
        } else if word.starts_with("skip") {
            self.directive = Some(Directive::Skip);
        } else if let Some(time) = said.strip_prefix("time=") {
            let number = time.split([' ', '\t']).next().and_then(|time| time.strip_suffix("ms"));
            self.milliseconds = number.and_then(whole_milliseconds);
            return number.is_some();
        } else {
            return false;
        }
        true
    }
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Tells whether an odd number of backslashes stands before a place.
fn is_escaped(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let slashes = before.len().saturating_sub(before.trim_end_matches('\\').len());
    !slashes.is_multiple_of(2)
}

fn unescaped(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some('\\' | '#')) => name.extend(characters.next()),
            (other, _) => name.push(other),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(line: &str) -> Point {
        match TapLine::read(line) {
            Ok(Some(TapLine::Point(point))) => point,
            other => panic!("{line:?} is {other:?}"),
        }
    }

    #[test]
    fn a_point_has_a_number_a_name_and_a_directive() {
        let of = |line| {
            let Point { is_ok, number, name, directive, .. } = point(line);
            (is_ok, number, name, directive)
        };
        let (todo, skip) = (Some(Directive::Todo), Some(Directive::Skip));
        for (line, is_ok, number, name, directive) in [
            ("ok", true, None, "", None),
            ("not ok", false, None, "", None),
            ("ok 1", true, Some(1), "", None),
            ("ok 2 - adds", true, Some(2), "adds", None),
            ("ok 2 adds", true, Some(2), "adds", None),
            ("ok - adds", true, None, "adds", None),
            ("ok adds 2", true, None, "adds 2", None),
            ("ok 2nd thing", true, None, "2nd thing", None),
            ("not ok 3 - waits # TODO later", false, Some(3), "waits", todo),
            ("ok 4 # skip no network", true, Some(4), "", skip),
            ("ok 4 - x # SKIPPED: y", true, Some(4), "x", skip),
            (
                "ok 5 - issue #12 # not a # directive",
                true,
                Some(5),
                "issue #12 # not a # directive",
                None,
            ),
            (r"ok 6 - a \# TODO b", true, Some(6), "a # TODO b", None),
            (r"ok 7 - a \\ # TODO b", true, Some(7), r"a \", todo),
            ("ok 8 - todos # todos", true, Some(8), "todos # todos", None),
        ] {
            assert_eq!(of(line), (is_ok, number, name.to_owned(), directive), "{line}");
        }
    }

    #[test]
    fn a_time_and_a_brace_belong_to_the_point_and_not_to_its_name() {
        let timed = point("ok 1 - adds # time=12.6ms");
        assert_eq!(
            (timed.name.as_str(), timed.milliseconds, timed.opens),
            ("adds", Some(13), false)
        );
        let block = point("not ok 1 - group # SKIP x # time=5ms {");
        assert_eq!((block.name.as_str(), block.directive), ("group", Some(Directive::Skip)));
        assert!(block.opens);
        assert!(!point("ok 1 - ends with x{").opens);
    }

    #[test]
    fn other_lines_are_told_apart() {
        let read = |line| TapLine::read(line);
        assert_eq!(read("TAP version 13"), Ok(Some(TapLine::Version)));
        assert!(read("TAP version 15").is_err());
        assert_eq!(read("1..3"), Ok(Some(TapLine::Plan(3))));
        assert_eq!(read("1..0 # SKIP no database"), Ok(Some(TapLine::Plan(0))));
        assert_eq!(read("1..3 is a range"), Ok(Some(TapLine::Plan(3))));
        assert_eq!(read("1..x"), Ok(None));
        assert!(read("1..99999999999999999999").is_err());
        assert_eq!(read("Bail out! no disk"), Ok(Some(TapLine::BailOut)));
        assert_eq!(read("# Subtest: inner"), Ok(Some(TapLine::Subtest("inner".to_owned()))));
        for line in ["", "okay", "not okay", "# diag", "pragma +strict", "ok1"] {
            assert_eq!(read(line), Ok(None), "{line}");
        }
    }
}
