//! FSM-0.1: which phases may follow one another, in the event log and in the receipt.
//!
//! Source: MOTUS-SPEC-V0.1 §5. Published event logs leave Orient out and may write several events for one
//! entry of the receipt's sequence; the rules below accept exactly that.

use crate::names::Phase;

/// Events of one phase that follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The phase.
    pub phase: Phase,
    /// How many events.
    pub count: u64,
}

/// No receipt tells more: a list has so many entries.
const MOST_RUNS: usize = 100_000;

/// The phases of an event log, run by run, as far as a receipt can tell them.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    runs: Vec<Run>,
    is_cut: bool,
}

impl Trace {
    /// Takes the phase of the next event.
    pub fn push(&mut self, phase: Phase) {
        let runs = self.runs.len();
        match self.runs.last_mut() {
            _ if self.is_cut => {}
            Some(run) if run.phase == phase => run.count += 1,
            _ if runs == MOST_RUNS => self.is_cut = true,
            _ => self.runs.push(Run { phase, count: 1 }),
        }
    }

    /// Returns the runs.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
}

/// Checks a trace and a receipt's sequence, each alone and one against the other.
///
/// Returns every rule that is broken, as a sentence.
pub fn check(trace: &Trace, sequence: &[Phase], backtrack_to_observe: bool) -> Vec<String> {
    if trace.is_cut {
        return vec![format!("the event log changes its phase more than {MOST_RUNS} times")];
    }
    let phases: Vec<Phase> = trace.runs.iter().map(|run| run.phase).collect();
    let mut broken = Vec::new();
    for (what, phases, may_skip) in
        [("the event log", phases.as_slice(), true), ("phase_sequence", sequence, false)]
    {
        broken.extend(check_ends(what, phases));
        broken.extend(check_steps(what, phases, may_skip, backtrack_to_observe));
    }
    if broken.is_empty() && !agrees(trace, sequence) {
        broken.push("phase_sequence does not tell the phases of the event log".to_owned());
    }
    broken
}

fn check_ends(what: &str, phases: &[Phase]) -> Option<String> {
    let is_whole = phases.first() == Some(&Phase::Observe) && phases.last() == Some(&Phase::Lock);
    (!is_whole).then(|| format!("{what} must begin with Observe and end with Lock"))
}

fn check_steps(
    what: &str,
    phases: &[Phase],
    may_skip_orient: bool,
    backtrack_to_observe: bool,
) -> Option<String> {
    phases.windows(2).find_map(|pair| {
        let [from, to] = pair else { return None };
        let skips = may_skip_orient && (*from, *to) == (Phase::Observe, Phase::Decide);
        let legal = skips || is_legal(*from, *to, backtrack_to_observe);
        (!legal).then(|| format!("{what} goes from {} to {}", from.as_str(), to.as_str()))
    })
}

/// Tells whether one phase may follow another (§5.1).
pub fn is_legal(from: Phase, to: Phase, backtrack_to_observe: bool) -> bool {
    use Phase::{Act, Decide, Lock, Observe, Orient, Verify};
    match (from, to) {
        (Lock, to) => to == Lock,
        (from, to) if from == to => true,
        (_, Observe) => backtrack_to_observe,
        (Observe | Decide | Act | Verify, Orient)
        | (Orient | Act | Verify, Decide)
        | (Decide | Verify, Act)
        | (Act, Verify)
        | (Verify, Lock) => true,
        _ => false,
    }
}

/// Tells whether log and sequence, Orient left out, have the same runs, with at least as many events as
/// entries in each, and whether every phase of the log is told by the sequence in its order.
fn agrees(trace: &Trace, sequence: &[Phase]) -> bool {
    let told = runs_of(sequence.iter().copied());
    let (log, entries) = (without_orient(&trace.runs), without_orient(&told));
    let same = log.len() == entries.len()
        && log
            .iter()
            .zip(&entries)
            .all(|(log, entry)| log.phase == entry.phase && log.count >= entry.count);
    let mut told = told.iter();
    same && trace.runs.iter().all(|run| told.any(|entry| entry.phase == run.phase))
}

fn runs_of(phases: impl Iterator<Item = Phase>) -> Vec<Run> {
    let mut trace = Trace::default();
    phases.for_each(|phase| trace.push(phase));
    trace.runs
}

fn without_orient(runs: &[Run]) -> Vec<Run> {
    let mut kept: Vec<Run> = Vec::new();
    for run in runs.iter().filter(|run| run.phase != Phase::Orient) {
        match kept.last_mut() {
            Some(last) if last.phase == run.phase => last.count += run.count,
            _ => kept.push(*run),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::Phase::{Act, Decide, Lock, Observe, Orient, Verify};
    use super::*;

    fn check_log(log: &[Phase], sequence: &[Phase]) -> Vec<String> {
        let mut trace = Trace::default();
        for phase in log {
            trace.push(*phase);
        }
        check(&trace, sequence, false)
    }

    const SEQUENCE: [Phase; 6] = [Observe, Orient, Decide, Act, Verify, Lock];

    #[test]
    fn a_log_may_leave_orient_out_and_write_more_events_than_entries() {
        for log in [
            SEQUENCE.as_slice(),
            &[Observe, Decide, Act, Verify, Lock],
            &[Observe, Observe, Orient, Decide, Act, Act, Act, Verify, Lock, Lock],
        ] {
            assert_eq!(check_log(log, &SEQUENCE), Vec::<String>::new(), "{log:?}");
        }
        let back = [Observe, Orient, Decide, Act, Verify, Orient, Decide, Act, Verify, Lock];
        assert!(check_log(&back, &back).is_empty());
        let short = [Observe, Decide, Act, Verify, Decide, Act, Verify, Lock];
        assert!(check_log(&short, &back).is_empty());
    }

    #[test]
    fn what_the_sequence_does_not_tell_is_refused() {
        let back = [Observe, Orient, Decide, Act, Verify, Orient, Decide, Act, Verify, Lock];
        let twice = [Observe, Orient, Decide, Act, Act, Verify, Lock];
        let reoriented = [Observe, Orient, Decide, Orient, Decide, Act, Verify, Lock];
        for (log, sequence) in [
            (back.as_slice(), SEQUENCE.as_slice()),
            (&SEQUENCE, &back),
            (&SEQUENCE, &twice),
            (&reoriented, &SEQUENCE),
        ] {
            assert!(!check_log(log, sequence).is_empty(), "{log:?} {sequence:?}");
        }
    }

    #[test]
    fn ends_and_steps_are_checked_in_both() {
        for phases in [
            [].as_slice(),
            &[Orient, Decide, Act, Verify, Lock],
            &[Observe, Orient, Decide, Act, Verify],
            &[Observe, Act, Verify, Lock],
            &[Observe, Orient, Act, Verify, Lock],
            &[Observe, Orient, Decide, Verify, Lock],
            &[Observe, Orient, Decide, Act, Lock],
            &[Observe, Orient, Decide, Lock],
            &[Observe, Orient, Decide, Act, Verify, Lock, Verify, Lock],
            &[Observe, Orient, Decide, Act, Verify, Observe, Orient, Decide, Act, Verify, Lock],
        ] {
            assert!(!check_log(phases, &SEQUENCE).is_empty(), "{phases:?}");
            assert!(!check_log(&SEQUENCE, phases).is_empty(), "{phases:?}");
        }
        // Only the log may skip.
        assert!(!check_log(&SEQUENCE, &[Observe, Decide, Act, Verify, Lock]).is_empty());
    }

    #[test]
    fn a_log_of_more_runs_than_a_receipt_can_tell_is_refused() {
        let mut trace = Trace::default();
        for _ in 0..MOST_RUNS {
            trace.push(Orient);
            trace.push(Decide);
        }
        assert_eq!(trace.runs().len(), MOST_RUNS);
        let broken = ["the event log changes its phase more than 100000 times"];
        assert_eq!(check(&trace, &SEQUENCE, false), broken);
    }

    #[test]
    fn a_policy_may_allow_the_way_back_to_observe() {
        assert!(is_legal(Verify, Observe, true) && !is_legal(Verify, Observe, false));
        assert!(!is_legal(Lock, Observe, true));
    }
}
