-- One script for SQLite and PostgreSQL. ${bytes}, ${money} and ${timestamp} stand for the
-- database's own types: SQLite keeps money as text, since its numbers are binary floating point.

-- The next offset to read of each partition, set in the transaction of the rows before it.
CREATE TABLE offsets (
    cluster_id      TEXT NOT NULL,
    topic           TEXT NOT NULL,
    topic_id        TEXT NOT NULL,
    kafka_partition INTEGER NOT NULL,
    next_offset     BIGINT NOT NULL,
    updated_at      ${timestamp} NOT NULL,
    PRIMARY KEY (cluster_id, topic_id, kafka_partition)
);

-- The latest result of each job.
CREATE TABLE results (
    job_id      TEXT NOT NULL PRIMARY KEY,
    custom_id   TEXT NOT NULL,
    tenant      TEXT NOT NULL,
    batch       TEXT NOT NULL,
    line        BIGINT,
    status_code INTEGER,
    error_code  TEXT,
    model       TEXT,
    provider    TEXT,
    attempts    INTEGER NOT NULL,
    cost_usd    ${money} NOT NULL,
    queued_ms   BIGINT NOT NULL,
    upstream_ms BIGINT NOT NULL,
    finished_at ${timestamp} NOT NULL,
    value       ${bytes} NOT NULL,
    -- Number of bytes before compression with zstd; null if the value is not compressed.
    value_bytes INTEGER
);
CREATE INDEX results_by_line ON results (tenant, batch, line, job_id);
CREATE INDEX results_by_time ON results (finished_at);
-- The latest failures and the errors of the last hour, without reading the results that succeeded.
CREATE INDEX results_failed ON results (finished_at, error_code) WHERE error_code IS NOT NULL;
-- The latest failures of a tenant, without reading those of all others.
CREATE INDEX results_failed_of_tenant ON results (tenant, finished_at) WHERE error_code IS NOT NULL;

-- Every attempt that cost or may have cost something, and the end of every job.
CREATE TABLE costs (
    event_id                TEXT NOT NULL,
    recorded_at             ${timestamp} NOT NULL,
    is_final                BOOLEAN NOT NULL,
    job_id                  TEXT NOT NULL,
    tenant                  TEXT NOT NULL,
    batch                   TEXT NOT NULL,
    model                   TEXT,
    provider                TEXT,
    attempt                 INTEGER NOT NULL,
    kind                    TEXT NOT NULL,
    input_tokens            BIGINT NOT NULL,
    cached_input_tokens     BIGINT NOT NULL,
    cache_write_tokens      BIGINT NOT NULL,
    output_tokens           BIGINT NOT NULL,
    reasoning_tokens        BIGINT NOT NULL,
    input_usd_per_million        ${money},
    cached_input_usd_per_million ${money},
    cache_write_usd_per_million  ${money},
    output_usd_per_million       ${money},
    catalog_version         TEXT,
    cost_usd                ${money} NOT NULL,
    saved_usd               ${money} NOT NULL,
    reserved_usd            ${money} NOT NULL,
    cache_write_1h_tokens   BIGINT NOT NULL,
    cache_write_1h_usd_per_million ${money},
    -- The end of a job, from its final cost event; null for other events.
    routed_by               TEXT,
    routed_to               TEXT,
    lane                    TEXT,
    error_code              TEXT,
    attempts                INTEGER,
    job_cost_usd            ${money},
    upstream_ms             BIGINT,
    queued_ms               BIGINT,
    cache                   TEXT,
    -- Begins with the job, so that it serves as the index for a job's events, too.
    PRIMARY KEY (job_id, event_id, recorded_at)
);
CREATE INDEX costs_by_batch ON costs (tenant, batch);
CREATE INDEX costs_by_time ON costs (recorded_at);

-- Records that became no job, with the bytes as they came.
CREATE TABLE dead_letters (
    topic_id         TEXT NOT NULL,
    kafka_partition  INTEGER NOT NULL,
    kafka_offset     BIGINT NOT NULL,
    origin_topic     TEXT NOT NULL,
    origin_partition INTEGER NOT NULL,
    origin_offset    BIGINT NOT NULL,
    reason           TEXT NOT NULL,
    message          TEXT NOT NULL,
    tenant           TEXT,
    batch            TEXT,
    line             BIGINT,
    job_id           TEXT,
    received_at      ${timestamp} NOT NULL,
    record_key       ${bytes},
    value            ${bytes},
    -- Number of bytes before compression with zstd; null if the value is not compressed.
    value_bytes      INTEGER,
    PRIMARY KEY (topic_id, kafka_partition, kafka_offset)
);
CREATE INDEX dead_letters_by_line ON dead_letters (batch, line);
CREATE INDEX dead_letters_by_job ON dead_letters (job_id);
CREATE INDEX dead_letters_by_time ON dead_letters (received_at);
-- The latest dead letters of a tenant, without reading those of all others.
CREATE INDEX dead_letters_of_tenant ON dead_letters (tenant, received_at);

-- Records that are not what their topic is for.
CREATE TABLE unreadable (
    topic           TEXT NOT NULL,
    topic_id        TEXT NOT NULL,
    kafka_partition INTEGER NOT NULL,
    kafka_offset    BIGINT NOT NULL,
    problem         TEXT NOT NULL,
    received_at     ${timestamp} NOT NULL,
    record_key      ${bytes},
    value           ${bytes},
    PRIMARY KEY (topic_id, kafka_partition, kafka_offset)
);
CREATE INDEX unreadable_by_time ON unreadable (received_at);

-- Sums over the cost events of a minute, an hour or a day in UTC. An empty text in the key means
-- unknown or none. calls_NN counts the last calls of jobs by duration; slowest_ms is the longest.
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
    billed_usd            ${money} NOT NULL,
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
    uncertain_usd         ${money} NOT NULL,
    slowest_ms            BIGINT NOT NULL,
    PRIMARY KEY (period, starts_at, tenant, model, provider, routed_by, routed_to)
);

-- Rows of records before this time are deleted and not stored again. One row.
CREATE TABLE retention (
    deleted_before ${timestamp} NOT NULL
);
INSERT INTO retention VALUES ('0001-01-01T00:00:00.000Z');

-- Tenants and batches whose rows of records up to a time are deleted and not stored again. An empty
-- batch stands for all batches of the tenant.
CREATE TABLE forgotten (
    tenant       TEXT NOT NULL,
    batch        TEXT NOT NULL,
    forgotten_at ${timestamp} NOT NULL,
    PRIMARY KEY (tenant, batch)
);

-- One submission's part of a batch. The lines of a batch are the sum over its submissions.
CREATE TABLE manifests (
    tenant       TEXT NOT NULL,
    batch        TEXT NOT NULL,
    submission   TEXT NOT NULL,
    line_count   BIGINT NOT NULL,
    submitted_at ${timestamp} NOT NULL,
    submitted_by TEXT NOT NULL,
    retry_of     TEXT,
    recorded_at  ${timestamp} NOT NULL,
    PRIMARY KEY (tenant, batch, submission)
);
CREATE INDEX manifests_by_time ON manifests (recorded_at);

-- The events that were found, so that each is reported once. A row without a payload is the key of
-- an event that another one includes.
CREATE TABLE webhook_events (
    event_key   TEXT NOT NULL PRIMARY KEY,
    event_id    TEXT,
    type        TEXT NOT NULL,
    occurred_at ${timestamp} NOT NULL,
    found_at    ${timestamp} NOT NULL,
    payload     ${bytes}
);
CREATE UNIQUE INDEX webhook_events_by_id ON webhook_events (event_id);
CREATE INDEX webhook_events_by_time ON webhook_events (found_at);

-- The receivers by the hash of their URL, which may contain a secret. They get the events since
-- they were added.
CREATE TABLE webhook_endpoints (
    endpoint TEXT NOT NULL PRIMARY KEY,
    origin   TEXT NOT NULL,
    added_at ${timestamp} NOT NULL
);

-- Each event for each receiver: waiting, sending, delivered or failed. While it is sent, the next
-- attempt is when another sink may send it.
CREATE TABLE webhook_deliveries (
    event_id        TEXT NOT NULL,
    endpoint        TEXT NOT NULL,
    state           TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    created_at      ${timestamp} NOT NULL,
    next_attempt_at ${timestamp} NOT NULL,
    last_attempt_at ${timestamp},
    status_code     INTEGER,
    problem         TEXT,
    PRIMARY KEY (event_id, endpoint)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, state, next_attempt_at);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);
