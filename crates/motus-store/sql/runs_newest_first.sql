SELECT
  id, idempotency_key, producer_id, source, started_at, ended_at, intent, cwd, git_sha, outcome,
  outcome_note, end_idempotency_key, end_payload_hash, ended_by_producer_id
FROM runs
WHERE (?1 IS NULL OR source = ?1)
  AND (NOT ?2 OR ended_at IS NULL)
  AND (?3 IS NULL OR id < ?3)
ORDER BY id DESC
LIMIT ?4
