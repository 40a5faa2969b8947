-- Guards as releases 0.5.3 and 0.6.5 write them, where that differs from `guards.sql` in more than
-- white space. They refuse the same changes; a Store that has them is left as it is.

CREATE TRIGGER events_closed_run_guard
BEFORE INSERT ON events
WHEN (SELECT ended_at FROM runs WHERE id=NEW.run_id) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'cannot append event to closed run');
END;

CREATE TRIGGER runs_closed_outcome_guard
BEFORE UPDATE OF ended_at, outcome, outcome_note, end_idempotency_key,
  end_payload_hash, ended_by_producer_id ON runs
WHEN OLD.ended_at IS NOT NULL AND (
  NEW.ended_at IS NOT OLD.ended_at OR
  NEW.outcome IS NOT OLD.outcome OR
  NEW.outcome_note IS NOT OLD.outcome_note OR
  NEW.end_idempotency_key IS NOT OLD.end_idempotency_key OR
  NEW.end_payload_hash IS NOT OLD.end_payload_hash OR
  NEW.ended_by_producer_id IS NOT OLD.ended_by_producer_id
)
BEGIN
  SELECT RAISE(ABORT, 'closed run outcome is final');
END;

CREATE TRIGGER runs_identity_guard
BEFORE UPDATE OF id, idempotency_key, producer_id, source, started_at,
  intent, cwd, git_sha ON runs
WHEN
  NEW.id IS NOT OLD.id OR
  NEW.idempotency_key IS NOT OLD.idempotency_key OR
  NEW.producer_id IS NOT OLD.producer_id OR
  NEW.source IS NOT OLD.source OR
  NEW.started_at IS NOT OLD.started_at OR
  NEW.intent IS NOT OLD.intent OR
  NEW.cwd IS NOT OLD.cwd OR
  NEW.git_sha IS NOT OLD.git_sha
BEGIN
  SELECT RAISE(ABORT, 'run identity is immutable');
END;
