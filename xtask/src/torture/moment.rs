//! When to kill, and whom.

use std::time::Duration;

use motus_testkit::Random;

/// When to kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// So long after the wrapper was started.
    AfterLaunch(Duration),
    /// So long after its command was seen to run.
    AfterStart(Duration),
}

/// Whom to kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Wrapper,
    /// The wrapper, then the whole process group of its command.
    Everyone,
}

/// One kill, as chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kill {
    /// Whether the Store is to be made by the killed command.
    pub(super) fresh: bool,
    pub(super) moment: Moment,
    pub(super) target: Target,
    /// How many events the command appends to its own run.
    pub(super) events: u64,
}

/// How long things take here, so that moments fall between beginning and end.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace {
    /// From launch to end, with a Store to be made.
    pub(super) fresh: Duration,
    /// From launch to end.
    pub(super) known: Duration,
    /// From the command's first act to the wrapper's end.
    pub(super) after_start: Duration,
    /// One appended event.
    pub(super) event: Duration,
}

impl Kill {
    /// Chooses: three of five kills fall after the start, the others anywhere.
    pub(super) fn choose(random: &mut Random, pace: &Pace) -> Self {
        let fresh = random.chance(25);
        let events = [0, 0, 1, 3].get(usize::try_from(random.below(4)).unwrap_or_default());
        let events = events.copied().unwrap_or_default();
        let work = pace.event * u32::try_from(events).unwrap_or_default();
        let moment = if random.chance(60) {
            Moment::AfterStart(random.time(pace.after_start + work))
        } else {
            let whole = if fresh { pace.fresh } else { pace.known };
            Moment::AfterLaunch(random.time(whole + work))
        };
        let target = if random.chance(30) { Target::Everyone } else { Target::Wrapper };
        Self { fresh, moment, target, events }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kills_are_spread() {
        let pace = Pace {
            fresh: Duration::from_millis(40),
            known: Duration::from_millis(20),
            after_start: Duration::from_millis(5),
            event: Duration::from_millis(4),
        };
        let mut random = Random::new(1);
        let kills: Vec<Kill> = (0..500).map(|_| Kill::choose(&mut random, &pace)).collect();
        let count = |wanted: fn(&Kill) -> bool| kills.iter().filter(|kill| wanted(kill)).count();
        assert!(count(|kill| matches!(kill.moment, Moment::AfterStart(_))) > 250);
        assert!(count(|kill| matches!(kill.moment, Moment::AfterLaunch(_))) > 150);
        assert!(count(|kill| kill.fresh) > 80);
        assert!(count(|kill| kill.target == Target::Everyone) > 100);
        assert!(count(|kill| kill.events > 0) > 200);
    }
}
