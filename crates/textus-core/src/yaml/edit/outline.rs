//! Where the members of one mapping stand in a text. It reads spans, not values.

use granit_parser::{Event, ScalarStyle, Span, StructureStyle};

use crate::yaml::fault::Fault;
use crate::yaml::read::{events, key_text};

/// Where a document's top mapping and the holder of the wanted member stand.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The top mapping, if the document is one.
    pub(super) top: Option<Mapping>,
    /// The mapping that holds the wanted member or should: the parent's, or a copy of the top one.
    pub(super) holder: Option<Mapping>,
}

/// Where one mapping stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    /// Whether it stands in braces.
    pub(super) in_flow: bool,
    /// Behind the opening brace.
    pub(super) start: usize,
    /// Where the first key begins.
    pub(super) first_key: Option<usize>,
    /// Where the last thing in it ends: of an empty value its key, of an empty mapping its brace.
    pub(super) last_end: usize,
    /// The wanted member.
    pub(super) wanted: Option<Wanted>,
}

/// What the value of the wanted member is.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// A scalar in quotes or plain.
    Scalar {
        /// Where it begins.
        from: usize,
        /// Where it ends.
        to: usize,
    },
    /// Nothing behind the colon.
    Empty {
        /// Where the key ends.
        key_end: usize,
    },
    /// A list, a mapping or a block scalar.
    Other,
}

impl Outline {
    /// Finds a member of the top mapping or, with a parent, of that mapping in it.
    pub(super) fn of(text: &str, parent: Option<&str>, name: &str) -> Result<Self, Fault> {
        let mut finder = Finder { parent, name, ..Finder::default() };
        for event in events(text)? {
            let (event, span) = event?;
            finder.hear(&event, &span);
        }
        let Finder { top, below, .. } = finder;
        let holder = if parent.is_some() { below } else { top.clone() };
        Ok(Self { top, holder })
    }
}

#[derive(Default)]
struct Finder<'a> {
    parent: Option<&'a str>,
    name: &'a str,
    top: Option<Mapping>,
    below: Option<Mapping>,
    /// How many lists and mappings are open.
    depth: usize,
    /// Whether the value of the parent is being heard.
    in_parent: bool,
    top_member: Member,
    inner_member: Member,
}

/// Which half of a member comes next, and what is known of its key.
#[derive(Default)]
struct Member {
    has_key: bool,
    is_wanted: bool,
    key_end: usize,
}

impl Finder<'_> {
    fn hear(&mut self, event: &Event<'_>, span: &Span) {
        let Some(range) = span.byte_range() else {
            return;
        };
        match event {
            Event::MappingStart(style, ..) => {
                self.value_starts();
                let mapping = Mapping {
                    in_flow: *style == StructureStyle::Flow,
                    start: range.end,
                    last_end: range.end,
                    ..Mapping::default()
                };
                if self.depth == 0 {
                    self.top = Some(mapping);
                } else if self.depth == 1 && self.top_member.is_wanted && self.parent.is_some() {
                    self.below = Some(mapping);
                    self.in_parent = true;
                }
                self.depth += 1;
            }
            Event::SequenceStart(..) => {
                self.value_starts();
                self.depth += 1;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.depth = self.depth.saturating_sub(1);
                // The end of a block has no place of its own: it is where the next thing begins.
                if !range.is_empty() {
                    self.reach(range.end);
                }
                self.value_ends();
            }
            Event::Scalar(text, style, ..) => {
                let place = Place { from: range.start, to: range.end, style: *style };
                self.scalar(text, &place);
            }
            _ => {}
        }
    }

    /// Notes that what is open reaches at least to a place.
    fn reach(&mut self, place: usize) {
        if let (Some(below), true) = (&mut self.below, self.in_parent && self.depth > 1) {
            below.last_end = place;
        }
        if let (Some(top), true) = (&mut self.top, self.depth > 0) {
            top.last_end = place;
        }
    }

    fn scalar(&mut self, text: &str, place: &Place) {
        self.reach(place.to);
        let wanted_at_top = self.parent.unwrap_or(self.name);
        let (mapping, member, wanted) = match self.depth {
            1 => (&mut self.top, &mut self.top_member, wanted_at_top),
            2 if self.in_parent => (&mut self.below, &mut self.inner_member, self.name),
            _ => return,
        };
        let Some(mapping) = mapping else {
            return;
        };
        if member.has_key {
            if member.is_wanted {
                mapping.wanted = Some(place.wanted(member.key_end));
            }
            *member = Member::default();
        } else {
            mapping.first_key.get_or_insert(place.from);
            let is_wanted = key_text(text, place.style).is_ok_and(|key| key == wanted);
            *member = Member { has_key: true, is_wanted, key_end: place.to };
        }
    }

    /// Notes that the value of a member is a list or mapping.
    fn value_starts(&mut self) {
        let (mapping, member) = match self.depth {
            1 => (&mut self.top, &self.top_member),
            2 if self.in_parent => (&mut self.below, &self.inner_member),
            _ => return,
        };
        if let (Some(mapping), true) = (mapping, member.is_wanted) {
            mapping.wanted = Some(Wanted::Other);
        }
    }

    /// Notes that a list or mapping ended, which was the value of a member of what is open now.
    fn value_ends(&mut self) {
        match self.depth {
            1 => {
                self.top_member = Member::default();
                self.in_parent = false;
            }
            2 if self.in_parent => self.inner_member = Member::default(),
            _ => {}
        }
    }
}

struct Place {
    from: usize,
    to: usize,
    style: ScalarStyle,
}

impl Place {
    fn wanted(&self, key_end: usize) -> Wanted {
        match self.style {
            ScalarStyle::Literal | ScalarStyle::Folded => Wanted::Other,
            _ if self.from == self.to => Wanted::Empty { key_end },
            _ => Wanted::Scalar { from: self.from, to: self.to },
        }
    }
}
