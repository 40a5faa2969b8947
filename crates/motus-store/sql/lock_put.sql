INSERT INTO locks (resource, holder, fencing_token, acquired_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (resource) DO UPDATE
SET holder = excluded.holder,
    fencing_token = excluded.fencing_token,
    acquired_at = excluded.acquired_at,
    expires_at = excluded.expires_at
