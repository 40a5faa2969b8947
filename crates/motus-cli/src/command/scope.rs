//! `motus scope`: what a command may do, and how far this machine holds it to that.

mod check;
mod explain;
mod probe;
mod profiles;

use motus_app::scope::{Feature, Probed};
use motus_json::{Object, Value};

use crate::arguments::ScopeCommand;
use crate::environment::Environment;
use crate::failure::Failure;

pub(crate) fn run(
    command: &ScopeCommand,
    environment: impl FnOnce() -> Result<Environment, Failure>,
) -> Result<u8, Failure> {
    match command {
        ScopeCommand::Probe(arguments) => probe::run(arguments),
        ScopeCommand::Check(arguments) => check::run(arguments, &environment()?),
        ScopeCommand::Explain(arguments) => explain::run(arguments, &environment()?),
        ScopeCommand::Profiles(arguments) => profiles::run(arguments),
    }
}

/// Returns what this machine said when a feature was tried; nothing when it has it.
fn shortfall(probed: &Probed, feature: Feature) -> Option<&str> {
    let shortfall = probed.shortfalls.iter().find(|short| short.feature == feature)?;
    Some(&shortfall.reason)
}

/// Returns what this machine can do for programs: a member for each feature, `true` or why not.
fn features(probed: &Probed) -> Value {
    let member = |feature: Feature| {
        let reason = shortfall(probed, feature);
        (feature.as_str().to_owned(), reason.map_or(Value::from(true), Value::from))
    };
    Value::Object(Feature::ALL.map(member).into_iter().collect::<Object>())
}
