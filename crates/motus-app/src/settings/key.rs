//! The settings that have an effect, with what each may be: the one table of them.

use super::SettingValue;

/// A day, and a year, in seconds.
const HOUR: u64 = 3600;
const YEAR: u64 = 365 * 24 * HOUR;

/// The longest time that a file may ask for is a year; the shortest is a minute, so that no file can end
/// every claim under the hands of its holder.
const TIME_TO_LIVE: Kind = Kind::Number { least: 60, most: YEAR };

/// A setting that has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Who works, where a command asks and nobody says.
    AgentId,
    /// Whether group and others keep the access to a Store that they have.
    AllowSharedState,
    /// How long a lock lives.
    LockTtlSeconds,
    /// How many runs are listed.
    RunListLimit,
    /// Where the Store is.
    StorePath,
    /// How long a claim lives when nothing is added to it.
    WorkTtlSeconds,
    /// From which size on output is marked as truncated.
    WrapMaxOutputBytes,
    /// After which time a wrapped command is ended.
    WrapTimeoutSeconds,
}

/// Who may set something in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The user, and a project for everybody who works on it.
    Project,
    /// The user alone: it speaks for the user, protects the user, or ends the user's commands.
    User,
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name that is not blank.
    Name,
    /// A path.
    Path,
    /// Yes or no.
    Flag,
    /// A whole number within bounds.
    Number { least: u64, most: u64 },
}

impl Key {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 8] = [
        Self::AgentId,
        Self::AllowSharedState,
        Self::LockTtlSeconds,
        Self::RunListLimit,
        Self::StorePath,
        Self::WorkTtlSeconds,
        Self::WrapMaxOutputBytes,
        Self::WrapTimeoutSeconds,
    ];

    /// Returns the name in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AgentId => "agent_id",
            Self::AllowSharedState => "allow_shared_state",
            Self::LockTtlSeconds => "lock_ttl_seconds",
            Self::RunListLimit => "run_list_limit",
            Self::StorePath => "store_path",
            Self::WorkTtlSeconds => "work_ttl_seconds",
            Self::WrapMaxOutputBytes => "wrap_max_output_bytes",
            Self::WrapTimeoutSeconds => "wrap_timeout_seconds",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }

    /// Returns what holds when nothing says otherwise.
    pub fn default(self) -> Option<SettingValue> {
        match self {
            Self::AgentId | Self::WrapTimeoutSeconds => None,
            Self::AllowSharedState => Some(SettingValue::Flag(false)),
            Self::LockTtlSeconds | Self::WorkTtlSeconds => Some(SettingValue::Number(HOUR)),
            Self::RunListLimit => Some(SettingValue::Number(20)),
            Self::StorePath => Some(SettingValue::Text(".motus/kernel-store.db".to_owned())),
            Self::WrapMaxOutputBytes => Some(SettingValue::Number(16384)),
        }
    }

    /// Returns who may set it in a file.
    pub fn owner(self) -> Owner {
        match self {
            Self::AgentId
            | Self::AllowSharedState
            | Self::RunListLimit
            | Self::WrapTimeoutSeconds => Owner::User,
            Self::LockTtlSeconds
            | Self::StorePath
            | Self::WorkTtlSeconds
            | Self::WrapMaxOutputBytes => Owner::Project,
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::AgentId => Kind::Name,
            Self::AllowSharedState => Kind::Flag,
            Self::LockTtlSeconds | Self::WorkTtlSeconds => TIME_TO_LIVE,
            Self::RunListLimit => Kind::Number { least: 1, most: 10_000 },
            Self::StorePath => Kind::Path,
            Self::WrapMaxOutputBytes => Kind::Number { least: 1, most: 1 << 40 },
            Self::WrapTimeoutSeconds => Kind::Number { least: 1, most: YEAR },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_unique_and_read_back() {
        let names = Key::ALL.map(Key::as_str);
        assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
        for key in Key::ALL {
            assert_eq!(Key::parse(key.as_str()), Some(key));
        }
        assert_eq!(Key::parse("to_dict"), None);
    }

    #[test]
    fn every_default_is_a_value_that_may_be_set() {
        for key in Key::ALL {
            if let Some(value) = key.default() {
                assert_eq!(SettingValue::of_json(key, &value.to_json()), Ok(Some(value)));
            }
        }
    }
}
