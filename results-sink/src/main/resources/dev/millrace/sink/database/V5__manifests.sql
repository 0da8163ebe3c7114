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
