//! The forgotten-file rule: a file under `tests/it/` that nobody declares is a test that never
//! runs.

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

/// Checks that each file of an integration test binary is declared by its parent module.
pub(super) fn forgotten_modules(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let Some((module, parents)) = declaration(&file.path) else {
            continue;
        };
        let declared = parents.iter().any(|parent| declares(files, parent, &module));
        if !declared {
            let message = format!("never compiled: declare `mod {module};` in {}", parents[0]);
            findings.push(Finding::new(&file.path, 1, message));
        }
    }
    findings
}

/// Returns a test file's module name and the files that may declare it, or `None` when it needs
/// no declaration.
fn declaration(path: &str) -> Option<(String, Vec<String>)> {
    let (member, inside) = path.split_once("/tests/it/")?;
    let module_path = inside.strip_suffix(".rs").filter(|&module| module != "main")?;
    let module_path = module_path.strip_suffix("/mod").unwrap_or(module_path);
    let base = format!("{member}/tests/it");
    Some(match module_path.rsplit_once('/') {
        None => (module_path.to_owned(), vec![format!("{base}/main.rs")]),
        Some((folder, module)) => (
            module.to_owned(),
            vec![format!("{base}/{folder}.rs"), format!("{base}/{folder}/mod.rs")],
        ),
    })
}

fn declares(files: &[SourceFile], parent: &str, module: &str) -> bool {
    let declaration = format!("mod {module}");
    let mut parents = files.iter().filter(|file| file.path == parent);
    parents.any(|file| rust_text::words(&file.code, &declaration).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[track_caller]
    fn check(tree: &[(&str, &str)], expected: &[&str]) {
        let files: Vec<SourceFile> =
            tree.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        assert_findings(&forgotten_modules(&files), expected);
    }

    #[test]
    fn a_file_that_nobody_declares_is_found() {
        check(
            &[
                ("crates/a/tests/it/main.rs", "// mod wrap;\nmod other;\n"),
                ("crates/a/tests/it/wrap.rs", ""),
            ],
            &[
                "crates/a/tests/it/wrap.rs:1: never compiled: declare `mod wrap;` in crates/a/tests/it/main.rs",
            ],
        );
        check(
            &[
                ("crates/a/tests/it/main.rs", "mod wrap;\n"),
                ("crates/a/tests/it/wrap.rs", ""),
                ("crates/a/tests/it/wrap/signals.rs", ""),
            ],
            &[
                "crates/a/tests/it/wrap/signals.rs:1: never compiled: declare `mod signals;` in crates/a/tests/it/wrap.rs",
            ],
        );
    }

    #[test]
    fn declared_files_pass_in_either_layout() {
        check(
            &[
                ("crates/a/tests/it/main.rs", "mod wrap;\nmod run;\n"),
                ("crates/a/tests/it/wrap.rs", "mod signals;\n"),
                ("crates/a/tests/it/wrap/signals.rs", ""),
                ("crates/a/tests/it/run/mod.rs", "mod list;\n"),
                ("crates/a/tests/it/run/list.rs", ""),
            ],
            &[],
        );
    }
}
