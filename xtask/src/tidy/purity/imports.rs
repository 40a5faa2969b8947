//! Which modules of `std` code names, in paths and in groups of imports.

use crate::rust_text;

/// Returns each module of `std` that is named, with its place; an empty name where `std` itself
/// is, to give it another one.
pub(super) fn std_modules(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for offset in rust_text::words(code, "std") {
        let after = code[offset + "std".len()..].trim_start();
        let Some(path) = after.strip_prefix("::").map(str::trim_start) else {
            found.push((offset, ""));
            continue;
        };
        let start = code.len() - path.len();
        match rust_text::block(code, start).filter(|range| range.start == start) {
            Some(group) => found.extend(group_names(code, group.start + 1, group.end - 1)),
            None => found.push((offset, first_name(path))),
        }
    }
    found
}

/// Returns the first name of each path in a group of imports, with its place.
fn group_names(code: &str, start: usize, end: usize) -> Vec<(usize, &str)> {
    let mut depth = 0_usize;
    let between = |character: char| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0
    };
    let mut at = start;
    let mut names = Vec::new();
    for path in code[start..end].split(between) {
        let name = path.trim_start();
        if !name.is_empty() {
            names.push((at + path.len() - name.len(), first_name(name)));
        }
        at += path.len() + 1;
    }
    names
}

/// Returns the identifier at the beginning, or the one character that is none.
fn first_name(path: &str) -> &str {
    let length = path.bytes().take_while(|&byte| rust_text::is_identifier(byte)).count();
    let first = path.chars().next().map_or(0, char::len_utf8);
    &path[..length.max(first)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        let found = std_modules(code);
        let names: Vec<&str> = found.iter().map(|(_, name)| *name).collect();
        assert_eq!(names, expected, "{code}");
        for (at, name) in found {
            assert!(code[at..].starts_with(name) || code[at..].starts_with("std"), "{code}: {at}");
        }
    }

    #[test]
    fn each_path_and_each_group_names_its_modules() {
        check("use std::fmt;\nlet x = std::mem::take(y);\n", &["fmt", "mem"]);
        check("use std::{fmt::{self, Write}, io, };\n", &["fmt", "io"]);
        check(
            "use std::{\n    collections::{BTreeMap, {BTreeSet}},\n    fs};\n",
            &["collections", "fs"],
        );
        check("impl std::fmt::Display for X { }\nfn f() {}\n", &["fmt"]);
        check("use std::{};\nuse my_std::x;\n", &[]);
    }

    #[test]
    fn what_is_no_module_is_told_too() {
        check("use std as x;\n", &[""]);
        check("use std::*;\nuse std::{*, {fs}};\n", &["*", "*", "{"]);
        check("use std::", &[""]);
    }
}
