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
