-- The latest failures and the errors of the last hour, without reading the results that succeeded.
CREATE INDEX results_failed ON results (finished_at, error_code) WHERE error_code IS NOT NULL;
