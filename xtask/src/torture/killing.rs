//! Rounds of killing: choose, launch, kill, look.

use std::time::{Duration, Instant};

use motus_testkit::Random;

use super::acknowledged::{Acknowledged, Notes, Plant};
use super::moment::{Kill, Moment, Pace};
use super::store::{Stores, Tortured};
use super::tally::{Phase, Tally};
use super::victim::{Victim, wrap};
use crate::failure::Failure;
use crate::product::Product;

/// What the rounds share.
pub(super) struct Killing<'a> {
    product: &'a Product,
    random: Random,
    pace: Pace,
    /// Taken by the first round in which it can be planted.
    plant: Option<Plant>,
}

impl<'a> Killing<'a> {
    pub(super) fn new(
        product: &'a Product,
        random: Random,
        plant: Option<Plant>,
    ) -> Result<Self, Failure> {
        let pace = measure_pace(product)?;
        Ok(Self { product, random, pace, plant })
    }

    /// Kills once and examines what is left.
    pub(super) fn round(
        &mut self,
        stores: &mut Stores<'_>,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let kill = Kill::choose(&mut self.random, &self.pace);
        let store = stores.take(kill.fresh)?;
        let notes = store.next_notes()?;
        let folder = notes.folder().to_owned();
        let mut victim =
            Victim::launch(wrap(self.product, &store.path(), &notes, kill.events), notes)?;
        victim.wait_for(kill.moment)?;
        let killed = victim.kill(kill.target)?;
        let mut acknowledged = Acknowledged::read(&Notes::in_folder(&folder));
        tally.count(Phase::of(killed, kill.fresh, acknowledged.as_ref()));
        if let (Some(plant), Some(acknowledged)) = (self.plant, &mut acknowledged)
            && plant.spoil(acknowledged)
        {
            self.plant = None;
        }
        let examined = store.examine(self.product, acknowledged);
        examined.map_err(|failure| Failure::Failed(format!("{kill:?}: {failure}")))
    }
}

/// Measures how long things take, with margin: the slowest of three, on a Store of its own.
fn measure_pace(product: &Product) -> Result<Pace, Failure> {
    let mut pace = Pace::default();
    for number in 0..3 {
        let mut store = Tortured::new(product, &format!("pace-{number}"))?;
        let (fresh, after_start) = time(product, &mut store, 0)?;
        let (known, _) = time(product, &mut store, 0)?;
        let (busy, _) = time(product, &mut store, 5)?;
        pace.fresh = pace.fresh.max(fresh);
        pace.known = pace.known.max(known);
        pace.after_start = pace.after_start.max(after_start);
        pace.event = pace.event.max(busy.saturating_sub(known) / 5);
    }
    Ok(pace)
}

/// Returns the time from launch to end, and that from the command's first act to the end.
fn time(
    product: &Product,
    store: &mut Tortured,
    events: u64,
) -> Result<(Duration, Duration), Failure> {
    let notes = store.next_notes()?;
    let launched = Instant::now();
    let mut victim = Victim::launch(wrap(product, &store.path(), &notes, events), notes)?;
    victim.wait_for(Moment::AfterStart(Duration::ZERO))?;
    let started = Instant::now();
    victim.wait()?;
    Ok((launched.elapsed(), started.elapsed()))
}
