//! Changes a store through the transaction alone, for tests that kill or hinder a process.
//!
//! Says `ok` once a change is made, else `refused CODE: message`. It guards nothing: any key of the store
//! may be written.
#![expect(clippy::disallowed_methods, reason = "it is a front door of its own")]

use std::io::Write;
use std::path::Path;
use std::process::{self, ExitCode};

use textus::{Record, Store, Transaction};
use textus_core::audit::Moved;
use textus_core::{Clock, Code, Error, Etag, Ids, Key};

/// 2026-01-02T03:04:05Z.
const NOW: i128 = 1_767_323_045_000_000_000;

struct Fixed;

impl Clock for Fixed {
    fn unix_nanoseconds(&self) -> i128 {
        NOW
    }
}

impl Ids for Fixed {
    fn uid(&self) -> [u8; 8] {
        [7; 8]
    }

    fn correlation(&self) -> [u8; 16] {
        u128::from(process::id()).to_be_bytes()
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [root, words @ ..] => Store::open(Path::new(root), Box::new(Fixed), Box::new(Fixed))
            .and_then(|store| run(&store, words)),
        [] => Err(usage()),
    };
    let told = outcome.map_or_else(|error| format!("refused {error}\n"), |()| "ok\n".to_owned());
    // Whoever hinders its writing sees that it said nothing.
    let _ = std::io::stdout().write_all(told.as_bytes());
    ExitCode::SUCCESS
}

fn run(store: &Store, words: &[&str]) -> Result<(), Error> {
    match *words {
        ["put", key, text] => store.write("put", |open| put(store, open, key, text)),
        ["delete", key] => store.write("delete", |open| delete(store, open, key)),
        ["mv", from, to] => store.write("mv", |open| rename(store, open, from, to, None)),
        ["mv", from, to, text] => {
            store.write("mv", |open| rename(store, open, from, to, Some(text)))
        }
        // As a move does where the source has no uid yet.
        ["mint-and-mv", from, to, text] => store.write("mv", |open| {
            put(store, open, from, text)?;
            rename(store, open, from, to, None)
        }),
        ["accept", target, proposal] => store.write("accept", |open| {
            let path = path(store, proposal)?;
            let text =
                open.read(&path)?.map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
            put(store, open, target, &text.ok_or_else(usage)?)?;
            delete(store, open, proposal)
        }),
        ["count", key, rounds] => {
            (0..rounds.parse().map_err(|_| usage())?).try_for_each(|_: u32| count(store, key))
        }
        _ => Err(usage()),
    }
}

/// Adds one to the number in a file, by compare and swap.
fn count(store: &Store, key: &str) -> Result<(), Error> {
    let path = path(store, key)?;
    loop {
        let seen = store.read_path(&path)?;
        let text = seen.as_ref().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
        let number: u64 = text.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let wanted: Option<Etag> = seen.map(|file| file.etag);
        let counted = store.write("put", |open| {
            if open.read(&path)?.map(|file| &file.etag) != wanted.as_ref() {
                return Err(Error::new(Code::EtagMismatch, "somebody was faster"));
            }
            put(store, open, key, &format!("{}\n", number + 1))
        });
        match counted {
            Err(error) if error.code() == Code::EtagMismatch => {}
            counted => return counted,
        }
    }
}

fn put(store: &Store, open: &mut Transaction<'_>, key: &str, text: &str) -> Result<(), Error> {
    open.put(&path(store, key)?, text.as_bytes().to_vec(), record("put", key)).map(drop)
}

fn delete(store: &Store, open: &mut Transaction<'_>, key: &str) -> Result<(), Error> {
    open.delete(&path(store, key)?, record("delete", key)).map(drop)
}

fn rename(
    store: &Store,
    open: &mut Transaction<'_>,
    from: &str,
    to: &str,
    text: Option<&str>,
) -> Result<(), Error> {
    let moved = Moved { from_key: from.to_owned(), to_key: to.to_owned(), uid: None };
    let record = Record { moved: Some(moved), ..record("mv", to) };
    let bytes = text.map(|text| text.as_bytes().to_vec());
    open.rename(&path(store, from)?, &path(store, to)?, bytes, record).map(drop)
}

fn record(verb: &str, key: &str) -> Record {
    let (role, verb, key) = ("human".to_owned(), verb.to_owned(), key.to_owned());
    Record { role, verb, key, ..Record::default() }
}

fn path(store: &Store, key: &str) -> Result<String, Error> {
    let resolution = store.manifest().resolve(&Key::parse(key)?).ok_or_else(usage)?;
    store.place_of(&resolution)
}

fn usage() -> Error {
    Error::new(Code::Usage, "ROOT put KEY TEXT | delete KEY | mv KEY KEY [TEXT] | ..")
}
