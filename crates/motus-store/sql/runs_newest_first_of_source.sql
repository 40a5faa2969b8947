SELECT
  id, idempotency_key, producer_id, source, started_at, ended_at, intent, cwd, git_sha, outcome,
  outcome_note, end_idempotency_key, end_payload_hash, ended_by_producer_id
FROM runs
WHERE id < ?1 AND source = ?3
ORDER BY id DESC
LIMIT ?2
