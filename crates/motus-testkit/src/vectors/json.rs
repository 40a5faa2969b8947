//! Documents that are no canonical JSON, each defect in each of the three documents.

use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use super::Vector;
use super::bases::noted;

use super::spelling::{Document, Spelling, rewrite, spell};
use crate::bundle::Parts;

const DOCUMENTS: [(&str, Document); 3] = [
    ("manifest", Document::Manifest),
    ("receipt", Document::Receipt),
    ("event", Document::Event(1)),
];

/// The member that receipt and event of the base have, and that a manifest is given.
const NOTE: &[u8] = br#""zz":"NOTE""#;

/// Name, rules, description, what is hashed and what is written instead of the note. Empty means that it
/// is hashed as written.
type Misspelled = (&'static str, &'static str, &'static str, &'static [u8], &'static [u8]);

const MISSPELLED: &[Misspelled] = &[
    ("float", "7", "A number has a fraction.", b"", br#""zz":1.0"#),
    ("exponent", "7", "A number has an exponent.", b"", br#""zz":1e3"#),
    ("minus_zero", "7", "A number is -0.", b"", br#""zz":-0"#),
    ("leading_zero", "7", "A number has a leading zero.", b"", br#""zz":01"#),
    ("not_a_number", "7", "A number is NaN.", b"", br#""zz":NaN"#),
    (
        "integer_above_64_bits",
        "7",
        "An integer is 2 to the 64th.",
        b"",
        br#""zz":18446744073709551616"#,
    ),
    (
        "integer_below_64_bits",
        "7",
        "An integer is below minus 2 to the 63rd.",
        b"",
        br#""zz":-9223372036854775809"#,
    ),
    (
        "repeated_key",
        "7",
        "A key stands there twice, with equal values.",
        b"",
        br#""zz":"NOTE","zz":"NOTE""#,
    ),
    (
        "repeated_key_by_escape",
        "7 9",
        "A key stands there twice, once with an escape.",
        b"",
        br#""zz":1,"\u007az":2"#,
    ),
    (
        "repeated_key_inside",
        "7",
        "A key stands twice in an object inside another.",
        b"",
        br#""zz":{"a":1,"a":2}"#,
    ),
    (
        "lone_high_surrogate",
        "7",
        "A string has the first half of a character.",
        b"",
        br#""zz":"\ud83d""#,
    ),
    (
        "lone_low_surrogate",
        "7",
        "A string has the second half of a character.",
        b"",
        br#""zz":"\ude00""#,
    ),
    ("invalid_utf8", "7", "A string has a byte that is no UTF-8.", b"", b"\"zz\":\"\xff\""),
    (
        "surrogate_in_utf8",
        "7",
        "A string has a surrogate spelled in three bytes.",
        b"",
        b"\"zz\":\"\xed\xa0\x80\"",
    ),
    (
        "overlong_utf8",
        "7",
        "A string has a slash spelled in two bytes.",
        b"",
        b"\"zz\":\"\xc0\xaf\"",
    ),
    ("unknown_escape", "7 9", "A string has the escape \\x.", b"", br#""zz":"\x41""#),
    (
        "control_without_escape",
        "7 9",
        "A string has a tab as it is.",
        br#""zz":"\t""#,
        b"\"zz\":\"\t\"",
    ),
    (
        "trailing_comma",
        "7",
        "A comma stands before the end of a list.",
        br#""zz":[1]"#,
        br#""zz":[1,]"#,
    ),
    ("comment", "7", "A comment stands between tokens.", br#""zz":1"#, br#""zz":/**/1"#),
    (
        "upper_case_escape",
        "9",
        "A control is escaped with an upper-case digit.",
        br#""zz":"\u001f""#,
        br#""zz":"\u001F""#,
    ),
    (
        "long_escape",
        "9",
        "A line feed is escaped by its number.",
        br#""zz":"\n""#,
        br#""zz":"\u000a""#,
    ),
    ("escaped_slash", "9", "A slash is escaped.", br#""zz":"/""#, br#""zz":"\/""#),
    ("escaped_letter", "9", "A letter is escaped.", br#""zz":"A""#, br#""zz":"\u0041""#),
    ("escaped_delete", "9", "U+007F is escaped.", b"\"zz\":\"\x7f\"", br#""zz":"\u007f""#),
    (
        "escaped_pair",
        "9",
        "A character above U+FFFF is escaped as a pair.",
        "\"zz\":\"\u{1f600}\"".as_bytes(),
        br#""zz":"\ud83d\ude00""#,
    ),
    ("escaped_key", "9", "A letter of a key is escaped.", NOTE, br#""z\u007a":"NOTE""#),
    ("space_after_colon", "10", "A space stands after a colon.", NOTE, br#""zz": "NOTE""#),
    (
        "line_feed_inside",
        "10",
        "A carriage return stands between tokens.",
        NOTE,
        b"\"zz\":\r\"NOTE\"",
    ),
    (
        "unsorted_keys",
        "8 10",
        "A key stands before one that is smaller.",
        br#""zy":1,"zz":2"#,
        br#""zz":2,"zy":1"#,
    ),
    (
        "keys_in_the_order_of_utf16",
        "8",
        "Keys stand in the order of their UTF-16 units.",
        "\"zz\":{\"\u{fffd}\":1,\"\u{10000}\":2}".as_bytes(),
        "\"zz\":{\"\u{10000}\":2,\"\u{fffd}\":1}".as_bytes(),
    ),
];

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (document, at) in DOCUMENTS {
        vectors.extend(MISSPELLED.iter().map(|row| misspelled(document, at, row)));
        vectors.push(too_deep(document, at));
        vectors.extend(WHOLE.iter().map(|row| whole(document, at, row)));
    }
    vectors.extend(super::made(Some(Code::ParseError), noted, LINES));
    vectors.push(flipped());
    vectors
}

fn misspelled(document: &str, at: Document, row: &'static Misspelled) -> Vector {
    let (name, rules, description, hashed, written) = *row;
    let hashed = if hashed.is_empty() { written } else { hashed };
    let spelling =
        Spelling { instead_of: NOTE, hashed: hashed.to_vec(), written: written.to_vec() };
    let description = format!("{} ({})", description.trim_end_matches('.'), at.path()) + ".";
    refused(document, name, rules, description, move |parts| spell(parts, at, &spelling))
}

fn refused(
    document: &str,
    name: &str,
    rules: &'static str,
    description: String,
    make: impl Fn(Parts) -> MemoryBundle + 'static,
) -> Vector {
    let name = format!("{document}_{name}");
    Vector::new((name, rules, Some(Code::ParseError)), description, noted, make)
}

/// 128 levels: the document, for an event its payload, and lists.
fn too_deep(document: &str, at: Document) -> Vector {
    let lists = nested(if matches!(at, Document::Event(_)) { 126 } else { 127 });
    let spelling = Spelling { instead_of: NOTE, hashed: lists.clone(), written: lists };
    let description = format!("There are 128 levels, one too many ({}).", at.path());
    refused(document, "too_deep", "7", description, move |parts| spell(parts, at, &spelling))
}

/// The note with so many lists inside one another.
pub(super) fn nested(lists: usize) -> Vec<u8> {
    format!("\"zz\":{}{}", "[".repeat(lists), "]".repeat(lists)).into_bytes()
}

/// The note in the base, for what is put in its place.
pub(super) fn note() -> &'static [u8] {
    NOTE
}

/// Name, rules, description, and what becomes of the whole document.
type Whole = (&'static str, &'static str, &'static str, fn(&[u8]) -> Vec<u8>);

const WHOLE: &[Whole] = &[
    ("byte_order_mark", "7", "It begins with a byte order mark", |bytes| {
        [b"\xef\xbb\xbf", bytes].concat()
    }),
    ("leading_space", "10", "It begins with a space", |bytes| [b" ", bytes].concat()),
    ("trailing_data", "7", "It has another value behind it", |bytes| {
        [bytes.trim_ascii_end(), b"{}"].concat()
    }),
    ("trailing_newlines", "10", "It ends with one line feed too many", |bytes| {
        [bytes, b"\n"].concat()
    }),
    ("nothing_but_a_list", "7", "It is a list", |_| b"[]".to_vec()),
    ("cut_short", "7", "Its last brace is missing", |bytes| {
        let bytes = bytes.trim_ascii_end();
        bytes[..bytes.len() - 1].to_vec()
    }),
];

fn whole(document: &str, at: Document, row: &'static Whole) -> Vector {
    let (name, rules, description, change) = *row;
    let description = format!("{description} ({}).", at.path());
    refused(document, name, rules, description, move |parts| {
        let mut bundle = parts.bundle();
        rewrite(&parts, &mut bundle, at, change);
        bundle
    })
}

/// What only a log has: lines.
const LINES: &[super::Made] = &[
    ("log_with_carriage_returns", "10", "Lines of the log end in CR LF.", |parts| {
        log(&parts, |text| text.replace('\n', "\r\n"))
    }),
    ("log_with_a_blank_line", "10", "There is an empty line in the log.", |parts| {
        log(&parts, |text| text.replacen('\n', "\n\n", 1))
    }),
    ("log_with_a_blank_first_line", "10", "The log begins with an empty line.", |parts| {
        log(&parts, |text| format!("\n{text}"))
    }),
    ("log_with_two_events_in_a_line", "10", "Two events stand in one line.", |parts| {
        log(&parts, |text| text.replacen('\n', "", 1))
    }),
    ("log_with_an_event_in_two_lines", "10", "An event is spread over two lines.", |parts| {
        log(&parts, |text| text.replacen(",\"event_id\"", ",\n\"event_id\"", 1))
    }),
    ("log_as_a_list", "10", "The log is one list of events.", |parts| {
        log(&parts, |text| format!("[{}]", text.trim_end().replace('\n', ",")))
    }),
];

fn log(parts: &Parts, change: fn(&str) -> String) -> MemoryBundle {
    let mut bundle = parts.bundle();
    rewrite(parts, &mut bundle, Document::Event(0), |bytes| {
        change(str::from_utf8(bytes).expect("the log is text")).into_bytes()
    });
    bundle
}

/// A listed file is hashed before it is parsed.
fn flipped() -> Vector {
    let name = "receipt_that_a_flipped_bit_breaks";
    let description = "A changed bit makes the receipt no JSON; that the file was changed is told.";
    Vector::new((name, "11", Some(Code::FileHashMismatch)), description, noted, |parts| {
        let mut bundle = parts.bundle();
        let receipt = bundle.files.get_mut("receipt.json").expect("there is a receipt");
        receipt[0] ^= 1;
        bundle
    })
}
