-- ?2 and ?3 are where the kinds that are left out begin and end. They are compared before a payload is read.
SELECT
  run_id, seq, idempotency_key, id, payload_hash, schema_hash, schema_kind, ts, payload_json,
  producer_id
FROM events
WHERE run_id = ?1 AND NOT (schema_kind >= ?2 AND schema_kind < ?3)
ORDER BY seq
