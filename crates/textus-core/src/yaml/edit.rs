//! Changes one scalar of a document in its text and keeps every other byte.
//!
//! It never trusts its own cut: the new text is read again and must hold what the old one held,
//! with that one member changed. Where a scalar cannot be set in place it says so and leaves the
//! rest to its caller.

mod outline;

use motus_json::{Object, Value};

use super::fault::Fault;
use super::read::{Tree, read};
use super::write::one_line;
use outline::{Mapping, Outline, Wanted};

/// Sets a string member of the top mapping, or of a mapping in it, and returns the new text.
///
/// Shape: a scalar that is there is replaced. A new member comes last in its mapping, before
/// comments that follow it; a missing `parent` comes first in the document, before its first key.
/// Line ends are those around; a missing one at the end stays missing.
/// Errors: a [`Fault`] when the text cannot be read, or the member cannot be set in place: it is a
/// list, a mapping or a block scalar, or its surroundings do not allow it.
pub fn set(text: &str, parent: Option<&str>, name: &str, value: &str) -> Result<String, Fault> {
    let before = read(text)?;
    let outline = Outline::of(text, parent, name)?;
    let member = New { name, value };
    let not_in_place =
        || Fault::whole(format!("'{name}' cannot be set without writing the whole anew"));
    let edit = Editor { text, member }.edit(&outline, parent).ok_or_else(not_in_place)?;
    let after = edit.apply(text).ok_or_else(not_in_place)?;
    let expected = member.set_in(before, parent).ok_or_else(not_in_place)?;
    match read(&after) {
        Ok(tree) if tree == expected => Ok(after),
        _ => Err(not_in_place()),
    }
}

/// The member to be set.
#[derive(Clone, Copy)]
struct New<'a> {
    name: &'a str,
    value: &'a str,
}

impl New<'_> {
    /// Returns what a document must hold after the edit.
    fn set_in(self, before: Tree, parent: Option<&str>) -> Option<Tree> {
        let Tree { value: root, mut times } = before;
        let mut root = match root {
            Value::Null => Object::new(),
            Value::Object(members) => members,
            _ => return None,
        };
        if let Some(parent) = parent {
            if root.get(parent).is_none_or(Value::is_null) {
                root.insert(parent, Object::new());
            }
            root.get_mut(parent)?.as_object_mut()?.insert(self.name, self.value);
        } else {
            root.insert(self.name, self.value);
        }
        times.0.forget(parent, self.name);
        Some(Tree { value: Value::Object(root), times })
    }

    /// Spells the member, in a parent of its own if one is given, for a mapping in braces.
    fn in_flow(self, parent: Option<&str>) -> String {
        let member = format!("{}: {}", one_line(self.name, true), one_line(self.value, true));
        match parent {
            Some(parent) => format!("{}: {{{member}}}", one_line(parent, true)),
            None => member,
        }
    }

    /// Spells the member, in a parent of its own if one is given, as lines.
    fn in_lines(self, parent: Option<&str>, indent: &str, line_end: &str) -> String {
        let member = format!("{}: {}", one_line(self.name, false), one_line(self.value, false));
        match parent {
            Some(parent) => format!(
                "{indent}{}:{line_end}{indent}  {member}{line_end}",
                one_line(parent, false)
            ),
            None => format!("{indent}{member}{line_end}"),
        }
    }
}

/// A piece of the text and what takes its place.
struct Edit {
    from: usize,
    to: usize,
    text: String,
}

impl Edit {
    fn insert(at: usize, text: String) -> Self {
        Self { from: at, to: at, text }
    }

    fn apply(&self, text: &str) -> Option<String> {
        let (head, tail) = (text.get(..self.from)?, text.get(self.to..)?);
        Some([head, &self.text, tail].concat())
    }
}

/// A text that is to get a member.
struct Editor<'a> {
    text: &'a str,
    member: New<'a>,
}

impl Editor<'_> {
    /// Decides on the one edit; `None` where there is none.
    fn edit(&self, outline: &Outline, parent: Option<&str>) -> Option<Edit> {
        if let Some(holder) = &outline.holder {
            return match &holder.wanted {
                Some(wanted) => self.replace(holder.in_flow, wanted),
                None => self.append(holder),
            };
        }
        let Some(top) = &outline.top else {
            return Some(self.after_line(self.text.len(), parent, ""));
        };
        match &top.wanted {
            Some(Wanted::Empty { key_end }) if !top.in_flow => self.open(top, *key_end),
            Some(_) => None,
            None => self.begin(top, parent?),
        }
    }

    /// Puts the new scalar in the place of the old one, or behind the colon where there is none.
    fn replace(&self, in_flow: bool, wanted: &Wanted) -> Option<Edit> {
        let value = one_line(self.member.value, in_flow);
        match wanted {
            Wanted::Scalar { from, to } => Some(Edit { from: *from, to: *to, text: value }),
            Wanted::Empty { key_end } => {
                Some(Edit::insert(self.colon_after(*key_end)? + 1, format!(" {value}")))
            }
            Wanted::Other => None,
        }
    }

    /// Adds the member at the end of a mapping.
    fn append(&self, holder: &Mapping) -> Option<Edit> {
        if holder.in_flow {
            let separator = if holder.first_key.is_some() { ", " } else { "" };
            let member = self.member.in_flow(None);
            return Some(Edit::insert(holder.last_end, format!("{separator}{member}")));
        }
        let indent = self.indent_before(holder.first_key?)?;
        Some(self.after_line(holder.last_end, None, indent))
    }

    /// Gives a parent without a value its first member, on the next line.
    fn open(&self, top: &Mapping, key_end: usize) -> Option<Edit> {
        let indent = format!("{}  ", self.indent_before(top.first_key?)?);
        Some(self.after_line(self.colon_after(key_end)? + 1, None, &indent))
    }

    /// Puts a missing parent, with its one member, before the first key of the document.
    fn begin(&self, top: &Mapping, parent: &str) -> Option<Edit> {
        if top.in_flow {
            let separator = if top.first_key.is_some() { ", " } else { "" };
            let member = self.member.in_flow(Some(parent));
            return Some(Edit::insert(top.start, format!("{member}{separator}")));
        }
        let first_key = top.first_key?;
        let indent = self.indent_before(first_key)?;
        let lines = self.member.in_lines(Some(parent), indent, self.line_end());
        Some(Edit::insert(first_key - indent.len(), lines))
    }

    /// Adds lines behind the line in which a place lies.
    fn after_line(&self, place: usize, parent: Option<&str>, indent: &str) -> Edit {
        let line_end = self.line_end();
        let new = self.member.in_lines(parent, indent, line_end);
        let head = self.text.get(..place).unwrap_or_default();
        if head.is_empty() || head.ends_with('\n') {
            return Edit::insert(place, new);
        }
        let rest = self.text.get(place..).unwrap_or_default();
        if let Some(at) = rest.find('\n') {
            return Edit::insert(place + at + 1, new);
        }
        let new = new.strip_suffix(line_end).unwrap_or(&new);
        Edit::insert(self.text.len(), format!("{line_end}{new}"))
    }

    /// Returns the blanks between the beginning of a line and a place, if there is nothing else.
    fn indent_before(&self, place: usize) -> Option<&str> {
        let head = self.text.get(..place)?;
        let line = head.rfind(['\n', '\r']).map_or(Some(head), |at| head.get(at + 1..))?;
        line.bytes().all(|byte| byte == b' ').then_some(line)
    }

    fn colon_after(&self, key_end: usize) -> Option<usize> {
        let rest = self.text.get(key_end..)?;
        let from_colon = rest.trim_start_matches([' ', '\t']);
        let blanks = rest.len() - from_colon.len();
        from_colon.starts_with(':').then_some(key_end + blanks)
    }

    /// Returns how the lines of the text end: as its first one does.
    fn line_end(&self) -> &'static str {
        match self.text.split_once('\n') {
            Some((line, _)) if line.ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }
}

#[cfg(test)]
mod tests;
