//! What is recorded of a scope before its command starts.

use motus_kernel::effect::CanonicalEffect;
use motus_ledger::scope::{DeclaredLimits, DeclaredScope};
use motus_runtime::scope::{Level, Mode, Probed, Scope};

use super::sources::Sources;
use crate::scope::record::declarable;

pub(super) fn declared(
    scope: &Scope,
    level: Level,
    effects: &[CanonicalEffect],
    sources: Sources,
    probed: &Probed,
) -> DeclaredScope {
    let mode = match scope.mode {
        Mode::Enforce => "enforce",
        Mode::Observe => "observe",
    };
    let features = probed.shortfalls.iter().map(|short| short.feature.as_str().to_owned());
    let recorded = declarable(effects);
    let withheld = effects.len().saturating_sub(recorded.len());
    DeclaredScope {
        level: level.as_str().to_owned(),
        mode: mode.to_owned(),
        effects: recorded,
        profiles: sources.profiles,
        observes_reads: scope.observes_reads,
        shortfalls: features.collect(),
        withheld: u64::try_from(withheld).unwrap_or(u64::MAX),
        document: sources.document,
        limits: DeclaredLimits {
            wall_seconds: sources.wall_seconds,
            processes: sources.processes,
            output_bytes: sources.output_bytes,
        },
        is_offline: sources.is_offline,
    }
}
