//! Settings that take the programs out which a repository would have git run: for where git cannot be held to itself.

use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;

use super::question::{Answer, Question};

/// What names filters, in whatever settings count.
const FILTERS: [&str; 5] = ["config", "-z", "--name-only", "--get-regexp", r"^filter\."];

/// As many bytes of names are read; nobody has so many filters.
const MOST: usize = 64 << 10;

/// Returns settings under which no filter runs; nobody must look into submodules, whose settings are their own.
///
/// Errors: the filters cannot be told, or one has a name that no setting can repeat; then git must not be asked.
pub(super) fn settings(question: &Question<'_>) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let asked = Question { arguments: &FILTERS, ..*question };
    let answer = asked.hear(asked.start_free(), |bytes| {
        names.extend_from_slice(bytes);
        if names.len() > MOST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match answer {
        // It says so by an error when there is none.
        Answer::Complete | Answer::Refused => without(&names),
        Answer::Enough | Answer::OutOfTime => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn without(names: &[u8]) -> io::Result<Vec<String>> {
    let unusable = || io::Error::from(io::ErrorKind::InvalidData);
    let names = str::from_utf8(names).map_err(|_| unusable())?;
    let mut settings = BTreeSet::new();
    for name in names.split_terminator('\0') {
        let (filter, _) = name.rsplit_once('.').ok_or_else(unusable)?;
        if filter.contains(['=', '\n']) {
            return Err(unusable());
        }
        let emptied = ["clean=", "smudge=", "process=", "required=false"];
        settings.extend(emptied.map(|setting| format!("{filter}.{setting}")));
    }
    Ok(settings.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_emptied_and_a_name_that_cannot_be_is_refused() {
        let settings = without(b"filter.a.b.clean\0filter.lfs.required\0").unwrap();
        assert_eq!(
            settings,
            [
                "filter.a.b.clean=",
                "filter.a.b.process=",
                "filter.a.b.required=false",
                "filter.a.b.smudge=",
                "filter.lfs.clean=",
                "filter.lfs.process=",
                "filter.lfs.required=false",
                "filter.lfs.smudge=",
            ]
        );
        assert_eq!(without(b"").unwrap(), [""; 0]);
        for bad in [b"filter.a=b.clean\0".as_slice(), b"filter.\xff.clean\0", b"nothing\0"] {
            assert!(without(bad).is_err());
        }
    }
}
