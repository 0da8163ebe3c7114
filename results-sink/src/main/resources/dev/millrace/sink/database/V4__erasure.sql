CREATE INDEX dead_letters_by_time ON dead_letters (received_at);
CREATE INDEX unreadable_by_time ON unreadable (received_at);

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
