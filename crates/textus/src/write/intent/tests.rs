//! Notes that read back whole or not at all, and what the log says of them.

use std::fs::File;
use std::io::Write;

use proptest::prelude::*;

use super::*;

fn row(seq: u64, id: &str) -> String {
    let begin = format!("{{\"seq\":{seq},\"ts\":\"t\",\"role\":\"r\",\"verb\":\"put\",");
    format!("{begin}\"key\":\"k\",\"extras\":{{\"correlation_id\":\"{id}\"}}}}\n")
}

fn intent() -> Intent {
    let etag = |text: &str| Some(Etag::claimed(text));
    let step = |seq, path: &str, before, after| Step { seq, path: path.to_owned(), before, after };
    Intent {
        log_length: 4,
        appended: format!("\n{}{}", row(1, "c-1"), row(2, "c-1")),
        steps: vec![step(1, "a/ä\"b.md", None, etag("x")), step(2, "c d.md", etag("y"), None)],
    }
}

#[test]
fn a_note_reads_back_and_no_part_of_it_does() {
    let bytes = intent().to_bytes();
    assert_eq!(Intent::from_bytes(&bytes), Some(intent()));
    for end in 0..bytes.len() {
        assert_eq!(Intent::from_bytes(&bytes[..end]), None, "{end}");
    }
    for text in ["", "\n", "{}\n", "[]\n", "{\"log_length\":1,\"appended\":\"x\",\"steps\":[{}]}\n"]
    {
        assert_eq!(Intent::from_bytes(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn only_the_rows_of_one_change_are_a_note() {
    let with = |appended: String| Intent { appended, ..intent() };
    let rows = |numbers: &[u64]| -> String { numbers.iter().map(|seq| row(*seq, "c-1")).collect() };
    for good in [rows(&[7]), rows(&[7, 8, 9, 10]), format!("\n{}", rows(&[1]))] {
        assert_eq!(Intent::from_bytes(&with(good.clone()).to_bytes()), Some(with(good)));
    }
    for bad in [
        String::new(),
        "\n".to_owned(),
        "x".to_owned(),
        "{".to_owned(),
        format!("{}x", rows(&[1, 2])),
        format!("\n\n{}", rows(&[1])),
        rows(&[1]).trim_end().to_owned(),
        rows(&[1, 3]),
        rows(&[2, 1]),
        rows(&[1, 2, 3, 4, 5]),
        rows(&[1 << 53]),
        rows(&[u64::MAX]),
        format!("{}{}", row(1, "c-1"), row(2, "c-2")),
        rows(&[1]).replace("correlation_id", "other"),
    ] {
        let intent = with(bad.clone());
        assert_eq!(Intent::from_bytes(&intent.to_bytes()), None, "{bad}");
        assert!(intent.require_small().is_err(), "{bad}");
    }
    let steps =
        |count: usize| Intent { steps: vec![intent().steps.remove(0); 2 * count], ..intent() };
    assert!(Intent::from_bytes(&steps(4).to_bytes()).is_some());
    assert!(
        Intent::from_bytes(&steps(5).to_bytes()).is_none() && steps(5).require_small().is_err()
    );
    let long = Step { path: "x".repeat(64 << 10), ..intent().steps.remove(0) };
    assert_eq!(Intent::from_bytes(&Intent { steps: vec![long], ..intent() }.to_bytes()), None);
}

fn standing(log: &[u8]) -> Standing {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(log).unwrap();
    intent().standing(Some(&file)).unwrap()
}

#[test]
fn the_log_decides_whether_the_change_counts() {
    let before = b"torn";
    let whole = [&before[..], intent().appended.as_bytes()].concat();
    for end in before.len()..whole.len() {
        assert_eq!(standing(&whole[..end]), Standing::NotWritten, "{end}");
    }
    assert_eq!(standing(&whole), Standing::Committed);
    let more = [&whole[..], b"{\"seq\":3}\n"].concat();
    assert_eq!(standing(&more), Standing::Followed);
    for log in [&b""[..], b"tor", b"torn\n{\"seq\":9}\n", &[&whole[..4], &whole[5..]].concat()] {
        assert_eq!(standing(log), Standing::Elsewhere, "{log:?}");
    }
    assert_eq!(intent().standing(None::<&File>).unwrap(), Standing::NotWritten);
}

proptest! {
    #[test]
    fn no_note_panics(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = Intent::from_bytes(&bytes);
    }
}
