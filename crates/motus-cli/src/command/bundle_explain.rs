//! `motus bundle explain`: what happened in a loop.

use motus_app::bundle::{Explanation, explain, printable};
use motus_app::exit;
use motus_json::{Object, Value};

use super::moment;
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
    let gap = (explanation.left_out > 0).then(|| {
        let lines = counted(explanation.left_out, "line");
        format!("  ({lines} not told: unreadable, or too many)\n")
    });
    page + &moment::lines(&explanation.moments, gap.as_deref())
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
    Object::from([
        ("verified", Value::from(explanation.verified)),
        ("headline", explanation.headline.as_str().into()),
        ("sections", explanation.sections.iter().map(section).collect()),
        ("timeline", explanation.moments.iter().map(moment::object).collect()),
        ("left_out", explanation.left_out.into()),
    ])
}
