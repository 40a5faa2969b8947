-- The index is named because statistics of a Store that had one lock speak for reading all of them.
SELECT resource, holder, fencing_token, acquired_at, expires_at
FROM locks INDEXED BY sqlite_autoindex_locks_1
WHERE resource > ?1
ORDER BY resource
LIMIT ?2
