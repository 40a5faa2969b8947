//! What a reader will take: bounds on hostile input and the one extension of old Stores.

/// Says how large a document may be before reading stops.
///
/// Units: `bytes` of input; `depth` in arrays and objects inside one another (`[[]]` is 2); `values`
/// counts every scalar, array and object, and not the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest input, in bytes. Crossing it is `json.too_large`.
    pub bytes: usize,
    /// The deepest nesting; anything above [`Limits::MAX_DEPTH`] counts as that. Crossing it is `json.depth`.
    pub depth: usize,
    /// The most values in one document. Crossing it is `json.too_many_values`.
    pub values: usize,
}

impl Limits {
    /// The deepest nesting that any caller can allow.
    ///
    /// Comparing, cloning and dropping a [`Value`](crate::Value) recurse; this depth keeps them well
    /// inside a thread's 2 MiB stack.
    pub const MAX_DEPTH: usize = 1000;

    /// What the published Python writer could put into a Store.
    ///
    /// Shape: the database's own bound on one value (10⁹ bytes), Python's recursion limit, and 16 million
    /// values so that a damaged Store cannot take all memory.
    pub const STORE: Self =
        Self { bytes: 1_000_000_000, depth: Self::MAX_DEPTH, values: 16_000_000 };
}

impl Default for Limits {
    /// Allows 64 MiB, 128 levels and a million values.
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 128, values: 1_000_000 }
    }
}

/// Says what becomes of the bare tokens `NaN`, `Infinity` and `-Infinity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NonFinite {
    /// They are no JSON: `json.non_finite`.
    #[default]
    Refuse,
    /// They are read as floats, as the published Python writer emitted them into Stores.
    Accept,
}

/// Says how strict a reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The bounds on the document.
    pub limits: Limits,
    /// The fate of tokens that are no numbers.
    pub non_finite: NonFinite,
}

impl ReadOptions {
    /// Reads what a Store already holds: [`Limits::STORE`] and the non-finite tokens.
    pub const STORED: Self = Self { limits: Limits::STORE, non_finite: NonFinite::Accept };
}
