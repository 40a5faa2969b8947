//! What a scope adds to `cargo build` of thirty small crates, enforced and fully observed.

use std::path::{Path, PathBuf};

use super::Row;
use crate::bench::in_scope::{Subject, WITHOUT, unmeasurable};
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "scope_cargo", gate: false, measure };

const CRATES: u32 = 30;
/// Enough that a crate takes a compiler a moment.
const FUNCTIONS: u32 = 120;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable(workbench) {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    // What starts this process is the toolchain's own, not what chooses one by the home directory.
    let Some(cargo) = std::env::var_os("CARGO").map(PathBuf::from) else {
        return Ok(vec![Measurement::skipped(ROW.name, "CARGO does not tell where cargo is")]);
    };
    let toolchain = cargo.ancestors().nth(2).unwrap_or(Path::new("/")).display().to_string();
    let mut subject = Subject::new(workbench, "crates")?;
    write_crates(&subject)?;
    subject.set("RUSTC", cargo.with_file_name("rustc"));
    subject.set("CARGO_HOME", subject.folder.join("cargo-home"));
    let cargo = cargo.display().to_string();
    // Building anew is part of both sides.
    let script = "rm -rf target && exec \"$0\" build --offline --workspace";
    let wrapped = ["sh", "-c", script, &cargo];
    let toolchain = format!("exec:{toolchain}/");
    let scope = [
        "--profile",
        "toolchain",
        "--allow",
        &toolchain,
        "--allow",
        "write:cargo-home/",
        "--allow",
        // It is removed, which changes the folder that it lies in.
        "write:.",
    ];
    let pairs = subject.pairs(&scope, &wrapped)?;
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(1.15), WITHOUT, "ms wall", pairs)])
}

/// Each crate depends on the one that stands eight before it, so that some are built beside each other.
fn write_crates(subject: &Subject<'_>) -> Result<(), Failure> {
    subject.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"c*\"]\nexclude = [\"cargo-home\"]\n",
    )?;
    for number in 0..CRATES {
        let mut manifest = format!(
            "[package]\nname = \"c{number}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n"
        );
        if let Some(before) = number.checked_sub(8) {
            manifest.push_str(&format!("c{before} = {{ path = \"../c{before}\" }}\n"));
        }
        subject.write(&format!("c{number}/Cargo.toml"), &manifest)?;
        let functions = (0..FUNCTIONS).map(|it| {
            format!(
                "pub fn f{it}(words: &[String]) -> Vec<(String, usize)> {{\n    \
                 let mut all: Vec<_> = words.iter().map(|word| (word.clone(), word.len() + {it})).collect();\n    \
                 all.sort();\n    all\n}}\n"
            )
        });
        subject.write(&format!("c{number}/src/lib.rs"), &functions.collect::<String>())?;
    }
    Ok(())
}
