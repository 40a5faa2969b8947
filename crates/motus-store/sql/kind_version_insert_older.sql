-- The latest version of a kind is the one with the highest rowid.
INSERT INTO kind_versions (
  rowid, schema_kind, schema_hash, schema_json, registered_at
) VALUES ((SELECT coalesce(min(rowid), 1) - 1 FROM kind_versions), ?1, ?2, ?3, ?4)
