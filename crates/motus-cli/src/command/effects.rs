//! `motus effects`: the algebra of effects, for producers and for those who check them.

mod check;

use std::path::Path;

use motus_app::effects::{self, CanonicalEffect, EffectsError, to_value};
use motus_app::exit;
use motus_json::{Object, Value, pretty};

use crate::arguments::{CompressArguments, CoversArguments, EffectsCommand};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::text::{counted, printable};
use crate::{input, output};

pub(crate) fn run(
    command: &EffectsCommand,
    environment: impl FnOnce() -> Result<Environment, Failure>,
) -> Result<u8, Failure> {
    match command {
        EffectsCommand::Normalize(_) => {
            let effects = effects::normalize(&input::standard()?).map_err(no_input)?;
            print(&to_value(&effects))?;
            Ok(exit::OK)
        }
        EffectsCommand::Compress(arguments) => compress(arguments),
        EffectsCommand::Covers(arguments) => covers(arguments),
        EffectsCommand::Check(arguments) => {
            let environment = environment()?;
            check::run(arguments, &environment).map_err(|failure| failure.look_above(&environment))
        }
    }
}

fn compress(arguments: &CompressArguments) -> Result<u8, Failure> {
    let compressed = effects::compress(&input::standard()?, arguments.k).map_err(no_input)?;
    let effects = to_value(&compressed.effects);
    if arguments.json {
        output::json(Object::from([
            ("effects", effects),
            ("fits", compressed.fits.into()),
            ("widened_to_root", compressed.widened_to_root.into()),
        ]))?;
    } else {
        print(&effects)?;
    }
    if compressed.widened_to_root {
        output::talk("warning: everything below a root is allowed by these effects");
    }
    if compressed.fits {
        return Ok(exit::OK);
    }
    let (left, k) = (counted(compressed.effects.len() as u64, "effect"), arguments.k);
    output::talk(format!("motus effects: cannot come to {k}: {left} left that do not merge"));
    Ok(exit::FAILED)
}

fn covers(arguments: &CoversArguments) -> Result<u8, Failure> {
    let (declared, observed) = (read(&arguments.declared)?, read(&arguments.observed)?);
    let uncovered = effects::not_covered(&declared, &observed);
    let covered = uncovered.is_empty();
    if arguments.json {
        let uncovered = to_value(&uncovered);
        output::json(Object::from([("covered", covered.into()), ("uncovered", uncovered)]))?;
    } else if covered {
        output::data("covered\n")?;
    } else {
        let line = |effect: &CanonicalEffect| {
            format!("not covered: {} {}\n", effect.op(), printable(effect.selector()))
        };
        output::data(&uncovered.iter().map(line).collect::<String>())?;
    }
    Ok(if covered { exit::OK } else { exit::FAILED })
}

fn read(path: &Path) -> Result<Vec<CanonicalEffect>, Failure> {
    let document = input::file(path)?;
    effects::normalize(&document).map_err(|error| Failure::Effects(path.to_owned(), error))
}

fn no_input(error: EffectsError) -> Failure {
    Failure::Effects(input::STANDARD.into(), error)
}

fn print(effects: &Value) -> Result<(), Failure> {
    output::document(format!("{}\n", pretty::write(effects)).as_bytes())
}
