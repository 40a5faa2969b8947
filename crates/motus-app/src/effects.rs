//! Effects as a document: a JSON array of `{"op","selector"}`.

use motus_json::canonical::cj;
use motus_json::{Limits, NonFinite, Object, ReadError, ReadOptions, Value};
use motus_kernel::effect::{
    Effect, EffectOp, SelectorError, compress as compress_effects, uncovered,
};
use thiserror::Error;

pub use motus_kernel::effect::CanonicalEffect;

/// The bounds on a list of effects: 256 MiB, so that a million of them fit.
const OPTIONS: ReadOptions = ReadOptions {
    limits: Limits { bytes: 256 << 20, depth: 8, values: 4_000_000 },
    non_finite: NonFinite::Refuse,
};

/// Why a document is no list of effects.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EffectsError {
    /// It is no JSON document that has a canonical text.
    #[error("not a JSON document: {0}")]
    Json(#[from] ReadError),
    /// It is no array, or an entry is no effect.
    #[error("{0}")]
    Shape(String),
    /// A selector has no canonical form.
    #[error("effect {index}: {source}")]
    Selector {
        /// Which entry, from 0.
        index: usize,
        /// What is wrong with it.
        source: SelectorError,
    },
}

impl EffectsError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(error) => error.code(),
            Self::Shape(_) => "effects.shape",
            Self::Selector { source, .. } => source.code(),
        }
    }
}

/// Effects after compression.
#[derive(Debug)]
pub struct Compressed {
    /// What is left.
    pub effects: Vec<CanonicalEffect>,
    /// Whether that is no more than was asked for.
    pub fits: bool,
    /// Whether everything below a root is allowed by it now.
    pub widened_to_root: bool,
}

/// Reads effects and normalises them: canonical, sorted, each once.
pub fn normalize(document: &[u8]) -> Result<Vec<CanonicalEffect>, EffectsError> {
    let document = cj::read(document, &OPTIONS)?;
    let no_array = || EffectsError::Shape("not an array of {\"op\",\"selector\"}".to_owned());
    let items = document.as_array().ok_or_else(no_array)?;
    let mut effects = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let effect = effect(item).ok_or_else(|| {
            EffectsError::Shape(format!(
                "effect {index}: not {{\"op\",\"selector\"}} with a known op"
            ))
        })?;
        let canonical = effect.canonicalize();
        effects.push(canonical.map_err(|source| EffectsError::Selector { index, source })?);
    }
    effects.sort_unstable();
    effects.dedup();
    Ok(effects)
}

/// Compresses effects to at most `k`, by widening as little as possible.
pub fn compress(document: &[u8], k: u32) -> Result<Compressed, EffectsError> {
    let compression = compress_effects(&normalize(document)?, k);
    Ok(Compressed {
        effects: compression.effects,
        fits: compression.fits,
        widened_to_root: compression.widened_to_root,
    })
}

/// Returns the observed effects that no declared one allows.
pub fn not_covered(
    declared: &[CanonicalEffect],
    observed: &[CanonicalEffect],
) -> Vec<CanonicalEffect> {
    uncovered(declared, observed).into_iter().cloned().collect()
}

/// Returns effects as a JSON array.
pub fn to_value(effects: &[CanonicalEffect]) -> Value {
    let object = |effect: &CanonicalEffect| {
        Object::from([("op", effect.op().as_str()), ("selector", effect.selector())])
    };
    effects.iter().map(object).map(Value::from).collect::<Vec<_>>().into()
}

fn effect(item: &Value) -> Option<Effect> {
    let object = item.as_object().filter(|object| object.len() == 2)?;
    let op = EffectOp::parse(object.get("op")?.as_str()?)?;
    Some(Effect { op, selector: object.get("selector")?.as_str()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_and_normalised() {
        let text = br#"[{"op":"WriteFS","selector":"fs:b//c"},{"op":"Exec","selector":"exec:make"},
                        {"op":"WriteFS","selector":"fs:./b/c"}]"#;
        let told = cj::write(&to_value(&normalize(text).unwrap())).unwrap();
        let expected =
            r#"[{"op":"Exec","selector":"exec:make"},{"op":"WriteFS","selector":"fs:b/c"}]"#;
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_no_list_of_effects_is_told_with_its_place() {
        for (text, code, message) in [
            ("{}", "effects.shape", "not an array"),
            (r#"[{"op":"WriteFS"}]"#, "effects.shape", "effect 0: not"),
            (r#"[{"op":"Writefs","selector":"fs:a"}]"#, "effects.shape", "effect 0: not"),
            (
                r#"[{"op":"ReadFS","selector":"fs:a/../b"}]"#,
                "effect.selector_traversal",
                "effect 0: ",
            ),
            ("[", "json.truncated", "not a JSON document"),
        ] {
            let error = normalize(text.as_bytes()).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }

    #[test]
    fn what_was_not_declared_is_named() {
        let declared = br#"[{"op":"WriteFS","selector":"fs:src/"}]"#;
        let observed =
            br#"[{"op":"WriteFS","selector":"fs:src/a"},{"op":"WriteFS","selector":"fs:srcx"}]"#;
        let found = not_covered(&normalize(declared).unwrap(), &normalize(observed).unwrap());
        assert_eq!(found.iter().map(CanonicalEffect::selector).collect::<Vec<_>>(), ["fs:srcx"]);
    }
}
