//! A file that a wrapped command is expected to leave, as it is named.

use std::ffi::OsStr;

use motus_app::evidence::Wanted;
use motus_ledger::report::{Format, Subject};

/// Reads `KIND:PATH`.
pub(super) fn wanted(text: &str) -> Result<Wanted, &'static str> {
    const SHAPE: &str = "it is KIND:PATH, with the kind junit, tap, sarif, cargo-json or file";
    let (kind, path) = text.split_once(':').ok_or(SHAPE)?;
    let subject = match kind {
        "file" => Subject::Artifact,
        kind => Subject::Report(Format::parse(kind).ok_or(SHAPE)?),
    };
    match path {
        "" => Err(SHAPE),
        "-" => Err("standard input is the command's; name a file that it writes"),
        path => Ok(Wanted { subject, file: path.into() }),
    }
}

/// Reads a text that has `KIND:PATH` on each line, as a system hands it over; blank lines are none.
pub(crate) fn wanted_lines(text: &OsStr) -> Result<Vec<Wanted>, String> {
    let text = text.to_str().ok_or("--evidence is not text")?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| wanted(line).map_err(|why| format!("--evidence '{line}': {why}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_with_its_kind() {
        let read =
            |text| wanted(text).map(|it| (it.subject.as_str(), it.file.display().to_string()));
        assert_eq!(read("junit:target/a.xml"), Ok(("junit", "target/a.xml".to_owned())));
        assert_eq!(read("file:a:b"), Ok(("file", "a:b".to_owned())));
        assert_eq!(read("cargo-json:/x"), Ok(("cargo-json", "/x".to_owned())));
        for text in ["", "junit", "junit:", "xml:a", "a.xml", "tap:-"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn files_are_named_line_by_line() {
        let read = |text: &str| {
            let files = wanted_lines(OsStr::new(text))?;
            Ok::<_, String>(files.into_iter().map(|it| it.file.display().to_string()).collect())
        };
        let none: Vec<String> = Vec::new();
        assert_eq!(read(""), Ok(none.clone()));
        assert_eq!(read(" \r\n\n"), Ok(none));
        let two = "  junit:a b.xml\r\n\nfile:dist/x";
        assert_eq!(read(two), Ok(vec!["a b.xml".to_owned(), "dist/x".to_owned()]));
        let refused = read("junit:a.xml\nxml:b").unwrap_err();
        assert!(refused.starts_with("--evidence 'xml:b': it is KIND:PATH"), "{refused}");
    }
}
