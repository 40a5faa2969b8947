//! Signals and strategies as documents: JSON by the strict reader, and both forms typed by the reader of
//! scenarios, which knows the place of everything.

use std::collections::BTreeMap;

use motus_json::canonical::cj;
use motus_json::{Limits, NonFinite, ReadOptions};
use motus_kernel::strategy::{Signal, Strategy, Trigger};

use super::Fault;
use crate::simulation::{Content, Faults, Fields, Ground, Item, Kind, ScenarioError, read_yaml};

/// The longest document, in bytes.
pub(super) const LONGEST: usize = 1 << 20;

const OPTIONS: ReadOptions = ReadOptions {
    limits: Limits { bytes: LONGEST, depth: 32, values: 100_000 },
    non_finite: NonFinite::Refuse,
};

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Yaml,
}

/// What a document is of.
#[derive(Debug, Clone, Copy)]
enum Of {
    Signals,
    Strategy,
}

impl Of {
    /// Returns the code of a document that cannot be read, or that is not as it must be.
    fn code(self, is_syntax: bool) -> &'static str {
        match (self, is_syntax) {
            (Self::Signals, true) => "signals.syntax",
            (Self::Signals, false) => "signals.shape",
            (Self::Strategy, true) => "strategy.syntax",
            (Self::Strategy, false) => "strategy.shape",
        }
    }
}

pub(super) fn signals(document: &[u8]) -> Result<Vec<Signal>, Vec<Fault>> {
    read(document, Form::Json, Of::Signals, |item| item.items().filter_map(signal).collect())
}

pub(super) fn strategy(document: &[u8], form: Form) -> Result<Strategy, Vec<Fault>> {
    let take = |item: Item<'_>| item.fields().map(|fields| strategy_of(&fields));
    // Without a mapping there is a fault.
    read(document, form, Of::Strategy, take)?.ok_or_else(Vec::new)
}

fn read<T>(
    document: &[u8],
    form: Form,
    of: Of,
    take: impl Fn(Item<'_>) -> T,
) -> Result<T, Vec<Fault>> {
    let text = match form {
        Form::Json => json_text(document),
        Form::Yaml => yaml_text(document, of),
    };
    let text = text.map_err(|fault| vec![fault])?;
    let faults = Faults::default();
    let told = |error: ScenarioError| {
        let ScenarioError { code, message, line, column } = error;
        let is_syntax =
            matches!(code, "scenario.syntax" | "scenario.too_large" | "scenario.repeated_key");
        Fault { code: of.code(is_syntax), line, column, message }
    };
    let node = read_yaml(text, &faults).map_err(|error| vec![told(error)])?;
    let evidence = BTreeMap::new();
    let taken = take(Item { node: &node, ground: Ground { faults: &faults, evidence: &evidence } });
    let faults = faults.into_vec();
    if faults.is_empty() { Ok(taken) } else { Err(faults.into_iter().map(told).collect()) }
}

/// Makes sure that a document is JSON as strict readers take it.
fn json_text(document: &[u8]) -> Result<&str, Fault> {
    cj::read(document, &OPTIONS).map_err(|error| {
        let (line, column) = place(document, error.offset());
        Fault { code: error.code(), line, column, message: error.kind().to_string() }
    })?;
    // The reader took it as UTF-8.
    Ok(std::str::from_utf8(document).unwrap_or_default())
}

fn yaml_text(document: &[u8], of: Of) -> Result<&str, Fault> {
    std::str::from_utf8(document).map_err(|error| {
        let (line, column) = place(document, error.valid_up_to());
        Fault { code: of.code(true), line, column, message: "not UTF-8".to_owned() }
    })
}

/// Returns line and column of a byte; what is no text counts as one character.
fn place(document: &[u8], offset: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(document.get(..offset).unwrap_or(document));
    let last = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last.chars().count() + 1)
}

fn signal(item: Item<'_>) -> Option<Signal> {
    let fields = item.fields()?;
    fields.only(&["name", "confidence", "evidence"]);
    let evidence = given(&fields, "evidence").map(|item| name(item));
    Some(Signal {
        name: named(&fields, "name"),
        confidence: permille(&fields, "confidence"),
        evidence,
    })
}

fn strategy_of(fields: &Fields<'_>) -> Strategy {
    fields.only(&["strategy_id", "version", "name", "triggers", "steps"]);
    let lists = ["triggers", "steps"].map(|key| fields.required(key));
    let [triggers, steps] = lists.map(|list| list.into_iter().flat_map(|list| list.items()));
    Strategy {
        strategy_id: named(fields, "strategy_id"),
        version: named(fields, "version"),
        name: named(fields, "name"),
        triggers: triggers.filter_map(trigger).collect(),
        steps: steps.map(|step| name(step)).collect(),
    }
}

fn trigger(item: Item<'_>) -> Option<Trigger> {
    let fields = item.fields()?;
    fields.only(&["signal", "confidence_threshold", "weight"]);
    Some(Trigger {
        signal: named(&fields, "signal"),
        confidence_threshold: permille(&fields, "confidence_threshold"),
        weight: given(&fields, "weight").map(|item| permille_of(item)),
    })
}

/// Returns a member that may be left out, or be null, as JSON is often written.
fn given<'n>(fields: &Fields<'n>, key: &str) -> Option<Item<'n>> {
    let is_null = |item: &Item<'_>| matches!(&item.node.content, Content::Text { text, is_plain: true } if text == "null");
    fields.optional(key).filter(|item| !is_null(item))
}

fn named(fields: &Fields<'_>, key: &str) -> String {
    fields.required(key).map(name).unwrap_or_default()
}

fn name(item: Item<'_>) -> String {
    let text = item.text();
    if item.source().is_some_and(|source| source.trim().is_empty()) {
        item.note(Kind::BadValue, "must not be blank");
    }
    text
}

fn permille(fields: &Fields<'_>, key: &str) -> u16 {
    fields.required(key).map(permille_of).unwrap_or_default()
}

fn permille_of(item: Item<'_>) -> u16 {
    u16::try_from(item.unsigned(1000)).unwrap_or_default()
}
