//! `motus strategy match`: which strategies of a library fit what was observed.

use motus_app::exit;
use motus_app::strategies::{self, LONGEST_SIGNALS, Library, Match};
use motus_json::{Object, Value};

use crate::arguments::MatchArguments;
use crate::failure::Failure;
use crate::input;
use crate::output;
use crate::text::{printable, shown};

pub(crate) fn matching(arguments: &MatchArguments) -> Result<u8, Failure> {
    let (document, place) = input::named(&arguments.signals, LONGEST_SIGNALS)?;
    let signals =
        strategies::read_signals(&document).map_err(|faults| Failure::Signals(place, faults))?;
    let library = Library::read(&arguments.library).map_err(Failure::Library)?;
    let matches = strategies::matches(&signals, &library);
    if arguments.json {
        let counts = (signals.len(), library.shelf().len());
        output::json(document_of(&matches, counts))?;
    } else if matches.is_empty() {
        output::data("No strategy fits.\n")?;
    } else {
        output::data(&table(&matches))?;
    }
    if library.shelf().is_empty() {
        let place = shown(&arguments.library);
        output::talk(format!("warning: no file of {place} ends in .yaml, .yml or .json"));
    }
    Ok(exit::OK)
}

/// The name is the last column, so that nothing has to be cut to keep the others in line; what explains a match
/// stands below it.
fn table(matches: &[Match]) -> String {
    let widest = |least, text: fn(&Match) -> &str| {
        matches.iter().map(|it| printable(text(it)).chars().count()).fold(least, usize::max)
    };
    let id = widest(8, |it| &it.suggestion.strategy_id);
    let trigger = widest(7, |it| &it.suggestion.trigger);
    let heading = format!("MATCH  {:id$}  {:trigger$}  NAME", "STRATEGY", "TRIGGER");
    let mut table = format!("{}\n", output::bold(heading));
    for Match { suggestion, name, .. } in matches {
        table.push_str(&format!(
            "{:>5}  {:id$}  {:trigger$}  {}\n",
            suggestion.match_permille,
            printable(&suggestion.strategy_id),
            printable(&suggestion.trigger),
            printable(name),
        ));
        for line in &suggestion.explanation {
            table.push_str(&format!("       {:id$}  {}\n", "", printable(line)));
        }
    }
    table
}

fn document_of(matches: &[Match], (signals, strategies): (usize, usize)) -> Object {
    let entry = |Match { suggestion, name, file }: &Match| {
        Object::from([
            ("explanation", Value::from(suggestion.explanation.clone())),
            ("file", file.as_str().into()),
            ("match_permille", u32::from(suggestion.match_permille).into()),
            ("name", name.as_str().into()),
            ("strategy_id", suggestion.strategy_id.as_str().into()),
            ("trigger", suggestion.trigger.as_str().into()),
        ])
    };
    Object::from([
        ("signals", Value::from(signals)),
        ("strategies", strategies.into()),
        ("suggestions", matches.iter().map(entry).collect()),
    ])
}
