//! Runs real commands under supervision and looks at what reaches the outside.

#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

mod git;
mod identity;
mod relay;
mod signals;
mod start;
mod support;
mod terminal;
mod timeout;

#[test]
fn every_file_here_is_part_of_the_suite() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs").filter(|&module| module != "main") {
            assert!(include_str!("main.rs").contains(&format!("mod {module};")), "{name}");
        }
    }
}
