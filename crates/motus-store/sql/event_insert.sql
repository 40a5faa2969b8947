INSERT INTO events (
  run_id, seq, idempotency_key, id, payload_hash, schema_hash, schema_kind, ts, payload_json,
  producer_id
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
