-- What the two indexes say is in the table as well; they are made anew, or this is undone.
DROP INDEX IF EXISTS runs_by_source;
DROP INDEX IF EXISTS runs_open
