//! Runs, events, kinds and their projections as pure functions over a Store port.
//!
//! The rules of the ledger live here once and every driver obeys them: [`operation`] decides,
//! [`Store`] names the rows a driver must keep, [`projection`] and [`export`] read them back.
//! Nothing in this crate reads a clock, a disk, the environment or randomness: time comes from a
//! [`Clock`], random bytes from [`Ids`].

pub mod export;
pub mod integrity;
pub mod kind;
pub mod operation;
pub mod portable;
pub mod projection;
pub mod redact;
pub mod release;
pub mod report;
pub mod scope;
pub mod travel;
pub mod work;
pub mod wrap;

mod clock;
mod counted;
mod digest;
mod error;
mod event;
mod lock;
mod python_repr;
mod run;
mod store;
mod timestamp;

pub use clock::{Clock, Ids};
pub use counted::counted;
pub use digest::{Digest, DigestHasher};
pub use error::{LedgerError, SchemaError};
pub use event::{Event, NewEvent};
pub use lock::{Fence, Lock, RefusedFence};
pub use python_repr::python_repr;
pub use run::{Closing, NewRun, Outcome, Run, RunId};
pub use store::{ReadTransaction, RunQuery, Store, StoreError, StoreErrorKind, WriteTransaction};
pub use timestamp::Timestamp;
