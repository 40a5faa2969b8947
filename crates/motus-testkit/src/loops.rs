//! Loops in simulated worlds: adapters that answer at random, and a model that judges what the runner made of it.
//!
//! A seed decides a [`Case`]: what is asked for, how often it may be tried, the policy, the profile and how the
//! [`SimulatedWorld`] answers: usually well, sometimes with an error of any class, sometimes with what nobody
//! could record. [`run`] gives it to the runner; [`judge`] says what is wrong with what came out, by rules that
//! are written a second time here. [`Plant`]s are faults of a runner that it must find.

mod answers;
mod case;
mod content;
mod course;
mod flaws;
mod log;
mod plant;
pub mod queued;
mod steady;
mod verdict;
mod world;

use motus_kernel::compiler::{RunError, SealedLoop, run_fsm};
use motus_kernel::source::MemoryBundle;

pub use case::{Case, Told};
pub use plant::Plant;
pub use queued::QueuedWorld;
pub use steady::SteadyWorld;
pub use verdict::{Ending, judge};
pub use world::SimulatedWorld;

/// What came of a case.
#[derive(Debug)]
pub struct Ran {
    /// The bundle as it would be written, or why there is none.
    pub bundle: Result<MemoryBundle, RunError>,
    /// Why the loop was halted.
    pub halted: Option<String>,
    /// The world behind it.
    pub world: SimulatedWorld,
}

/// Runs a case.
pub fn run(case: &Case) -> Ran {
    let mut world = SimulatedWorld::new(case);
    let sealed = run_fsm(&case.request, &case.policy, &case.profile, &mut world);
    let sealed = sealed.map(|(sealed, _)| sealed);
    let halted = sealed.as_ref().ok().and_then(|sealed| sealed.halted.clone());
    let bundle = sealed.map(|sealed| written(&sealed, &world));
    Ran { bundle, halted, world }
}

fn written(sealed: &SealedLoop, world: &SimulatedWorld) -> MemoryBundle {
    let mut bundle = MemoryBundle::default();
    for (name, text) in sealed.documents() {
        bundle.files.insert(name.to_owned(), text.as_bytes().to_vec());
    }
    bundle.files.extend(world.evidence.clone());
    bundle
}
