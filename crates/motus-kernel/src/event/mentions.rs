//! Which of the keys that rules ask for stand somewhere in a content, heard while it is checked.

/// A key that some rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mention {
    Type = 1,
    Data = 2,
    Evidence = 4,
    EffectsObserved = 8,
    ArtifactsOut = 16,
}

/// Keys that a content may have, at any depth. What is not among them need not be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mentions(u8);

impl Mentions {
    /// Of a content to which nobody listened.
    pub(crate) const ANY: Self = Self(u8::MAX);

    /// Takes a key as canonical text spells it, which for these keys is one way.
    pub(crate) fn hear(&mut self, key: &str) {
        let mention = match key {
            "type" => Mention::Type,
            "data" => Mention::Data,
            "evidence" => Mention::Evidence,
            "effects_observed" => Mention::EffectsObserved,
            "artifacts_out" => Mention::ArtifactsOut,
            _ => return,
        };
        self.0 |= mention as u8;
    }

    pub(crate) fn may_have(self, mention: Mention) -> bool {
        self.0 & mention as u8 != 0
    }
}
