//! How the time grows with the number: the points of the curves, and how steep they end.

/// The time of one thing over growing numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve {
    /// The case, as the bench calls it.
    pub(super) name: &'static str,
    /// What is counted.
    pub(super) unit: &'static str,
    /// Numbers and milliseconds, the numbers ascending.
    pub(super) points: Vec<(f64, f64)>,
}

/// A curve that is to be measured.
pub(super) struct Course {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    /// The smallest number for which there is something to measure.
    pub(super) least: usize,
}

/// The curves of the report.
pub(super) const COURSES: [Course; 4] = [
    Course { name: "event_chain_verify", unit: "events", least: 100 },
    Course { name: "merkle_root", unit: "leaves", least: 100 },
    Course { name: "effect_compress", unit: "effects", least: 100 },
    // A receipt without anything in it has some 2 kB.
    Course { name: "cj_canonicalize", unit: "bytes", least: 3000 },
];

impl Course {
    /// Returns the numbers to measure, two in each decade.
    pub(super) fn numbers(&self, most: usize) -> Vec<usize> {
        let decades = (0..16).map(|exponent| 10_usize.pow(exponent));
        let numbers = decades.flat_map(|decade| [decade, 3 * decade]);
        numbers.filter(|number| (self.least..=most).contains(number)).collect()
    }
}

impl Curve {
    /// Returns the exponent of the growth over the last decade: 1 where ten times as many take ten times as
    /// long. `None` where there is no decade.
    pub(super) fn exponent(&self) -> Option<f64> {
        let (most, last) = *self.points.last()?;
        // Numbers are as asked for, or nearly.
        let before = |(number, _): &&(f64, f64)| *number <= most / 9.0;
        let (number, first) = *self.points.iter().rfind(before)?;
        let exponent = (last / first).ln() / (most / number).ln();
        exponent.is_finite().then_some(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decade_has_two_numbers() {
        let numbers = |least, most| Course { name: "", unit: "", least }.numbers(most);
        assert_eq!(numbers(100, 10_000), [100, 300, 1000, 3000, 10_000]);
        assert_eq!(numbers(3000, 9999), [3000]);
        assert_eq!(numbers(100, 99), [0; 0]);
        assert_eq!(numbers(100, 1_000_000).last(), Some(&1_000_000));
    }

    #[test]
    fn the_exponent_is_that_of_the_last_decade() {
        let exponent = |points: &[(f64, f64)]| {
            Curve { name: "", unit: "", points: points.to_vec() }.exponent()
        };
        let found = exponent(&[(10.0, 7.0), (100.0, 2.0), (300.0, 6.0), (1000.0, 20.0)]).unwrap();
        assert!((found - 1.0).abs() < 1e-9);
        let found = exponent(&[(100.0, 2.0), (1000.0, 200.0)]).unwrap();
        assert!((found - 2.0).abs() < 1e-9);
        assert_eq!(exponent(&[(100.0, 2.0), (300.0, 6.0)]), None);
        assert_eq!(exponent(&[(100.0, 0.0), (1000.0, 6.0)]), None);
        assert_eq!(exponent(&[]), None);
    }
}
