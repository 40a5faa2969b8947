PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
-- A log that was reset shrinks to this size, so that a larger one has more to move; up to this size it
-- is written over in place, which costs the disk less than growing.
PRAGMA journal_size_limit = 4194304;
