//! Taking out of a text what belongs to one machine or one person alone.
//!
//! A portable document leaves the machine. Credentials of a known shape and absolute paths, which name
//! users and mounts, are replaced before anything is hashed. What only looks like any other word stays: a
//! process number, a name, the second half of a path with a space in it that nobody quoted.

mod character;
mod colour;
mod credential;
mod path;
mod start;

use colour::{MARK, may_be_coloured, without_colours};
use credential::may_hold_a_credential;
use path::{Found, PathKind, each_path};

use crate::redact::redact_all;

/// What an absolute path becomes.
const PATH: &str = "[PATH]";

/// How often a text is gone over: what is left after a replacement may be a path of its own.
const PASSES: u32 = 4;

/// A text fit to leave the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// The text.
    pub text: String,
    /// Whether something was replaced.
    pub changed: bool,
}

/// Replaces credentials and absolute paths in a text. Cost: linear.
pub fn scrub(text: &str) -> Scrubbed {
    let Some(mut scrubbed) = scrub_once(text) else {
        return Scrubbed { text: text.to_owned(), changed: false };
    };
    for _ in 1..PASSES {
        match scrub_once(&scrubbed) {
            Some(next) => scrubbed = next,
            None => break,
        }
    }
    Scrubbed { text: scrubbed, changed: true }
}

/// Tells whether a text names an absolute path.
///
/// A `file:` address with a host says where something is in a network, and is none.
pub fn names_a_path(text: &str) -> bool {
    let mut found = false;
    let mut look = |text: &str| each_path(text, &mut |path| found |= path.kind == PathKind::Local);
    look(text);
    if may_be_coloured(text) {
        look(&without_colours(text, MARK));
        look(&without_colours(text, ""));
    }
    found
}

/// Tells whether a text holds a credential of a known shape that was not taken out.
pub fn holds_a_credential(text: &str) -> bool {
    let holds = |text: &str| without_credentials(text).is_some();
    holds(text)
        || (may_be_coloured(text)
            && (holds(&without_colours(text, MARK)) || holds(&without_colours(text, ""))))
}

/// Returns nothing when there is nothing to replace. A text in which something is loses its colours.
fn scrub_once(text: &str) -> Option<String> {
    if !may_be_coloured(text) {
        return scrub_plain(text);
    }
    // A colour may stand between two words, and within one.
    let marked = scrub_plain(&without_colours(text, MARK)).map(|found| found.replace(MARK, ""));
    marked.or_else(|| scrub_plain(&without_colours(text, ""))).or_else(|| scrub_plain(text))
}

fn scrub_plain(text: &str) -> Option<String> {
    let without = without_credentials(text);
    without_paths(without.as_deref().unwrap_or(text)).or(without)
}

fn without_credentials(text: &str) -> Option<String> {
    let found = if may_hold_a_credential(text) { redact_all(text).text } else { return None };
    (found != text).then_some(found)
}

fn without_paths(text: &str) -> Option<String> {
    let mut replaced = String::new();
    let mut done = 0;
    each_path(text, &mut |Found { from, to, .. }| {
        replaced.push_str(text.get(done..from).unwrap_or_default());
        replaced.push_str(PATH);
        done = to;
    });
    if done == 0 {
        return None;
    }
    replaced.push_str(text.get(done..).unwrap_or_default());
    Some(replaced)
}

#[cfg(test)]
mod tests;
