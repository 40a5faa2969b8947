INSERT INTO runs (
  id, idempotency_key, producer_id, source, started_at, intent, cwd, git_sha
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
