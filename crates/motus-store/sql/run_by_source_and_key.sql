SELECT
  id, idempotency_key, producer_id, source, started_at, ended_at, intent, cwd, git_sha, outcome,
  outcome_note, end_idempotency_key, end_payload_hash, ended_by_producer_id
FROM runs
WHERE source = ?1 AND idempotency_key = ?2
ORDER BY id
LIMIT 1
