//! The verbs: one use case each, from what a door was asked to what it tells.
//!
//! Each returns the members of its result in the order of the protocol, without the protocol itself, which
//! the door adds. Source: textus/3 §9.

mod accept;
mod audit;
mod boot;
mod delete;
mod freshness;
mod get;
mod identify;
mod list;
mod place;
mod pulse;
mod put;
mod reject;
mod rename;
mod rule;
mod schema;
mod subject;

pub use accept::accept;
pub use audit::{AuditQuery, audit};
pub use boot::{VERBS, boot};
pub use delete::delete;
pub use freshness::freshness;
pub use get::get;
pub use identify::identify;
pub use list::{ListQuery, list};
pub use place::place;
pub use pulse::pulse;
pub use put::put;
pub use reject::reject;
pub use rename::rename;
pub use rule::{explain_rules, list_rules};
pub use schema::show_schema;

pub(crate) use subject::absolute;
