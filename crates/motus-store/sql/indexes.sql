-- Plain indexes that no published release has and every one tolerates. With them, listing costs what
-- it lists, however many runs there are.

CREATE INDEX IF NOT EXISTS runs_by_source ON runs (source, id);

CREATE INDEX IF NOT EXISTS runs_open ON runs (id) WHERE ended_at IS NULL;

CREATE INDEX IF NOT EXISTS runs_by_key ON runs (source, idempotency_key);

CREATE INDEX IF NOT EXISTS locks_by_holder ON locks (holder);
