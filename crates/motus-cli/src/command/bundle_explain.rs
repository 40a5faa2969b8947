//! `motus bundle explain`: what happened in a loop.

use motus_app::bundle::{Explanation, Moment, Step, explain, printable};
use motus_app::exit;
use motus_json::{Object, Value};

use crate::arguments::ExplainArguments;
use crate::failure::Failure;
use crate::output;
use crate::text::counted;

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8, Failure> {
    let policy = super::policy(arguments.bundle.policy.as_deref())?;
    let explanation = explain(&arguments.bundle.directory, &policy)?;
    if arguments.bundle.json {
        output::json(document(&explanation))?;
    } else {
        output::data(&page(&explanation))?;
    }
    Ok(if explanation.verified { exit::OK } else { exit::FAILED })
}

fn page(explanation: &Explanation) -> String {
    let mut page = format!("{}\n", printable(&explanation.headline));
    if !explanation.verified {
        page.push_str(
            "What follows is what the bundle says, and not to be trusted; \
             `motus bundle verify` tells why.\n",
        );
    }
    for section in &explanation.sections {
        page.push_str(&format!("\n{}\n", output::bold(section.title)));
        for (name, text) in &section.lines {
            page.push_str(&format!("  {:<14}  {}\n", printable(name), printable(text)));
        }
    }
    if !explanation.moments.is_empty() {
        page.push_str(&format!("\n{}\n", output::bold("Timeline")));
    }
    for moment in &explanation.moments {
        page.push_str(&line(moment));
    }
    if explanation.left_out > 0 {
        let lines = counted(explanation.left_out, "line");
        page.push_str(&format!("  ({lines} not told: unreadable, or too many)\n"));
    }
    page
}

fn line(moment: &Moment) -> String {
    let mark = match moment.step {
        Step::Backtrack => "back to ",
        Step::Repeat => "again ",
        Step::Same | Step::Forward => "",
    };
    let phase = format!("{mark}{}", moment.phase.as_str());
    let (seq, time, kind) = (moment.seq, &moment.ts_utc, printable(&moment.kind));
    let gist = printable(&moment.gist);
    format!("  {seq:>4}  {time:<20}  {phase:<15}  {kind:<17}  {gist}").trim_end().to_owned() + "\n"
}

fn document(explanation: &Explanation) -> Object {
    let section = |section: &motus_app::bundle::Section| {
        let lines: Vec<Value> = section
            .lines
            .iter()
            .map(|(name, text)| Object::from([("name", name.as_str()), ("text", text)]).into())
            .collect();
        Object::from([("title", Value::from(section.title)), ("lines", lines.into())])
    };
    let moment = |moment: &Moment| {
        Object::from([
            ("seq", Value::from(moment.seq)),
            ("ts_utc", moment.ts_utc.as_str().into()),
            ("phase", moment.phase.as_str().into()),
            ("step", moment.step.as_str().into()),
            ("kind", moment.kind.as_str().into()),
            ("gist", moment.gist.as_str().into()),
        ])
    };
    Object::from([
        ("verified", Value::from(explanation.verified)),
        ("headline", explanation.headline.as_str().into()),
        ("sections", explanation.sections.iter().map(section).collect()),
        ("timeline", explanation.moments.iter().map(moment).collect()),
        ("left_out", explanation.left_out.into()),
    ])
}
