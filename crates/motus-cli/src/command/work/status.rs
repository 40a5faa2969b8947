//! `motus work status`: where a piece of work stands.

use std::fmt::Write as _;

use motus_app::exit;
use motus_app::work::{self, Review, Standing, Status};
use motus_json::{Object, Value};
use motus_ledger::Timestamp;
use motus_ledger::work::{Judged, Judgement, Lease, LeaseState, WorkError};

use super::{document, next_line, refused, store};
use crate::arguments::{PageFormat, StatusArguments};
use crate::command::review::{
    Line, Piece, acceptance, heading_lines, markdown, outcome, section_pages, sections, what, who,
};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;

pub(crate) fn status(
    arguments: &StatusArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let (common, lease) = (&arguments.common, arguments.lease.lease.as_str());
    let place = store(common, environment)?.place;
    if common.json {
        return match work::status(&place, lease, &SystemClock) {
            Ok(status) => output::json(found_document(lease, &status)).map(|()| exit::OK),
            // Asking for it is answered, as the contract has it; the exit code says no more than that.
            Err(failure) => {
                let code =
                    refused(failure, common, |refusal| Ok(missing_document(lease, refusal)))?;
                Ok(if code == exit::FAILED { exit::OK } else { code })
            }
        };
    }
    let review = work::review(&place, lease, &SystemClock)?;
    match arguments.format {
        PageFormat::Markdown => output::data(&markdown(&review))?,
        PageFormat::Text => {
            output::data(&page(&review, &name(lease, &review.standing), environment))?;
        }
    }
    Ok(exit::OK)
}

fn found_document(lease: &str, status: &Status) -> Object {
    let standing = &status.standing;
    let open = standing.run.is_open();
    let expires_at = standing.lease.as_ref().filter(|_| open).map(Lease::expires_at);
    let mut document = Object::from([
        ("lease_id", Value::from(name(lease, standing))),
        ("status", standing.run.status().into()),
        ("lease_status", standing.run.status().into()),
        ("kernel_run", true.into()),
        ("work_packet", status.packet.clone().into()),
        ("packet", status.packet.clone().into()),
        ("lease_state", standing.state.map(LeaseState::as_str).into()),
        ("expires_at", expires_at.as_ref().map(Timestamp::as_str).into()),
    ]);
    if let Some(origin) = &standing.origin {
        document.insert("from", document::origin(origin));
    }
    let judged = standing.judged.as_ref();
    if let Some(hand_off) = judged.and_then(|judged| judged.hand_off.as_ref()) {
        document.insert("handoff", document::hand_off(hand_off));
        document.insert("accepted", judged.and_then(accepted));
    }
    document
}

/// Tells how the receiver of a hand-off accepted it.
fn accepted(judged: &Judged) -> Option<Object> {
    let Judgement::Accepted { by, at, in_run: Some(run), .. } = &judged.judgement else {
        return None;
    };
    let acceptor = Object::from([("type", by.kind.as_str()), ("id", by.id.as_str())]);
    Some(Object::from([
        ("run_id", Value::from(run.as_str())),
        ("acceptor", acceptor.into()),
        ("accepted_at", at.as_str().into()),
    ]))
}

fn missing_document(lease: &str, refusal: &WorkError) -> Object {
    let none = || Value::Array(Vec::new());
    Object::from([
        ("lease_id", Value::from(lease)),
        ("lease_status", "not_found".into()),
        ("outcomes", none()),
        ("evidence", none()),
        ("decisions", none()),
        ("reason_code", document::reason_code(refusal)),
    ])
}

/// Returns what a piece of work is called: as it was asked for, unless that would be something else tomorrow.
fn name(asked: &str, standing: &Standing) -> String {
    let run = standing.run.id.as_str();
    match &standing.lease {
        _ if asked == run => run.to_owned(),
        Some(lease) => lease.lease_id.clone(),
        None => run.to_owned(),
    }
}

/// Begins with the published lines.
fn page(review: &Review, lease: &str, environment: &Environment) -> String {
    let (standing, run) = (&review.standing, &review.standing.run);
    let mut first = vec![
        Line::new("Run", [Piece::name(lease)]),
        Line::new("Status", [Piece::own(run.status())]),
        Line::new("Intent", [Piece::said(&run.intent)]),
        Line::new("Events", [Piece::own(review.events.len().to_string())]),
    ];
    first.extend(review.receipt_id().map(|id| Line::new("Receipt", [Piece::name(id)])));
    let mut second = vec![Line::new("Store Run", [Piece::name(run.id.as_str())])];
    second.extend(what(standing));
    second.extend(who(review));
    let mut last = outcome(review);
    last.extend(acceptance(review));
    last.extend(next_line(review, environment));
    let mut page = format!("{}\n{}", spelled(&first), spelled(&second));
    page.push_str(&section_pages(&sections(review)));
    page.push_str(&format!("\n{}", spelled(&last)));
    page
}

fn spelled(lines: &[Line]) -> String {
    let mut page = String::new();
    for (label, value) in heading_lines(lines) {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "{label}: {value}");
    }
    page
}
