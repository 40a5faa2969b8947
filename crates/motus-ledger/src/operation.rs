//! The rules of the ledger, one operation per module, over any Store's write transaction.

mod append;
mod close;
mod register;
mod start;

pub use append::append_event;
pub use close::{CloseRequest, close_run};
pub use register::{ensure_kind, register_kind};
pub use start::start_run;
