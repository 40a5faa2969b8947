//! `cargo xtask docs`: the manual pages, written to the repository or compared with it.
//!
//! A page says what `--help` says, in sections that a manual has. It holds no date and nothing of this
//! machine; of versions only that of the workspace.

mod page;

use std::ffi::OsString;

use clap::Command;

use crate::failure::Failure;
use crate::generated::{Files, Folder};
use page::page;

const FOLDER: Folder = Folder { path: "docs/man", command: "docs", owner: "command" };

/// Writes the manual pages, or with `--check` compares them.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let pages: Files =
        [motus_cli::command(), textus_cli::command()].map(pages).into_iter().flatten().collect();
    FOLDER.run(arguments, &pages)
}

/// Returns a page for a program and one for each of its commands, by file name.
fn pages(mut program: Command) -> Files {
    program.build();
    let mut pages = Files::new();
    add(&mut pages, &program, &[]);
    pages
}

fn add(pages: &mut Files, command: &Command, above: &[&str]) {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    pages.insert(format!("{name}.1"), page(command, name, above).into_bytes());
    let above = [above, &[name]].concat();
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        add(pages, inner, &above);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page() {
        let motus = pages(motus_cli::command());
        for name in ["motus.1", "motus-wrap.1", "motus-run.1", "motus-run-list.1", "motus-help.1"] {
            assert!(motus.contains_key(name), "{name}: {:?}", motus.keys());
        }
        assert!(pages(textus_cli::command()).contains_key("textus-key-mv.1"));
    }

    #[test]
    fn what_is_hidden_has_no_page() {
        let hidden = Command::new("inner").hide(true);
        let pages = pages(Command::new("outer").disable_help_subcommand(true).subcommand(hidden));
        assert_eq!(pages.into_keys().collect::<Vec<_>>(), ["outer.1"]);
    }
}
