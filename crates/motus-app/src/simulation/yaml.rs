//! YAML as a tree of places and texts; what a text means is decided by who asks for it.
//!
//! Aliases, anchors, tags, directives and a second document are refused: a scenario is what stands there.

use std::borrow::Cow;
use std::collections::BTreeSet;

use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, Span};

use super::error::{Faults, Kind, Place, Quoted, ScenarioError};

/// The longest document that is read, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// The deepest nesting of mappings and lists.
const MOST_LEVELS: usize = 64;

/// The most keys, texts, lists and mappings.
const MOST_NODES: usize = 200_000;

/// A part of the document, and where it begins.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// `is_plain` without quotes, so that it may be a number.
    Text {
        text: String,
        is_plain: bool,
    },
    List(Vec<Node>),
    Mapping(Vec<Member>),
}

/// A key of a mapping and what it stands for.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) node: Node,
}

/// Reads the one document of a text.
///
/// A key that stands there before is noted, and its second value ignored.
/// Errors: what is not well formed or too large, after which nothing can be told.
pub(crate) fn read(text: &str, faults: &Faults) -> Result<Node, ScenarioError> {
    let first = Place { line: 1, column: 1 };
    if text.len() > MOST_BYTES {
        let message = format!("more than {MOST_BYTES} bytes");
        return Err(ScenarioError::new(Kind::TooLarge, first, message));
    }
    if text.starts_with('\u{feff}') {
        return Err(ScenarioError::new(Kind::Syntax, first, "a byte order mark is not allowed"));
    }
    let mut options: Options = granit_parser::options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MOST_LEVELS,
        block_nesting_limit: MOST_LEVELS,
    };
    options.set_emit_comments(false);
    let mut builder = Builder::new(faults);
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let message = format!("not well-formed YAML: {}", error.info());
            ScenarioError::new(Kind::Syntax, place_of(*error.marker()), message)
        })?;
        builder.hear(event, &span)?;
    }
    builder.root.ok_or_else(|| ScenarioError::new(Kind::Syntax, first, "there is no document"))
}

fn place_of(marker: Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1 }
}

fn syntax(span: &Span, message: impl AsRef<str>) -> ScenarioError {
    ScenarioError::new(Kind::Syntax, place_of(span.start), message)
}

struct Builder<'f> {
    faults: &'f Faults,
    open: Vec<Open>,
    documents: usize,
    nodes: usize,
    root: Option<Node>,
}

/// A list or mapping whose end has not come yet.
struct Open {
    place: Place,
    /// The keys that a mapping has; `None` for a list.
    keys: Option<BTreeSet<String>>,
    key: Option<(String, Place)>,
    members: Vec<Member>,
    items: Vec<Node>,
}

impl<'f> Builder<'f> {
    fn new(faults: &'f Faults) -> Self {
        Self { faults, open: Vec::new(), documents: 0, nodes: 0, root: None }
    }

    fn hear(&mut self, event: Event<'_>, span: &Span) -> Result<(), ScenarioError> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(syntax(span, "a second document is not allowed"));
                }
                Ok(())
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                Err(syntax(span, "an alias is not allowed; write it out"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.check(anchor != 0, tag.is_some(), span)?;
                self.scalar(text, style, span);
                Ok(())
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check(anchor != 0, tag.is_some(), span)?;
                self.open(None, span)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check(anchor != 0, tag.is_some(), span)?;
                self.open(Some(BTreeSet::new()), span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn check(&mut self, has_anchor: bool, has_tag: bool, span: &Span) -> Result<(), ScenarioError> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            let message = format!("more than {MOST_NODES} values");
            return Err(ScenarioError::new(Kind::TooLarge, place_of(span.start), message));
        }
        match (has_anchor, has_tag) {
            (true, _) => Err(syntax(span, "an anchor is not allowed; write it out")),
            (_, true) => Err(syntax(span, "a tag is not allowed")),
            _ => Ok(()),
        }
    }

    fn scalar(&mut self, text: Cow<'_, str>, style: ScalarStyle, span: &Span) {
        let place = place_of(span.start);
        if let Some(Open { keys: Some(_), key: key @ None, .. }) = self.open.last_mut() {
            *key = Some((text.into_owned(), place));
            return;
        }
        let is_plain = style == ScalarStyle::Plain;
        self.put(Node { place, content: Content::Text { text: text.into_owned(), is_plain } });
    }

    fn open(&mut self, keys: Option<BTreeSet<String>>, span: &Span) -> Result<(), ScenarioError> {
        if let Some(Open { keys: Some(_), key: None, .. }) = self.open.last() {
            return Err(syntax(span, "a list or mapping cannot be a key"));
        }
        if self.open.len() >= MOST_LEVELS {
            return Err(syntax(span, format!("nested deeper than {MOST_LEVELS} levels")));
        }
        let place = place_of(span.start);
        self.open.push(Open { place, keys, key: None, members: Vec::new(), items: Vec::new() });
        Ok(())
    }

    fn close(&mut self) {
        if let Some(Open { place, keys, members, items, .. }) = self.open.pop() {
            let content =
                if keys.is_some() { Content::Mapping(members) } else { Content::List(items) };
            self.put(Node { place, content });
        }
    }

    /// Puts a finished node where the innermost open list or mapping wants it.
    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open { keys: None, items, .. }) => items.push(node),
            Some(Open { keys: Some(keys), key, members, .. }) => {
                let Some((key, place)) = key.take() else { return };
                if keys.insert(key.clone()) {
                    members.push(Member { key, place, node });
                } else {
                    let message = format!("the key {} stands there before", Quoted(&key));
                    self.faults.note(Kind::RepeatedKey, place, message);
                }
            }
        }
    }
}
