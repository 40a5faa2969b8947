-- A table without a root page is a virtual one, whose rows another program computes.
SELECT type, name, tbl_name, coalesce(rootpage, 0), coalesce(sql, '')
FROM sqlite_master
WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY type, name
