//! The rules that the vectors show, by number, and why some have none.
//!
//! They decide what MOTUS-SPEC-V0.1 leaves open or says in two ways; published bundles decide first.

/// A rule of the format.
pub struct Rule {
    /// Its number.
    pub number: &'static str,
    /// What it says, in short.
    pub says: &'static str,
    /// Why no bundle can show it, if none can.
    pub no_vector: Option<&'static str>,
}

const fn rule(number: &'static str, says: &'static str) -> Rule {
    Rule { number, says, no_vector: None }
}

const fn unseen(number: &'static str, says: &'static str, why: &'static str) -> Rule {
    Rule { number, says, no_vector: Some(why) }
}

const PRODUCER: &str = "what a producer must do; a verifier accepts other results";

/// Every rule, in order.
pub const RULES: &[Rule] = &[
    rule("1", "hashes are over the canonical text of what was read, unknown members included"),
    rule("2", "an optional member may be null or absent; the two hash differently"),
    rule("3", "leaves of gates and checks have the member evidence, null when there is none"),
    rule("4", "enumerations have one spelling"),
    rule("5", "a payload is the bare content; the form {type,data} is read when type is the kind"),
    rule("6", "members of payloads may be absent, unknown kinds and members pass"),
    rule("7", "the parser is strict: one value, no floats, no repeated keys, 64 bits, 127 levels"),
    rule("8", "keys are in the order of their UTF-8 bytes"),
    rule("9", "a character has one escape, or none"),
    rule(
        "10",
        "a file is the canonical text of what it says; a log has one such text in each line",
    ),
    rule("11", "what is no document is PARSE_ERROR; files are hashed before they are parsed"),
    unseen(
        "12",
        "the first step that fails decides, with all of its failures",
        "about reports: a bundle with one defect fails in one step anyway",
    ),
    rule("13", "evi_ms has a sign and 64 bits"),
    rule("14", "times are YYYY-MM-DDTHH:MM:SS[.f]Z; a time that goes back is a warning"),
    rule("15", "leaves have exactly the members of the specification; no leaves have a root too"),
    rule("16", "effects_root is over the declared effects"),
    rule("17", "leaves sort by names and texts, never by numbers behind them"),
    rule("18", "lists that must be sorted are refused unsorted; children may stand in any order"),
    rule("19", "entries are unique, so that a repeated last leaf cannot keep a root"),
    rule("20", "what the proof digest does not bind is checked on its own, versions exactly"),
    rule("21", "a path of the manifest has one spelling and stays inside"),
    rule("22", "every file is listed and is what the list says"),
    rule("23", "what stands under a key evidence, at any depth, is a listed file of evidence"),
    rule("24", "manifest, receipt and events are of one loop; identifiers are in lower case"),
    rule("25", "phases of log and receipt are legal and agree; only the log may leave Orient out"),
    rule("26", "one Locked ends the log, in Lock; before it only humans are waited for there"),
    rule("27", "the receipt says what the events say"),
    unseen("28", "a receipt is projected from its events", PRODUCER),
    unseen("29", "the printed rule of compression does not give the published result", PRODUCER),
    unseen("30", "compression weighs a directory by the effects it stands for", PRODUCER),
    unseen("31", "few effects are not compressed", PRODUCER),
    unseen("32", "compression goes operation by operation, then over all", PRODUCER),
    rule("33", "hosts, absolute and relative paths never stand for one another; k holds"),
    rule("34", "fs:./ is what is relative, fs:/ the disk"),
    rule("35", "an effect covers itself and, as a directory, what is below it"),
    rule("36", "what was observed was executed, what was executed was declared, canonically"),
    rule("37", "selectors have one canonical form or none"),
    rule("37a", "a whole group may be declared; whether it should be is not the verifier's"),
    rule(
        "38",
        "scores are in range and the aggregate is the least; freshness is not computed again",
    ),
    rule("39", "evi_ms follows from its parts; the probability is taken as it is"),
    rule(
        "40",
        "a human is required when p times loss is above 1000 times cost, not when evi_ms is",
    ),
    rule("41", "the loss depends on what is touched and on how final it is"),
    rule("42", "suggestions are opaque"),
    rule("43", "an outcome is no better than the children allow"),
    rule("44", "the policy is the verifier's, by name and hash"),
    rule("45", "of a check's attempts the highest decides"),
    rule(
        "46",
        "no gate failed and a required human approved last, or the loop failed and that human refused",
    ),
    rule("47", "there is no least quality of the lens"),
    rule(
        "48",
        "k is the receipt's own, under a loaded policy's cap; what compression says of itself is opaque",
    ),
];
