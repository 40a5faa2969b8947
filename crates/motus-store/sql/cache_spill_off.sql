PRAGMA cache_spill = OFF
