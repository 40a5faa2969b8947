//! The store that the fixtures of textus/3 §12 have in common, with a few entries of each format more.

/// What it declares.
pub(crate) const MANIFEST: &str = "\
version: textus/3
roles:
- {name: human, can: [author, propose]}
- {name: agent, can: [propose, keep]}
- {name: automation, can: [fetch, build]}
zones:
- {name: knowledge, kind: canon, desc: what is true}
- {name: notebook, kind: workspace}
- {name: feeds, kind: quarantine}
- {name: proposals, kind: queue}
- {name: artifacts, kind: derived}
entries:
- {key: knowledge.identity.self, path: knowledge/identity/self.md, zone: knowledge, kind: leaf, schema: identity}
- {key: knowledge.network.org, path: knowledge/network/org, zone: knowledge, kind: nested, schema: person, owner: 'textus:network'}
- {key: knowledge.facts, path: knowledge/facts.json, zone: knowledge, kind: leaf}
- {key: knowledge.table, path: knowledge/table.yaml, zone: knowledge, kind: leaf}
- {key: knowledge.motto, path: knowledge/motto.txt, zone: knowledge, kind: leaf}
- {key: notebook.notes, path: notebook/notes, zone: notebook, kind: nested}
- {key: notebook.facts, path: notebook/facts, zone: notebook, kind: nested, format: json}
- {key: notebook.tables, path: notebook/tables, zone: notebook, kind: nested, format: yaml}
- {key: notebook.plain, path: notebook/plain, zone: notebook, kind: nested, format: text}
- {key: notebook.skills, path: notebook/skills, zone: notebook, kind: nested, index_filename: SKILL.md}
- {key: feeds.notes, path: feeds/notes.md, zone: feeds, kind: intake, intake: {handler: json}}
- {key: proposals.items, path: proposals/items, zone: proposals, kind: nested}
- {key: proposals.facts, path: proposals/facts, zone: proposals, kind: nested, format: json}
rules:
- match: feeds.notes
  fetch: {ttl: 1h, on_stale: warn}
";

/// The schema of `knowledge.identity.self`.
const IDENTITY: &str = "\
name: identity
required: [name]
optional: [voice]
fields:
  name: {type: string, max: 40}
  voice: {type: string}
";

/// The schema of `knowledge.network.org`.
pub(crate) const PERSON: &str = "\
name: person
required: [name, relationship, org]
optional: [notes, aliases]
fields:
  name: {type: string}
  relationship: {type: enum, values: [peer, manager, report, external]}
  org: {type: string}
  notes: {type: string, max: 280}
  aliases: {type: array, items: {type: string}}
";

/// Every schema by its file.
pub(crate) const SCHEMAS: [(&str, &str); 2] =
    [("schemas/identity.yaml", IDENTITY), ("schemas/person.yaml", PERSON)];

/// The file of `knowledge.network.org.jane`.
pub(crate) const JANE: &str = "\
---
name: jane
relationship: peer
org: acme
---
Short body in Markdown.
";
