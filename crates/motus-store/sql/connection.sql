PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
-- A log that was reset shrinks to this size, so that its size tells how much is left to move.
PRAGMA journal_size_limit = 1048576;
