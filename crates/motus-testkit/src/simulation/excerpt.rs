//! What a finding shows: how two answers differ, and the steps that led there.

use std::collections::BTreeSet;

use serde_json::Value;

use super::step::Step;
use super::world::BEGINNING;

/// How many earlier steps about the same run or resource are shown.
const EARLIER: usize = 6;

/// The names of the rows that answers have.
const ROWS: [&str; 3] = ["run", "event", "lock"];

/// Says how two rows or answers differ: in some columns, or altogether.
pub(super) fn difference(expected: &Value, found: &Value) -> String {
    for name in ROWS {
        let (Some(Value::Object(expected)), Some(Value::Object(found))) =
            (expected.get(name), found.get(name))
        else {
            continue;
        };
        let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
        let differ = names.into_iter().filter(|name| expected.get(*name) != found.get(*name));
        let columns = differ.map(|column| {
            let [expected, found] =
                [expected, found].map(|row| row.get(column).unwrap_or(&Value::Null));
            format!("{column}: expected {expected}, found {found}")
        });
        let columns: Vec<String> = columns.collect();
        let identity = ["id", "resource"].iter().find_map(|column| found.get(*column)?.as_str());
        return format!("{name} {}: {}", identity.unwrap_or_default(), columns.join("; "));
    }
    format!("expected {}, found {}", answer(expected), answer(found))
}

/// Shows the last of the steps that are about one of the subjects.
pub(super) fn excerpt(steps: &[Step], subjects: &[&str]) -> Vec<String> {
    let concerns = |step: &Step| step.operation.subjects().iter().any(|one| subjects.contains(one));
    let numbered = steps.iter().enumerate().rev().filter(|(_, step)| concerns(step));
    let last = numbered.take(EARLIER + 1);
    let mut lines: Vec<String> = last.map(|(index, step)| line(index + 1, step)).collect();
    lines.reverse();
    lines
}

fn line(number: usize, step: &Step) -> String {
    let Step { worker, life, number: request, now, operation, .. } = step;
    let after = i128::from(*now) - i128::from(BEGINNING);
    let milliseconds = after / 1_000_000;
    let (sign, whole, rest) =
        (if after < 0 { "-" } else { "" }, milliseconds.abs() / 1000, milliseconds.abs() % 1000);
    format!(
        "step {number}: worker {worker} in life {life}, request {request}, at {sign}{whole}.{rest:03} s: \
         {} {} -> {}",
        operation.name(),
        arguments(operation.to_json()),
        answer(&step.answer)
    )
}

/// Leaves out the name and what is not there.
fn arguments(mut spelled: Value) -> Value {
    if let Some(members) = spelled.as_object_mut() {
        members.retain(|name, value| name != "name" && !value.is_null());
    }
    spelled
}

/// Says in short what came back.
fn answer(answer: &Value) -> String {
    let of = |row: &str, column: &str| {
        let value = answer.get(row)?.get(column)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let run = || Some(format!("run {}, outcome {}", of("run", "id")?, of("run", "outcome")?));
    let event = || Some(format!("event {} of {}", of("event", "seq")?, of("event", "ts")?));
    let lock = || {
        let (token, holder) = (of("lock", "fencing_token")?, of("lock", "holder")?);
        Some(format!("token {token} of {holder} until {}", of("lock", "expires_at")?))
    };
    let refused = || Some(answer.get("refused")?.as_str()?.to_owned());
    let known = run().or_else(event).or_else(lock).or_else(refused);
    known.unwrap_or_else(|| answer.to_string())
}

#[cfg(test)]
mod tests {
    use motus_ledger::Fence;
    use serde_json::json;

    use super::super::operation::Operation;
    use super::*;

    #[test]
    fn rows_differ_in_columns_and_answers_altogether() {
        let lock = |token: u64| json!({ "lock": { "resource": "r", "fencing_token": token } });
        assert_eq!(difference(&lock(1), &lock(2)), "lock r: fencing_token: expected 1, found 2");
        let event = json!({ "event": { "seq": 3, "ts": "2026-01-02T03:04:05Z", "id": "x" } });
        assert_eq!(
            difference(&json!({ "refused": "ledger.run_closed" }), &event),
            "expected ledger.run_closed, found event 3 of 2026-01-02T03:04:05Z"
        );
        assert_eq!(
            difference(&lock(1), &json!("no row")),
            format!("expected {}, found \"no row\"", lock(1))
        );
    }

    #[test]
    fn an_excerpt_is_about_its_subject_and_ends_with_the_last_step() {
        let step = |number: u64, resource: &str| Step {
            worker: 1,
            life: 0,
            number,
            now: BEGINNING - 1_500_000_000,
            operation: Operation::Assert(Fence {
                resource: resource.to_owned(),
                holder: "h".to_owned(),
                token: 2,
            }),
            answer: json!({ "refused": "lock.missing" }),
        };
        let steps: Vec<Step> =
            (0..20).map(|number| step(number, if number % 2 == 0 { "a" } else { "b" })).collect();
        let lines = excerpt(&steps, &["b"]);
        assert_eq!(lines.len(), EARLIER + 1);
        assert_eq!(
            lines.last().map(String::as_str),
            Some(
                "step 20: worker 1 in life 0, request 19, at -1.500 s: assert \
                 {\"fence\":{\"holder\":\"h\",\"resource\":\"b\",\"token\":2}} -> lock.missing"
            )
        );
    }
}
