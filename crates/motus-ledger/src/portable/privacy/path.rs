//! Finding absolute paths in a text, however they are written.
//!
//! Known are paths of Unix and of Windows, of a home (`~`, `$HOME`, `%USERPROFILE%`), of a share, and in
//! addresses without a host. A path ends where its quotation does, otherwise with the word. What follows a
//! word is not absolute; behind a bracket, or a letter of a script without spaces, a path is one when it
//! begins in a directory that every system has.

mod address;
mod extent;

use crate::portable::privacy::character::{Unit, ends_a_path, unit_at};
use crate::portable::privacy::start::{Before, History};

/// Where a path stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Its first byte.
    pub(super) from: usize,
    /// The byte behind its last.
    pub(super) to: usize,
    /// What it is of.
    pub(super) kind: PathKind,
}

/// What a path is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathKind {
    /// Of one machine.
    Local,
    /// Of a host that a `file:` address names.
    OfHost,
}

/// The directories in which a path begins for sure.
const ROOTS: [&str; 16] = [
    "Users", "Volumes", "dev", "etc", "home", "media", "mnt", "opt", "private", "proc", "root",
    "run", "srv", "tmp", "usr", "var",
];

/// The same below the root of a drive that is not named.
const WINDOWS_ROOTS: [&str; 4] = ["Documents and Settings", "ProgramData", "Users", "Windows"];

/// Hands each absolute path in a text to `visit`, in order. Cost: linear.
pub(super) fn each_path(text: &str, visit: &mut dyn FnMut(Found)) {
    let is_of_interest = |byte: u8| matches!(byte, b'/' | b'\\' | b'%' | b'&') || !byte.is_ascii();
    if !text.bytes().any(is_of_interest) {
        return;
    }
    let mut walk = Walk { text, at: 0, history: History::default() };
    while let Some(unit) = walk.unit(walk.at) {
        match walk.look(unit) {
            Step::Path(found) => {
                visit(found);
                walk.at = found.to;
                walk.history.push(']');
            }
            Step::Past(to) => {
                walk.at = to;
                walk.history.push('a');
            }
            Step::Nothing => {
                // A backslash that escapes a slash is not there.
                let next = walk.unit(unit.end).map(|next| next.character);
                if unit.character != '\\' || next != Some('/') {
                    walk.history.push(unit.character);
                }
                walk.at = unit.end;
            }
        }
    }
}

struct Walk<'t> {
    text: &'t str,
    at: usize,
    history: History,
}

/// What begins at a character.
enum Step {
    Path(Found),
    /// Something that holds no path up to there.
    Past(usize),
    Nothing,
}

/// A part of a path between two separators.
#[derive(Default)]
struct Part {
    /// Its beginning, as far as a directory's name is compared.
    head: String,
    length: usize,
    /// Whether a separator follows.
    is_followed: bool,
    end: usize,
}

impl Walk<'_> {
    fn unit(&self, at: usize) -> Option<Unit> {
        unit_at(self.text, at)
    }

    fn character(&self, at: usize) -> Option<char> {
        self.unit(at).map(|unit| unit.character)
    }

    fn look(&self, unit: Unit) -> Step {
        let found = match unit.character {
            '/' => self.slash(),
            '\\' => self.backslash(unit),
            '~' => self.home(unit),
            '$' | '%' => self.variable(unit),
            'a'..='z' | 'A'..='Z' if self.history.is_before_a_name() => {
                return self.drive(unit).map_or_else(|| self.address(), Step::Path);
            }
            _ => None,
        };
        found.map_or(Step::Nothing, Step::Path)
    }

    /// Makes the path that begins here and whose first part begins at `inner`.
    fn found(&self, inner: usize, kind: PathKind) -> Found {
        Found { from: self.at, to: self.end(inner), kind }
    }

    fn local(&self, inner: usize) -> Found {
        self.found(inner, PathKind::Local)
    }

    fn slash(&self) -> Option<Found> {
        let before = self.history.before();
        if before == Before::Inside {
            return None;
        }
        let inner = self.past(self.at, |character| character == '/');
        let count = self.text.get(self.at..inner).map_or(0, |run| run.matches('/').count());
        let part = self.part(inner);
        let begins = part.begins_a_path() && !self.is_closing_tag(&part);
        let is_path = match before {
            _ if !begins => false,
            Before::Boundary if count != 2 => part.is_followed || part.is_telling(),
            Before::Boundary | Before::Quotation => part.is_followed,
            _ => part.is_followed && part.is_root(),
        };
        is_path.then(|| self.local(inner))
    }

    /// Two backslashes begin a share, one a path below a drive that is not named.
    fn backslash(&self, unit: Unit) -> Option<Found> {
        if self.history.before() == Before::Inside || self.history.last() == Some('\\') {
            return None;
        }
        let inner = self.past(self.at, |character| character == '\\');
        let part = self.part(inner);
        let first = part.head.chars().next()?;
        let is_path = if inner == unit.end {
            WINDOWS_ROOTS.iter().any(|root| part.head.eq_ignore_ascii_case(root))
        } else {
            first.is_alphanumeric() || matches!(first, '?' | '.')
        };
        (is_path && part.is_followed).then(|| self.local(inner))
    }

    /// `~/x`, and `~name/x`.
    fn home(&self, unit: Unit) -> Option<Found> {
        if self.history.before() == Before::Inside {
            return None;
        }
        let name = self.past(unit.end, |it| it.is_alphanumeric() || "._-".contains(it));
        let is_name = self.character(unit.end).is_some_and(|it| it.is_alphabetic() || it == '_');
        let is_path = (name == unit.end || is_name) && self.is_separator(name);
        is_path.then(|| self.local(name))
    }

    /// `$HOME/x`, `${HOME}/x`, `$env:HOME\x`, `%HOME%\x`.
    fn variable(&self, unit: Unit) -> Option<Found> {
        let opening = match (unit.character, self.character(unit.end)) {
            ('$', Some('{')) => self.unit(unit.end)?.end,
            _ => unit.end,
        };
        let rest = self.text.get(opening..)?;
        let name = if rest.starts_with("env:") { opening + "env:".len() } else { opening };
        let is_of_name = |it: char| matches!(it, 'A'..='Z' | '0'..='9' | '_');
        let end = self.past(name, is_of_name);
        let closing = match (unit.character, opening > unit.end) {
            ('%', _) => '%',
            (_, true) => '}',
            _ => return self.named(name, end, end),
        };
        let closes = self.text.get(end..)?.starts_with(closing);
        closes.then(|| self.named(name, end, end + closing.len_utf8())).flatten()
    }

    fn named(&self, from: usize, to: usize, inner: usize) -> Option<Found> {
        let name = self.text.get(from..to)?;
        let is_name = name.len() > 1 && !name.starts_with(|it: char| it.is_ascii_digit());
        (is_name && self.is_separator(inner)).then(|| self.local(inner))
    }

    /// `</p>` is the end of an element.
    fn is_closing_tag(&self, part: &Part) -> bool {
        self.history.last() == Some('<')
            && !part.is_followed
            && self.character(part.end) == Some('>')
    }

    fn is_separator(&self, at: usize) -> bool {
        matches!(self.character(at), Some('/' | '\\'))
    }

    fn past(&self, mut at: usize, is_of_it: impl Fn(char) -> bool) -> usize {
        while let Some(unit) = self.unit(at).filter(|unit| is_of_it(unit.character)) {
            at = unit.end;
        }
        at
    }

    fn part(&self, mut at: usize) -> Part {
        const HEAD: usize = 24;
        let mut part = Part::default();
        while let Some(unit) = self.unit(at) {
            part.is_followed = matches!(unit.character, '/' | '\\');
            if part.is_followed || (ends_a_path(unit.character) && !unit.is_encoded) {
                break;
            }
            if part.length < HEAD {
                part.head.push(unit.character);
            }
            part.length += 1;
            at = unit.end;
        }
        part.end = at;
        part
    }
}

impl Part {
    fn begins_a_path(&self) -> bool {
        let Some(first) = self.head.chars().next() else { return false };
        match first {
            '.' => self.is_followed || self.head.chars().any(char::is_alphanumeric),
            '-' | '+' | '%' | '$' => self.is_followed,
            '_' | '~' | '@' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => true,
            other => other.is_alphanumeric(),
        }
    }

    /// One letter, or a number, says nothing: `10 /2`, `cmd /c`.
    fn is_telling(&self) -> bool {
        self.length > 1 && !self.head.chars().all(|it| it.is_ascii_digit())
    }

    fn is_root(&self) -> bool {
        ROOTS.contains(&self.head.as_str())
    }
}
