//! `motus scope check`: every fault of a document, of its form and of what it names here.

use std::ffi::OsString;
use std::path::Path;

use super::document::{LONGEST, fault, read_placed};
use super::{Grant, Plan, Probed, Request, ScopeError, Surroundings, plan};
use crate::strategies::Fault;

/// What comes of looking at a document.
#[derive(Debug)]
pub enum Examined {
    /// A scope can be planned by it.
    Sound(Box<Plan>),
    /// It cannot: every fault, in the order of the document.
    Faulty(Vec<Fault>),
}

/// Looks at a document; nothing is made or changed.
///
/// Errors: `input.unreadable`.
pub fn examine(
    file: &Path,
    surroundings: &Surroundings,
    probed: &Probed,
) -> Result<Examined, ScopeError> {
    let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let text = crate::document(&surroundings.directory.join(file), limit)
        .map_err(|source| ScopeError::Unreadable { file: file.to_owned(), source })?;
    let (document, places) = match read_placed(&text, file) {
        Ok(read) => read,
        Err(ScopeError::Document { faults, .. }) => return Ok(Examined::Faulty(faults)),
        Err(error) => return Err(error),
    };
    let planned = |request: &Request| plan(request, &OsString::new(), surroundings, probed);
    let request = Request { file: Some(file.to_owned()), ..Request::default() };
    let whole = match planned(&request) {
        Ok(plan) => return Ok(Examined::Sound(Box::new(plan))),
        Err(error) => error,
    };
    let mut faults = Vec::new();
    // What may be written is made, so that others may name what lies below it.
    let mut made = Vec::new();
    let mut grants: Vec<_> = document.grants.into_iter().zip(places).collect();
    grants.sort_by_key(|(grant, _)| !matches!(grant, Grant::Write(_)));
    for (grant, place) in grants {
        let mut request = Request { grants: made.clone(), ..Request::default() };
        request.grants.push(grant.clone());
        match planned(&request) {
            Err(error) => faults.push(fault(place, error.to_string())),
            Ok(_) if matches!(grant, Grant::Write(_)) => made.push(grant),
            Ok(_) => {}
        }
    }
    faults.sort_by_key(|fault| (fault.line, fault.column));
    if faults.is_empty() {
        // Each grant is sound by itself: they contradict each other.
        faults.push(fault((1, 1), whole.to_string()));
    }
    Ok(Examined::Faulty(faults))
}

#[cfg(test)]
mod tests {
    use motus_testkit::harness::Scratch;

    use super::*;
    use crate::scope::ToolHomes;

    fn examined(scratch: &Scratch, text: &str) -> Result<usize, Vec<String>> {
        scratch.write("scope.yaml", text);
        let surroundings = Surroundings {
            directory: scratch.project(),
            home: Some(scratch.home()),
            path: None,
            temporary: scratch.temporary(),
            tool_homes: ToolHomes::default(),
            nonce: [0; 6],
            store: None,
        };
        let probed = Probed::nothing("not tried");
        match examine(Path::new("scope.yaml"), &surroundings, &probed).expect("it is read") {
            Examined::Sound(plan) => Ok(plan.effects.len()),
            Examined::Faulty(faults) => {
                let root = scratch.project().display().to_string();
                Err(faults.iter().map(|it| it.to_string().replace(&root, "[DIR]")).collect())
            }
        }
    }

    #[test]
    fn everything_that_is_not_there_is_told_with_its_place() {
        let scratch = Scratch::new();
        let faults = examined(
            &scratch,
            "motus_scope: \"0.1\"\nread: [nope]\nwrite:\n  - out/\n  - lost\nexec:\n  - out/bin/\n  - nosuch\n",
        );
        let expected = [
            "2:8: [DIR]/nope is not there",
            "5:5: [DIR]/lost is not there",
            "8:5: \"nosuch\" is no program",
        ];
        assert_eq!(faults.unwrap_err(), expected);
    }

    #[test]
    fn grants_that_contradict_each_other_are_told() {
        let scratch = Scratch::new();
        let faults = examined(
            &scratch,
            "motus_scope: \"0.1\"\noffline: true\nnet: [\"https://example.com/\"]\n",
        );
        let told = faults.unwrap_err();
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("1:1: net:https://example.com/ cannot"), "{told:?}");
    }

    #[test]
    fn a_sound_document_is_planned_and_nothing_is_made() {
        let scratch = Scratch::new();
        assert!(examined(&scratch, "motus_scope: \"0.1\"\nwrite: [out/]\n").is_ok());
        assert!(!scratch.project().join("out").exists());
        assert_eq!(examined(&scratch, "read: []\n").unwrap_err().len(), 1);
    }
}
