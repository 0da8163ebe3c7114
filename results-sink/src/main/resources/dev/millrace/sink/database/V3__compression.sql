-- Number of bytes before compression with zstd; null if the value is not compressed.
ALTER TABLE results ADD COLUMN value_bytes INTEGER;
ALTER TABLE dead_letters ADD COLUMN value_bytes INTEGER;
