//! The name rule: `_meta.name`, where it is set, is the name of the file without its extension.

use motus_json::{Object, Value};

use super::Format;
use crate::{Code, Error};

/// Returns the name of a file without directories and without an extension of its format.
///
/// Shape: `a/b.c.md` is `b.c` in Markdown; `x.yml` is `x`; an extension of another format stays.
pub fn stem(format: Format, path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    match file.rsplit_once('.') {
        Some((stem, extension)) if Format::of_extension(extension) == Some(format) => stem,
        _ => file,
    }
}

/// Checks that a name, if there is one, is that of the file. Errors: `bad_frontmatter`.
pub fn check_name(format: Format, meta: &Object, path: &str) -> Result<(), Error> {
    let stem = stem(format, path);
    match meta.get("name") {
        None | Some(Value::Null) => Ok(()),
        Some(name) if name.as_str() == Some(stem) => Ok(()),
        Some(name) => {
            let told = name.as_str().map_or_else(|| format!("{name:?}"), str::to_owned);
            let message = format!("{path}: name '{told}' is not that of the file, '{stem}'");
            Err(Error::new(Code::BadFrontmatter, message)
                .with("path", path)
                .with("name", name.clone())
                .with("expected", stem)
                .hint("leave the name out or make it that of the file"))
        }
    }
}
