-- The end of a job, from its final cost event; null for other events.
ALTER TABLE costs ADD COLUMN cache_write_1h_tokens BIGINT NOT NULL DEFAULT 0;
ALTER TABLE costs ADD COLUMN cache_write_1h_usd_per_million ${money};
ALTER TABLE costs ADD COLUMN routed_by TEXT;
ALTER TABLE costs ADD COLUMN routed_to TEXT;
ALTER TABLE costs ADD COLUMN lane TEXT;
ALTER TABLE costs ADD COLUMN error_code TEXT;
ALTER TABLE costs ADD COLUMN attempts INTEGER;
ALTER TABLE costs ADD COLUMN job_cost_usd ${money};
ALTER TABLE costs ADD COLUMN upstream_ms BIGINT;
ALTER TABLE costs ADD COLUMN queued_ms BIGINT;
ALTER TABLE costs ADD COLUMN cache TEXT;

-- Events of earlier versions lack the end of the job, which the result has.
UPDATE costs SET
    error_code = (SELECT error_code FROM results WHERE results.job_id = costs.job_id),
    attempts = (SELECT attempts FROM results WHERE results.job_id = costs.job_id),
    job_cost_usd = (SELECT cost_usd FROM results WHERE results.job_id = costs.job_id),
    queued_ms = (SELECT queued_ms FROM results WHERE results.job_id = costs.job_id),
    upstream_ms = (SELECT upstream_ms FROM results WHERE results.job_id = costs.job_id)
WHERE is_final AND EXISTS (SELECT 1 FROM results WHERE results.job_id = costs.job_id);

CREATE INDEX results_by_time ON results (finished_at);
CREATE INDEX costs_by_time ON costs (recorded_at);

-- Sums over the cost events of a minute, an hour or a day in UTC. An empty text in the key means
-- unknown or none. calls_NN counts the last calls of jobs by duration.
CREATE TABLE rollups (
    period                TEXT NOT NULL,
    starts_at             ${timestamp} NOT NULL,
    tenant                TEXT NOT NULL,
    model                 TEXT NOT NULL,
    provider              TEXT NOT NULL,
    routed_by             TEXT NOT NULL,
    routed_to             TEXT NOT NULL,
    requests              BIGINT NOT NULL,
    failures              BIGINT NOT NULL,
    billed_events         BIGINT NOT NULL,
    uncertain_events      BIGINT NOT NULL,
    saved_events          BIGINT NOT NULL,
    input_tokens          BIGINT NOT NULL,
    cached_input_tokens   BIGINT NOT NULL,
    cache_write_tokens    BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    output_tokens         BIGINT NOT NULL,
    reasoning_tokens      BIGINT NOT NULL,
    called_requests       BIGINT NOT NULL,
    upstream_ms           BIGINT NOT NULL,
    queued_ms             BIGINT NOT NULL,
    cache_hits            BIGINT NOT NULL,
    collapsed             BIGINT NOT NULL,
    cost_usd              ${money} NOT NULL,
    saved_usd             ${money} NOT NULL,
    calls_00              BIGINT NOT NULL,
    calls_01              BIGINT NOT NULL,
    calls_02              BIGINT NOT NULL,
    calls_03              BIGINT NOT NULL,
    calls_04              BIGINT NOT NULL,
    calls_05              BIGINT NOT NULL,
    calls_06              BIGINT NOT NULL,
    calls_07              BIGINT NOT NULL,
    calls_08              BIGINT NOT NULL,
    calls_09              BIGINT NOT NULL,
    calls_10              BIGINT NOT NULL,
    calls_11              BIGINT NOT NULL,
    calls_12              BIGINT NOT NULL,
    calls_13              BIGINT NOT NULL,
    calls_14              BIGINT NOT NULL,
    calls_15              BIGINT NOT NULL,
    calls_16              BIGINT NOT NULL,
    calls_17              BIGINT NOT NULL,
    calls_18              BIGINT NOT NULL,
    calls_19              BIGINT NOT NULL,
    calls_20              BIGINT NOT NULL,
    calls_21              BIGINT NOT NULL,
    calls_22              BIGINT NOT NULL,
    calls_23              BIGINT NOT NULL,
    calls_24              BIGINT NOT NULL,
    calls_25              BIGINT NOT NULL,
    calls_26              BIGINT NOT NULL,
    calls_27              BIGINT NOT NULL,
    calls_28              BIGINT NOT NULL,
    calls_29              BIGINT NOT NULL,
    PRIMARY KEY (period, starts_at, tenant, model, provider, routed_by, routed_to)
);
