//! Who acts: where the name of a role comes from, and which role of the store it is.
//!
//! A role is what a caller says it is. This holds callers to their word; it proves nothing about them.

use crate::manifest::{Manifest, Role, is_role_name};
use crate::{Code, Error};

/// Who acts when nobody says so.
const DEFAULT: &str = "human";

/// Where a role may be named, the strongest first. Source: textus/3 §5.1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    /// What the flag `--as` says; one that is given counts, even if it is empty.
    pub flag: Option<&'a str>,
    /// What the environment variable `TEXTUS_ROLE` says; empty is not said.
    pub environment: Option<&'a str>,
    /// The text of the store's file `role`: its first line, trimmed; empty is not said.
    pub file: Option<&'a str>,
}

impl<'a> Named<'a> {
    /// Returns the name that counts, well formed or not.
    pub fn name(&self) -> &'a str {
        let said = |text: Option<&'a str>| text.map(str::trim).filter(|text| !text.is_empty());
        let first_line = self.file.and_then(|text| text.lines().next());
        self.flag.or_else(|| said(self.environment)).or_else(|| said(first_line)).unwrap_or(DEFAULT)
    }
}

/// Finds the role that acts.
///
/// Errors: `invalid_role`, `{role}`, for a name that is not well formed or that the manifest does not
/// declare.
pub fn resolve<'m>(named: Named<'_>, manifest: &'m Manifest) -> Result<&'m Role, Error> {
    let name = named.name();
    manifest.role(name).ok_or_else(|| {
        let fault = if is_role_name(name) {
            "is not declared in the manifest"
        } else {
            "is not of the form [a-z][a-z0-9_-]*"
        };
        let declared: Vec<&str> = manifest.roles.iter().map(|role| role.name.as_str()).collect();
        let hint = match declared.as_slice() {
            [] => "the manifest declares no roles".to_owned(),
            declared => format!("declared roles: {}", declared.join(", ")),
        };
        Error::new(Code::InvalidRole, format!("role '{name}' {fault}"))
            .with("role", name)
            .hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{store, text};

    #[test]
    fn the_first_that_names_a_role_counts() {
        let all = Named { flag: Some("a"), environment: Some("b"), file: Some("c\nd") };
        assert_eq!(all.name(), "a");
        assert_eq!(Named { flag: None, ..all }.name(), "b");
        assert_eq!(Named { flag: None, environment: None, ..all }.name(), "c");
        assert_eq!(Named::default().name(), "human");
    }

    #[test]
    fn what_says_nothing_is_passed_over_but_a_flag_is_never() {
        let file = |text| Named { environment: Some(" "), file: Some(text), ..Named::default() };
        assert_eq!(file(" agent \r\nhuman\n").name(), "agent");
        assert_eq!(file("\nagent\n").name(), "human");
        assert_eq!(file("").name(), "human");
        assert_eq!(Named { flag: Some(""), ..file("agent") }.name(), "");
    }

    #[test]
    fn roles_must_be_declared() {
        let manifest = store();
        let resolve = |flag| resolve(Named { flag: Some(flag), ..Named::default() }, &manifest);
        assert_eq!(resolve("agent").unwrap().name, "agent");
        let error = resolve("robot").unwrap_err();
        assert_eq!(error.code(), Code::InvalidRole);
        assert_eq!(error.message(), "role 'robot' is not declared in the manifest");
        assert_eq!(text(error.details()), r#"{"role":"robot"}"#);
        assert_eq!(error.next_step(), Some("declared roles: human, agent, automation"));
        for name in ["", "Human", "human ", "1", "human\nagent", "ä"] {
            let error = resolve(name).unwrap_err();
            assert_eq!(error.code(), Code::InvalidRole);
            assert_eq!(error.details().get("role").unwrap().as_str(), Some(name));
            assert!(error.message().ends_with("is not of the form [a-z][a-z0-9_-]*"));
        }
    }

    #[test]
    fn a_store_without_roles_says_so() {
        let mut manifest = store();
        manifest.roles.clear();
        let error = resolve(Named::default(), &manifest).unwrap_err();
        assert_eq!(error.next_step(), Some("the manifest declares no roles"));
    }

    proptest! {
        #[test]
        fn only_declared_names_are_roles(name in "\\PC{0,12}|human|agent") {
            let manifest = store();
            let found = resolve(Named { flag: Some(&name), ..Named::default() }, &manifest);
            prop_assert_eq!(found.is_ok(), manifest.role(&name).is_some());
        }
    }
}
