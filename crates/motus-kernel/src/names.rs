//! The enumerations of the specification, spelled as published bundles spell them.

/// Defines an enumeration with one spelling for each variant.
macro_rules! names {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $spelling:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every variant, in the order of the specification.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the spelling.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $spelling,)+
                }
            }

            /// Reads the spelling; anything else is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($spelling => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

names! {
    /// A state of the loop. Source: MOTUS-SPEC-V0.1 §1.2.
    Phase {
        /// Signals are captured.
        Observe = "Observe",
        /// The lens is assembled.
        Orient = "Orient",
        /// A plan is chosen.
        Decide = "Decide",
        /// Skills are executed.
        Act = "Act",
        /// Checks are run.
        Verify = "Verify",
        /// The outcome is fixed.
        Lock = "Lock",
    }
}

names! {
    /// How final a loop's outcome is, from the least. Source: MOTUS-SPEC-V0.1 §1.2.
    LockLevel {
        /// May be thrown away.
        Draft = "Draft",
        /// Waits for more.
        Staged = "Staged",
        /// Counts.
        Committed = "Committed",
        /// Others rely on it.
        Published = "Published",
        /// Never changes.
        Immutable = "Immutable",
    }
}

names! {
    /// Who or what wanted the loop. Source: MOTUS-SPEC-V0.1 §1.3, spelled as in published bundles.
    IntentSource {
        /// A person.
        Human = "human",
        /// Another loop.
        ParentLoop = "parent_loop",
        /// Something that happened.
        Trigger = "trigger",
        /// A policy.
        Policy = "policy",
    }
}

names! {
    /// How a loop ended, from the best. Source: MOTUS-SPEC-V0.1 §1.3, Q14.
    OutcomeStatus {
        /// All of it.
        Success = "success",
        /// Some of it.
        Partial = "partial",
        /// None of it.
        Failed = "failed",
    }
}

names! {
    /// What kind of actor did the work. Source: MOTUS-SPEC-V0.1 §1.3.
    ActorType {
        /// A person.
        Human = "human",
        /// An agent.
        Agent = "agent",
        /// A program that decides nothing.
        Automation = "automation",
    }
}

names! {
    /// What an artifact is. Source: MOTUS-SPEC-V0.1 §1.4.
    ArtifactKind {
        /// A file.
        File = "File",
        /// A directory.
        Directory = "Directory",
        /// Something that has an address.
        Uri = "Uri",
    }
}

names! {
    /// How bad an error is. Source: MOTUS-SPEC-V0.1 §1.5.
    ErrorClass {
        /// Trying again may help.
        Recoverable = "Recoverable",
        /// Trying again does not help.
        Unrecoverable = "Unrecoverable",
        /// The way of working failed.
        PatternFailure = "PatternFailure",
        /// Everything stops.
        Catastrophic = "Catastrophic",
    }
}

names! {
    /// What a check looks at. Source: MOTUS-SPEC-V0.1 §1.9.
    VerificationLevel {
        /// Form.
        Syntactic = "Syntactic",
        /// Meaning.
        Semantic = "Semantic",
        /// What worked before.
        Regression = "Regression",
        /// What was wanted.
        Acceptance = "Acceptance",
    }
}

names! {
    /// What a record about a human says. Source: MOTUS-SPEC-V0.1 §1.12.
    HitlKind {
        /// A question was put.
        Prompt = "Prompt",
        /// It was answered.
        Decision = "Decision",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_read_back() {
        for phase in Phase::ALL {
            assert_eq!(Phase::parse(phase.as_str()), Some(*phase));
        }
        assert_eq!(IntentSource::parse("Human"), None);
        assert_eq!(OutcomeStatus::parse("Success"), None);
        assert!(OutcomeStatus::Success < OutcomeStatus::Failed);
        assert!(LockLevel::Draft < LockLevel::Committed);
    }
}
