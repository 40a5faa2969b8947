//! Does what reading project memory costs at the least, on one thread, with the standard library.
//!
//! Usage: `motus-testkit-memory-baseline sort FOLDER` walks and sorts the paths of all files;
//! `.. read FOLDER` walks, reads each file and parses it as a Markdown entry. It prints how many.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use textus_core::format::{self, Format};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut paths = Vec::new();
    match arguments {
        ["sort", folder] => {
            walk(Path::new(folder), &mut paths)?;
            paths.sort_unstable();
        }
        ["read", folder] => {
            walk(Path::new(folder), &mut paths)?;
            for path in &paths {
                let bytes = fs::read(path)?;
                format::read(Format::Markdown, &bytes, "")
                    .map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        _ => return Err("usage: motus-testkit-memory-baseline sort|read FOLDER".into()),
    }
    writeln!(io::stdout(), "{}", paths.len())?;
    Ok(())
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), paths)?;
        } else {
            paths.push(entry.path());
        }
    }
    Ok(())
}
