//! A strict JSON reader and canonical writers that know no schema.
//!
//! Everything the product hashes or takes from a stranger passes through here: [`read`] turns bytes
//! into a [`Value`] and refuses what two readers could understand differently; [`canonical`] writes
//! the one spelling whose digest counts, and checks bytes against it without building a tree;
//! [`compact`] writes lines whose members keep their order; [`pretty`] writes for people, and
//! [`printable`] makes any text safe for them to look at.
//!
//! The crate refuses to guess: no lossy numbers, no repaired strings, no last-key-wins objects. It
//! does no I/O, hashes nothing and knows no field names.
//!
//! ```
//! use motus_json::{ReadOptions, canonical, read};
//!
//! let value = read(br#"{"b": 1.0, "a": "\u00e9"}"#, &ReadOptions::default())?;
//! let text = canonical::store::write(&value);
//! assert_eq!(text, r#"{"a":"\u00e9","b":1.0}"#);
//! assert!(canonical::store::check(text.as_bytes(), &ReadOptions::default()).is_ok());
//! # Ok::<(), motus_json::ReadError>(())
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod canonical;
pub mod compact;
pub mod pretty;

mod cursor;
mod error;
mod escape;
mod grammar;
mod number;
mod object;
mod options;
mod printable;
mod read;
mod scan;
mod text;
mod value;
mod write;

pub use canonical::{CheckError, Deviation};
pub use error::{ReadError, ReadErrorKind};
pub use number::Number;
pub use object::Object;
pub use options::{Limits, NonFinite, ReadOptions};
pub use printable::{printable, shows_a_name};
pub use read::{read, read_last_wins};
pub use text::Text;
pub use value::Value;
