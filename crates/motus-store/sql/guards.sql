-- Triggers that keep the ledger append-only against any client of the file.
-- The first four are those of release 0.5.3, the others those that release 0.6.5 added.

CREATE TRIGGER IF NOT EXISTS events_no_update
BEFORE UPDATE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are append-only');
END;

CREATE TRIGGER IF NOT EXISTS events_no_delete
BEFORE DELETE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are append-only');
END;

CREATE TRIGGER IF NOT EXISTS events_closed_run_guard
BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM runs WHERE id = NEW.run_id AND ended_at IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'cannot append event to closed run');
END;

CREATE TRIGGER IF NOT EXISTS runs_closed_outcome_guard
BEFORE UPDATE OF
  ended_at, outcome, outcome_note, end_idempotency_key, end_payload_hash, ended_by_producer_id
ON runs
WHEN OLD.ended_at IS NOT NULL AND (
  OLD.ended_at IS NOT NEW.ended_at
  OR OLD.outcome IS NOT NEW.outcome
  OR OLD.outcome_note IS NOT NEW.outcome_note
  OR OLD.end_idempotency_key IS NOT NEW.end_idempotency_key
  OR OLD.end_payload_hash IS NOT NEW.end_payload_hash
  OR OLD.ended_by_producer_id IS NOT NEW.ended_by_producer_id
)
BEGIN
  SELECT RAISE(ABORT, 'closed run outcome is final');
END;

CREATE TRIGGER IF NOT EXISTS runs_no_delete
BEFORE DELETE ON runs
BEGIN
  SELECT RAISE(ABORT, 'runs are append-only');
END;

CREATE TRIGGER IF NOT EXISTS runs_identity_guard
BEFORE UPDATE OF
  id, idempotency_key, producer_id, source, started_at, intent, cwd, git_sha
ON runs
WHEN OLD.id IS NOT NEW.id
  OR OLD.idempotency_key IS NOT NEW.idempotency_key
  OR OLD.producer_id IS NOT NEW.producer_id
  OR OLD.source IS NOT NEW.source
  OR OLD.started_at IS NOT NEW.started_at
  OR OLD.intent IS NOT NEW.intent
  OR OLD.cwd IS NOT NEW.cwd
  OR OLD.git_sha IS NOT NEW.git_sha
BEGIN
  SELECT RAISE(ABORT, 'run identity is immutable');
END;

CREATE TRIGGER IF NOT EXISTS kind_versions_no_update
BEFORE UPDATE ON kind_versions
BEGIN
  SELECT RAISE(ABORT, 'kind versions are append-only');
END;

CREATE TRIGGER IF NOT EXISTS kind_versions_no_delete
BEFORE DELETE ON kind_versions
BEGIN
  SELECT RAISE(ABORT, 'kind versions are append-only');
END;
