-- Before the first read: with it, that read waits until nobody else has the file open.
PRAGMA locking_mode = EXCLUSIVE
