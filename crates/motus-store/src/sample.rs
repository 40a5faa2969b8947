//! Many findings of one kind: how many there are, and the first of them.

/// How many findings are kept; one alone says that something is wrong.
const KEPT: usize = 20;

/// How many characters of a finding are kept.
const KEPT_CHARACTERS: usize = 300;

/// A number of findings, however many, in bounded memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    count: usize,
    first: Vec<String>,
}

impl Sample {
    /// Adds a finding.
    pub fn add(&mut self, finding: &str) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < KEPT {
            self.first.push(finding.chars().take(KEPT_CHARACTERS).collect());
        }
    }

    /// Returns how many findings there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the first findings, at most twenty, each cut to some hundred characters.
    pub fn first(&self) -> &[String] {
        &self.first
    }
}

impl<S: AsRef<str>> FromIterator<S> for Sample {
    fn from_iter<I: IntoIterator<Item = S>>(findings: I) -> Self {
        let mut sample = Self::default();
        findings.into_iter().for_each(|finding| sample.add(finding.as_ref()));
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_what_is_counted_is_not() {
        let sample: Sample = (0..1000).map(|number| format!("{number:0500}")).collect();
        assert_eq!((sample.count(), sample.first().len()), (1000, 20));
        assert!(sample.first().iter().all(|finding| finding.len() == 300));
        assert!(Sample::default().is_empty() && !sample.is_empty());
    }
}
