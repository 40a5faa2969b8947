SELECT
  schema_kind, schema_hash, schema_json, registered_at
FROM kind_versions
ORDER BY rowid
