//! The form for people: indented, members as inserted, text readable. Never hashed.

use std::convert::Infallible;

use crate::escape::Escape;
use crate::write::{self, Form, Layout};
use crate::{Number, Value};

/// Returns the value as indented text without a newline at the end.
///
/// Shape: two spaces a level, `"key": value`, one member or item a line, `{}` and `[]` when empty. Only
/// quotes, backslashes, controls below U+0020 and lone surrogates are escaped. Numbers as in
/// [`canonical::store`](crate::canonical::store).
/// Source: the layout of Python's `json.dumps(value, indent=2, ensure_ascii=False)`.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    let Ok(()) = write::value::<Pretty>(value, &mut out);
    out
}

struct Pretty;

impl Form for Pretty {
    type Refusal = Infallible;
    const ASCII: bool = false;
    const LAYOUT: Layout = Layout::Indented;

    fn number(number: &Number, out: &mut String) -> Result<(), Infallible> {
        number.write_to(out);
        Ok(())
    }

    fn lone_surrogate(unit: u16, out: &mut String) -> Result<(), Infallible> {
        out.push_str(Escape::unicode(unit).as_str());
        Ok(())
    }
}
