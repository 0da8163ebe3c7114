-- Separates what was billed from what may have been billed. The name changes so that a sink of an
-- earlier version, which would add both to one column, stops writing. Existing rollups are separated
-- from the stored events, as are their slowest calls; rollups whose events are deleted keep the sum.
ALTER TABLE rollups RENAME COLUMN cost_usd TO billed_usd;
ALTER TABLE rollups ADD COLUMN uncertain_usd ${money} NOT NULL DEFAULT '0';
-- Duration of the slowest last call, in milliseconds.
ALTER TABLE rollups ADD COLUMN slowest_ms BIGINT NOT NULL DEFAULT 0;
-- The latest failures and dead letters of a tenant, without reading those of all others.
CREATE INDEX results_failed_of_tenant ON results (tenant, finished_at) WHERE error_code IS NOT NULL;
CREATE INDEX dead_letters_of_tenant ON dead_letters (tenant, received_at);
