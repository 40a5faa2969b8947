SELECT resource, holder, fencing_token, acquired_at, expires_at
FROM locks
WHERE resource = ?1
