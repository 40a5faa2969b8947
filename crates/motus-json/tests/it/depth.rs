//! The deepest tree there can be, on the stack of an ordinary thread.

use motus_json::canonical::store;
use motus_json::{Limits, ReadOptions, Value, pretty, read};

const STACK: usize = 2 << 20;

fn on_a_small_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(test).expect("a thread");
    assert!(thread.join().is_ok());
}

fn nested(open: &str, close: &str) -> String {
    format!("{}0{}", open.repeat(Limits::MAX_DEPTH), close.repeat(Limits::MAX_DEPTH))
}

#[test]
fn the_deepest_tree_can_be_handled_in_every_way() {
    on_a_small_stack(|| {
        for text in [nested("[", "]"), nested("{\"a\":", "}")] {
            let value = read(text.as_bytes(), &ReadOptions::STORED).expect("allowed depth");
            assert_eq!(store::check(text.as_bytes(), &ReadOptions::STORED), Ok(()));
            assert_eq!(store::write(&value), text);
            assert_eq!(format!("{value:?}"), text);
            let again = read(pretty::write(&value).as_bytes(), &ReadOptions::STORED);
            assert_eq!(again.as_ref(), Ok(&value));
            assert_eq!(value.clone(), value);
        }
    });
}

#[test]
fn no_option_allows_more() {
    on_a_small_stack(|| {
        let limits = Limits { depth: usize::MAX, ..Limits::STORE };
        let options = ReadOptions { limits, ..ReadOptions::STORED };
        for text in ["[".repeat(1_000_000), "{\"\":".repeat(1_000_000)] {
            let opening = text.len() / 1_000_000 * Limits::MAX_DEPTH;
            let error = read(text.as_bytes(), &options).expect_err("too deep");
            assert_eq!((error.code(), error.offset()), ("json.depth", opening));
            let error = store::check(text.as_bytes(), &options).expect_err("too deep");
            assert_eq!((error.code(), error.offset()), ("json.depth", opening));
        }
    });
}

#[test]
fn the_kinds_of_containers_are_told_apart_at_every_depth() {
    let mut open = String::new();
    let mut close = String::new();
    for level in 0..Limits::MAX_DEPTH {
        let object = level % 3 == 0 || level % 7 == 0;
        open += if object { "{\"k\":" } else { "[" };
        close.insert(0, if object { '}' } else { ']' });
    }
    let text = format!("{open}null{close}");
    let value: Value = read(text.as_bytes(), &ReadOptions::STORED).expect("allowed depth");
    assert_eq!(store::write(&value), text);
    let wrong = format!("{open}null]");
    assert!(read(wrong.as_bytes(), &ReadOptions::STORED).is_err());
}
