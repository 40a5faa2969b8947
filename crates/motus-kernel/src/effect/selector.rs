//! The one spelling of each selector, and why some texts have none.
//!
//! Nothing is resolved and nothing is guessed: what two readers could understand differently, or
//! what could leave the place it seems to name, has no canonical form.

mod fs;
mod net;

use super::EffectOp;

/// Tells why a selector has no canonical form.
///
/// Shape: the text itself is not kept, since a refused address may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// `effect.selector_prefix`: the selector is of another kind than the operation.
    #[error("selector does not begin with `{expected}`")]
    Prefix {
        /// How selectors of the operation begin.
        expected: &'static str,
    },
    /// `effect.selector_control`: a control byte, which no name should hold.
    #[error("selector holds a control byte")]
    Control,
    /// `effect.selector_empty`: nothing is named.
    #[error("selector names nothing")]
    Empty,
    /// `effect.selector_backslash`: a separator on one system and a letter on others.
    #[error("selector holds a backslash; segments are separated by `/`")]
    Backslash,
    /// `effect.selector_drive_letter`: a path that begins with a letter and a colon.
    #[error("selector begins with a drive letter")]
    DriveLetter,
    /// `effect.selector_traversal`: a `..` segment, plain or encoded; it is never resolved.
    #[error("selector holds a `..` segment")]
    Traversal,
    /// `effect.selector_scheme`: an address without `scheme://`, or with a scheme that is none.
    #[error("selector has no `scheme://`")]
    Scheme,
    /// `effect.selector_query`: an address with a query.
    #[error("selector holds a query")]
    Query,
    /// `effect.selector_fragment`: an address with a fragment.
    #[error("selector holds a fragment")]
    Fragment,
    /// `effect.selector_userinfo`: an address with a user or a password.
    #[error("selector holds a user name or a password")]
    UserInfo,
    /// `effect.selector_host_not_ascii`: a host in its readable form.
    #[error("host is not ASCII; spell it as an A-label (`xn--…`)")]
    HostNotAscii,
    /// `effect.selector_host`: a host that is missing or none.
    #[error("host is missing or no name or address")]
    Host,
    /// `effect.selector_port`: a port that is no number up to 65535.
    #[error("port is no number up to 65535")]
    Port,
    /// `effect.selector_percent`: a `%` without two hexadecimal digits, or before those of a control or of what
    /// no text begins with.
    #[error("`%` without two hexadecimal digits of a character")]
    Percent,
}

impl SelectorError {
    /// Returns the stable code, `effect.selector_` and a reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Prefix { .. } => "effect.selector_prefix",
            Self::Control => "effect.selector_control",
            Self::Empty => "effect.selector_empty",
            Self::Backslash => "effect.selector_backslash",
            Self::DriveLetter => "effect.selector_drive_letter",
            Self::Traversal => "effect.selector_traversal",
            Self::Scheme => "effect.selector_scheme",
            Self::Query => "effect.selector_query",
            Self::Fragment => "effect.selector_fragment",
            Self::UserInfo => "effect.selector_userinfo",
            Self::HostNotAscii => "effect.selector_host_not_ascii",
            Self::Host => "effect.selector_host",
            Self::Port => "effect.selector_port",
            Self::Percent => "effect.selector_percent",
        }
    }
}

/// Returns the canonical form of a selector.
pub(super) fn canonical(op: EffectOp, selector: &str) -> Result<String, SelectorError> {
    let expected = prefix(op);
    let named = selector.strip_prefix(expected).ok_or(SelectorError::Prefix { expected })?;
    if named.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(SelectorError::Control);
    }
    match op {
        EffectOp::ReadFS | EffectOp::WriteFS => fs::canonical(named),
        EffectOp::Network => net::canonical(named),
        EffectOp::Exec | EffectOp::Publish => label(expected, named),
    }
}

/// Returns the widest that the canonical path of an address may mean to a host, as a directory.
pub(super) fn widest_address_path(path: &str) -> String {
    net::widest(path)
}

fn prefix(op: EffectOp) -> &'static str {
    match op {
        EffectOp::ReadFS | EffectOp::WriteFS => fs::PREFIX,
        EffectOp::Network => net::PREFIX,
        EffectOp::Exec => "exec:",
        EffectOp::Publish => "pub:",
    }
}

/// Programs and targets are opaque: only the spaces around them mean nothing.
fn label(prefix: &str, name: &str) -> Result<String, SelectorError> {
    match name.trim_matches(' ') {
        "" => Err(SelectorError::Empty),
        name => Ok([prefix, name].concat()),
    }
}
