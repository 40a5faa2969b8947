//! Which phases may follow one another: p18.

use motus_kernel::fsm::{self, Trace};
use motus_kernel::names::Phase;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::check::{Outcome, Run, check};
use crate::fuzzing::is_legal_step;

fn is_legal(phases: &[Phase], to_observe: bool) -> bool {
    phases.first() == Some(&Phase::Observe)
        && phases.last() == Some(&Phase::Lock)
        && phases.windows(2).all(|pair| is_legal_step(pair, to_observe))
}

/// A legal sequence: any walk over legal steps, and the straight way to Lock from where it stops.
fn legal(to_observe: bool) -> impl Strategy<Value = Vec<Phase>> {
    vec(any::<Index>(), 0..20).prop_map(move |choices| {
        let mut phases = vec![Phase::Observe];
        for choice in choices {
            let last = phases[phases.len() - 1];
            let mut next = Phase::ALL.to_vec();
            next.retain(|next| is_legal_step(&[last, *next], to_observe));
            phases.push(*choice.get(&next));
        }
        let last = phases[phases.len() - 1];
        let rest = Phase::ALL.iter().filter(|phase| **phase > last);
        phases.extend(rest);
        phases
    })
}

/// Writes a log for a sequence: several events for an entry, and Orient only where it must stand.
fn log(sequence: &[Phase], counts: &[u8], leave_out: bool) -> Vec<Phase> {
    let mut log = Vec::new();
    for (place, phase) in sequence.iter().enumerate() {
        let count = usize::from(counts[place % counts.len()]);
        let is_needed = !matches!(log.last(), Some(Phase::Observe | Phase::Act | Phase::Verify))
            || sequence.get(place + 1) != Some(&Phase::Decide);
        if *phase != Phase::Orient || is_needed || !leave_out {
            log.extend(std::iter::repeat_n(*phase, count));
        }
    }
    log
}

fn holds(log: &[Phase], sequence: &[Phase], to_observe: bool) -> bool {
    let mut trace = Trace::default();
    for phase in log {
        trace.push(*phase);
    }
    fsm::check(&trace, sequence, to_observe).is_empty()
}

/// Replaces, takes out or puts in one phase.
fn mutated(phases: &[Phase], kind: u8, place: Index, phase: Phase) -> Vec<Phase> {
    let mut phases = phases.to_vec();
    let place = place.index(phases.len());
    match kind {
        0 => phases[place] = phase,
        1 => drop(phases.remove(place)),
        _ => phases.insert(place, phase),
    }
    phases
}

/// The runs of all phases but Orient.
fn runs(phases: &[Phase]) -> Vec<Phase> {
    let mut runs = phases.to_vec();
    runs.retain(|phase| *phase != Phase::Orient);
    runs.dedup();
    runs
}

/// Legal traces are accepted, with every log that may be written for them; one step that is not legal is
/// refused, in the receipt and in the log.
pub(super) fn p18(run: &Run) -> Outcome {
    accepted(run).and(refused(run))
}

fn accepted(run: &Run) -> Outcome {
    let sequence = any::<bool>().prop_flat_map(|flag| (Just(flag), legal(flag)));
    let writing = (vec(1..4_u8, 1..5), any::<bool>());
    check(run, (sequence, writing), |((to_observe, sequence), (counts, leave_out))| {
        prop_assert!(is_legal(&sequence, to_observe));
        let log = log(&sequence, &counts, leave_out);
        prop_assert!(holds(&log, &sequence, to_observe), "{:?}", log);
        Ok(())
    })
}

fn refused(run: &Run) -> Outcome {
    let mutation = (0..3_u8, any::<Index>(), select(Phase::ALL.to_vec()));
    check(run, (legal(false), mutation), |(sequence, (kind, place, phase))| {
        let other = mutated(&sequence, kind, place, phase);
        prop_assert_eq!(holds(&other, &other, false), is_legal(&other, false));
        // One against the other: the same runs, and at least as many events as entries.
        let agrees = holds(&other, &sequence, false);
        prop_assert!(!agrees || runs(&other) == runs(&sequence), "{:?}", other);
        if other.len() < sequence.len() && sequence[place.index(sequence.len())] != Phase::Orient {
            prop_assert!(!agrees, "an entry without an event: {:?}", other);
        }
        Ok(())
    })
}
