//! `motus scope check`: whether a document is one of a scope, and what it names is there.

use motus_app::exit;
use motus_app::scope::examine::{Examined, examine};
use motus_app::scope::probe;
use motus_app::strategies::Fault;
use motus_json::{Object, Value};

use crate::arguments::CheckScopeArguments;
use crate::command::wrap::surroundings;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{counted, printable, shown};

pub(super) fn run(
    arguments: &CheckScopeArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let surroundings = surroundings(None, environment)?;
    let (faults, declared) = match examine(&arguments.file, &surroundings, &probe()?)? {
        Examined::Sound(plan) => (Vec::new(), plan.effects.len()),
        Examined::Faulty(faults) => (faults, 0),
    };
    let file = shown(&arguments.file);
    if arguments.json {
        output::json(Object::from([
            ("effects", Value::from(declared)),
            ("faults", faults.iter().map(|fault| Value::from(object(fault, &file))).collect()),
            ("valid", faults.is_empty().into()),
        ]))?;
    } else if faults.is_empty() {
        let declared = counted(u64::try_from(declared).unwrap_or(u64::MAX), "effect");
        output::data(&format!("valid: {file} declares {declared}, with what every scope has\n"))?;
    } else {
        let line = |fault: &Fault| format!("{file}:{}\n", printable(&fault.to_string()));
        output::data(&faults.iter().map(line).collect::<String>())?;
    }
    Ok(if faults.is_empty() { exit::OK } else { exit::FAILED })
}

fn object(fault: &Fault, file: &str) -> Object {
    Object::from([
        ("column", Value::from(fault.column)),
        ("file", file.into()),
        ("line", fault.line.into()),
        ("message", fault.message.as_str().into()),
    ])
}
