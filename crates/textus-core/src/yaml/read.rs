//! Builds the tree of a document from the parser's events, with its own stack.

use std::borrow::Cow;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, Tag};
use motus_json::{Object, Text, Value};

use super::MOST_LEVELS;
use super::fault::{Fault, excerpt};
use super::resolve::{Plain, resolve};
use crate::format::Times;
use crate::format::times::Branch;

/// A document as data, with the places of its unquoted dates and times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The document; null when the text holds none.
    pub value: Value,
    /// Where unquoted dates and times stand; their values are their source text.
    pub times: Times,
}

/// Reads one YAML document.
///
/// Shape: the syntax of YAML 1.2 with the types of YAML 1.1: yes, no, on and off are booleans,
/// `012` is 10 and `12:30` is 45000; a float needs a point; unquoted dates and times stay text and
/// are remembered. A key that is a plain number, boolean, null, date or time becomes the text that
/// JSON would show: `012: a` has the key `10`, `yes: a` has `true`, `~: a` the empty key. An anchor
/// that nothing refers to is ignored.
/// Errors: a [`Fault`] for what is not well formed, and for a byte order mark, controls, U+0085, U+2028
/// and U+2029 unless they are escaped (they break lines for readers of YAML 1.1 only), aliases,
/// tags (but `!!str` on a quoted `<<`), symbols, merge keys, directives, a repeated key, a key that
/// is a list or mapping, a second document, more than [`MOST_LEVELS`] levels, and numbers that JSON
/// cannot hold.
/// Cost: linear; no recursion. Source: textus/3 §5.
pub fn read(text: &str) -> Result<Tree, Fault> {
    let mut builder = Builder { unended: unended(text), ..Builder::default() };
    for event in events(text)? {
        let (event, span) = event?;
        builder.hear(event, &span)?;
    }
    Ok(Tree { value: builder.root, times: Times(builder.root_times) })
}

/// Starts the parser with the bounds that hold for every document.
pub(super) fn events(
    text: &str,
) -> Result<impl Iterator<Item = granit_parser::ParseResult<'_>>, Fault> {
    if text.starts_with('\u{feff}') {
        return Err(Fault::whole("a byte order mark is not allowed"));
    }
    if let Some(fault) = foreign_break(text) {
        return Err(fault);
    }
    let mut options: Options = granit_parser::options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MOST_LEVELS,
        block_nesting_limit: MOST_LEVELS,
    };
    options.set_emit_comments(false);
    Ok(Parser::new_from_str_with_options(text, options))
}

/// Finds the first character that ends a line for some readers and not for others.
fn foreign_break(text: &str) -> Option<Fault> {
    let at = text.find(['\u{85}', '\u{2028}', '\u{2029}'])?;
    let (before, rest) = text.split_at_checked(at)?;
    let code = u32::from(rest.chars().next()?);
    let ended = before.replace("\r\n", "\n");
    let mut lines = ended.rsplit(['\n', '\r']);
    let column = lines.next().unwrap_or_default().chars().count() + 1;
    let message = format!("U+{code:04X} is a line break to some readers; escape it in quotes");
    Some(Fault { line: lines.count() + 1, column, message })
}

/// Returns the length of a text whose last line says something and has no end.
fn unended(text: &str) -> Option<usize> {
    let last_line = text.rsplit(['\n', '\r']).next()?;
    (!last_line.trim_matches([' ', '\t']).is_empty()).then_some(text.len())
}

#[derive(Default)]
struct Builder {
    /// Where the text ends, if within a line that is not blank.
    unended: Option<usize>,
    open: Vec<Open>,
    documents: usize,
    root: Value,
    root_times: Branch,
}

/// A list or mapping whose end has not come yet.
struct Open {
    node: Node,
    times: Branch,
}

enum Node {
    List(Vec<Value>),
    Mapping { members: Object, key: Option<Text> },
}

impl Builder {
    fn hear(&mut self, event: Event<'_>, span: &Span) -> Result<(), Fault> {
        match event {
            Event::DocumentStart(..) => self.start(span),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                Err(Fault::at(span.start, "aliases are not allowed"))
            }
            Event::Scalar(text, style, _, tag) => {
                check_tag(tag.as_deref(), &text, style, span)?;
                self.scalar(text, style, span)
            }
            Event::SequenceStart(_, _, tag) => {
                self.open(Node::List(Vec::new()), tag.as_deref(), span)
            }
            Event::MappingStart(_, _, tag) => {
                let node = Node::Mapping { members: Object::new(), key: None };
                self.open(node, tag.as_deref(), span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, span: &Span) -> Result<(), Fault> {
        self.documents += 1;
        if self.documents > 1 {
            return Err(Fault::at(span.start, "a second document is not allowed"));
        }
        Ok(())
    }

    fn scalar(&mut self, text: Cow<'_, str>, style: ScalarStyle, span: &Span) -> Result<(), Fault> {
        let text = self.without_added_line_end(text, style, span);
        if let Some(Open { node: Node::Mapping { members, key: key @ None }, .. }) =
            self.open.last_mut()
        {
            let name = key_text(&text, style).map_err(|why| Fault::at(span.start, why))?;
            if members.get_text(&name).is_some() {
                let name = name.to_string();
                let message = format!("duplicate key '{}'", excerpt(&name));
                return Err(Fault::at(span.start, message));
            }
            *key = Some(name);
            return Ok(());
        }
        let (value, times) = value(text, style).map_err(|why| Fault::at(span.start, why))?;
        self.place(value, times);
        Ok(())
    }

    /// Takes the line end away that the parser gives a block scalar whose last line has none.
    fn without_added_line_end<'t>(
        &self,
        text: Cow<'t, str>,
        style: ScalarStyle,
        span: &Span,
    ) -> Cow<'t, str> {
        let in_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let is_last = self.unended.is_some() && span.end.byte_offset() == self.unended;
        match text.strip_suffix('\n') {
            Some(shorter) if in_block && is_last => shorter.to_owned().into(),
            _ => text,
        }
    }

    fn open(&mut self, node: Node, tag: Option<&Tag>, span: &Span) -> Result<(), Fault> {
        if let Some(tag) = tag {
            return Err(tag_fault(tag, span));
        }
        if let Some(Open { node: Node::Mapping { key: None, .. }, .. }) = self.open.last() {
            return Err(Fault::at(span.start, "a list or mapping cannot be a key"));
        }
        if self.open.len() >= MOST_LEVELS {
            let message = format!("nested deeper than {MOST_LEVELS} levels");
            return Err(Fault::at(span.start, message));
        }
        self.open.push(Open { node, times: Branch::default() });
        Ok(())
    }

    fn close(&mut self) {
        if let Some(Open { node, times }) = self.open.pop() {
            let value = match node {
                Node::List(items) => Value::Array(items),
                Node::Mapping { members, .. } => Value::Object(members),
            };
            self.place(value, times);
        }
    }

    /// Puts a finished value where the innermost open list or mapping wants it.
    fn place(&mut self, value: Value, times: Branch) {
        match self.open.last_mut() {
            None => {
                self.root = value;
                self.root_times = times;
            }
            Some(Open { node: Node::List(items), times: above }) => {
                if !times.is_empty() {
                    above.adopt(&items.len().to_string(), times);
                }
                items.push(value);
            }
            Some(Open { node: Node::Mapping { members, key }, times: above }) => {
                let key = key.take().unwrap_or_default();
                if !times.is_empty() {
                    above.adopt(&key.to_string_lossy(), times);
                }
                members.insert(key, value);
            }
        }
    }
}

/// Lets the one tag through that the writer writes.
fn check_tag(tag: Option<&Tag>, text: &str, style: ScalarStyle, span: &Span) -> Result<(), Fault> {
    let Some(tag) = tag else {
        return Ok(());
    };
    let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    if quoted && text == "<<" && tag.is_yaml_core_schema_tag("str") {
        return Ok(());
    }
    Err(tag_fault(tag, span))
}

fn tag_fault(tag: &Tag, span: &Span) -> Fault {
    let place = span.tag_start().unwrap_or(span.start);
    Fault::at(place, format!("tag '{}' is not allowed", excerpt(&tag.original())))
}

fn value(text: Cow<'_, str>, style: ScalarStyle) -> Result<(Value, Branch), String> {
    let meaning = if style == ScalarStyle::Plain { resolve(&text) } else { Plain::Text };
    let value = match meaning {
        Plain::Null => Value::Null,
        Plain::Bool(value) => Value::Bool(value),
        Plain::Number(number) => Value::Number(number),
        Plain::Time => return Ok((text.into(), Branch::leaf())),
        Plain::Text => text.into(),
        Plain::Refused(why) => return Err(why),
    };
    Ok((value, Branch::default()))
}

/// Returns a key as JSON would show it.
pub(super) fn key_text(text: &str, style: ScalarStyle) -> Result<Text, String> {
    if style != ScalarStyle::Plain {
        return Ok(text.into());
    }
    match resolve(text) {
        Plain::Null => Ok(Text::default()),
        Plain::Bool(value) => Ok(if value { "true" } else { "false" }.into()),
        Plain::Number(number) => Ok(number.to_string().into()),
        Plain::Text if text == "<<" => Err("merge keys are not allowed; quote '<<'".to_owned()),
        Plain::Time | Plain::Text => Ok(text.into()),
        Plain::Refused(why) => Err(why),
    }
}
