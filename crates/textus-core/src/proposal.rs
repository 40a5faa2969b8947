//! Proposals: what an entry of the queue would make of another entry.

use motus_json::{Object, Value};

use crate::format::{Document, Payload};
use crate::{Code, Error, Key};

/// Members of a proposal's metadata that are about the proposal itself.
const OF_THE_PROPOSAL: [&str; 4] = ["proposal", "frontmatter", "uid", "name"];

/// What somebody proposes. Source: textus/3 §5.5.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The entry that would change.
    pub target: Key,
    /// What would become of it.
    pub action: Action,
    /// The etag of the target that the proposer saw, if that matters.
    pub if_etag: Option<String>,
}

/// What would become of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It gets the proposed content.
    Put,
    /// It goes.
    Delete,
}

impl Action {
    /// Returns the word that stands in a proposal.
    pub fn name(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Delete => "delete",
        }
    }
}

impl Proposal {
    /// Reads `_meta.proposal`, `{target_key, action, if_etag}`, where the action is `put` unless it says
    /// otherwise.
    ///
    /// Errors: `proposal_error`, naming what is missing or wrong.
    pub fn of(key: &Key, document: &Document) -> Result<Self, Error> {
        let target = target_key(key, document)?;
        let target = Key::parse(target).map_err(|error| refuse(key, error.message()))?;
        let frontmatter = document.meta.get("frontmatter");
        if !matches!(frontmatter, None | Some(Value::Null | Value::Object(_))) {
            return Err(refuse(key, "_meta.frontmatter is no mapping"));
        }
        let action = document.meta.get("proposal").and_then(|proposal| proposal.get("action"));
        let action = match action {
            None | Some(Value::Null) => Action::Put,
            Some(action) => match action.as_str() {
                Some("put") => Action::Put,
                Some("delete") => Action::Delete,
                _ => {
                    let why = "_meta.proposal.action is neither put nor delete";
                    return Err(refuse(key, why));
                }
            },
        };
        let if_etag = document.meta.get("proposal").and_then(|proposal| proposal.get("if_etag"));
        let if_etag = match if_etag {
            None | Some(Value::Null) => None,
            Some(etag) => match etag.as_str() {
                Some(etag) => Some(etag.to_owned()),
                None => return Err(refuse(key, "_meta.proposal.if_etag is no text")),
            },
        };
        Ok(Self { target, action, if_etag })
    }
}

/// Returns the target that a proposal names, which is all that refusing it takes.
///
/// Errors: `proposal_error` for what names none.
pub fn target_key<'d>(key: &Key, document: &'d Document) -> Result<&'d str, Error> {
    let Some(Value::Object(proposal)) = document.meta.get("proposal") else {
        return Err(refuse(key, "it has no mapping _meta.proposal"));
    };
    let target = proposal.get("target_key").and_then(Value::as_str);
    target.ok_or_else(|| refuse(key, "_meta.proposal has no target_key"))
}

fn refuse(key: &Key, why: &str) -> Error {
    Error::new(Code::ProposalError, format!("'{key}' is no proposal: {why}"))
        .with("key", key.as_str())
        .hint("a proposal says proposal: {target_key: .., action: put}; 'delete' removes what is none")
}

/// Returns what a proposal would write to its target.
///
/// The metadata is `_meta.frontmatter`; where there is none it is what else the proposal's metadata says
/// but for its own name. The body is the proposal's, or its content where it has some. No uid is proposed,
/// wherever one stands: what is canon keeps its own, or gets a new one.
pub fn proposed(document: &Document) -> Payload {
    let mut meta = match document.meta.get("frontmatter") {
        Some(Value::Object(frontmatter)) => frontmatter.clone(),
        _ => rest_of(&document.meta),
    };
    meta.remove("uid");
    let content = document.content.clone().map(|mut content| {
        if let Some(meta) = content.get_mut("_meta").and_then(Value::as_object_mut) {
            meta.remove("uid");
        }
        Value::Object(content)
    });
    let body = content.is_none().then(|| document.body.clone());
    Payload { meta, body, content, ignores_uid_of_body: true }
}

fn rest_of(meta: &Object) -> Object {
    let mut rest = meta.clone();
    for name in OF_THE_PROPOSAL {
        rest.remove(name);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::object;
    use crate::format::{self, Format};
    use crate::uid;

    fn document(meta: &str) -> Document {
        let meta = object(meta);
        Document { meta, body: "text\n".to_owned(), ..Document::default() }
    }

    fn key() -> Key {
        Key::parse("proposals.items.a").unwrap()
    }

    #[test]
    fn a_proposal_says_what_it_would_change() {
        let put = document(r#"{"proposal":{"target_key":"a.b"}}"#);
        let put = Proposal::of(&key(), &put).unwrap();
        assert_eq!((put.target.as_str(), put.action), ("a.b", Action::Put));
        let delete = document(r#"{"proposal":{"target_key":"a.b","action":"delete"}}"#);
        assert_eq!(Proposal::of(&key(), &delete).unwrap().action, Action::Delete);
    }

    #[test]
    fn what_is_no_proposal_is_refused_by_name() {
        for (meta, named) in [
            ("{}", "_meta.proposal"),
            (r#"{"proposal":"a.b"}"#, "_meta.proposal"),
            (r#"{"proposal":{}}"#, "target_key"),
            (r#"{"proposal":{"target_key":7}}"#, "target_key"),
            (r#"{"proposal":{"target_key":"../a"}}"#, "../a"),
            (r#"{"proposal":{"target_key":"a","action":"move"}}"#, "action"),
            (r#"{"proposal":{"target_key":"a"},"frontmatter":"x"}"#, "frontmatter"),
            (r#"{"proposal":{"target_key":"a","if_etag":7}}"#, "if_etag"),
        ] {
            let error = Proposal::of(&key(), &document(meta)).unwrap_err();
            assert_eq!(error.code(), Code::ProposalError, "{meta}");
            assert!(error.message().contains(named), "{meta}: {error}");
            assert!(error.message().contains("proposals.items.a"), "{error}");
        }
        let odd = document(r#"{"proposal":{"target_key":"a","action":"move"}}"#);
        assert_eq!(target_key(&key(), &odd), Ok("a"));
    }

    #[test]
    fn the_front_matter_is_what_is_proposed() {
        let framed = document(r#"{"name":"p","uid":"u","proposal":{},"frontmatter":{"name":"t"}}"#);
        let payload = proposed(&framed);
        assert_eq!(Value::Object(payload.meta), Value::Object([("name", "t")].into()));
        assert_eq!(payload.body.as_deref(), Some("text\n"));
        let plain =
            document(r#"{"name":"p","uid":"u","proposal":{},"frontmatter":null,"voice":"dry"}"#);
        assert_eq!(Value::Object(proposed(&plain).meta), Value::Object([("voice", "dry")].into()));
    }

    #[test]
    fn no_uid_is_proposed_wherever_it_stands() {
        let written = |format, payload: &Payload| {
            let bytes = format::write(format, payload, Some("own"), "x").unwrap();
            let document = format::read(format, &bytes, "x").unwrap();
            (uid::of(&document.meta).map(str::to_owned), document)
        };
        let framed = document(r#"{"uid":"p","proposal":{},"frontmatter":{"name":"t","uid":"u"}}"#);
        let payload = proposed(&framed);
        assert_eq!(Value::Object(payload.meta.clone()), Value::Object([("name", "t")].into()));
        assert_eq!(written(Format::Markdown, &payload).0.as_deref(), Some("own"));
        let content =
            Object::from([("_meta", object(r#"{"uid":"u","a":1}"#)), ("b", Object::new())]);
        let structured = Document { content: Some(content), ..framed.clone() };
        let (found, made) = written(Format::Json, &proposed(&structured));
        assert_eq!(found.as_deref(), Some("own"));
        assert_eq!(made.meta.get("a"), Some(&1.into()));
        let text = r#"{"_meta":{"uid":"u","a":1}}"#;
        let in_body = Document { body: text.to_owned(), ..framed };
        for format in [Format::Json, Format::Yaml] {
            let (found, made) = written(format, &proposed(&in_body));
            assert_eq!(found.as_deref(), Some("own"));
            assert_eq!(made.meta.get("a"), Some(&1.into()));
        }
    }
}
