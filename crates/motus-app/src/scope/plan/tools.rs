//! Where tools keep what is theirs: below the home directory, or where a variable says.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A tool that lets a variable say where it keeps what is its own; grants have it as `$VARIABLE/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tool {
    pub(crate) variable: &'static str,
    /// Below the home directory, where the variable is not set.
    pub(crate) usual: &'static str,
}

const TOOLS: [Tool; 4] = [
    Tool { variable: "CARGO_HOME", usual: ".cargo" },
    Tool { variable: "RUSTUP_HOME", usual: ".rustup" },
    Tool { variable: "PYENV_ROOT", usual: ".pyenv" },
    Tool { variable: "NVM_DIR", usual: ".nvm" },
];

/// What the variables of tools say: `CARGO_HOME`, `RUSTUP_HOME`, `PYENV_ROOT` and `NVM_DIR`.
#[derive(Debug, Clone, Default)]
pub struct ToolHomes(Vec<(Tool, PathBuf)>);

impl ToolHomes {
    /// Asks for each variable; one that is empty says nothing.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let said = |tool: Tool| {
            let said = variable(tool.variable).filter(|said| !said.is_empty())?;
            Some((tool, PathBuf::from(said)))
        };
        Self(TOOLS.into_iter().filter_map(said).collect())
    }

    /// Returns where a tool's own was moved to, as it is written.
    pub(crate) fn moved(&self, tool: Tool) -> Option<&Path> {
        self.0.iter().find(|(moved, _)| *moved == tool).map(|(_, path)| path.as_path())
    }
}

/// Returns the names of the variables.
pub(crate) fn variables() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().map(|tool| tool.variable)
}

/// Takes `$VARIABLE/REST` apart.
pub(crate) fn named(value: &str) -> Option<(Tool, &str)> {
    let (variable, rest) = value.strip_prefix('$')?.split_once('/')?;
    let tool = TOOLS.into_iter().find(|tool| tool.variable == variable)?;
    Some((tool, rest.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_name_of_a_tool_and_a_slash_is_the_tool_s() {
        let (tool, rest) = named("$CARGO_HOME//registry/").expect("it is a tool's");
        assert_eq!((tool.usual, rest), (".cargo", "registry/"));
        for other in ["$CARGO_HOME", "$CARGO_HOMES/x", "./$CARGO_HOME/x", "$HOME/x", "CARGO_HOME/x"]
        {
            assert_eq!(named(other), None, "{other}");
        }
    }

    #[test]
    fn a_variable_that_is_empty_says_nothing() {
        let homes = ToolHomes::read(|name| match name {
            "CARGO_HOME" => Some("/opt/cargo".into()),
            "NVM_DIR" => Some("".into()),
            _ => None,
        });
        let moved: Vec<_> = TOOLS.into_iter().filter_map(|tool| homes.moved(tool)).collect();
        assert_eq!(moved, [Path::new("/opt/cargo")]);
    }
}
