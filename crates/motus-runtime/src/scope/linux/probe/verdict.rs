//! What the attempts of a child prove. That files are held shows where something fails for it as forbidden and goes on
//! for us. The rest has to fail for it as forbidden: where it does for us as well, inside of another scope for instance,
//! the command cannot do it either.

use std::io;

use super::super::super::{Feature, Shortfall};
use super::attempt::Outcomes;
use super::scene::{
    ASKED, BINDS, CONNECTS, CONNECTS_ABSTRACT, IS_CONNECTED, LISTENS, OPENS_DECLARED,
    OPENS_UNDECLARED, READS_UNDECLARED, SIGNALS, TRUNCATES,
};
use super::witness::Sight;

/// What has to be stopped, by feature and in the words of a reason: the first of these attempts, or else the other. What
/// has a port and may not listen there harms nobody.
const STOPPED: &[(Feature, &[usize], &str)] = &[
    (Feature::Files, &[OPENS_UNDECLARED], "opening a file for writing"),
    (Feature::Files, &[READS_UNDECLARED], "opening a file for reading"),
    (Feature::Truncation, &[TRUNCATES], "cutting a file"),
    (Feature::Connections, &[CONNECTS], "connecting"),
    (Feature::Connections, &[BINDS, LISTENS], "taking a port"),
    (Feature::Isolation, &[CONNECTS_ABSTRACT], "connecting to a socket without a file"),
    (Feature::Isolation, &[SIGNALS], "signalling"),
];

/// Returns what was not stopped, or is stopped although it is declared.
pub(super) fn of_holding(outside: &Outcomes, inside: &Outcomes) -> Vec<Shortfall> {
    let mut shortfalls = Vec::new();
    let mut short = |feature, reason| shortfalls.push(Shortfall { feature, reason });
    let declared = inside[OPENS_DECLARED];
    // What is not there for us either proves nothing.
    if declared != 0 && declared != outside[OPENS_DECLARED] {
        short(Feature::Files, format!("opening what is declared: {}", told(declared)));
    }
    for &(feature, places, what) in STOPPED {
        let outcomes: Vec<i32> = places.iter().map(|&place| inside[place]).collect();
        if !outcomes.iter().any(|&outcome| is_forbidden(outcome)) {
            let told = outcomes.first().map_or_else(String::new, |&outcome| told(outcome));
            short(feature, format!("{what} is not stopped: {told}"));
        }
    }
    let is_shown = |place: usize| is_forbidden(inside[place]) && !is_forbidden(outside[place]);
    if ![OPENS_UNDECLARED, READS_UNDECLARED].into_iter().any(is_shown) {
        short(Feature::Files, "what is stopped is stopped without a scope as well".to_owned());
    }
    shortfalls
}

/// Returns what was not seen, or could not be done on the child's behalf.
pub(super) fn of_seeing(inside: &Outcomes, sight: &Sight, was_reached: bool) -> Vec<Shortfall> {
    let mut shortfalls = Vec::new();
    let mut short = |feature, reason| shortfalls.push(Shortfall { feature, reason });
    if sight.asked != ASKED.len() {
        let reason = format!("{} of {} attempts were seen", sight.asked, ASKED.len());
        short(Feature::Attempts, reason);
    }
    if let Err(error) = &sight.path {
        short(Feature::Paths, format!("reading a path: {error}"));
    }
    if let Err(error) = &sight.brokered {
        short(Feature::Brokering, format!("connecting for another process: {error}"));
    } else if inside[IS_CONNECTED] != 0 || !was_reached {
        short(Feature::Brokering, "a connection for another process did not arrive".to_owned());
    }
    shortfalls
}

fn is_forbidden(outcome: i32) -> bool {
    matches!(outcome, libc::EACCES | libc::EPERM)
}

fn told(outcome: i32) -> String {
    match outcome {
        0 => "it went on".to_owned(),
        error => io::Error::from_raw_os_error(error).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::attempt::COUNT;
    use super::*;

    const FREE: Outcomes = [0; COUNT];
    const HELD: Outcomes = [
        0,
        libc::EACCES,
        libc::EACCES,
        libc::EACCES,
        libc::EACCES,
        0,
        libc::EPERM,
        libc::EPERM,
        0,
        libc::EACCES,
    ];

    fn features(shortfalls: &[Shortfall]) -> Vec<Feature> {
        shortfalls.iter().map(|short| short.feature).collect()
    }

    fn seen(asked: usize) -> Sight {
        Sight { asked, failure: None, path: Ok(()), brokered: Ok(()) }
    }

    #[test]
    fn what_fails_inside_alone_is_held() {
        assert_eq!(of_holding(&FREE, &HELD), []);
    }

    #[test]
    fn each_feature_is_proved_by_its_own_attempts() {
        for &(feature, places, _) in STOPPED {
            let place = places[0];
            let mut inside = HELD;
            inside[place] = 0;
            assert_eq!(features(&of_holding(&FREE, &inside)), [feature], "{place}");
            inside[place] = libc::ENETUNREACH;
            assert_eq!(features(&of_holding(&FREE, &inside)), [feature], "{place}");
            // What fails outside as well, in whatever way, is no reason to doubt.
            for error in [libc::EACCES, libc::ENETUNREACH] {
                let mut outside = FREE;
                outside[place] = error;
                assert_eq!(of_holding(&outside, &HELD), [], "{place}");
            }
        }
        let mut inside = HELD;
        inside[OPENS_DECLARED] = libc::EACCES;
        assert_eq!(features(&of_holding(&FREE, &inside)), [Feature::Files]);
    }

    #[test]
    fn what_may_not_listen_may_have_a_port() {
        let mut inside = HELD;
        (inside[BINDS], inside[LISTENS]) = (0, libc::EACCES);
        assert_eq!(of_holding(&FREE, &inside), []);
    }

    #[test]
    fn a_declared_file_that_is_not_there_proves_nothing() {
        let (mut outside, mut inside) = (FREE, HELD);
        (outside[OPENS_DECLARED], inside[OPENS_DECLARED]) = (libc::ENOENT, libc::ENOENT);
        assert_eq!(of_holding(&outside, &inside), []);
        inside[OPENS_DECLARED] = libc::EACCES;
        assert_eq!(features(&of_holding(&outside, &inside)), [Feature::Files]);
    }

    #[test]
    fn files_that_nobody_may_open_anyway_prove_nothing() {
        let mut outside = HELD;
        assert_eq!(features(&of_holding(&outside, &HELD)), [Feature::Files]);
        outside[READS_UNDECLARED] = 0;
        assert_eq!(of_holding(&outside, &HELD), []);
    }

    #[test]
    fn seeing_needs_every_attempt_a_path_and_a_connection_that_arrives() {
        let failure = || Err(io::Error::from_raw_os_error(libc::EPERM));
        assert_eq!(of_seeing(&HELD, &seen(9), true), []);
        assert_eq!(features(&of_seeing(&HELD, &seen(8), true)), [Feature::Attempts]);
        let blind = Sight { path: failure(), ..seen(9) };
        assert_eq!(features(&of_seeing(&HELD, &blind, true)), [Feature::Paths]);
        let alone = Sight { brokered: failure(), ..seen(9) };
        assert_eq!(features(&of_seeing(&HELD, &alone, true)), [Feature::Brokering]);
        assert_eq!(features(&of_seeing(&HELD, &seen(9), false)), [Feature::Brokering]);
    }
}
