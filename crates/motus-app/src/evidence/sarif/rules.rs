//! What a tool says of itself and of its rules.

use std::collections::BTreeMap;

use motus_json::Value;
use motus_ledger::report::Level;

use super::{Flaw, Json, Kind, text};

/// The most rules of a run that are looked at.
const MOST_RULES: usize = 50_000;

/// The longest name of a rule, in bytes.
pub(super) const LONGEST_RULE: usize = 256;

/// The tool of a run and its rules.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) tool: Option<String>,
    pub(super) version: Option<String>,
    /// The levels of rules whose results say none, where that is not the usual one.
    levels: BTreeMap<String, Level>,
    /// The rules of the tool itself, in order: a result may name one by its number.
    names: Vec<Option<String>>,
}

impl Rules {
    pub(super) fn read_tool(&mut self, json: &mut Json<'_>) -> Result<(), Flaw> {
        json.object(|json, key| match key {
            "driver" => self.read_component(json, true),
            "extensions" if json.kind()? == Kind::Array => {
                json.array(|json| self.read_component(json, false))
            }
            _ => json.skip(),
        })
    }

    fn read_component(&mut self, json: &mut Json<'_>, is_driver: bool) -> Result<(), Flaw> {
        let (mut version, mut semantic) = (None, None);
        json.object(|json, key| {
            match key {
                "name" if is_driver => self.tool = text(&json.value()?),
                "version" if is_driver => version = text(&json.value()?),
                "semanticVersion" if is_driver => semantic = text(&json.value()?),
                "rules" if json.kind()? == Kind::Array => {
                    json.array(|json| self.read_rule(json, is_driver))?;
                }
                _ => json.skip()?,
            }
            Ok(())
        })?;
        if is_driver {
            self.version = semantic.or(version);
        }
        Ok(())
    }

    fn read_rule(&mut self, json: &mut Json<'_>, is_driver: bool) -> Result<(), Flaw> {
        let place = json.place()?;
        let rule = json.value()?;
        let name = rule.get("id").and_then(text).map(head);
        if self.names.len().max(self.levels.len()) >= MOST_RULES {
            let problem = format!("a tool has more than {MOST_RULES} rules");
            return Err(Flaw::Malformed { place, problem });
        }
        let level = rule.get("defaultConfiguration").and_then(|it| it.get("level"));
        let level = level.and_then(Value::as_str).and_then(Level::parse);
        if let (Some(name), Some(level)) = (&name, level) {
            self.levels.insert(name.clone(), level);
        }
        if is_driver {
            self.names.push(name);
        }
        Ok(())
    }

    /// Returns the name of the rule of this number.
    pub(super) fn named(&self, number: u64) -> Option<&str> {
        self.names.get(usize::try_from(number).ok()?)?.as_deref()
    }

    /// Returns the level of a rule's results; a name may have parts that only its results have.
    pub(super) fn level_of(&self, name: &str) -> Level {
        let mut name = name;
        loop {
            if let Some(level) = self.levels.get(name) {
                return *level;
            }
            match name.rsplit_once('/') {
                Some((outer, _)) => name = outer,
                None => return Level::Warning,
            }
        }
    }
}

/// Cuts a name that is too long to be one.
pub(super) fn head(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(LONGEST_RULE));
    name
}
