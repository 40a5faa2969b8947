//! The head of a request: bytes of a stranger, read strictly. What two readers might understand in two ways is
//! refused, since the host that is judged must be the one that is reached.

use std::str;

/// A head may have so many bytes.
pub(super) const MOST: usize = 64 << 10;

/// A head, borrowed from its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head<'h> {
    pub(super) method: &'h str,
    pub(super) target: &'h str,
    pub(super) version: &'h str,
    pub(super) fields: Vec<Field<'h>>,
}

/// One header field; the value has no blanks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'h> {
    pub(super) name: &'h str,
    pub(super) value: &'h [u8],
}

/// How much body follows a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes.
    Length(u64),
    /// As much as its own framing says.
    Chunked,
}

/// Why a head is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

/// Returns where the head ends, if it does; `known` bytes were looked at before.
pub(super) fn end(bytes: &[u8], known: usize) -> Option<usize> {
    let from = known.saturating_sub(3);
    let found = memchr::memmem::find(bytes.get(from..)?, b"\r\n\r\n")?;
    Some(from + found + 4)
}

/// Reads a head that ends with an empty line.
pub(super) fn parse(bytes: &[u8]) -> Result<Head<'_>, Malformed> {
    let text = bytes.strip_suffix(b"\r\n\r\n").ok_or(Malformed("the head does not end"))?;
    let mut lines = lines(text)?.into_iter();
    let first = lines.next().unwrap_or_default();
    let first = str::from_utf8(first).map_err(|_| Malformed("the first line is not ASCII"))?;
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Malformed("the first line has not three words"));
    };
    if !is_token(method.as_bytes()) {
        return Err(Malformed("the method is no word"));
    }
    if target.is_empty() || !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Malformed("the target is not printable ASCII"));
    }
    if !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
        return Err(Malformed("the version is not HTTP/1.1 or HTTP/1.0"));
    }
    let fields = lines.map(field).collect::<Result<_, _>>()?;
    Ok(Head { method, target, version, fields })
}

/// Cuts into lines that end with CR LF; neither byte may stand alone.
fn lines(text: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut lines = Vec::new();
    for piece in text.split(|byte| *byte == b'\n') {
        lines.push(piece);
    }
    let last = lines.len().saturating_sub(1);
    for (number, line) in lines.iter_mut().enumerate() {
        if number != last {
            *line = line.strip_suffix(b"\r").ok_or(Malformed("a line ends without CR"))?;
        }
        if line.iter().any(|byte| matches!(byte, b'\r' | b'\0')) {
            return Err(Malformed("a line has a CR or NUL inside"));
        }
    }
    Ok(lines)
}

fn field(line: &[u8]) -> Result<Field<'_>, Malformed> {
    let colon = memchr::memchr(b':', line).ok_or(Malformed("a field has no colon"))?;
    let (name, value) = line.split_at(colon);
    // This includes blanks before the colon and lines that continue the one before.
    if !is_token(name) {
        return Err(Malformed("the name of a field is no word"));
    }
    let name = str::from_utf8(name).map_err(|_| Malformed("the name of a field is no word"))?;
    let value = value.get(1..).unwrap_or_default();
    if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err(Malformed("the value of a field has a control character"));
    }
    Ok(Field { name, value: value.trim_ascii() })
}

fn is_token(word: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !word.is_empty() && word.iter().all(fits)
}

impl<'h> Head<'h> {
    /// Returns the only field of a name.
    pub(super) fn only(&self, name: &str) -> Result<Option<&'h [u8]>, Malformed> {
        let mut found = self.fields.iter().filter(|field| field.is(name));
        let value = found.next().map(|field| field.value);
        match found.next() {
            Some(_) => Err(Malformed("a field that may stand once stands twice")),
            None => Ok(value),
        }
    }

    /// Returns how much body follows; what could be understood in two ways is refused.
    pub(super) fn body(&self) -> Result<Body, Malformed> {
        match (self.only("content-length")?, self.only("transfer-encoding")?) {
            (None, None) => Ok(Body::Length(0)),
            (Some(length), None) => decimal(length).map(Body::Length),
            (None, Some(coding)) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Body::Chunked),
            (None, Some(_)) => Err(Malformed("the transfer encoding is not chunked")),
            (Some(_), Some(_)) => Err(Malformed("the body has two lengths")),
        }
    }
}

impl Field<'_> {
    /// Tells whether this is the field of a name, which is given in lower case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Reads digits, and nothing but digits: the standard library takes a sign as well.
pub(super) fn decimal(digits: &[u8]) -> Result<u64, Malformed> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let number = str::from_utf8(digits).ok().filter(|_| is_number);
    number.and_then(|digits| digits.parse().ok()).ok_or(Malformed("a length is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str) -> Result<Head<'_>, &'static str> {
        parse(head.as_bytes()).map_err(|malformed| malformed.0)
    }

    #[test]
    fn a_head_is_cut_into_its_parts() {
        let head = check("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nX:\t b c \r\n\r\n").unwrap();
        assert_eq!((head.method, head.target, head.version), ("CONNECT", "a:443", "HTTP/1.1"));
        let fields: Vec<_> = head.fields.iter().map(|field| (field.name, field.value)).collect();
        assert_eq!(fields, [("Host", &b"a:443"[..]), ("X", b"b c")]);
    }

    #[test]
    fn the_end_is_found_wherever_the_reads_were_cut() {
        let bytes = b"GET / HTTP/1.1\r\n\r\nrest";
        for known in 0..=17 {
            assert_eq!(end(bytes, known), Some(18), "{known}");
            assert_eq!(end(&bytes[..known], known / 2), None, "{known}");
        }
    }

    #[test]
    fn what_can_be_understood_in_two_ways_is_refused() {
        for head in [
            "",
            "\r\n\r\n",
            "GET\r\n\r\n",
            "GET a\r\n\r\n",
            "GET  a HTTP/1.1\r\n\r\n",
            "GET a b HTTP/1.1\r\n\r\n",
            " GET a HTTP/1.1\r\n\r\n",
            "G(T a HTTP/1.1\r\n\r\n",
            "GET \u{e9} HTTP/1.1\r\n\r\n",
            "GET a\tb HTTP/1.1\r\n\r\n",
            "GET a\u{7f} HTTP/1.1\r\n\r\n",
            "GET a HTTP/2.0\r\n\r\n",
            "GET a http/1.1\r\n\r\n",
            "GET a HTTP/1.1 \r\n\r\n",
            "\r\nGET a HTTP/1.1\r\n\r\n",
            "GET a HTTP/1.1\nHost: b\r\n\r\n",
            "GET a\rb HTTP/1.1\r\n\r\n",
            "GET a HTTP/1.1\r\nHost: b\rX: c\r\n\r\n",
            "GET a HTTP/1.1\r\nHost: b\nX: c\r\n\r\n",
            "GET a HTTP/1.1\r\nHost: b\0\r\n\r\n",
            "GET a HTTP/1.1\r\nHost : b\r\n\r\n",
            "GET a HTTP/1.1\r\n Host: b\r\n\r\n",
            "GET a HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n",
            "GET a HTTP/1.1\r\nHost\r\n\r\n",
            "GET a HTTP/1.1\r\n: b\r\n\r\n",
            "GET a HTTP/1.1\r\nX: \u{1b}[2J\r\n\r\n",
            "GET a HTTP/1.1\r\nH\u{e9}: b\r\n\r\n",
        ] {
            assert!(check(head).is_err(), "{head:?}");
        }
    }

    #[test]
    fn a_body_has_one_length() {
        for (fields, body) in [
            ("", Some(Body::Length(0))),
            ("Content-Length: 12\r\n", Some(Body::Length(12))),
            ("transfer-encoding: Chunked\r\n", Some(Body::Chunked)),
            ("Content-Length: +12\r\n", None),
            ("Content-Length: -0\r\n", None),
            ("Content-Length: 0x1\r\n", None),
            ("Content-Length: \r\n", None),
            ("Content-Length: 1, 1\r\n", None),
            ("Content-Length: 99999999999999999999\r\n", None),
            ("Content-Length: 1\r\ncontent-length: 1\r\n", None),
            ("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", None),
            ("Transfer-Encoding: gzip, chunked\r\n", None),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", None),
            ("Transfer-Encoding: xchunked\r\n", None),
        ] {
            let text = format!("POST a HTTP/1.1\r\n{fields}\r\n");
            assert_eq!(check(&text).unwrap().body().ok(), body, "{fields:?}");
        }
    }
}
