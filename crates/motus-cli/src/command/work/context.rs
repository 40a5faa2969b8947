//! `motus work context`: what the holder of a lease goes on from.

use std::fmt::Write as _;

use motus_app::exit;
use motus_app::work::{self, Context, Review};
use motus_json::{Object, Value};
use motus_ledger::work::WorkError;

use super::{document, refused, store};
use crate::arguments::ContextArguments;
use crate::command::review::{
    Line, Piece, heading_lines, origin_lines, own_sections, section_pages, what,
};
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
    let context = match work::context(&place, &arguments.lease.lease, &SystemClock) {
        Ok(context) => context,
        Err(failure) => {
            return refused(failure, &arguments.common, |refusal| Ok(denied_document(refusal)));
        }
    };
    let review = work::review(&place, context.lease.run.id.as_str(), &SystemClock)?;
    if arguments.common.json {
        output::json(granted_document(&context, &review, arguments.intent.as_deref()))?;
    } else {
        output::data(&page(&context, &review))?;
    }
    Ok(exit::OK)
}

fn granted_document(context: &Context, review: &Review, intent: Option<&str>) -> Object {
    let lease = &context.lease;
    let resources = lease.resources.iter().map(|resource| Value::from(resource.lock_name()));
    let evidence = review.events.iter().filter(|event| event.schema_kind.starts_with("evidence."));
    let mut lens = Object::from([("lens_version", Value::from(LENS)), ("intent", intent.into())]);
    if let Some(origin) = &context.origin {
        lens.insert("from", document::origin(origin));
    }
    Object::from([
        ("decision", Value::from("GRANTED")),
        ("reason_code", "STORE_CONTEXT".into()),
        ("lens", lens.into()),
        ("lease_status", context.state.as_str().into()),
        ("lease_id", lease.lease_id.as_str().into()),
        ("task_id", lease.work_id.as_str().into()),
        ("agent_id", lease.agent_id.as_str().into()),
        ("intent", lease.run.intent.as_str().into()),
        ("resources", resources.collect()),
        ("expires_at", lease.expires_at().as_str().into()),
        ("kernel_run_id", lease.run.id.as_str().into()),
        ("evidence_ids", evidence.map(|event| Value::from(event.id.as_str())).collect()),
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

/// Begins with the published lines.
fn page(context: &Context, review: &Review) -> String {
    let mut page = String::from("Context assembled\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "Lens version: {LENS}\nPolicy version: unknown\n");
    let _ = writeln!(page, "Resources: {}", context.lease.resources.len());
    page.push_str("Policy snippets: 0\n\n");
    let mut lines = what(&review.standing);
    lines.push(Line::new("Intent", [Piece::said(&context.lease.run.intent)]));
    for (name, value) in heading_lines(&lines) {
        let _ = writeln!(page, "{name}: {value}");
    }
    page.push_str(&section_pages(&own_sections(review)));
    if let Some(origin) = &context.origin {
        page.push('\n');
        page.push_str(&origin_lines(origin));
    }
    page
}
