//! `motus effects check`: whether what was seen of a run stays inside of what was declared.

use motus_app::effects::{CanonicalEffect, to_value};
use motus_app::exit;
use motus_app::scope::check::{Checked, check};
use motus_json::{Object, Value};

use crate::arguments::CheckEffectsArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{counted, printable};

/// How many effects of what is outside are named; JSON has all of them.
const MOST_NAMED: usize = 20;

pub(super) fn run(
    arguments: &CheckEffectsArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let checked = check(&place, &arguments.selector.run)?;
    if arguments.json {
        output::json(document(&checked))?;
    } else {
        output::data(&page(&checked))?;
    }
    Ok(if verdict(&checked) == WITHIN { exit::OK } else { exit::FAILED })
}

const WITHIN: &str = "within";

fn verdict(checked: &Checked) -> &'static str {
    let is_outside = !checked.outside.is_empty() && checked.is_declaration_whole;
    // What no declaration covers is outside of all of them, of the part that is not recorded as well.
    if is_outside || !checked.calls.is_empty() {
        "outside"
    } else if !checked.outside.is_empty() || !checked.is_observation_whole {
        // What is not in the record cannot be decided about.
        "undecided"
    } else if checked.observed.is_empty() && checked.denied == 0 {
        // Whoever looked nowhere has seen nothing outside.
        "nothing observed"
    } else {
        WITHIN
    }
}

fn page(checked: &Checked) -> String {
    let number = |effects: &[CanonicalEffect]| u64::try_from(effects.len()).unwrap_or(u64::MAX);
    let (observed, declared) = (number(&checked.observed), number(&checked.declared));
    let mut page = format!(
        "{}: {} observed, {declared} declared, {} denied, at level {}\n",
        verdict(checked),
        counted(observed, "effect"),
        checked.denied,
        printable(&checked.level),
    );
    for effect in checked.outside.iter().take(MOST_NAMED) {
        page.push_str(&format!("outside: {} {}\n", effect.op(), printable(effect.selector())));
    }
    for (call, count) in checked.calls.iter().take(MOST_NAMED) {
        let times = counted(*count, "time");
        page.push_str(&format!(
            "outside: call {} ({times}), which no scope allows\n",
            printable(call)
        ));
    }
    let lists = [checked.outside.len(), checked.calls.len()];
    let more: usize = lists.map(|length| length.saturating_sub(MOST_NAMED)).into_iter().sum();
    if more > 0 {
        page.push_str(&format!("outside: {more} more; --json has all of them\n"));
    }
    for gap in &checked.gaps {
        page.push_str(&format!("gap: {}\n", printable(gap)));
    }
    page
}

fn document(checked: &Checked) -> Object {
    let call = |(name, count): &(String, u64)| {
        Value::from(Object::from([
            ("call", Value::from(name.as_str())),
            ("count", (*count).into()),
        ]))
    };
    Object::from([
        ("calls", checked.calls.iter().map(call).collect::<Vec<_>>().into()),
        ("declared", to_value(&checked.declared)),
        ("denied", checked.denied.into()),
        ("gaps", checked.gaps.clone().into()),
        ("level", checked.level.as_str().into()),
        ("observed", to_value(&checked.observed)),
        ("outside", to_value(&checked.outside)),
        ("run_id", checked.run_id.as_str().into()),
        ("verdict", Value::from(verdict(checked))),
    ])
}

#[cfg(test)]
mod tests {
    use motus_app::effects::normalize;

    use super::*;

    fn effects(number: usize) -> Vec<CanonicalEffect> {
        let items: Vec<String> = (0..number)
            .map(|number| format!(r#"{{"op":"WriteFS","selector":"fs:f{number:02}"}}"#))
            .collect();
        normalize(format!("[{}]", items.join(",")).as_bytes()).unwrap()
    }

    fn checked(observed: usize, outside: usize, denied: u64) -> Checked {
        Checked {
            run_id: "run_1".to_owned(),
            level: "observed".to_owned(),
            declared: effects(1),
            observed: effects(observed),
            outside: effects(outside),
            calls: Vec::new(),
            denied,
            is_declaration_whole: true,
            is_observation_whole: true,
            gaps: vec!["reads were not seen one by one".to_owned()],
        }
    }

    #[test]
    fn the_verdict_is_about_what_was_seen() {
        assert_eq!(verdict(&checked(0, 0, 0)), "nothing observed");
        assert_eq!(verdict(&checked(0, 0, 1)), WITHIN);
        assert_eq!(verdict(&checked(1, 0, 0)), WITHIN);
        assert_eq!(verdict(&checked(1, 1, 0)), "outside");
        let declared_in_part = Checked { is_declaration_whole: false, ..checked(1, 1, 0) };
        assert_eq!(verdict(&declared_in_part), "undecided");
        let seen_in_part = Checked { is_observation_whole: false, ..checked(1, 0, 0) };
        assert_eq!(verdict(&seen_in_part), "undecided");
        let called = vec![("socket:udp".to_owned(), 1)];
        let calls_alone = Checked { calls: called, ..checked(0, 0, 0) };
        assert_eq!(verdict(&calls_alone), "outside");
        let declared_in_part = Checked { is_declaration_whole: false, ..calls_alone };
        assert_eq!(verdict(&declared_in_part), "outside", "no declaration covers a call");
        let outside_anyway = Checked { is_observation_whole: false, ..checked(1, 1, 0) };
        assert_eq!(verdict(&outside_anyway), "outside");
    }

    #[test]
    fn what_is_outside_is_named_as_far_as_there_is_room() {
        insta::assert_snapshot!(page(&checked(2, 1, 0)), @r"
        outside: 2 effects observed, 1 declared, 0 denied, at level observed
        outside: WriteFS fs:f00
        gap: reads were not seen one by one
        ");
        let calls = vec![("mount".to_owned(), 1), ("socket:udp\u{1b}".to_owned(), 2)];
        insta::assert_snapshot!(page(&Checked { calls, ..checked(1, 0, 0) }), @r"
        outside: 1 effect observed, 1 declared, 0 denied, at level observed
        outside: call mount (1 time), which no scope allows
        outside: call socket:udp\u{1b} (2 times), which no scope allows
        gap: reads were not seen one by one
        ");
        let many = page(&checked(30, 30, 0));
        assert_eq!(many.lines().count(), 23);
        assert!(many.contains("outside: 10 more; --json has all of them\n"), "{many}");
    }
}
