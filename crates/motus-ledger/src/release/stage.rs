//! The six stages of a release.

/// A stage: what it is called, who can do it, and what its packet says unless the source says otherwise.
///
/// In the texts `{id}` stands for the release.
#[derive(Debug)]
#[expect(missing_docs, reason = "fields are those of the generated packets, by their names there")]
pub struct Stage {
    pub order: u8,
    pub id: &'static str,
    pub display_name: &'static str,
    pub capability_class: &'static str,
    pub intent: &'static str,
    pub scope: &'static [&'static str],
    pub constraints: &'static [&'static str],
    pub required_evidence: &'static [&'static str],
    pub acceptance_criteria: &'static [&'static str],
    pub allowed_actions: &'static [&'static str],
}

impl Stage {
    /// Returns the identifier of the stage's packet in a release.
    pub fn packet_id(&self, release: &str) -> String {
        format!("REL-{release}-{:02}-{}", self.order, self.id)
    }

    /// Returns where the stage's packet stands in a workspace.
    pub fn packet_ref(&self) -> String {
        format!("generated/packets/{:02}-{}.json", self.order, self.id)
    }
}

/// The stages in their order.
pub static STAGES: [Stage; 6] = [
    Stage {
        order: 1,
        id: "release-scoping",
        display_name: "Release Scoping",
        capability_class: "synthesis_planning",
        intent: "Fix what {id} contains, what it leaves out and what could go wrong.",
        scope: &["the release's thesis", "work that is in", "work that is out", "known risks"],
        constraints: &[
            "nothing is built in this stage",
            "what is left out is named, not merely missing",
            "each risk has somebody who watches it",
        ],
        required_evidence: &[
            "the list of included work",
            "the list of excluded work",
            "the notes on risks",
        ],
        acceptance_criteria: &[
            "a reader can tell what {id} is for",
            "in and out do not overlap",
            "the required checks are named",
        ],
        allowed_actions: &["read", "plan", "edit_release_source"],
    },
    Stage {
        order: 2,
        id: "release-development",
        display_name: "Release Development",
        capability_class: "change_execution",
        intent: "Make the changes that {id} contains, each with its tests and its evidence.",
        scope: &["changes for the included work", "tests of these changes", "their documentation"],
        constraints: &[
            "only included work is touched",
            "each change can be taken back",
            "a change without a test says why",
        ],
        required_evidence: &[
            "the changes by reference",
            "the results of their tests",
            "what was left for later",
        ],
        acceptance_criteria: &[
            "all included work is done or said to be not done",
            "the tests of the changes pass",
            "nothing outside of the scope changed",
        ],
        allowed_actions: &["read", "edit", "test", "record_evidence"],
    },
    Stage {
        order: 3,
        id: "release-verification",
        display_name: "Release Verification",
        capability_class: "verification_review",
        intent: "Run the checks that {id} requires and record what they gave.",
        scope: &["every required check", "exceptions, if the policy allows them", "open questions"],
        constraints: &[
            "a check without evidence counts as failed",
            "who verifies does not repair",
            "an exception names its reason and its end",
        ],
        required_evidence: &[
            "the result of each required check",
            "the exceptions, or that there are none",
            "the version that was checked",
        ],
        acceptance_criteria: &[
            "each required check passed or has an exception",
            "the evidence can be read by somebody who was not there",
            "the checked version is the one to be released",
        ],
        allowed_actions: &["read", "test", "record_evidence", "request_changes"],
    },
    Stage {
        order: 4,
        id: "release-approval",
        display_name: "Release Approval",
        capability_class: "verification_review",
        intent: "Decide on {id}, and say on which evidence.",
        scope: &["the decision", "its reasons", "what follows from it"],
        constraints: &[
            "the decision is explicit",
            "it refers to the evidence of the verification",
            "a refusal says what has to change",
        ],
        required_evidence: &[
            "the decision and who made it",
            "the reasons",
            "references to the evidence that was looked at",
        ],
        acceptance_criteria: &[
            "approved, or sent back with reasons",
            "who decided had the evidence",
            "the next step is named",
        ],
        allowed_actions: &["read", "approve", "reject", "request_changes"],
    },
    Stage {
        order: 5,
        id: "release-publication",
        display_name: "Release Publication",
        capability_class: "change_execution",
        intent: "Publish what was approved as {id} and record where it is.",
        scope: &["publishing or merging", "the expected outputs", "their references"],
        constraints: &[
            "exactly what was approved is published",
            "nothing is published twice",
            "a failure is recorded, not repeated in silence",
        ],
        required_evidence: &[
            "the reference of each output",
            "its digest or its version",
            "when it was published",
        ],
        acceptance_criteria: &[
            "each expected output can be fetched",
            "what can be fetched is what was approved",
            "the references are in the source's closeout",
        ],
        allowed_actions: &["read", "publish", "merge", "record_evidence"],
    },
    Stage {
        order: 6,
        id: "post-release-follow-up",
        display_name: "Post-Release Follow-Up",
        capability_class: "synthesis_planning",
        intent: "Say what {id} improved, what it hurt and what comes next.",
        scope: &["what users noticed", "what went wrong on the way", "next work"],
        constraints: &[
            "facts come before opinions",
            "each thing that hurt leads to work or to a decision",
            "the release is not changed any more",
        ],
        required_evidence: &["what improved", "what hurt", "the next work, or that there is none"],
        acceptance_criteria: &[
            "the metrics that could be taken are filled in",
            "next work has a reference",
            "the closeout can be finalized",
        ],
        allowed_actions: &["read", "plan", "edit_release_source", "route_next_work"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_numbered_and_have_three_or_four_of_each() {
        for (stage, order) in STAGES.iter().zip(1..) {
            assert_eq!(stage.order, order);
            for texts in [
                stage.scope,
                stage.constraints,
                stage.required_evidence,
                stage.acceptance_criteria,
                stage.allowed_actions,
            ] {
                assert!((3..=4).contains(&texts.len()), "{}: {texts:?}", stage.id);
            }
        }
        assert_eq!(STAGES[3].packet_id("1.0"), "REL-1.0-04-release-approval");
        assert_eq!(STAGES[0].packet_ref(), "generated/packets/01-release-scoping.json");
    }
}
