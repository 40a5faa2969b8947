//! Numbers of things, as people are told of them.

use std::fmt::Display;

/// Spells a number of things, each named by a noun that takes an s.
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_singular() {
        assert_eq!([0_u64, 1, 2].map(|n| counted(n, "line")), ["0 lines", "1 line", "2 lines"]);
        assert_eq!(counted(1_usize, "end"), "1 end");
    }
}
