//! What room the names of each kind have in a record: its share of all, and what the others leave over.
//!
//! A command chooses what there is much of, so a flood of one kind is to hide nothing of another.

use std::collections::BTreeMap;

use motus_runtime::scope::{Action, Decision, Observation, Peer, Seen};

/// What is listed of an observation, in the order in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Program,
    Connection,
    /// Files that were made, changed or removed.
    Changed,
    Read,
    /// Changes that nobody saw.
    Unobserved,
}

/// A kind, and what was said of it.
pub(super) type Class = (Kind, Decision);

/// What changes that nobody saw are.
pub(super) const UNOBSERVED: Class = (Kind::Unobserved, Decision::Undeclared);

/// Bytes of names for which there still is room.
#[derive(Debug)]
pub(super) struct Rooms(BTreeMap<Class, usize>);

impl Rooms {
    /// Divides so many bytes among what there is.
    pub(super) fn of(observation: &Observation, bytes: usize) -> Self {
        let mut wanted: BTreeMap<Class, usize> = BTreeMap::new();
        let mut add = |class, length| {
            let wanted = wanted.entry(class).or_default();
            *wanted = wanted.saturating_add(length);
        };
        for (class, seen) in classed(observation) {
            add(class, length(&seen.action));
        }
        for change in &observation.unobserved {
            add(UNOBSERVED, change.path().as_os_str().len());
        }
        Self(shared(bytes, wanted))
    }

    /// Tells whether there is room for a name, and takes it.
    pub(super) fn take(&mut self, class: Class, length: usize) -> bool {
        let Some(room) = self.0.get_mut(&class) else { return length == 0 };
        let left = room.checked_sub(length);
        *room = left.unwrap_or(*room);
        left.is_some()
    }
}

/// Returns what is listed of what was seen, by what it is.
pub(super) fn classed(observation: &Observation) -> impl Iterator<Item = (Class, &Seen)> {
    observation.seen.iter().filter_map(|seen| Some(((kind(&seen.action)?, seen.decision), seen)))
}

fn kind(action: &Action) -> Option<Kind> {
    match action {
        Action::Execute(_) => Some(Kind::Program),
        Action::Connect(_) | Action::Listen(_) => Some(Kind::Connection),
        Action::Write(_) | Action::Entry(_) => Some(Kind::Changed),
        Action::Read(_) => Some(Kind::Read),
        Action::Call(_) => None,
    }
}

/// Returns how long the names are that are recorded of what was attempted; a program has two.
pub(super) fn length(action: &Action) -> usize {
    match action {
        Action::Execute(path) => path.as_os_str().len().saturating_mul(2),
        Action::Read(path)
        | Action::Write(path)
        | Action::Entry(path)
        | Action::Connect(Peer::File(path))
        | Action::Listen(Peer::File(path)) => path.as_os_str().len(),
        Action::Connect(Peer::Host(host)) | Action::Listen(Peer::Host(host)) => host.name.len(),
        Action::Connect(_) | Action::Listen(_) | Action::Call(_) => 0,
    }
}

/// Gives all what they want, or the same share as anybody else who wants more.
fn shared<K: Ord + Copy>(bytes: usize, wanted: BTreeMap<K, usize>) -> BTreeMap<K, usize> {
    let mut modest_first: Vec<_> = wanted.into_iter().collect();
    modest_first.sort_by_key(|(_, wanted)| *wanted);
    let (mut left, mut sharers) = (bytes, modest_first.len());
    let give = |(key, wanted): (K, usize)| {
        let share = left.checked_div(sharers).unwrap_or_default().min(wanted);
        left -= share;
        sharers -= 1;
        (key, share)
    };
    modest_first.into_iter().map(give).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(bytes: usize, wanted: &[usize]) -> Vec<usize> {
        let wanted = wanted.iter().copied().enumerate().collect();
        shared(bytes, wanted).into_values().collect()
    }

    #[test]
    fn who_wants_little_has_it_and_who_wants_more_what_is_left_over() {
        assert_eq!(shares(16, &[]), [0; 0]);
        assert_eq!(shares(16, &[1, 2, 3]), [1, 2, 3]);
        assert_eq!(shares(16, &[100, 2, 0]), [14, 2, 0]);
        assert_eq!(shares(17, &[100, 6, 50, 2]), [5, 5, 5, 2]);
    }

    #[test]
    fn nobody_has_less_than_the_same_share_of_all_and_all_no_more_than_there_is() {
        for wanted in
            (0..625_usize).map(|it| [it % 5, it / 5 % 5, it / 25 % 5, it / 125].map(|it| it * 7))
        {
            let shares = shares(40, &wanted);
            assert!(shares.iter().sum::<usize>() <= 40, "{wanted:?} {shares:?}");
            for (share, wanted) in shares.iter().zip(wanted) {
                assert!(*share >= wanted.min(10) && *share <= wanted, "{wanted:?} {shares:?}");
            }
            let is_used = shares.iter().sum::<usize>() == wanted.iter().sum::<usize>().min(40);
            assert!(is_used, "{wanted:?} {shares:?}");
        }
    }
}
