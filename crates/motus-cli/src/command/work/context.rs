//! `motus work context`: what the holder of a lease goes on from.

use std::fmt::Write as _;

use motus_app::exit;
use motus_app::work::{self, Context};
use motus_json::{Object, Value};
use motus_ledger::work::WorkError;

use super::{document, refused, store};
use crate::arguments::ContextArguments;
use crate::command::review::origin_lines;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;

/// What we assemble a context of: what the Store has, and nothing else.
const LENS: &str = "store-only";

pub(crate) fn context(
    arguments: &ContextArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = store(&arguments.common, environment)?.place;
    match work::context(&place, &arguments.lease.lease, &SystemClock) {
        Ok(context) if arguments.common.json => {
            output::json(granted_document(&context, arguments.intent.as_deref()))?;
        }
        Ok(context) => output::data(&page(&context))?,
        Err(failure) => {
            return refused(failure, &arguments.common, |refusal| Ok(denied_document(refusal)));
        }
    }
    Ok(exit::OK)
}

fn granted_document(context: &Context, intent: Option<&str>) -> Object {
    let mut lens = Object::from([("lens_version", Value::from(LENS)), ("intent", intent.into())]);
    if let Some(origin) = &context.origin {
        lens.insert("from", document::origin(origin));
    }
    Object::from([
        ("decision", Value::from("GRANTED")),
        ("reason_code", "STORE_CONTEXT".into()),
        ("lens", lens.into()),
        ("lease_status", context.state.as_str().into()),
    ])
}

fn denied_document(refusal: &WorkError) -> Object {
    Object::from([
        ("decision", Value::from("DENIED")),
        ("reason_code", document::reason_code(refusal)),
        ("lens", Object::new().into()),
        ("lease_status", Value::Null),
    ])
}

fn page(context: &Context) -> String {
    let mut page = String::from("Context assembled\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "Lens version: {LENS}\nPolicy version: unknown\n");
    let _ = writeln!(page, "Resources: {}", context.lease.resources.len());
    page.push_str("Policy snippets: 0\n");
    if let Some(origin) = &context.origin {
        page.push('\n');
        page.push_str(&origin_lines(origin));
    }
    page
}
