SELECT count(*) FROM kind_versions
