//! The work compiler: a loop from Observe to Lock over a port of adapters, and the bundle it leaves.
//!
//! Everything that a loop does is a [`Fact`]. The state is a fold over facts, so is the receipt, and a
//! [`RecordingProfile`] says how much of each fact the event log tells. The compiler itself is deterministic:
//! the same answers give the same bytes. Clock, identifiers, evidence and everything outside come through
//! [`RuntimeAdapters`].
//!
//! Source: MOTUS-SPEC-V0.1 §1.2, §1.16, §2 Algorithms 5 to 7. Where the published port cannot work, the one
//! here differs: ADR 9.

mod adapters;
mod answer;
mod fact;
mod halt;
mod log;
mod phase;
mod profile;
mod request;
mod run;
mod seal;
mod state;
mod transition;

pub use adapters::RuntimeAdapters;
pub use answer::{
    ActOut, AdapterError, ChildProof, ChildSpec, DecideOut, HitlAnswer, LensOut, ObserveOut,
    OverrideEstimate, Skill, SpawnMode, VerificationOut,
};
pub use fact::{Fact, OnFail, Step};
pub use phase::{MEMBER_OF_A_SKILL, MEMBERS_OF_A_PLAN, MEMBERS_OF_A_TAG};
pub use profile::{ProfileError, RecordingProfile};
pub use request::{LoopBudgets, LoopRequest, RunError};
pub use run::run_fsm;
pub use seal::SealedLoop;
pub use state::LoopState;
pub use transition::{PhaseResult, Transition, next_transition};
