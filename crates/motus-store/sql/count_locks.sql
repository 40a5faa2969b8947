SELECT count(*) FROM locks
