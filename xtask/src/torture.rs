//! `cargo xtask torture`: kills `motus wrap` at random moments and looks at what is left; races, kills and
//! hinders writers of project memory; and simulates writers, lockers and closers of one ledger.
//!
//! What was acknowledged must be there: a run whose command ran, an event whose number was printed,
//! a close that the trailer told. After every kill the Store opens, the doctor finds nothing wrong,
//! and the next command is recorded. A kill tests crashes of programs, not of machines: what the
//! disk had not yet written stays in the kernel, so this proves nothing about power loss.

mod acknowledged;
mod killing;
mod ledger;
mod memory;
mod moment;
mod options;
mod oracle;
mod seed;
mod store;
mod system_calls;
mod tally;
mod victim;

use std::ffi::OsString;

use motus_testkit::Random;

use crate::failure::Failure;
use crate::output;
use crate::product::Product;
use killing::Killing;
use options::{Options, Part};
use store::Stores;
use tally::Tally;

/// Kills until the rounds are done or something is found; the seed repeats the choices made.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let product = Product::build(&std::env::temp_dir())?;
    if options.has(Part::Wrap) {
        torture_wrap(&product, &options)?;
    }
    if options.has(Part::Textus) {
        output::data(&format!("torture: textus, {} races", options.races));
        memory::torture(&product, options.races)?;
    }
    if options.has(Part::Ledger) {
        let first = options.seed.unwrap_or_default();
        output::data(&format!("torture: ledger, {} seeds from {first} on", options.seeds));
        ledger::torture(&product, first, options.seeds)?;
    }
    Ok(())
}

fn torture_wrap(product: &Product, options: &Options) -> Result<(), Failure> {
    let seed = options.seed.unwrap_or_else(seed::seed);
    output::data(&format!("torture: seed {seed}, {} rounds", options.rounds));
    let mut tally = Tally::default();
    torture(product, options, seed, &mut tally).map_err(|failure| match failure {
        Failure::Failed(what) => Failure::Failed(format!(
            "{what}\nafter:\n{tally}\nrepeat with: cargo xtask torture --rounds {} --seed {seed}",
            options.rounds
        )),
        other => other,
    })?;
    output::data(&tally);
    output::data(&"torture: nothing acknowledged was lost");
    Ok(())
}

fn torture(
    product: &Product,
    options: &Options,
    seed: u64,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let mut killing = Killing::new(product, Random::new(seed), options.plant)?;
    let mut stores = Stores::new(product);
    for round in 1..=options.rounds {
        killing.round(&mut stores, tally).map_err(|failure| in_round(round, failure))?;
    }
    stores.retire()?;
    tally.require_spread(options.rounds)?;
    system_calls::walk(product, tally)
}

fn in_round(round: u32, failure: Failure) -> Failure {
    match failure {
        Failure::Failed(what) => Failure::Failed(format!("round {round}: {what}")),
        other => other,
    }
}
