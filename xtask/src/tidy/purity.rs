//! The fence around the pure crates, in text: no disk, environment, process, thread, standard
//! stream, network, clock or hash order.
//!
//! Clippy bans calls; this bans the names themselves, so that a type cannot slip into a
//! signature. Of `std` only listed modules may be named, and no code may come from where this does
//! not look. It reads what is written, not what a macro of a dependency expands to.

mod imports;

use super::manifest;
use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

/// Crates whose promise is: same input, same output, nothing else.
pub(crate) const PURE_CRATES: &[&str] =
    &["motus-json", "motus-kernel", "motus-ledger", "textus-core"];

/// Modules of `std` without effects of their own. What is missing here is an effect (`fs`), gives
/// a value methods that are effects (`path`, `time`), or was not needed so far.
const STD_MODULES: &[&str] = &[
    "any",
    "array",
    "ascii",
    "borrow",
    "boxed",
    "cell",
    "char",
    "clone",
    "cmp",
    "collections",
    "convert",
    "default",
    "error",
    "f64",
    "fmt",
    "hash",
    "io",
    "iter",
    "marker",
    "mem",
    "num",
    "ops",
    "option",
    "rc",
    "result",
    "slice",
    "str",
    "string",
    "sync",
    "vec",
];

const NO_CLOCK: &str = "take the time as an argument";
const NO_ORDER: &str = "its order or value differs from run to run";
const NO_STREAM: &str = "take a reader or a writer as an argument";

/// Names that carry an effect out of a module that is allowed, wherever they come from.
const NAMES: &[(&str, &str)] = &[
    ("SystemTime", NO_CLOCK),
    ("Instant", NO_CLOCK),
    ("UNIX_EPOCH", NO_CLOCK),
    ("Timestamp::now", NO_CLOCK),
    ("Zoned::now", NO_CLOCK),
    ("HashMap", "use BTreeMap: its order is the same everywhere"),
    ("HashSet", "use BTreeSet: its order is the same everywhere"),
    ("RandomState", NO_ORDER),
    ("DefaultHasher", NO_ORDER),
    ("stdin", NO_STREAM),
    ("stdout", NO_STREAM),
    ("stderr", NO_STREAM),
    ("io::pipe", NO_STREAM),
    ("thread_local", "take the state as an argument"),
];

/// One name that one file may use all the same.
struct Exception {
    path: &'static str,
    name: &'static str,
    because: &'static str,
}

const EXCEPTIONS: &[Exception] = &[Exception {
    path: "crates/motus-json/src/object/index.rs",
    name: "RandomState",
    because: "the index only finds members, so hash order never shows",
}];

/// Checks that product code of a pure crate names no effect.
pub(super) fn pure_crates(file: &SourceFile) -> Vec<Finding> {
    let Some(name) = file.crate_source().filter(|name| PURE_CRATES.contains(name)) else {
        return Vec::new();
    };
    let code = file.product_code();
    let mut findings = Vec::new();
    let mut found = |offset: usize, what: &str, instead: &str| {
        let line = rust_text::line_of(&code, offset);
        let message = format!("`{what}` in {name}, which is pure: {instead}");
        findings.push(Finding::new(&file.path, line, message));
    };
    let is_excepted =
        |word| EXCEPTIONS.iter().any(|allowed| allowed.path == file.path && allowed.name == word);
    for (word, instead) in NAMES.iter().filter(|(word, _)| !is_excepted(*word)) {
        rust_text::words(&code, word).for_each(|offset| found(offset, word, instead));
    }
    for (offset, module) in imports::std_modules(&code) {
        match module {
            "" => found(offset, "std", "name the module that is used"),
            module if STD_MODULES.contains(&module) => {}
            module => {
                let instead = "move the effect to the crate that promises it";
                found(offset, &format!("std::{module}"), instead);
            }
        }
    }
    findings
}

/// Checks that each exception is still needed.
pub(super) fn needed_exceptions(files: &[SourceFile]) -> Vec<Finding> {
    let uses = |allowed: &Exception| {
        let mut holders = files.iter().filter(|file| file.path == allowed.path);
        holders.any(|file| rust_text::words(&file.product_code(), allowed.name).next().is_some())
    };
    let stale = EXCEPTIONS.iter().filter(|allowed| !uses(allowed));
    stale
        .map(|Exception { path, name, because }| {
            let message = format!(
                "no `{name}` here: remove the exception for it (\"{because}\") in \
                 xtask/src/tidy/purity.rs"
            );
            Finding::new(path, 1, message)
        })
        .collect()
}

/// Checks that all code of a pure crate lies where [`pure_crates`] looks: no build script, and no
/// file that is taken in by its path.
pub(super) fn no_code_from_elsewhere(file: &SourceFile) -> Vec<Finding> {
    let Some(name) = file.crate_name().filter(|name| PURE_CRATES.contains(name)) else {
        return Vec::new();
    };
    let find = |line, what: &str| {
        let message = format!("{what} in {name}, which is pure: keep all code in modules of src");
        Finding::new(&file.path, line, message)
    };
    let mut findings = Vec::new();
    if file.path == format!("crates/{name}/build.rs") {
        findings.push(find(1, "build script"));
    }
    let settings = manifest::settings(file);
    findings.extend(
        settings
            .filter(|(_, key, _)| matches!(*key, "build" | "path" | "lib.path"))
            .map(|(line, key, _)| find(line, &format!("`{key}`"))),
    );
    if file.crate_source().is_some() {
        let code = file.product_code();
        let line = |offset| rust_text::line_of(&code, offset);
        findings.extend(paths(&code).map(|offset| find(line(offset), "`#[path]`")));
        let included = rust_text::words(&code, "include!");
        findings.extend(included.map(|offset| find(line(offset), "`include!`")));
    }
    findings
}

/// Yields where an attribute sets the path of a module, directly or under a condition.
fn paths(code: &str) -> impl Iterator<Item = usize> {
    rust_text::attributes(code).filter_map(move |range| {
        let attribute = &code[range.clone()];
        let mut words = rust_text::words(attribute, "path");
        let is_set = |at: &usize| attribute[at + "path".len()..].trim_start().starts_with('=');
        words.find(is_set).map(|at| range.start + at)
    })
}

#[cfg(test)]
mod tests;
