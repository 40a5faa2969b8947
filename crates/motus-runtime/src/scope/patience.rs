//! Comparing what a command left, until somebody asks for an end: what was seen of the command is told after it.

/// So many steps are taken between one question and the next: about a millisecond.
const STEPS: u64 = 1024;

/// For how long something is compared.
pub(super) struct Patience<'p> {
    is_asked_to_end: &'p mut dyn FnMut() -> bool,
    is_over: bool,
    /// All that were taken so far.
    steps: u64,
    /// When it is asked next.
    next: u64,
}

impl<'p> Patience<'p> {
    /// Goes on until this says that an end was asked for.
    pub(super) fn until(is_asked_to_end: &'p mut dyn FnMut() -> bool) -> Self {
        Self { is_asked_to_end, is_over: false, steps: 0, next: STEPS }
    }

    /// Takes so many steps more; false when an end was asked for, now or before.
    pub(super) fn lasts(&mut self, steps: u64) -> bool {
        self.steps = self.steps.saturating_add(steps);
        if self.steps >= self.next {
            self.next = self.steps.saturating_add(STEPS);
            self.is_over = self.is_over || (self.is_asked_to_end)();
        }
        !self.is_over
    }

    /// Tells whether something was given up.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Returns how many steps were taken.
    #[cfg(test)]
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_now_and_then_and_lasts_until_an_end_was_asked_for_once() {
        let mut asked = 0;
        let mut once = || {
            asked += 1;
            asked == 2
        };
        let mut patience = Patience::until(&mut once);
        assert!((0..2 * STEPS - 1).all(|_| patience.lasts(1)));
        assert!(!patience.is_over());
        assert!(!patience.lasts(1) && patience.is_over());
        assert!(!patience.lasts(10 * STEPS), "an end is asked for once");
        assert_eq!((patience.steps(), asked), (12 * STEPS, 2));
    }

    #[test]
    fn what_is_short_asks_nobody() {
        let mut never = || unreachable!("it was asked");
        assert!(Patience::until(&mut never).lasts(STEPS - 1));
    }
}
