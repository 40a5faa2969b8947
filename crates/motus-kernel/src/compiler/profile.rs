//! Recording profiles: how much of each fact the event log tells.

mod kinds;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use motus_json::Object;

use super::fact::Fact;
use crate::names::Phase;
use kinds::{KINDS, Kind};

/// Says which events a producer writes, and which members of their payloads.
///
/// A table from kind to members. What a verifier must find in the log cannot be left out: `IntentSet`,
/// `ActError`, `VerificationRun`, `Hitl…`, `Child…`, `PhaseSkipped`, `Locked`, with the members that the
/// specification names. What went wrong in Lock, members that an adapter adds to a plan, and the strategy that was
/// used are told whole with their events. `docs/recording-profiles.md` has the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingProfile {
    name: &'static str,
    kinds: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

/// Why a profile cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileError {
    /// A kind or a member that no fact has.
    Unknown(String),
    /// A kind or a member that cannot be left out.
    Required(String),
}

impl fmt::Display for ProfileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(formatter, "no event has {name}"),
            Self::Required(name) => write!(formatter, "{name} cannot be left out"),
        }
    }
}

impl std::error::Error for ProfileError {}

impl RecordingProfile {
    /// Returns the profile `default`: everything that the receipt needs, so that projecting the events
    /// gives the receipt exactly.
    pub fn standard() -> Self {
        Self::of("default", |kind| Some(kind.members))
    }

    /// Returns the profile `golden-0.1`: the kinds that any published bundle tells, with the members that most
    /// of them tell.
    pub fn golden() -> Self {
        Self::of("golden-0.1", |kind| kind.golden)
    }

    /// Finds a profile by its name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::standard(), Self::golden()].into_iter().find(|profile| profile.name == name)
    }

    /// Leaves events of a kind out.
    ///
    /// Errors: a kind that no fact has; one that a verifier must find in the log.
    pub fn without(mut self, kind: &str) -> Result<Self, ProfileError> {
        let kind = known(kind)?;
        if kind.is_required {
            return Err(ProfileError::Required(kind.name.to_owned()));
        }
        self.kinds.remove(kind.name);
        Ok(self)
    }

    /// Tells exactly these members of a kind, also of one that was left out so far.
    ///
    /// Errors: a kind or a member that no fact has; a member that is missing without which the event could not
    /// be read.
    pub fn with(mut self, kind: &str, members: &[&str]) -> Result<Self, ProfileError> {
        let kind = known(kind)?;
        let named = |member: &str| format!("{}.{member}", kind.name);
        let mut chosen = BTreeSet::new();
        for member in members {
            let found = kind.members.iter().find(|known| *known == member);
            chosen.insert(*found.ok_or_else(|| ProfileError::Unknown(named(member)))?);
        }
        if let Some(missing) = kind.least.iter().find(|least| !chosen.contains(*least)) {
            return Err(ProfileError::Required(named(missing)));
        }
        self.kinds.insert(kind.name, chosen);
        Ok(self)
    }

    /// Returns the profile's name.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Returns the payload of the event that tells a fact of a phase; `None` when no event does.
    ///
    /// In Lock only humans and the end have events, as a verifier demands: what else happens there is told by
    /// [`Fact::Locked`].
    pub fn payload(&self, phase: Phase, fact: &Fact) -> Option<Object> {
        let kind = Kind::find(fact.kind())?;
        let told = self.kinds.get(kind.name)?;
        if phase == Phase::Lock && !kind.may_stand_in_lock() {
            return None;
        }
        let is_told =
            |name: &str| told.contains(name) || (kind.is_open() && !kind.members.contains(&name));
        let members = fact.payload().into_iter();
        Some(members.filter(|(name, _)| is_told(name.as_str().unwrap_or_default())).collect())
    }

    /// Makes a profile of the members that are chosen of each kind.
    fn of(name: &'static str, choose: impl Fn(&Kind) -> Option<&'static [&'static str]>) -> Self {
        let chosen = |kind: &Kind| Some((kind.name, choose(kind)?.iter().copied().collect()));
        Self { name, kinds: KINDS.iter().filter_map(chosen).collect() }
    }
}

fn known(kind: &str) -> Result<&'static Kind, ProfileError> {
    Kind::find(kind).ok_or_else(|| ProfileError::Unknown(kind.to_owned()))
}

#[cfg(test)]
mod projected;
#[cfg(test)]
mod tests;
