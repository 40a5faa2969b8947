-- ?2 is the length of what stands before the holder in a key, plus one. The plus keeps the index by source
-- away: few of its runs are open, and it would read all of them. A holder has few locks, whatever
-- statistics of other days say.
SELECT
  id, idempotency_key, producer_id, source, started_at, ended_at, intent, cwd, git_sha, outcome,
  outcome_note, end_idempotency_key, end_payload_hash, ended_by_producer_id
FROM runs
WHERE id > '' AND +source = ?1 AND ended_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM locks
    WHERE likelihood(holder = substr(idempotency_key, ?2), 0.0001)
      AND substr(resource, 1, length(?3)) = ?3
  )
ORDER BY id DESC
