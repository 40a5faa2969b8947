//! A JSON document in pieces: what is large is entered, what is small is read whole.
//!
//! Every piece goes through the strict reader of the workspace; between them stand only brackets, commas,
//! colons and keys, which are checked here. No more than one piece is in memory.

use std::collections::BTreeSet;
use std::io;

use motus_json::{Limits, NonFinite, ReadError, ReadOptions, Value};

use super::intake::{Flaw, Intake, Place};

/// The longest piece, in bytes.
pub(super) const LONGEST_PIECE: usize = 8 << 20;

/// The longest key, in bytes.
const LONGEST_KEY: usize = 4096;

/// The most members of an object that is entered.
const MOST_MEMBERS: usize = 10_000;

/// How deep a value may be that is passed over piece by piece; what lies deeper is a piece.
const PIECEWISE: usize = 8;

/// What a piece may be: as deep as any document, and of no more values than fit into memory.
pub(super) const PIECE: ReadOptions = ReadOptions {
    limits: Limits { bytes: LONGEST_PIECE, depth: 128, values: 200_000 },
    non_finite: NonFinite::Refuse,
};

/// A document under its reading.
pub(super) struct Json<'s> {
    intake: Intake<'s>,
    piece: Vec<u8>,
}

/// The kind of a value, by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Scalar,
}

impl<'s> Json<'s> {
    pub(super) fn new(intake: Intake<'s>) -> Self {
        Self { intake, piece: Vec::new() }
    }

    /// Makes sure that nothing follows the document.
    pub(super) fn end(mut self) -> Result<Intake<'s>, Flaw> {
        match self.next_byte()? {
            None => Ok(self.intake),
            Some(_) => Err(self.intake.flaw("there is something behind the document")),
        }
    }

    /// Returns where the next value begins.
    pub(super) fn place(&mut self) -> Result<Place, Flaw> {
        self.next_byte()?;
        Ok(self.intake.place())
    }

    /// Returns of what kind the next value is.
    pub(super) fn kind(&mut self) -> Result<Kind, Flaw> {
        match self.next_byte()? {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(_) => Ok(Kind::Scalar),
            None => Err(self.intake.flaw("the document ends where a value should stand")),
        }
    }

    /// Reads the next value whole.
    pub(super) fn value(&mut self) -> Result<Value, Flaw> {
        let place = self.place()?;
        self.collect(place)?;
        if self.piece.is_empty() {
            return Err(malformed(place, "a value should stand here"));
        }
        motus_json::read(&self.piece, &PIECE).map_err(|error| flaw(place, &self.piece, error))
    }

    /// Enters an object; the function takes each member's value, or the reading goes wrong.
    ///
    /// A key that stands there twice is refused.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        let mut keys = BTreeSet::new();
        self.begin(b'{', "an object should stand here")?;
        if self.eat(b'}')? {
            return Ok(());
        }
        loop {
            let place = self.place()?;
            let key = self.key(place)?;
            if !self.eat(b':')? {
                return Err(self.intake.flaw("a colon should stand here"));
            }
            member(self, &key)?;
            if !keys.insert(key) {
                return Err(malformed(place, "a key stands twice in an object"));
            }
            if keys.len() > MOST_MEMBERS {
                return Err(malformed(place, "an object has too many members"));
            }
            if self.eat(b'}')? {
                return Ok(());
            }
            self.require_comma()?;
        }
    }

    /// Enters an array; the function takes each item.
    pub(super) fn array(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        self.begin(b'[', "an array should stand here")?;
        if self.eat(b']')? {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.eat(b']')? {
                return Ok(());
            }
            self.require_comma()?;
        }
    }

    /// Passes over the next value.
    pub(super) fn skip(&mut self) -> Result<(), Flaw> {
        self.skip_within(0)
    }

    fn skip_within(&mut self, depth: usize) -> Result<(), Flaw> {
        let inner = depth.saturating_add(1);
        match self.kind()? {
            Kind::Object if inner < PIECEWISE => self.object(|json, _| json.skip_within(inner)),
            Kind::Array if inner < PIECEWISE => self.array(|json| json.skip_within(inner)),
            _ => self.value().map(drop),
        }
    }

    fn key(&mut self, place: Place) -> Result<String, Flaw> {
        if self.next_byte()? != Some(b'"') {
            return Err(malformed(place, "a key should stand here"));
        }
        self.collect(place)?;
        if self.piece.len() > LONGEST_KEY {
            return Err(malformed(place, "a key is too long"));
        }
        let key = motus_json::read(&self.piece, &PIECE);
        let key = key.map_err(|error| flaw(place, &self.piece, error))?;
        Ok(key.as_text().map(|text| text.to_string_lossy().into_owned()).unwrap_or_default())
    }

    /// Copies the bytes of the next value, without knowing whether it is one.
    fn collect(&mut self, place: Place) -> Result<(), Flaw> {
        self.piece.clear();
        let mut scan = Scan::default();
        loop {
            let window = self.intake.peek(1)?;
            if window.is_empty() {
                return Ok(());
            }
            let taken = window.iter().take_while(|byte| scan.goes_on(**byte)).count();
            self.piece.extend_from_slice(window.get(..taken).unwrap_or_default());
            let is_whole = taken < window.len();
            self.intake.pass(taken);
            if self.piece.len() > LONGEST_PIECE {
                let problem = format!("a value is longer than {LONGEST_PIECE} bytes");
                return Err(malformed(place, problem));
            }
            if is_whole {
                return Ok(());
            }
        }
    }

    fn begin(&mut self, bracket: u8, problem: &str) -> Result<(), Flaw> {
        if self.eat(bracket)? { Ok(()) } else { Err(self.intake.flaw(problem)) }
    }

    fn require_comma(&mut self) -> Result<(), Flaw> {
        if self.eat(b',')? {
            Ok(())
        } else {
            Err(self.intake.flaw("a comma or a closing bracket should stand here"))
        }
    }

    fn eat(&mut self, byte: u8) -> io::Result<bool> {
        let is_it = self.next_byte()? == Some(byte);
        if is_it {
            self.intake.pass(1);
        }
        Ok(is_it)
    }

    /// Passes over white space; returns what stands behind it.
    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        loop {
            let window = self.intake.peek(1)?;
            let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'\n' | b'\r');
            let blanks = window.iter().take_while(is_blank).count();
            match window.get(blanks) {
                Some(byte) => {
                    let byte = *byte;
                    self.intake.pass(blanks);
                    return Ok(Some(byte));
                }
                None if blanks == 0 => return Ok(None),
                None => self.intake.pass(blanks),
            }
        }
    }
}

/// Finds the end of a value by its brackets and quotation marks.
#[derive(Default)]
struct Scan {
    depth: u64,
    state: State,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    #[default]
    Before,
    Inside,
    InString,
    Escaped,
    Whole,
}

impl Scan {
    /// Tells whether this byte belongs to the value.
    fn goes_on(&mut self, byte: u8) -> bool {
        let is_outermost = self.depth == 0;
        self.state = match (&self.state, byte) {
            (State::Whole, _) => return false,
            (State::Escaped, _) | (State::InString, 0..=b'!' | b'#'..=b'[' | b']'..) => {
                State::InString
            }
            (State::InString, b'\\') => State::Escaped,
            (State::InString, b'"') if is_outermost => State::Whole,
            (State::InString, b'"') => State::Inside,
            // Behind a scalar that has begun, another value would begin.
            (State::Inside, b'"' | b'{' | b'[') if is_outermost => return false,
            (_, b'"') => State::InString,
            (_, b'{' | b'[') => {
                self.depth = self.depth.saturating_add(1);
                State::Inside
            }
            (_, b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r') if is_outermost => {
                return false;
            }
            (_, b'}' | b']') => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 { State::Whole } else { State::Inside }
            }
            _ => State::Inside,
        };
        true
    }
}

fn malformed(place: Place, problem: impl Into<String>) -> Flaw {
    Flaw::Malformed { place, problem: problem.into() }
}

/// Says where in a piece the strict reader stopped.
pub(super) fn flaw(begin: Place, piece: &[u8], error: ReadError) -> Flaw {
    let before = piece.get(..error.offset()).unwrap_or(piece);
    malformed(begin.after(before), error.kind().to_string())
}
