-- What these indexes say is in their tables as well; they are made anew, or this is undone.
DROP INDEX IF EXISTS runs_by_source;

DROP INDEX IF EXISTS runs_open;

DROP INDEX IF EXISTS runs_by_key;

DROP INDEX IF EXISTS locks_by_holder;
