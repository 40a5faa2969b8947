//! The tags of an XML document, one after the other; the text between them is passed over unread.
//!
//! No document type, no entities but the five that XML has, UTF-8 only, and bounds on depth, names, the number
//! of attributes and the length of a tag. What text and comments say is neither kept nor checked.

use std::io;

use memchr::{memchr2, memmem};
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::{EscapeError, resolve_xml_entity};
use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::intake::{Flaw, Intake, Place, TooLong};

/// The longest tag, comment or instruction, in bytes; a message may stand in an attribute.
const LONGEST_TAG: usize = 4 << 20;

/// The longest name of an element or an attribute, in bytes.
const LONGEST_NAME: usize = 1024;

const MOST_ATTRIBUTES: usize = 256;
const DEEPEST: usize = 128;

const CDATA: &[u8] = b"<![CDATA[";
const CDATA_END: &[u8] = b"]]>";

/// A document under its reading.
pub(super) struct Xml<'s> {
    reader: Reader<Intake<'s>>,
    buffer: Vec<u8>,
    /// The attributes that are wanted.
    wanted: &'static [&'static str],
    depth: usize,
    /// Whether the outermost element has begun.
    has_root: bool,
    /// Whether the element that began last has no content.
    is_empty: bool,
    /// Where the last piece of markup begins.
    place: Place,
}

/// A tag.
#[derive(Debug)]
pub(super) enum Tag {
    /// An element begins.
    Start(Element),
    /// The innermost element ends.
    End,
}

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(&'static str, String)>,
}

impl Element {
    /// Returns the value of an attribute, if it is there and was wanted.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(found, _)| *found == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl<'s> Xml<'s> {
    pub(super) fn new(intake: Intake<'s>, wanted: &'static [&'static str]) -> Self {
        let reader = Reader::from_reader(intake);
        let place = reader.get_ref().place();
        Self {
            reader,
            buffer: Vec::new(),
            wanted,
            depth: 0,
            has_root: false,
            is_empty: false,
            place,
        }
    }

    pub(super) fn into_intake(self) -> Intake<'s> {
        self.reader.into_inner()
    }

    /// Returns where the last tag begins.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Returns the next tag; nothing once the document has ended.
    pub(super) fn next(&mut self) -> Result<Option<Tag>, Flaw> {
        if std::mem::take(&mut self.is_empty) {
            self.depth = self.depth.saturating_sub(1);
            return Ok(Some(Tag::End));
        }
        loop {
            self.pass_text()?;
            let place = self.reader.get_ref().place();
            self.place = place;
            self.reader.get_mut().allow(LONGEST_TAG);
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let event = event.map_err(|error| flaw(place, error))?;
            let is_inside = self.depth > 0;
            let read = match event {
                Event::Start(start) => element(&start, self.wanted).map(|it| Some(Tag::Start(it))),
                Event::Empty(start) => {
                    self.is_empty = true;
                    element(&start, self.wanted).map(|it| Some(Tag::Start(it)))
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Ok(Some(Tag::End))
                }
                Event::Eof if is_inside => fault("the document ends inside of an element"),
                Event::Eof if !self.has_root => fault("there is no element"),
                Event::Eof => return Ok(None),
                Event::DocType(_) => fault("a document type is declared, which is not read"),
                Event::Decl(_) if is_inside || self.has_root => {
                    fault("the declaration of XML does not stand at the beginning")
                }
                Event::Decl(declaration) => require_utf8(&declaration).map(|()| None),
                Event::Comment(_) | Event::PI(_) => Ok(None),
                Event::GeneralRef(reference) if is_inside => {
                    require_known(&reference).map(|()| None)
                }
                _ if is_inside => Ok(None),
                _ => fault(OUTSIDE),
            };
            if let Some(tag) = read.map_err(|fault| fault.at(place))? {
                if matches!(tag, Tag::Start(_)) {
                    self.enter().map_err(|fault| fault.at(place))?;
                }
                return Ok(Some(tag));
            }
        }
    }

    /// Goes into an element.
    fn enter(&mut self) -> Result<(), Fault> {
        if self.depth == 0 && self.has_root {
            return fault("there is more than one outermost element");
        }
        self.has_root = true;
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST { fault("elements are nested too deeply") } else { Ok(()) }
    }

    /// Passes over text, of which outside of the outermost element there may be none.
    fn pass_text(&mut self) -> Result<(), Flaw> {
        let is_outside = self.depth == 0;
        let intake = self.reader.get_mut();
        loop {
            let window = intake.peek(CDATA.len())?;
            if is_outside {
                let blanks = window.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                if blanks == 0 {
                    if UTF_16.iter().any(|mark| window.starts_with(mark)) {
                        return Err(intake.flaw(OTHER_ENCODING));
                    }
                    return match window.first() {
                        None | Some(b'<') if !window.starts_with(CDATA) => Ok(()),
                        _ => Err(intake.flaw(OUTSIDE)),
                    };
                }
                intake.pass(blanks);
            } else if window.starts_with(CDATA) {
                pass_cdata(intake)?;
            } else {
                let text = memchr2(b'<', b'&', window).unwrap_or(window.len());
                if text == 0 {
                    return Ok(());
                }
                intake.pass(text);
            }
        }
    }
}

const UNKNOWN_ENTITY: &str = "there is an entity that is none of the five of XML";

const NO_CHARACTER: &str = "a character is named by a number that no character has";

const OTHER_ENCODING: &str = "it is encoded in another way than UTF-8";

/// How texts in UTF-16 begin.
const UTF_16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

const OUTSIDE: &str = "there is text outside of the outermost element";

/// Passes over a section of character data, however long it is.
fn pass_cdata(intake: &mut Intake<'_>) -> Result<(), Flaw> {
    let begin = intake.place();
    intake.pass(CDATA.len());
    loop {
        let window = intake.peek(CDATA_END.len())?;
        if let Some(end) = memmem::find(window, CDATA_END) {
            intake.pass(end.saturating_add(CDATA_END.len()));
            return Ok(());
        }
        // The end may have begun at the end of the window.
        match window.len().checked_sub(CDATA_END.len() - 1) {
            Some(passed) if passed > 0 => intake.pass(passed),
            _ => return Err(malformed(begin, "a CDATA section does not end")),
        }
    }
}

/// What is wrong with a piece of markup whose place the caller knows.
struct Fault(String);

impl Fault {
    fn at(self, place: Place) -> Flaw {
        Flaw::Malformed { place, problem: self.0 }
    }
}

fn malformed(place: Place, problem: impl Into<String>) -> Flaw {
    Flaw::Malformed { place, problem: problem.into() }
}

fn fault<T>(problem: impl Into<String>) -> Result<T, Fault> {
    Err(Fault(problem.into()))
}

fn element(start: &BytesStart<'_>, wanted: &[&'static str]) -> Result<Element, Fault> {
    let name = start.name();
    let name: &str = name.as_ref();
    require_name(name)?;
    let mut attributes = Vec::new();
    for (number, attribute) in start.attributes().enumerate() {
        if number >= MOST_ATTRIBUTES {
            return fault(format!("an element has more than {MOST_ATTRIBUTES} attributes"));
        }
        let attribute = attribute.map_err(|error| Fault(attribute_in_words(&error).to_owned()))?;
        let key: &str = attribute.key.as_ref();
        require_name(key)?;
        let value = value(&attribute)?;
        if let Some(wanted) = wanted.iter().find(|wanted| **wanted == key) {
            attributes.push((*wanted, value));
        }
    }
    Ok(Element { name: name.to_owned(), attributes })
}

fn require_name(name: &str) -> Result<(), Fault> {
    let is_one = |character: char| {
        !character.is_whitespace()
            && !character.is_control()
            && !matches!(character, '<' | '>' | '&' | '"' | '\'' | '=' | '/' | '!' | '?')
    };
    if name.is_empty() || !name.chars().all(is_one) {
        return fault("the name of an element or an attribute is none");
    }
    if name.len() > LONGEST_NAME {
        return fault(format!("a name is longer than {LONGEST_NAME} bytes"));
    }
    Ok(())
}

fn value(attribute: &Attribute<'_>) -> Result<String, Fault> {
    if attribute.value.contains('<') {
        return fault("there is a < in the value of an attribute");
    }
    let value = attribute.normalized_value_with(XmlVersion::Implicit1_0, 1, resolve_xml_entity);
    value.map(std::borrow::Cow::into_owned).map_err(|error| Fault(in_words(&error)))
}

fn require_known(reference: &BytesRef<'_>) -> Result<(), Fault> {
    let name: &str = reference;
    match reference.resolve_char_ref() {
        Ok(Some(_)) => Ok(()),
        Ok(None) if resolve_xml_entity(name).is_some() => Ok(()),
        Ok(None) => fault(UNKNOWN_ENTITY),
        Err(_) => fault(NO_CHARACTER),
    }
}

fn require_utf8(declaration: &BytesDecl<'_>) -> Result<(), Fault> {
    let encoding = match declaration.encoding() {
        None => return Ok(()),
        Some(encoding) => encoding.map_err(|error| Fault(attribute_in_words(&error).to_owned()))?,
    };
    let is_read = ["utf-8", "utf8", "us-ascii", "ascii"];
    if is_read.iter().any(|known| encoding.eq_ignore_ascii_case(known)) {
        Ok(())
    } else {
        fault(OTHER_ENCODING)
    }
}

fn flaw(place: Place, error: Error) -> Flaw {
    match error {
        Error::Io(error) if is_too_long(&error) => {
            malformed(place, format!("markup is longer than {LONGEST_TAG} bytes"))
        }
        Error::Io(error) => Flaw::Unreadable(io::Error::new(error.kind(), error.to_string())),
        other => malformed(place, in_words(&other)),
    }
}

fn is_too_long(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<TooLong>)
}

/// Says what is wrong without a word of the document.
fn in_words(error: &Error) -> String {
    match error {
        Error::Syntax(error) => error.to_string(),
        Error::IllFormed(IllFormedError::UnclosedReference) => "a reference has no end".to_owned(),
        Error::IllFormed(_) => "an end tag is not that of the innermost element".to_owned(),
        Error::InvalidAttr(error) => attribute_in_words(error).to_owned(),
        Error::Escape(EscapeError::InvalidCharRef(_)) => NO_CHARACTER.to_owned(),
        Error::Escape(_) => UNKNOWN_ENTITY.to_owned(),
        Error::Encoding(_) => "it is not UTF-8".to_owned(),
        Error::Io(_) | Error::Namespace(_) => "it is not well-formed".to_owned(),
    }
}

fn attribute_in_words(error: &AttrError) -> &'static str {
    match error {
        AttrError::ExpectedEq(_) => "an attribute has no =",
        AttrError::ExpectedValue(_) => "an attribute has no value",
        AttrError::UnquotedValue(_) | AttrError::ExpectedQuote(..) => {
            "the value of an attribute stands in no quotation marks"
        }
        AttrError::Duplicated(..) => "an element has an attribute twice",
    }
}
