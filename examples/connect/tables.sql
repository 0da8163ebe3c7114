-- What the recipes need in PostgreSQL.

-- The rows of millrace.results: the result, and columns that the database takes from it.
CREATE TABLE millrace_results (
    job_id TEXT PRIMARY KEY,
    value JSON NOT NULL,
    tenant TEXT GENERATED ALWAYS AS (value -> 'millrace' ->> 'tenant') STORED,
    batch TEXT GENERATED ALWAYS AS (value -> 'millrace' ->> 'batch') STORED,
    custom_id TEXT GENERATED ALWAYS AS (value ->> 'custom_id') STORED,
    status_code INTEGER GENERATED ALWAYS AS ((value -> 'response' ->> 'status_code')::INTEGER) STORED,
    error_code TEXT GENERATED ALWAYS AS (value -> 'millrace' ->> 'error_code') STORED,
    model TEXT GENERATED ALWAYS AS (value -> 'millrace' ->> 'model') STORED,
    cost_usd NUMERIC GENERATED ALWAYS AS ((value -> 'millrace' ->> 'cost_usd')::NUMERIC) STORED
);
CREATE INDEX ON millrace_results (tenant, batch);

-- The id of a job: 128 bits of the SHA-256 over tenant, batch and custom_id, each after its length.
CREATE FUNCTION millrace_job_id(tenant TEXT, batch TEXT, custom_id TEXT) RETURNS TEXT
    LANGUAGE SQL IMMUTABLE STRICT AS $$
    SELECT substring(encode(sha256(
        int4send(octet_length(tenant)) || convert_to(tenant, 'UTF8')
        || int4send(octet_length(batch)) || convert_to(batch, 'UTF8')
        || int4send(octet_length(custom_id)) || convert_to(custom_id, 'UTF8')), 'hex') FOR 32)
$$;

-- The table of Debezium's event router, and a column for each header. JSON, unlike JSONB, keeps the bytes of the request.
CREATE TABLE outbox (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    aggregatetype TEXT NOT NULL DEFAULT 'requests',
    aggregateid TEXT NOT NULL,
    type TEXT NOT NULL DEFAULT 'request',
    tenant TEXT NOT NULL DEFAULT 'default',
    batch TEXT NOT NULL,
    payload JSON NOT NULL
);
