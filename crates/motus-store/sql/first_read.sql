-- Finds out whether the file can be read at all.
SELECT count(*) FROM sqlite_master
