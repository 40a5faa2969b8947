//! Runs that are being recorded right now: nobody else says how they go on or end.

use motus_ledger::travel::{ImportError, Plan, Refusal, RefusalKind};
use motus_ledger::wrap::is_of_wrapping;
use motus_ledger::{ReadTransaction, Run};
use motus_runtime::identity::Liveness;

use crate::wrap::wrapper_of;

/// Refuses to continue or close a run whose wrapper lives: what the wrapper has to say would be lost.
///
/// Errors: `import.run_conflict`. A wrapper that is gone, or of which nothing can be known, hinders nobody.
pub(super) fn refuse_live(
    store: &dyn ReadTransaction,
    run: &Run,
    plan: Plan,
) -> Result<(), ImportError> {
    if !matches!(plan, Plan::Continues { .. }) || !is_of_wrapping(&run.source) {
        return Ok(());
    }
    // The wrapper is told by the start event that the Store has, not by that of a file.
    if wrapper_of(store, run)? != Liveness::Alive {
        return Ok(());
    }
    let problem = "the run is being recorded here: its wrapper still runs, and will tell the end";
    Err(Refusal::new(RefusalKind::RunConflict, run.id.as_str(), problem).into())
}
