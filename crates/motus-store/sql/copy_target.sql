-- A copy that fails is thrown away, and one that is whole is synced before it gets its name.
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
