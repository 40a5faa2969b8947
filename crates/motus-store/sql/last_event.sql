SELECT
  run_id, seq, idempotency_key, id, payload_hash, schema_hash, schema_kind, ts, payload_json,
  producer_id
FROM events
WHERE run_id = ?1
ORDER BY seq DESC
LIMIT 1
