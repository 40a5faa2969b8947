//! Taking what a scenario's nodes must hold: every fault is noted with its place, and reading goes on.
//!
//! What is not as it must be yields a value that means nothing; whoever reads throws the result away when
//! anything was noted. Nothing is guessed: a number in quotes is a text, and a text that looks like a number
//! must be quoted.

use std::collections::BTreeMap;

use motus_json::{Object, Value};
use motus_kernel::timestamp::is_timestamp;
use motus_kernel::{Digest, Uuid};

use super::error::{Faults, Kind, Place, Quoted};
use super::yaml::{Content, Member, Node};

/// What every node of one loop is read with.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'n> {
    pub(crate) faults: &'n Faults,
    /// The paths of the loop's evidence.
    pub(crate) evidence: &'n BTreeMap<String, super::scenario::EvidenceFile>,
}

/// A node with what it is read with.
#[derive(Clone, Copy)]
pub(crate) struct Item<'n> {
    pub(crate) node: &'n Node,
    pub(crate) ground: Ground<'n>,
}

/// A mapping with what it is read with.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'n> {
    pub(crate) place: Place,
    members: &'n [Member],
    ground: Ground<'n>,
}

/// What a plain text stands for, by the core schema of YAML 1.2.
enum Plain {
    Null,
    Bool(bool),
    Integer(Value),
    /// A number that no scenario may hold: a fraction, or one that 64 bits do not hold.
    OtherNumber,
    Text,
}

fn resolve(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Bool(true),
        "false" | "False" | "FALSE" => return Plain::Bool(false),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = unsigned.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit())
        && (unsigned.parse::<f64>().is_ok()
            || unsigned.starts_with("0x")
            || unsigned.starts_with("0o"));
    if !is_number && !matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Plain::Text;
    }
    let is_bare = unsigned == "0" || !unsigned.starts_with('0');
    match (text.parse::<u64>(), text.parse::<i64>()) {
        (Ok(number), _) if is_bare && !text.starts_with('+') => Plain::Integer(number.into()),
        (_, Ok(number)) if is_bare && number < 0 => Plain::Integer(number.into()),
        _ => Plain::OtherNumber,
    }
}

impl<'n> Item<'n> {
    pub(crate) fn note(&self, kind: Kind, message: impl AsRef<str>) {
        self.ground.faults.note(kind, self.node.place, message);
    }

    fn wrong(&self, what: &str) {
        self.note(Kind::WrongType, what);
    }

    pub(crate) fn fields(&self) -> Option<Fields<'n>> {
        let Content::Mapping(members) = &self.node.content else {
            self.wrong("must be a mapping");
            return None;
        };
        Some(Fields { place: self.node.place, members, ground: self.ground })
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = Item<'n>> + use<'n> {
        let nodes = if let Content::List(nodes) = &self.node.content {
            nodes.as_slice()
        } else {
            self.wrong("must be a list");
            &[]
        };
        let ground = self.ground;
        nodes.iter().map(move |node| Item { node, ground })
    }

    /// Returns the text as it stands there, whatever a plain one may mean.
    pub(crate) fn source(&self) -> Option<&'n str> {
        match &self.node.content {
            Content::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    fn plain(&self) -> Option<Plain> {
        match &self.node.content {
            Content::Text { text, is_plain: true } => Some(resolve(text)),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> String {
        match (self.source(), self.plain()) {
            (None, _) => self.wrong("must be a text"),
            (_, Some(Plain::Null)) => self.wrong("must be a text; an empty one is written ''"),
            (Some(text), None | Some(Plain::Text)) => return text.to_owned(),
            (Some(text), _) => {
                self.wrong(&format!("must be a text; write it in quotes: {}", Quoted(text)));
            }
        }
        String::new()
    }

    pub(crate) fn boolean(&self) -> bool {
        if let Some(Plain::Bool(value)) = self.plain() {
            return value;
        }
        self.wrong("must be true or false");
        false
    }

    pub(crate) fn unsigned(&self, most: u64) -> u64 {
        let Some(Plain::Integer(number)) = self.plain() else {
            self.wrong("must be a whole number");
            return 0;
        };
        let found = number.as_u64().filter(|number| *number <= most);
        if found.is_none() {
            self.note(Kind::BadValue, format!("must be from 0 to {most}"));
        }
        found.unwrap_or_default()
    }

    /// Returns a value that must have one of some names.
    pub(crate) fn choice<T: Copy>(&self, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
        let text = self.text();
        let found = all.iter().copied().find(|choice| name(*choice) == text);
        if found.is_none() && !text.is_empty() {
            let names: Vec<&str> = all.iter().map(|choice| name(*choice)).collect();
            let message = format!("{} is none of {}", Quoted(&text), names.join(", "));
            self.note(Kind::BadValue, message);
        }
        found
    }

    /// Reads a text of a form of its own, for which quotes mean nothing.
    pub(crate) fn form<T>(&self, read: impl Fn(&str) -> Option<T>, form: &str) -> Option<T> {
        let found = self.source().and_then(read);
        if found.is_none() {
            self.note(Kind::BadValue, format!("must be {form}"));
        }
        found
    }

    pub(crate) fn uuid(&self) -> Uuid {
        self.form(Uuid::parse, "a UUID in lower case").unwrap_or_default()
    }

    pub(crate) fn time(&self) -> String {
        let read = |text: &str| is_timestamp(text).then(|| text.to_owned());
        self.form(read, "a time such as 2025-12-24T00:00:00Z").unwrap_or_default()
    }

    fn digest(&self) -> Digest {
        self.form(Digest::parse, "64 lower-case hexadecimal digits").unwrap_or(Digest::ZERO)
    }

    /// Returns the path of a file of evidence that the scenario has.
    fn evidence(&self) -> String {
        let path = self.text();
        if !path.is_empty() && !self.ground.evidence.contains_key(&path) {
            let message = format!("{} is not among the evidence of this loop", Quoted(&path));
            self.note(Kind::MissingEvidence, message);
        }
        path
    }

    /// Returns what stands there as data, for members that nobody reads.
    pub(crate) fn opaque(&self) -> Value {
        match &self.node.content {
            Content::List(_) => self.items().map(|item| item.opaque()).collect(),
            Content::Mapping(members) => {
                let mut object = Object::new();
                for Member { key, node, .. } in members {
                    let item = Item { node, ground: self.ground };
                    // Whoever verifies takes it for the path of a file, wherever it stands.
                    let value =
                        if key == "evidence" { item.evidence().into() } else { item.opaque() };
                    object.insert(key.as_str(), value);
                }
                object.into()
            }
            Content::Text { text, .. } => match self.plain() {
                None | Some(Plain::Text) => text.as_str().into(),
                Some(Plain::Null) => Value::Null,
                Some(Plain::Bool(value)) => value.into(),
                Some(Plain::Integer(number)) => number,
                Some(Plain::OtherNumber) => {
                    self.wrong("only whole numbers of 64 bits can be recorded; write it in quotes");
                    Value::Null
                }
            },
        }
    }
}

impl<'n> Fields<'n> {
    /// Notes keys other than these.
    pub(crate) fn only(&self, known: &[&str]) {
        for Member { key, place, .. } in self.members {
            if !known.contains(&key.as_str()) {
                let known = known.join(", ");
                let message = format!("{} is not known here; known are {known}", Quoted(key));
                self.ground.faults.note(Kind::UnknownKey, *place, message);
            }
        }
    }

    pub(crate) fn note(&self, kind: Kind, message: impl AsRef<str>) {
        self.ground.faults.note(kind, self.place, message);
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = (&'n Member, Item<'n>)> + use<'n> {
        let ground = self.ground;
        self.members.iter().map(move |member| (member, Item { node: &member.node, ground }))
    }

    pub(crate) fn optional(&self, key: &str) -> Option<Item<'n>> {
        let member = self.members.iter().find(|member| member.key == key)?;
        Some(Item { node: &member.node, ground: self.ground })
    }

    pub(crate) fn required(&self, key: &str) -> Option<Item<'n>> {
        let found = self.optional(key);
        if found.is_none() {
            self.note(Kind::MissingKey, format!("'{key}' is missing"));
        }
        found
    }

    pub(crate) fn child(&self, key: &str) -> Option<Fields<'n>> {
        self.required(key)?.fields()
    }

    pub(crate) fn text(&self, key: &str) -> String {
        self.required(key).map(|item| item.text()).unwrap_or_default()
    }

    pub(crate) fn optional_text(&self, key: &str) -> Option<String> {
        self.optional(key).map(|item| item.text())
    }

    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        let items = self.optional(key).into_iter().flat_map(|list| list.items());
        items.map(|item| item.text()).collect()
    }

    pub(crate) fn boolean(&self, key: &str) -> bool {
        self.required(key).is_some_and(|item| item.boolean())
    }

    pub(crate) fn time(&self, key: &str) -> String {
        self.required(key).map(|item| item.time()).unwrap_or_default()
    }

    pub(crate) fn digest(&self, key: &str) -> Digest {
        self.required(key).map_or(Digest::ZERO, |item| item.digest())
    }

    pub(crate) fn evidence(&self) -> Option<String> {
        self.optional("evidence").map(|item| item.evidence())
    }

    pub(crate) fn optional_unsigned(&self, key: &str) -> Option<u64> {
        self.optional(key).map(|item| item.unsigned(u64::MAX))
    }

    pub(crate) fn number(&self, key: &str, default: u32) -> u32 {
        let found = self.optional(key).map(|item| item.unsigned(u32::MAX.into()));
        found.and_then(|number| number.try_into().ok()).unwrap_or(default)
    }

    pub(crate) fn permille(&self, key: &str) -> u16 {
        self.required(key);
        self.optional_permille(key).unwrap_or_default()
    }

    pub(crate) fn optional_permille(&self, key: &str) -> Option<u16> {
        self.optional(key).and_then(|item| item.unsigned(1000).try_into().ok())
    }

    pub(crate) fn choice<T: Copy>(
        &self,
        key: &str,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Option<T> {
        self.required(key)?.choice(all, name)
    }

    /// Returns what each mapping of a list is read into; a list that is not there is empty.
    pub(crate) fn objects<T>(&self, key: &str, read: impl Fn(&Fields<'n>) -> Option<T>) -> Vec<T> {
        let items = self.optional(key).into_iter().flat_map(|list| list.items());
        items.filter_map(|item| read(&item.fields()?)).collect()
    }
}
