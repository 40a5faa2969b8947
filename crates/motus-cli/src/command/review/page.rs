//! A page before it is spelled.

/// A part of a line, by where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Our own words; safe as they are.
    Own(String),
    /// A recorded name, identifier, digest or time: never cut.
    Name(String),
    /// Recorded text that may be of any length.
    Said(String),
    /// Recorded text that belongs to whoever has the Store, such as a part of a log.
    Kept(String),
    /// Who recorded something; that of a wrapped command holds a process number.
    Producer(String),
}

impl Piece {
    pub(crate) fn own(text: impl Into<String>) -> Self {
        Self::Own(text.into())
    }

    pub(crate) fn name(text: impl Into<String>) -> Self {
        Self::Name(text.into())
    }

    pub(crate) fn said(text: impl Into<String>) -> Self {
        Self::Said(text.into())
    }

    pub(crate) fn kept(text: impl Into<String>) -> Self {
        Self::Kept(text.into())
    }

    pub(crate) fn producer(text: impl Into<String>) -> Self {
        Self::Producer(text.into())
    }
}

/// A fact with what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) label: &'static str,
    pub(crate) pieces: Vec<Piece>,
    /// Whether it belongs to this machine alone: it is left out of what travels.
    pub(crate) is_local: bool,
}

impl Line {
    pub(crate) fn new(label: &'static str, pieces: impl Into<Vec<Piece>>) -> Self {
        Self { label, pieces: pieces.into(), is_local: false }
    }

    pub(crate) fn local(label: &'static str, pieces: impl Into<Vec<Piece>>) -> Self {
        Self { is_local: true, ..Self::new(label, pieces) }
    }
}

/// One thing of a list: its first line, and what is told of it below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) head: Vec<Piece>,
    pub(crate) below: Vec<Vec<Piece>>,
}

/// A list with a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) items: Vec<Item>,
}
