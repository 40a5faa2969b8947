//! The spelling of texts against a real Python.

use motus_ledger::python_repr;
use motus_testkit::harness::{Scratch, capture, skip};

/// Prints the number and the spelling of each character that Unicode 3.2 named, which every Python
/// and every Rust knows; of later ones, the younger of the two knows more.
const EACH_CHARACTER: &str = r"
import sys, unicodedata
old = unicodedata.ucd_3_2_0
for number in range(sys.maxunicode + 1):
    if old.category(chr(number)) not in ('Cn', 'Cs'):
        sys.stdout.buffer.write(f'{number}\t{chr(number)!r}\n'.encode('utf-8'))
";

/// Prints the spelling of each argument.
const EACH_ARGUMENT: &str = r"
import sys
for text in sys.argv[1:]:
    sys.stdout.buffer.write(f'{text!r}\n'.encode('utf-8'))
";

/// Runs a script and returns what it prints, or skips the test where there is no Python.
fn python(test: &str, script: &str, arguments: &[&str]) -> Option<String> {
    let scratch = Scratch::new();
    let found = scratch.command("python3").args(["-c", "pass"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        skip(test, "python3 does not run");
        return None;
    }
    let mut command = scratch.command("python3");
    Some(capture(command.args(["-c", script]).args(arguments)).expect_success().stdout_text())
}

#[test]
fn characters_are_spelled_as_python_does() {
    let test = "characters_are_spelled_as_python_does";
    let Some(told) = python(test, EACH_CHARACTER, &[]) else { return };
    assert!(told.lines().count() > 200_000);
    for line in told.lines() {
        let (number, spelled) = line.split_once('\t').expect("two columns");
        let character = number.parse().ok().and_then(char::from_u32).expect("a character");
        assert_eq!(python_repr(&character.to_string()), spelled, "{number}");
    }
}

#[test]
fn quotes_are_chosen_as_python_does() {
    let test = "quotes_are_chosen_as_python_does";
    let texts = ["", "'", "\"", "'\"", "''", "it's", "a\"b", "\\", "\\'", "x\ty\r\n", "\u{301}é"];
    let Some(told) = python(test, EACH_ARGUMENT, &texts) else { return };
    assert_eq!(told.lines().collect::<Vec<_>>(), texts.map(python_repr));
}
