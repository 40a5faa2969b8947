-- The index is named because statistics of a Store that had one run speak for reading all of them.
SELECT
  id, idempotency_key, producer_id, source, started_at, ended_at, intent, cwd, git_sha, outcome,
  outcome_note, end_idempotency_key, end_payload_hash, ended_by_producer_id
FROM runs INDEXED BY sqlite_autoindex_runs_1
WHERE id < ?1
ORDER BY id DESC
LIMIT ?2
