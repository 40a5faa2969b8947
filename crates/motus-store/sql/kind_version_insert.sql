INSERT INTO kind_versions (
  schema_kind, schema_hash, schema_json, registered_at
) VALUES (?1, ?2, ?3, ?4)
