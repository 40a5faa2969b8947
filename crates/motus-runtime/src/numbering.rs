//! Whether `/proc` gives processes the numbers that the system calls of this process know them by.
//!
//! Where it is that of a PID namespace around this one, as behind `unshare --pid` without `--mount-proc`, a number that
//! is read there is somebody else's here, and the other way round.

use std::fs;
use std::process;
use std::sync::OnceLock;

/// Tells whether it does. Asked of the system once: a process never changes its namespace.
pub(crate) fn is_that_of_proc() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        is_of(&status, process::id())
    })
}

/// Reads the lines of `/proc/self/status`, as proc(5) has them: the second one has our number in the namespace of this
/// `/proc`, and in each one from there down to ours. One number alone may be the same by chance.
fn is_of(status: &str, own: u32) -> bool {
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let is_same = field("Pid:").and_then(|number| number.parse().ok()) == Some(own);
    // Older systems, and those that stand in for Linux, do not tell.
    is_same && field("NSpid:").is_none_or(|numbers| numbers.split_whitespace().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_one_namespace_is_ours() {
        assert!(is_of("Name:\tmotus\nTgid:\t7\nPid:\t7\nPPid:\t1\nNSpid:\t7\n", 7));
        assert!(is_of("Name:\tmotus\nPid:\t7\nPPid:\t1\n", 7));
        assert!(!is_of("Pid:\t70\nNSpid:\t70\t7\n", 7));
        assert!(!is_of("Pid:\t7\nNSpid:\t7\t7\n", 7), "the same by chance");
        assert!(!is_of("", 7) && !is_of("Name:\tPid: 7\nPPid:\t7\n", 7));
    }
}
