//! What a tool that looks at code found: how much, by level and by rule.

use motus_json::{Object, Value};

use crate::report::room::Room;
use crate::report::scrub::Scrubber;

/// How much a result matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A serious problem.
    Error,
    /// A problem.
    Warning,
    /// A minor problem, or a remark.
    Note,
    /// Nothing that matters.
    None,
}

impl Level {
    /// Every level, what matters most first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Note, Self::None];

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::None => "none",
        }
    }

    /// Returns the level of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

/// How often a rule was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    /// The rule; none where the results name none.
    pub id: Option<String>,
    /// How much these results matter.
    pub level: Level,
    /// How many there are.
    pub count: u64,
}

/// What one run of a tool found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysis {
    /// The tool's name.
    pub tool: String,
    /// Its version, if it says one.
    pub version: Option<String>,
    /// The results, by rule and level; those that are suppressed or gone are not among them.
    pub rules: Vec<RuleCount>,
    /// How many results somebody decided to live with.
    pub suppressed: u64,
    /// How many results of an earlier run are gone.
    pub absent: u64,
}

impl Analysis {
    /// Returns how many results of a level there are.
    pub fn count(&self, level: Level) -> u64 {
        let counts = self.rules.iter().filter(|rule| rule.level == level).map(|rule| rule.count);
        counts.fold(0, u64::saturating_add)
    }

    /// Returns what is recorded without the rules.
    pub(super) fn members(&self, scrubber: &mut Scrubber) -> Object {
        let version = self.version.as_deref().map(|version| scrubber.clean(version));
        let tool = Object::from([
            ("name", Value::from(scrubber.clean(&self.tool))),
            ("version", version.into()),
        ]);
        let results: Object =
            Level::ALL.into_iter().map(|level| (level.as_str(), self.count(level))).collect();
        let mut members =
            Object::from([("tool", Value::Object(tool)), ("results", results.into())]);
        for (name, count) in [("suppressed", self.suppressed), ("absent", self.absent)] {
            if count > 0 {
                members.insert(name, count);
            }
        }
        members
    }

    /// Returns the rules that find room, what matters most first, and whether some are left out.
    pub(super) fn choose_rules(
        &self,
        scrubber: &mut Scrubber,
        room: &mut Room,
    ) -> (Vec<Value>, bool) {
        let mut rules: Vec<&RuleCount> = self.rules.iter().collect();
        rules.sort_by(|one, other| (one.level, &one.id).cmp(&(other.level, &other.id)));
        let mut chosen = Vec::new();
        for rule in rules {
            let id = rule.id.as_deref().map(|id| scrubber.clean(id));
            let value = Value::Object(Object::from([
                ("id", Value::from(id)),
                ("level", rule.level.as_str().into()),
                ("count", rule.count.into()),
            ]));
            if !room.take(&value) {
                return (chosen, true);
            }
            chosen.push(value);
        }
        (chosen, false)
    }
}
