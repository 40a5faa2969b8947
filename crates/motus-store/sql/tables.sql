-- The four tables of the published Store. Release 0.5.3 creates what is missing of them on each
-- writable open, so names, columns, keys and checks are shared with it.

CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY,
  idempotency_key TEXT NOT NULL,
  producer_id TEXT NOT NULL,
  source TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  intent TEXT NOT NULL,
  cwd TEXT NOT NULL,
  git_sha TEXT,
  outcome TEXT,
  outcome_note TEXT,
  end_idempotency_key TEXT,
  end_payload_hash TEXT,
  ended_by_producer_id TEXT,
  UNIQUE (source, producer_id, idempotency_key),
  CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CHECK (outcome IS NULL OR outcome IN ('success', 'failure', 'aborted'))
);

-- A rowid table on purpose: the latest version of a kind is the one with the highest rowid.
CREATE TABLE IF NOT EXISTS kind_versions (
  schema_kind TEXT NOT NULL,
  schema_hash TEXT NOT NULL,
  schema_json TEXT NOT NULL,
  registered_at TEXT NOT NULL,
  PRIMARY KEY (schema_kind, schema_hash)
);

CREATE TABLE IF NOT EXISTS events (
  run_id TEXT NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  payload_hash TEXT NOT NULL,
  schema_hash TEXT NOT NULL,
  schema_kind TEXT NOT NULL,
  ts TEXT NOT NULL,
  payload_json TEXT NOT NULL,
  producer_id TEXT NOT NULL,
  PRIMARY KEY (run_id, seq),
  UNIQUE (run_id, idempotency_key),
  FOREIGN KEY (schema_kind, schema_hash) REFERENCES kind_versions (schema_kind, schema_hash)
);

CREATE TABLE IF NOT EXISTS locks (
  resource TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  fencing_token INTEGER NOT NULL,
  acquired_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
);
