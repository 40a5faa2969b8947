SELECT type, name
FROM sqlite_master
WHERE type IN ('table', 'trigger') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY type, name
