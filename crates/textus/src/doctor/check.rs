//! The checks by name.

/// One thing that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The manifest is of this protocol.
    ProtocolVersion,
    /// Entries of one file have it.
    ManifestFiles,
    /// Schemas that entries name are there.
    Schemas,
    /// Schemas can be read.
    SchemaParseError,
    /// Templates that entries name are there.
    Templates,
    /// Every name below a nested entry can be part of a key.
    IllegalKeys,
    /// Everything where entries lie can be reached by a key.
    UnreachableEntries,
    /// Published files are as they were published.
    Sentinels,
    /// The log is made of rows, numbered without gap.
    AuditLog,
    /// Every field of a schema has somebody who maintains it.
    UnownedSchemaFields,
    /// Entries can be read and satisfy their schemas, written by those who may.
    SchemaViolations,
    /// No two rules tie.
    RuleAmbiguity,
    /// Handlers are allowed by the rules.
    HandlerAllowlist,
    /// Proposals can be accepted.
    ProposalTargets,
    /// No killed writer left anything.
    UnfinishedWrites,
}

impl Check {
    /// Holds every check of this build, in the order in which issues are told.
    pub const ALL: [Self; 15] = [
        Self::ProtocolVersion,
        Self::ManifestFiles,
        Self::Schemas,
        Self::SchemaParseError,
        Self::Templates,
        Self::IllegalKeys,
        Self::UnreachableEntries,
        Self::Sentinels,
        Self::AuditLog,
        Self::UnownedSchemaFields,
        Self::SchemaViolations,
        Self::RuleAmbiguity,
        Self::HandlerAllowlist,
        Self::ProposalTargets,
        Self::UnfinishedWrites,
    ];

    /// Returns the name by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::ProtocolVersion => "protocol_version",
            Self::ManifestFiles => "manifest_files",
            Self::Schemas => "schemas",
            Self::SchemaParseError => "schema_parse_error",
            Self::Templates => "templates",
            Self::IllegalKeys => "illegal_keys",
            Self::UnreachableEntries => "unreachable_entries",
            Self::Sentinels => "sentinels",
            Self::AuditLog => "audit_log",
            Self::UnownedSchemaFields => "unowned_schema_fields",
            Self::SchemaViolations => "schema_violations",
            Self::RuleAmbiguity => "rule_ambiguity",
            Self::HandlerAllowlist => "handler_allowlist",
            Self::ProposalTargets => "proposal_targets",
            Self::UnfinishedWrites => "unfinished_writes",
        }
    }

    /// Returns the check of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name() == name)
    }

    /// Tells whether it costs what all files, the log or the schemas cost.
    pub(super) fn is_costly(self) -> bool {
        matches!(
            self,
            Self::IllegalKeys
                | Self::UnreachableEntries
                | Self::Sentinels
                | Self::AuditLog
                | Self::UnownedSchemaFields
                | Self::UnfinishedWrites
        )
    }
}
