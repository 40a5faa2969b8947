SELECT
  schema_kind, schema_hash, schema_json, registered_at
FROM kind_versions
WHERE schema_kind = ?1 AND schema_hash = ?2
