//! Which file declares which: modules as Rust looks them up, without `#[path]`.
//!
//! Knows two kinds of trees: a crate's `src` and its integration tests in `tests/it`.

use super::source::SourceFile;
use crate::rust_text;

/// A file that some other file has to declare.
pub(super) struct Declaration {
    /// What stands after `mod`.
    pub(super) module: String,
    /// The files that may declare it, the customary one first.
    pub(super) parents: Vec<String>,
}

/// Returns what has to declare the file at `path`, or `None` when nothing has to: the root of a
/// tree, and files of other trees.
pub(super) fn declaration(path: &str) -> Option<Declaration> {
    let tree = Tree::of(path)?;
    let inside = path.strip_prefix(&tree.base)?.strip_suffix(".rs")?;
    if tree.roots.contains(&inside) || path.contains("/src/bin/") {
        return None;
    }
    let module_path = inside.strip_suffix("/mod").unwrap_or(inside);
    let (module, above) = match module_path.rsplit_once('/') {
        None => (module_path, tree.roots.iter().map(|&root| root.to_owned()).collect()),
        Some((folder, module)) => (module, vec![folder.to_owned(), format!("{folder}/mod")]),
    };
    let parents = above.iter().map(|parent| format!("{}{parent}.rs", tree.base)).collect();
    Some(Declaration { module: module.to_owned(), parents })
}

/// Says whether masked code holds `mod module`.
pub(super) fn declares(code: &str, module: &str) -> bool {
    rust_text::words(code, &format!("mod {module}")).next().is_some()
}

/// Says whether a file below `src` is compiled for tests alone: under `#[cfg(test)]` at each place
/// that declares it, itself or some module above it.
pub(super) fn is_only_for_tests(files: &[SourceFile], path: &str) -> bool {
    let Some(Declaration { module, parents }) = declaration(path) else {
        return false;
    };
    let mut is_declared = false;
    for parent in files.iter().filter(|file| parents.contains(&file.path)) {
        let in_tests_alone = is_only_for_tests(files, &parent.path);
        if !in_tests_alone && declares(&rust_text::hide_tests(&parent.code), &module) {
            return false;
        }
        is_declared |= declares(&parent.code, &module);
    }
    is_declared
}

/// One tree of modules.
struct Tree {
    /// Its folder, with the `/` behind it.
    base: String,
    /// The files that declare the outermost modules, without `.rs`.
    roots: &'static [&'static str],
}

impl Tree {
    fn of(path: &str) -> Option<Self> {
        let member_end = match path.strip_prefix("crates/") {
            Some(inside) => "crates/".len() + inside.find('/')?,
            None => path.find('/')?,
        };
        let trees: [(&str, &[&str]); 2] = [("/src/", &["lib", "main"]), ("/tests/it/", &["main"])];
        let (member, inside) = path.split_at(member_end);
        let (folder, roots) = trees.into_iter().find(|(folder, _)| inside.starts_with(folder))?;
        Some(Self { base: format!("{member}{folder}"), roots })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, module: &str, parents: &[&str]) {
        let found = declaration(path).unwrap();
        assert_eq!(found.module, module, "{path}");
        assert_eq!(found.parents, parents, "{path}");
    }

    #[test]
    fn a_module_is_declared_one_level_up() {
        check("crates/a/src/x.rs", "x", &["crates/a/src/lib.rs", "crates/a/src/main.rs"]);
        check("crates/a/src/x/mod.rs", "x", &["crates/a/src/lib.rs", "crates/a/src/main.rs"]);
        check("xtask/src/x/y.rs", "y", &["xtask/src/x.rs", "xtask/src/x/mod.rs"]);
        check("crates/a/tests/it/x.rs", "x", &["crates/a/tests/it/main.rs"]);
        let above = ["crates/a/tests/it/bin/src.rs", "crates/a/tests/it/bin/src/mod.rs"];
        check("crates/a/tests/it/bin/src/y.rs", "y", &above);
    }

    #[test]
    fn roots_and_other_trees_need_no_declaration() {
        for path in [
            "crates/a/src/lib.rs",
            "crates/a/src/bin/tool.rs",
            "crates/a/tests/it/main.rs",
            "crates/a/tests/bin/tool.rs",
            "crates/a/build.rs",
            "crates/a/src/text.json",
            "main.rs",
        ] {
            assert!(declaration(path).is_none(), "{path}");
        }
    }

    /// Says whether `crates/a/src/x/y.rs` is a test file below these two.
    fn is_test(lib: &str, x: &str) -> bool {
        let files = [("lib.rs", lib), ("x.rs", x), ("x/y.rs", "fn f() {}\n")];
        let files =
            files.map(|(path, text)| SourceFile::new(&format!("crates/a/src/{path}"), text));
        is_only_for_tests(&files, "crates/a/src/x/y.rs")
    }

    #[test]
    fn a_file_is_a_test_when_it_or_a_module_above_it_is_one() {
        assert!(is_test("mod x;\n", "#[cfg(test)]\nmod y;\n"));
        assert!(is_test("#[cfg(test)]\nmod x;\n", "mod y;\n"));
    }

    #[test]
    fn a_file_that_the_product_may_hold_is_no_test() {
        assert!(!is_test("mod x;\n", "mod y;\n"));
        assert!(!is_test("mod x;\n", "#[cfg(test)]\nmod y;\n#[cfg(not(test))]\nmod y;\n"));
        assert!(!is_test("mod x;\n", "// nobody declares it\n"));
    }
}
