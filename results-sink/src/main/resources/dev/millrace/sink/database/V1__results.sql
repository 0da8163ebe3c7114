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
    value       ${bytes} NOT NULL
);
CREATE INDEX results_by_line ON results (tenant, batch, line, job_id);

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
    -- Begins with the job, so that it serves as the index for a job's events, too.
    PRIMARY KEY (job_id, event_id, recorded_at)
);
CREATE INDEX costs_by_batch ON costs (tenant, batch);

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
    PRIMARY KEY (topic_id, kafka_partition, kafka_offset)
);
CREATE INDEX dead_letters_by_line ON dead_letters (batch, line);
CREATE INDEX dead_letters_by_job ON dead_letters (job_id);

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
