//! Taking a command line apart into words.
//!
//! The rules are those of the published adapter, Python's `shlex.split`, for every text but one: a backslash
//! at the end of a line joins it with the next one, as in every shell. The published rules make a word of that
//! line break, which no program takes for anything.
//!
//! Space, tab, carriage return and line feed part words. Between single quotes everything stands for itself;
//! between double quotes a backslash escapes itself and the double quote, and stands for itself otherwise;
//! elsewhere it escapes any character. Quotes may make an empty word. Nothing is a comment, a variable or an
//! operator: who wants a shell asks for one, as in `sh -c '...'`.

use std::fmt;

/// What was begun in a command line and has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclosed {
    /// A quote.
    Quote(char),
    /// A backslash with nothing behind it.
    Backslash,
}

impl fmt::Display for Unclosed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quote(quote) => write!(formatter, "a quote {quote} has no end"),
            Self::Backslash => formatter.write_str("it ends in a backslash"),
        }
    }
}

/// Takes a command line apart. Cost: linear.
pub(super) fn split(line: &[u8]) -> Result<Vec<Vec<u8>>, Unclosed> {
    let mut bytes = line.iter().copied();
    let (mut words, mut word) = (Vec::new(), None::<Vec<u8>>);
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => words.extend(word.take()),
            b'\'' => take_single_quoted(&mut bytes, word.get_or_insert_default())?,
            b'"' => take_double_quoted(&mut bytes, word.get_or_insert_default())?,
            b'\\' => match bytes.next().ok_or(Unclosed::Backslash)? {
                b'\n' => {}
                escaped => word.get_or_insert_default().push(escaped),
            },
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    Ok(words)
}

fn take_single_quoted(
    bytes: &mut impl Iterator<Item = u8>,
    word: &mut Vec<u8>,
) -> Result<(), Unclosed> {
    loop {
        match bytes.next().ok_or(Unclosed::Quote('\''))? {
            b'\'' => return Ok(()),
            byte => word.push(byte),
        }
    }
}

fn take_double_quoted(
    bytes: &mut impl Iterator<Item = u8>,
    word: &mut Vec<u8>,
) -> Result<(), Unclosed> {
    loop {
        match bytes.next().ok_or(Unclosed::Quote('"'))? {
            b'"' => return Ok(()),
            b'\\' => match bytes.next().ok_or(Unclosed::Backslash)? {
                escaped @ (b'"' | b'\\') => word.push(escaped),
                other => word.extend([b'\\', other]),
            },
            byte => word.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use motus_json::{ReadOptions, Value, compact};
    use motus_testkit::harness::{Scratch, capture_with_input, skip};

    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let words = split(line.as_bytes()).expect("every quote has an end");
        let words: Vec<String> = words.iter().map(|word| text(word)).collect();
        assert_eq!(words, expected, "{line:?}");
    }

    #[test]
    fn words_are_parted_and_quotes_keep_them_together() {
        check("", &[]);
        check(" \t\r\n", &[]);
        check("pytest -q", &["pytest", "-q"]);
        check("  a\nb\tc\r\nd ", &["a", "b", "c", "d"]);
        check("sh -c 'echo \"hi\"; exit 3'", &["sh", "-c", "echo \"hi\"; exit 3"]);
        check("a '' \"\" b", &["a", "", "", "b"]);
        check("x'y'\"z\"", &["xyz"]);
        check("'a\nb' \"c\nd\"", &["a\nb", "c\nd"]);
        check("é ü\u{a0}ß", &["é", "ü\u{a0}ß"]);
    }

    #[test]
    fn a_backslash_escapes_as_published() {
        check(r#"a\ b \' \" \\ \n"#, &["a b", "'", "\"", "\\", "n"]);
        check(r#""a\"b\\c\$d\ne""#, &[r#"a"b\c\$d\ne"#]);
        check(r"'a\'", &["a\\"]);
        check("\"a\\\nb\"", &["a\\\nb"]);
    }

    #[test]
    fn a_backslash_at_the_end_of_a_line_joins_it_with_the_next() {
        check("pytest \\\n  -q \\\n  tests", &["pytest", "-q", "tests"]);
        check("py\\\ntest", &["pytest"]);
        check("a '' \\\n", &["a", ""]);
    }

    #[test]
    fn nothing_is_an_operator_a_variable_or_a_comment() {
        check(
            "a && b; c | d > e & #f $g `h`",
            &["a", "&&", "b;", "c", "|", "d", ">", "e", "&", "#f", "$g", "`h`"],
        );
    }

    #[test]
    fn what_has_no_end_is_named() {
        for (line, unclosed) in [
            ("echo 'x", Unclosed::Quote('\'')),
            ("echo \"x'", Unclosed::Quote('"')),
            ("echo \\", Unclosed::Backslash),
            ("echo \"\\", Unclosed::Backslash),
        ] {
            assert_eq!(split(line.as_bytes()), Err(unclosed), "{line}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_pass() {
        assert_eq!(split(b"a\xff 'b\xfe'"), Ok(vec![b"a\xff".to_vec(), b"b\xfe".to_vec()]));
    }

    const SPLIT: &str = "
import json, shlex, sys
def split(line):
    try:
        return shlex.split(line)
    except ValueError:
        return None
print(json.dumps([split(line) for line in json.load(sys.stdin)]))
";

    /// Returns lines of the characters that mean something, the same ones each time, without what is read otherwise.
    fn lines() -> Vec<String> {
        const PIECES: [&str; 14] =
            [" ", "\n", "\t", "\r", "'", "\"", "\\", "#", "$", "a", "b", "é", "''", ";"];
        let mut state = 7_u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).expect("31 bits")
        };
        let mut line = || (0..=next() % 12).map(|_| PIECES[next() % PIECES.len()]).collect();
        (0..2000).map(|_| line()).filter(|line: &String| !line.contains("\\\n")).collect()
    }

    #[test]
    fn words_are_those_of_the_published_adapter() {
        let scratch = Scratch::new();
        let mut python = scratch.command("python3");
        if python.arg("--version").output().is_err() {
            return skip("words_are_those_of_the_published_adapter", "there is no python3");
        }
        let lines = lines();
        let given = compact::write(&lines.iter().map(String::as_str).collect());
        let split_there =
            capture_with_input(scratch.command("python3").args(["-c", SPLIT]), given.as_bytes());
        let split_there = split_there.expect_success().stdout;
        let expected = motus_json::read(&split_there, &ReadOptions::STORED).expect("a list");
        let (mut taken, mut refused) = (0, 0);
        for (line, expected) in lines.iter().zip(expected.as_array().expect("a list")) {
            let words = split(line.as_bytes()).ok();
            *(if words.is_some() { &mut taken } else { &mut refused }) += 1;
            let words = words.map(|words| words.iter().map(|word| text(word)).collect::<Value>());
            assert_eq!(words.unwrap_or_default(), *expected, "{line:?}");
        }
        assert!(taken > 500 && refused > 500, "{taken} {refused}");
    }

    fn text(word: &[u8]) -> String {
        String::from_utf8(word.to_vec()).expect("text")
    }
}
