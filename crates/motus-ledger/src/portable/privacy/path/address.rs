//! Paths behind a scheme, or behind the letter of a drive.

use super::{Found, PathKind, Step, Walk};
use crate::portable::privacy::character::{Unit, is_quote, is_space};

/// Schemes behind whose host stands no file.
const WEB: [&str; 4] = ["http", "https", "ws", "wss"];

impl Walk<'_> {
    /// `C:\x` and `C:/x`.
    pub(super) fn drive(&self, unit: Unit) -> Option<Found> {
        let colon = self.unit(unit.end).filter(|it| it.character == ':')?;
        let separator = self.unit(colon.end)?;
        let is_path = match separator.character {
            '\\' => true,
            '/' => self.part(self.past(colon.end, |it| it == '/')).begins_a_path(),
            _ => false,
        };
        is_path.then(|| self.local(separator.end))
    }

    pub(super) fn address(&self) -> Step {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_of_scheme = |it: char| it.is_ascii_alphanumeric() || "+.-".contains(it);
        let scheme = rest.split(|it| !is_of_scheme(it)).next().unwrap_or_default();
        let colon = self.at + scheme.len();
        if self.character(colon) != Some(':')
            || !self.text.get(colon..).is_some_and(|it| it.starts_with(':'))
        {
            return Step::Nothing;
        }
        let from = colon + 1;
        let host = self.past(from, |it| it == '/');
        let slashes = self.text.get(from..host).map_or(0, |run| run.chars().count());
        let scheme = scheme.to_ascii_lowercase();
        let is_file = scheme == "file" || scheme.ends_with("+file");
        match (is_file, slashes) {
            (true, 0) if self.character(from) != Some('\\') => Step::Nothing,
            (false, 0 | 1) => Step::Nothing,
            (true, 2) => self.file_of_host(host),
            (false, 2) => self.behind_a_host(&scheme, host),
            _ => self.if_telling(self.past(host, |it| it == '\\'), PathKind::Local),
        }
    }

    fn if_telling(&self, inner: usize, kind: PathKind) -> Step {
        let tells = self.part(inner).length > 0;
        if tells { Step::Path(self.found(inner, kind)) } else { Step::Nothing }
    }

    fn file_of_host(&self, host: usize) -> Step {
        let name = self.part(host);
        let first = self.part(self.past(name.end, |it| it == '/'));
        let is_host = !name.head.contains(['~', '$', ':'])
            && !name.head.eq_ignore_ascii_case("localhost")
            && !first.is_root();
        self.if_telling(host, if is_host { PathKind::OfHost } else { PathKind::Local })
    }

    /// An address of the web names no file; of others, a well-known directory is one.
    fn behind_a_host(&self, scheme: &str, host: usize) -> Step {
        let is_of_host = |it: char| !is_space(it) && !is_quote(it) && !"/\\?#<>".contains(it);
        let end = self.past(host, is_of_host);
        let name = self.part(host);
        let first = self.part(self.past(end, |it| it == '/'));
        let is_file = [name, first].iter().any(|part| part.is_root() && part.is_followed);
        if is_file && !WEB.contains(&scheme) {
            return Step::Path(self.local(host));
        }
        if end > host { Step::Past(end) } else { Step::Nothing }
    }
}
