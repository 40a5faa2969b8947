//! What a writer sends: one object on standard input.

use motus_json::{Limits, Object, ReadOptions, Value, read};

use crate::format::Payload;
use crate::{Code, Error};

/// The members that a request may have.
const MEMBERS: [&str; 4] = ["_meta", "body", "content", "if_etag"];

/// Deep enough for any entry.
const DEEPEST: usize = 128;

/// An entry that somebody wants to write. Source: textus/3 §9.
#[derive(Clone, Debug, Default)]
pub struct PutRequest {
    /// What it is to hold.
    pub payload: Payload,
    /// The etag of the file that the writer saw.
    pub if_etag: Option<String>,
}

impl PutRequest {
    /// Reads `{_meta, body, content, if_etag}`, each optional.
    ///
    /// Errors: `usage`, for what is no such object; another member is named.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let options = ReadOptions {
            limits: Limits { depth: DEEPEST, ..Limits::default() },
            ..ReadOptions::default()
        };
        let value = read(bytes, &options)
            .map_err(|error| refuse(format!("standard input is no JSON: {error}")))?;
        let Value::Object(request) = value else {
            return Err(refuse("standard input is no JSON object"));
        };
        if let Some((name, _)) = request.iter().find(|(name, _)| !is_member(name.as_str())) {
            let name = name.to_string_lossy();
            return Err(refuse(format!("unknown member '{name}' in standard input")));
        }
        Ok(Self {
            payload: Payload {
                meta: meta(&request)?,
                body: text(&request, "body")?,
                content: request.get("content").filter(|value| !value.is_null()).cloned(),
                ignores_uid_of_body: false,
            },
            if_etag: text(&request, "if_etag")?,
        })
    }
}

fn is_member(name: Option<&str>) -> bool {
    name.is_some_and(|name| MEMBERS.contains(&name))
}

fn meta(request: &Object) -> Result<Object, Error> {
    match request.get("_meta") {
        None | Some(Value::Null) => Ok(Object::new()),
        Some(Value::Object(meta)) => Ok(meta.clone()),
        Some(_) => Err(refuse("member '_meta' in standard input is no object")),
    }
}

fn text(request: &Object, name: &str) -> Result<Option<String>, Error> {
    match request.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(refuse(format!("member '{name}' in standard input is no text"))),
        },
    }
}

fn refuse(message: impl Into<String>) -> Error {
    let hint = "send one object: {\"_meta\": {..}, \"body\": \"..\", \"if_etag\": \"..\"}";
    Error::new(Code::Usage, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_is_optional() {
        let request = PutRequest::read(br#"{"_meta":{"a":1},"body":"x","if_etag":"e"}"#).unwrap();
        assert_eq!(request.payload.meta.get("a"), Some(&1.into()));
        assert_eq!(request.payload.body.as_deref(), Some("x"));
        assert_eq!(request.if_etag.as_deref(), Some("e"));
        let empty = PutRequest::read(br#"{"_meta":null,"body":null}"#).unwrap();
        assert!(empty.payload.meta.is_empty() && empty.payload.body.is_none());
        let content = PutRequest::read(br#"{"content":{"a":[1]}}"#).unwrap();
        assert!(content.payload.content.is_some());
    }

    #[test]
    fn what_is_no_request_is_usage() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        let wrong: [&[u8]; 9] = [
            b"",
            b"x",
            b"[]",
            b"{} {}",
            br#"{"body":1}"#,
            br#"{"_meta":[]}"#,
            br#"{"if_etag":{}}"#,
            br#"{"meta":{}}"#,
            b"{\"body\":\"\xff\"}",
        ];
        for bytes in wrong.into_iter().chain([deep.as_bytes()]) {
            let error = PutRequest::read(bytes).unwrap_err();
            assert_eq!(error.code(), Code::Usage, "{error}");
        }
        let error = PutRequest::read(br#"{"meta":{}}"#).unwrap_err();
        assert!(error.message().contains("'meta'"));
    }
}
