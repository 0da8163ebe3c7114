-- Whether it was too late for a cheaper service tier.
ALTER TABLE costs ADD COLUMN spilled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE rollups ADD COLUMN spilled BIGINT NOT NULL DEFAULT 0;
