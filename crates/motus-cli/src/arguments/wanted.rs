//! A file that a wrapped command is expected to leave, as it is named.

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
}
