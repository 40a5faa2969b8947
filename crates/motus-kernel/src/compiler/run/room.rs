//! How much a receipt may still take before it is longer than a verifier reads.
//!
//! What facts add is summed up from above, which costs nothing; when the sum is too great, the receipt is
//! measured as it is. It is never measured for little: what is nearly full counts as full.

use motus_json::canonical::cj;

use super::{Flow, Interrupt};
use crate::compiler::answer::AdapterError;
use crate::compiler::fact::Fact;
use crate::receipt::Body;
use crate::verify::{MANIFEST_LIMITS, RECEIPT_LIMITS};

/// Bytes and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Weight {
    bytes: usize,
    values: usize,
}

impl Weight {
    fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            values: self.values.saturating_add(other.values),
        }
    }

    fn fits(self, most: Self) -> bool {
        self.bytes <= most.bytes && self.values <= most.values
    }
}

/// What is kept free for the way to Lock: what happens there, the integrity block, the end.
const KEPT: Weight = Weight { bytes: 1 << 20, values: 20_000 };

/// What a receipt may grow to before Lock.
const MOST: Weight = Weight {
    bytes: RECEIPT_LIMITS.limits.bytes - KEPT.bytes,
    values: RECEIPT_LIMITS.limits.values - KEPT.values,
};

/// A receipt that is measured and is greater than this is full.
const FULL: Weight = Weight { bytes: MOST.bytes / 16 * 15, values: MOST.values / 16 * 15 };

/// So many values one fact may have, and so many phases a loop: a list has 100,000 entries at most.
const MOST_OF_ONE: usize = 90_000;

/// What the manifest may list before Lock.
const MOST_FILES: Weight = Weight {
    bytes: MANIFEST_LIMITS.limits.bytes - KEPT.bytes,
    values: MANIFEST_LIMITS.limits.values - KEPT.values,
};

/// What is taken so far, or more.
#[derive(Debug, Default)]
pub(super) struct Room {
    receipt: Weight,
    files: Weight,
}

impl Room {
    /// Makes room for a fact, given its text.
    ///
    /// Errors: a fact that is too great; a halt when the receipt is full.
    pub(super) fn take(&mut self, fact: &Fact, text: &str, body: &Body) -> Flow<()> {
        let values = values(text);
        if values > MOST_OF_ONE {
            return Err(too_great(fact));
        }
        if body.phase_sequence.len() >= MOST_OF_ONE {
            return Err(full());
        }
        // A receipt says more of a child than one event, a little more of an effect, and each phase.
        let growth = Weight { bytes: text.len() + text.len() / 8 + 256, values: values + 8 };
        if !self.receipt.plus(growth).fits(MOST) {
            self.receipt = measured(body);
            if !self.receipt.fits(FULL) {
                return Err(full());
            }
        }
        if !self.receipt.plus(growth).fits(MOST) {
            return Err(too_great(fact));
        }
        self.receipt = self.receipt.plus(growth);
        Ok(())
    }

    /// Makes room in the manifest for a file.
    pub(super) fn take_file(&mut self, path: &str) -> Flow<()> {
        let entry = Weight { bytes: 2 * path.len() + 140, values: 4 };
        self.files = self.files.plus(entry);
        if !self.files.fits(MOST_FILES) {
            return Err(Interrupt::Halt(
                "there is more evidence than a manifest can list".to_owned(),
            ));
        }
        Ok(())
    }
}

fn too_great(fact: &Fact) -> Interrupt {
    let message = format!("{} is more than the receipt has room for", fact.kind());
    AdapterError::refusing("ANSWER_TOO_LARGE", message).into()
}

fn full() -> Interrupt {
    Interrupt::Halt("the receipt is full".to_owned())
}

/// Measures a receipt as it is.
fn measured(body: &Body) -> Weight {
    let text = cj::write(&body.write().into()).unwrap_or_default();
    Weight { bytes: text.len(), values: values(&text) }
}

/// Counts the values of a canonical text, or somewhat more: each but the first stands behind a comma or is the
/// first of its container.
fn values(text: &str) -> usize {
    let (mut values, mut is_inside, mut is_escaped) = (1, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_inside = !is_inside,
            b',' | b'{' | b'[' if !is_inside => values += 1,
            _ => {}
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use motus_json::{ReadOptions, Value};

    use super::*;

    /// Counts the values of a tree, its keys left out.
    fn counted(value: &Value) -> usize {
        let mut open = vec![value];
        let mut count = 0;
        while let Some(value) = open.pop() {
            count += 1;
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(object) => open.extend(object.iter().map(|(_, value)| value)),
                _ => {}
            }
        }
        count
    }

    #[test]
    fn values_are_never_counted_too_few() {
        for text in [
            "1",
            "[]",
            "{}",
            "[1,2,3]",
            r#"{"a":[1,{"b":2}],"c":[[],[[]]]}"#,
            r#""a,b\",[{""#,
            r#"{"a,b\\":"c\\","d\"":["\",["]}"#,
        ] {
            let value =
                cj::read(text.as_bytes(), &ReadOptions::default()).expect("it is canonical");
            let (bound, exact) = (values(text), counted(&value));
            assert!(bound >= exact, "{text}: {bound} for {exact}");
            // What stands in a string is no value.
            assert!(bound <= 2 * exact, "{text}: {bound} for {exact}");
        }
    }
}
