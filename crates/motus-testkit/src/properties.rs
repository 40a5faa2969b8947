//! The twenty properties of MOTUS-SPEC-V0.1 §7.1, by their numbers: one registry for tests and reports.
//!
//! Each is run with a seed and a number of cases, over generated input; the same seed gives the same cases.
//! Beside them, single tests check the same things without chance.

mod canonical;
mod chain;
mod check;
mod effects;
mod hashes;
mod lens;
mod phases;
mod sealed;
mod strategies;

pub use check::{Outcome, Run};

/// The seed of tests and of reports that are given none.
pub const SEED: u64 = 0x4D4F_5455;

/// A property of §7.1.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Its name: `p` and its number in two digits.
    pub name: &'static str,
    /// Its title as the specification has it.
    pub title: &'static str,
    /// How many cases show enough, for each statement of the property.
    pub cases: u32,
    check: fn(&Run) -> Outcome,
}

impl Property {
    /// Runs the property; `None` is its own number of cases.
    pub fn run(&self, seed: u64, cases: Option<u32>) -> Outcome {
        (self.check)(&Run { seed, cases: cases.unwrap_or(self.cases) })
    }
}

/// Every property, in the order of the specification.
#[rustfmt::skip]
pub const PROPERTIES: [Property; 20] = [
    Property { name: "p01", title: "CJ determinism", cases: 256, check: canonical::p01 },
    Property { name: "p02", title: "CJ object key ordering", cases: 256, check: canonical::p02 },
    Property { name: "p03", title: "Receipt hash stability", cases: 200, check: hashes::p03 },
    Property { name: "p04", title: "Event chain sensitivity", cases: 300, check: chain::p04 },
    Property { name: "p05", title: "Event chain ordering", cases: 300, check: chain::p05 },
    Property { name: "p06", title: "Merkle empty root stability", cases: 64, check: hashes::p06 },
    Property { name: "p07", title: "Merkle permutation sensitivity", cases: 200, check: hashes::p07 },
    Property { name: "p08", title: "Proof digest sensitivity", cases: 200, check: hashes::p08 },
    Property { name: "p09", title: "Artifacts root sortedness", cases: 200, check: hashes::p09 },
    Property { name: "p10", title: "Evidence root path sensitivity", cases: 200, check: hashes::p10 },
    Property { name: "p11", title: "Lens freshness monotonic", cases: 2000, check: lens::p11 },
    Property { name: "p12", title: "Lens aggregate is min", cases: 300, check: lens::p12 },
    Property { name: "p13", title: "Effect normalization idempotence", cases: 4000, check: effects::p13 },
    Property { name: "p14", title: "Effect compression cap", cases: 3000, check: effects::p14 },
    Property { name: "p15", title: "Effect compression coverage", cases: 2500, check: effects::p15 },
    Property { name: "p16", title: "Strategy matching determinism", cases: 1000, check: strategies::p16 },
    Property { name: "p17", title: "Strategy matching threshold", cases: 1000, check: strategies::p17 },
    Property { name: "p18", title: "FSM legality", cases: 3000, check: phases::p18 },
    Property { name: "p19", title: "verify_bundle round trip", cases: 150, check: sealed::p19 },
    Property { name: "p20", title: "verify_bundle tamper", cases: 150, check: sealed::p20 },
];

/// Finds a property by its name.
pub fn find(name: &str) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_property() {
        for (place, property) in PROPERTIES.iter().enumerate() {
            assert_eq!(property.name, format!("p{:02}", place + 1));
            assert_eq!(find(property.name).map(|found| found.title), Some(property.title));
            assert!(property.cases > 0);
        }
        assert!(find("p21").is_none());
    }

    #[test]
    fn few_cases_are_run_as_asked() {
        for property in &PROPERTIES {
            let outcome = property.run(1, Some(2));
            assert_eq!(outcome.failures, 0, "{}: {:?}", property.name, outcome.notes);
            assert!(outcome.cases >= 2 && outcome.passed(), "{}", property.name);
            assert!(!property.run(1, Some(0)).passed(), "{}: of nothing", property.name);
        }
    }
}
