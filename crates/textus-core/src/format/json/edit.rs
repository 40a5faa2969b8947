//! Sets one string in an object of a JSON text and keeps every other byte.
//!
//! The text has been read before: here it is only cut, and what comes out is read again and
//! compared.

use motus_json::{Object, Text, Value};

use super::write::push_text;

/// Where a member of an object stands.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// The opening quote of its key.
    key: usize,
    /// Behind the key.
    key_end: usize,
    value: usize,
    value_end: usize,
}

/// Sets a string member of an object in the top object; `None` where that cannot be.
///
/// Shape: a value that is there is replaced, whatever it is. A new member comes last, spaced as the
/// one before it; a missing or null parent becomes an object, a missing one as the first member.
pub(in crate::format) fn set(text: &str, parent: &str, name: &str, value: &str) -> Option<String> {
    let Value::Object(mut expected) = super::read(text).ok()? else {
        return None;
    };
    let after = Editor { text, parent, name, value }.edit()?;
    if expected.get(parent).is_none_or(Value::is_null) {
        expected.insert(parent, Object::new());
    }
    expected.get_mut(parent)?.as_object_mut()?.insert(name, value);
    (super::read(&after).ok()? == Value::Object(expected)).then_some(after)
}

struct Editor<'a> {
    text: &'a str,
    parent: &'a str,
    name: &'a str,
    value: &'a str,
}

impl Editor<'_> {
    fn edit(&self) -> Option<String> {
        let top_start = self.text.find('{')? + 1;
        let top = self.members(top_start)?;
        let Some(parent) = self.find(&top, self.parent) else {
            return self.replace(top_start, top_start, &self.first(top_start, top.first()));
        };
        if self.text.get(parent.value..parent.value_end)? == "null" {
            let object = format!("{{{}}}", self.member(self.colon(parent)));
            return self.replace(parent.value, parent.value_end, &object);
        }
        let inner_start =
            parent.value + self.text.get(parent.value..)?.strip_prefix('{').map(|_| 1)?;
        let inner = self.members(inner_start)?;
        if let Some(member) = self.find(&inner, self.name) {
            return self.replace(member.value, member.value_end, &spell(self.value));
        }
        let Some(last) = inner.last() else {
            return self.replace(inner_start, inner_start, &self.member(self.colon(parent)));
        };
        let head = self.text.get(..last.key)?;
        let gap = head.get(head.trim_end_matches(is_blank).len()..)?;
        let member = format!(",{gap}{}", self.member(self.colon(*last)));
        self.replace(last.value_end, last.value_end, &member)
    }

    /// Spells a parent with its one member for the place behind the opening brace of the document.
    fn first(&self, start: usize, next: Option<&Member>) -> String {
        let gap = next.and_then(|next| self.text.get(start..next.key)).unwrap_or_default();
        let colon = next.map_or(":", |next| self.colon(*next));
        let (parent, member) = (spell(self.parent), self.member(colon));
        let comma = if next.is_some() { "," } else { "" };
        match gap.rsplit_once('\n') {
            Some((_, indent)) => {
                format!("{gap}{parent}{colon}{{{gap}{indent}{member}{gap}}}{comma}")
            }
            None => format!("{gap}{parent}{colon}{{{member}}}{comma}"),
        }
    }

    fn member(&self, colon: &str) -> String {
        format!("{}{colon}{}", spell(self.name), spell(self.value))
    }

    /// Returns what stands between the key and the value of a member.
    fn colon(&self, member: Member) -> &str {
        self.text.get(member.key_end..member.value).unwrap_or(":")
    }

    fn replace(&self, from: usize, to: usize, with: &str) -> Option<String> {
        Some([self.text.get(..from)?, with, self.text.get(to..)?].concat())
    }

    fn find(&self, members: &[Member], name: &str) -> Option<Member> {
        members.iter().copied().find(|member| {
            let key = self.text.get(member.key..member.key_end).unwrap_or_default();
            super::read(key).is_ok_and(|key| key.as_str() == Some(name))
        })
    }

    /// Lists the members of the object whose brace stands before a place.
    fn members(&self, start: usize) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        let mut scan = Scan { bytes: self.text.as_bytes(), at: start };
        loop {
            match scan.next_after_blanks()? {
                b'}' => return Some(members),
                b',' => scan.at += 1,
                b'"' => {
                    let key = scan.at;
                    scan.skip_string()?;
                    let key_end = scan.at;
                    if scan.next_after_blanks()? != b':' {
                        return None;
                    }
                    scan.at += 1;
                    scan.next_after_blanks()?;
                    let value = scan.at;
                    scan.skip_value()?;
                    members.push(Member { key, key_end, value, value_end: scan.at });
                }
                _ => return None,
            }
        }
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

fn spell(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_text(&Text::from(text), &mut out);
    out
}

/// Returns the string with which a text begins, without its quotes.
pub(super) fn leading_string(text: &str) -> Option<&str> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.skip_string()?;
    text.get(1..scan.at.checked_sub(1)?)
}

/// Moves over the tokens of a text that is known to be well formed.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next_after_blanks(&mut self) -> Option<u8> {
        while matches!(self.peek()?, b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.peek()
    }

    fn skip_string(&mut self) -> Option<()> {
        loop {
            self.at += 1;
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.skip_string()?;
                    if depth == 0 {
                        return Some(());
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return Some(()),
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Some(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests;
