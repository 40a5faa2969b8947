-- The index keeps the cost at the versions of this kind, whatever else is registered.
SELECT
  schema_kind, schema_hash, schema_json, registered_at
FROM kind_versions
WHERE rowid = (
  SELECT max(rowid)
  FROM kind_versions INDEXED BY sqlite_autoindex_kind_versions_1
  WHERE schema_kind = ?1
)
