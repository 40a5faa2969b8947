//! `motus scope explain`: what a scope grants, where from, and how far this machine holds to it.

use std::ffi::OsString;

use motus_app::effects::{self, CanonicalEffect};
use motus_app::exit;
use motus_app::scope::{self, Origin, Plan, Planned, Probed};
use motus_json::{Object, Value};

use super::{features, probe};
use crate::arguments::ExplainScopeArguments;
use crate::command::wrap::{grants, surroundings};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{counted, printable};

pub(super) fn run(
    arguments: &ExplainScopeArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let request = grants(&arguments.grants)?;
    let program = arguments.command.first().cloned().unwrap_or_else(OsString::new);
    let place = environment.store(None);
    let surroundings = surroundings(Some(place.path()), environment)?;
    let probed = scope::probe()?;
    let plan = scope::plan(&request, &program, &surroundings, &probed)?;
    if arguments.json {
        output::json(document(&plan, &probed))?;
    } else {
        output::data(&page(&plan))?;
    }
    Ok(exit::OK)
}

fn page(plan: &Plan) -> String {
    let level = plan.level;
    let mut page = format!("Level     {level}: {}\n", probe::meaning(level));
    let reads = if plan.scope.observes_reads { "seen one by one" } else { "bounded, not listed" };
    page.push_str(&format!("Reads     {reads}\n"));
    let limits = limits(plan);
    if !limits.is_empty() {
        page.push_str(&format!("Limits    {}\n", limits.join(", ")));
    }
    for warning in &plan.warnings {
        page.push_str(&format!("Warning   {}\n", printable(&warning.text)));
    }
    for note in &plan.notes {
        page.push_str(&format!("Note      {}\n", printable(note)));
    }
    let (present, absent): (Vec<_>, Vec<_>) = plan.planned.iter().partition(|it| !it.is_absent);
    for (title, origins) in grouped(&present) {
        page.push_str(&format!("\n{}\n", output::bold(title)));
        for planned in origins {
            page.push_str(&granted(planned));
        }
    }
    if !absent.is_empty() {
        page.push_str(&format!("\n{}\n", output::bold("Left out: not here")));
        for planned in absent {
            let (written, origin) = (printable(&planned.written), origin(&planned.origin));
            page.push_str(&format!("  {written}  ({origin})\n"));
        }
    }
    page
}

/// Returns what is granted by where it comes from: what a person wrote first.
fn grouped<'p>(planned: &[&'p Planned]) -> Vec<(String, Vec<&'p Planned>)> {
    let mut groups: Vec<(&Origin, Vec<&Planned>)> = Vec::new();
    for item in planned {
        match groups.iter_mut().find(|(origin, _)| **origin == item.origin) {
            Some((_, items)) => items.push(item),
            None => groups.push((&item.origin, vec![item])),
        }
    }
    groups.sort_by_key(|(origin, _)| *origin);
    let titled = groups.into_iter().map(|(from, items)| {
        let title = format!("{} ({})", origin(from), counted(number(items.len()), "grant"));
        (title, items)
    });
    titled.collect()
}

fn granted(planned: &Planned) -> String {
    let effects: Vec<String> = planned.effects.iter().map(spelled).collect();
    format!("  {}  =>  {}\n", printable(&planned.written), effects.join(", "))
}

fn spelled(effect: &CanonicalEffect) -> String {
    format!("{} {}", effect.op(), printable(effect.selector()))
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::CommandLine => "From the command line".to_owned(),
        Origin::File(file) => format!("From {}", printable(&file.display().to_string())),
        Origin::Profile(name) => format!("From the profile {}", printable(name)),
        Origin::Always => "What every command has".to_owned(),
    }
}

fn limits(plan: &Plan) -> Vec<String> {
    let limits = &plan.scope.limits;
    let told = [
        plan.wall_seconds.map(|seconds| format!("{seconds} s")),
        limits.processes.map(|number| format!("{number} processes at once")),
        limits.output_bytes.map(|bytes| format!("{} of output", counted(bytes, "byte"))),
    ];
    told.into_iter().flatten().collect()
}

fn document(plan: &Plan, probed: &Probed) -> Object {
    let planned = |it: &Planned| {
        Object::from([
            ("effects", effects::to_value(&it.effects)),
            ("is_absent", it.is_absent.into()),
            ("origin", origin_value(&it.origin)),
            ("written", it.written.as_str().into()),
        ])
    };
    let warning = |it: &scope::Warning| {
        Object::from([("text", Value::from(it.text.as_str())), ("weakens", it.weakens.into())])
    };
    let limits = &plan.scope.limits;
    let limits = Object::from([
        ("output_bytes", Value::from(limits.output_bytes)),
        ("processes", limits.processes.into()),
        ("wall_seconds", plan.wall_seconds.into()),
    ]);
    Object::from([
        ("effects", effects::to_value(&plan.effects)),
        ("features", features(probed)),
        ("grants", plan.planned.iter().map(|it| Value::from(planned(it))).collect()),
        ("level", plan.level.as_str().into()),
        ("limits", limits.into()),
        ("notes", plan.notes.iter().map(|it| Value::from(it.as_str())).collect()),
        ("observes_reads", plan.scope.observes_reads.into()),
        ("warnings", plan.warnings.iter().map(|it| Value::from(warning(it))).collect()),
    ])
}

fn origin_value(origin: &Origin) -> Value {
    let (kind, name) = match origin {
        Origin::CommandLine => ("command_line", None),
        Origin::File(file) => ("file", Some(file.display().to_string())),
        Origin::Profile(name) => ("profile", Some(name.clone())),
        Origin::Always => ("always", None),
    };
    Object::from([("kind", Value::from(kind)), ("name", name.into())]).into()
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
