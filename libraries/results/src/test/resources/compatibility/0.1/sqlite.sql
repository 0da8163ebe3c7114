CREATE TABLE costs (
    event_id                TEXT NOT NULL,
    recorded_at             TEXT NOT NULL,
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
    input_usd_per_million        TEXT,
    cached_input_usd_per_million TEXT,
    cache_write_usd_per_million  TEXT,
    output_usd_per_million       TEXT,
    catalog_version         TEXT,
    cost_usd                TEXT NOT NULL,
    saved_usd               TEXT NOT NULL,
    reserved_usd            TEXT NOT NULL,
    cache_write_1h_tokens   BIGINT NOT NULL,
    cache_write_1h_usd_per_million TEXT,
    routed_by               TEXT,
    routed_to               TEXT,
    lane                    TEXT,
    error_code              TEXT,
    attempts                INTEGER,
    job_cost_usd            TEXT,
    upstream_ms             BIGINT,
    queued_ms               BIGINT,
    cache                   TEXT,
    PRIMARY KEY (job_id, event_id, recorded_at)
);
INSERT INTO costs VALUES ('bb9163554cd2cb5fe452bf263dde84c7-1','2026-11-20T12:00:00.125Z',1,'bb9163554cd2cb5fe452bf263dde84c7','default','b','deepseek-v3.2','simulator',1,'billed',100,20,0,30,10,'0.1','0.1','0.1','0.42','2026-11','0.000336','0','0',0,'0.1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO costs VALUES ('209befb30f157aa9b0a1191406828733-1','2026-11-20T12:00:00.126Z',1,'209befb30f157aa9b0a1191406828733','default','b','deepseek-v3.2','simulator',1,'uncertain',100,20,0,30,10,'0.1','0.1','0.1','0.42','2026-11','0.00002','0','0',0,'0.1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO costs VALUES ('08d7e359cede8589c285703ce03f88c2-0','2026-11-20T12:00:00.127Z',1,'08d7e359cede8589c285703ce03f88c2','default','b','deepseek-v3.2','simulator',0,'saved',100,20,0,30,10,'0.1','0.1','0.1','0.42','2026-11','0','0','0',0,'0.1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
    received_at      TEXT NOT NULL,
    record_key       BLOB,
    value            BLOB,
    value_bytes      INTEGER,
    PRIMARY KEY (topic_id, kafka_partition, kafka_offset)
);
INSERT INTO dead_letters VALUES ('topic-id-d',0,0,'r',0,7,'duplicate','It was sent twice','default','b',9,NULL,'2026-11-20T12:00:00.125Z',NULL,X'7B2261223A317D',NULL);
CREATE TABLE forgotten (
    tenant       TEXT NOT NULL,
    batch        TEXT NOT NULL,
    forgotten_at TEXT NOT NULL,
    PRIMARY KEY (tenant, batch)
);
CREATE TABLE manifests (
    tenant       TEXT NOT NULL,
    batch        TEXT NOT NULL,
    submission   TEXT NOT NULL,
    line_count   BIGINT NOT NULL,
    submitted_at TEXT NOT NULL,
    submitted_by TEXT NOT NULL,
    retry_of     TEXT,
    recorded_at  TEXT NOT NULL,
    PRIMARY KEY (tenant, batch, submission)
);
INSERT INTO manifests VALUES ('default','b','s',4,'2026-11-20T12:00:00.125Z','ada@host',NULL,'2026-11-20T12:00:00.125Z');
CREATE TABLE millrace_schema (version INTEGER NOT NULL PRIMARY KEY, script TEXT NOT NULL);
INSERT INTO millrace_schema VALUES (1,'V1__results.sql');
CREATE TABLE offsets (
    cluster_id      TEXT NOT NULL,
    topic           TEXT NOT NULL,
    topic_id        TEXT NOT NULL,
    kafka_partition INTEGER NOT NULL,
    next_offset     BIGINT NOT NULL,
    updated_at      TEXT NOT NULL,
    PRIMARY KEY (cluster_id, topic_id, kafka_partition)
);
INSERT INTO offsets VALUES ('cluster','millrace.batches','topic-id-b',0,1,'2026-11-20T12:00:00.125Z');
INSERT INTO offsets VALUES ('cluster','millrace.dead-letters','topic-id-d',0,1,'2026-11-20T12:00:00.125Z');
INSERT INTO offsets VALUES ('cluster','millrace.costs','topic-id-c',0,3,'2026-11-20T12:00:00.125Z');
INSERT INTO offsets VALUES ('cluster','millrace.results','topic-id-r',0,4,'2026-11-20T12:00:00.125Z');
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
    cost_usd    TEXT NOT NULL,
    queued_ms   BIGINT NOT NULL,
    upstream_ms BIGINT NOT NULL,
    finished_at TEXT NOT NULL,
    value       BLOB NOT NULL,
    value_bytes INTEGER
);
INSERT INTO results VALUES ('bb9163554cd2cb5fe452bf263dde84c7','custom-1','default','b',1,200,NULL,'deepseek-v3.2','simulator',1,'0.000336',41,101,'2026-11-20T12:00:00.125Z',X'7B226964223A2262617463685F7265715F6262393136333535346364326362356665343532626632363364646538346337222C22637573746F6D5F6964223A22637573746F6D2D31222C22726573706F6E7365223A7B227374617475735F636F6465223A3230302C22726571756573745F6964223A227265712D31222C22626F6479223A7B22616E73776572223A22796573227D7D2C226572726F72223A6E756C6C2C226D696C6C72616365223A7B226A6F625F6964223A226262393136333535346364326362356665343532626632363364646538346337222C2274656E616E74223A2264656661756C74222C226261746368223A2262222C226C696E65223A312C226D6F64656C223A22646565707365656B2D76332E32222C2270726F7669646572223A2273696D756C61746F72222C22617474656D707473223A312C226361636865223A226D697373222C22636F73745F757364223A302E3030303333362C227175657565645F6D73223A34312C22757073747265616D5F6D73223A3130312C22726F757465645F6279223A22646972656374222C226572726F725F636F6465223A6E756C6C7D7D',NULL);
INSERT INTO results VALUES ('209befb30f157aa9b0a1191406828733','custom-2','default','b',2,400,'validation_error','deepseek-v3.2','simulator',1,'0.00002',41,100,'2026-11-20T12:00:00.126Z',X'7B226964223A2262617463685F7265715F3230396265666233306631353761613962306131313931343036383238373333222C22637573746F6D5F6964223A22637573746F6D2D32222C22726573706F6E7365223A7B227374617475735F636F6465223A3430302C22726571756573745F6964223A227265712D32222C22626F6479223A7B22616E73776572223A226E6F227D7D2C226572726F72223A6E756C6C2C226D696C6C72616365223A7B226A6F625F6964223A223230396265666233306631353761613962306131313931343036383238373333222C2274656E616E74223A2264656661756C74222C226261746368223A2262222C226C696E65223A322C226D6F64656C223A22646565707365656B2D76332E32222C2270726F7669646572223A2273696D756C61746F72222C22617474656D707473223A312C226361636865223A226D697373222C22636F73745F757364223A302E30303030322C227175657565645F6D73223A34312C22757073747265616D5F6D73223A3130302C22726F757465645F6279223A22646972656374222C226572726F725F636F6465223A2276616C69646174696F6E5F6572726F72227D7D',NULL);
INSERT INTO results VALUES ('08d7e359cede8589c285703ce03f88c2','custom-3','default','b',3,200,NULL,'deepseek-v3.2','simulator',1,'0.000336',41,103,'2026-11-20T12:00:00.127Z',X'28B52FFD603014F5080066543B20508756076834DD44E88DEC9E5930C8722F6666A609A68C5943C4F24C2233637A3400320030003C7B35BF91BE0CE3C22BAF4704F562F364D71F0C4114E82C430771400E96400EC8B66589035A44438E6256AA05EB953CBD296F04EDE90D17DC4E22015BD239E55D9D9B305D4629F7DA34071880D13D5DAE01C3F546FA418B09B3B27927B3F27ACE91BE2D32154FDF055BEC6A48E75EDE76AFEB65ECE5E653B8298C2897EB8F0262100A767959B72DBE2B4A5FA8B8EB93A7EBDBCDA5D84DE3DC846FB652694F3F4854DB9E515ED131BCB5B279995743403A3FD576EE64AE02089D730A27BDF154CD915DCFACBC0E00C9741950B0724C345B04424758A52E034767083074885D9E83A3F039ED0038285D58259CB21AFA326BF9A5F6',5424);
CREATE TABLE retention (
    deleted_before TEXT NOT NULL
);
INSERT INTO retention VALUES ('0001-01-01T00:00:00.000Z');
CREATE TABLE rollups (
    period                TEXT NOT NULL,
    starts_at             TEXT NOT NULL,
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
    billed_usd            TEXT NOT NULL,
    saved_usd             TEXT NOT NULL,
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
    uncertain_usd         TEXT NOT NULL,
    slowest_ms            BIGINT NOT NULL,
    PRIMARY KEY (period, starts_at, tenant, model, provider, routed_by, routed_to)
);
INSERT INTO rollups VALUES ('minute','2026-11-20T12:00:00.000Z','default','deepseek-v3.2','simulator','','',3,0,1,1,1,300,60,0,0,90,30,0,0,0,0,0,'0.000336','0',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,'0.00002',0);
INSERT INTO rollups VALUES ('hour','2026-11-20T12:00:00.000Z','default','deepseek-v3.2','simulator','','',3,0,1,1,1,300,60,0,0,90,30,0,0,0,0,0,'0.000336','0',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,'0.00002',0);
INSERT INTO rollups VALUES ('day','2026-11-20T00:00:00.000Z','default','deepseek-v3.2','simulator','','',3,0,1,1,1,300,60,0,0,90,30,0,0,0,0,0,'0.000336','0',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,'0.00002',0);
CREATE TABLE unreadable (
    topic           TEXT NOT NULL,
    topic_id        TEXT NOT NULL,
    kafka_partition INTEGER NOT NULL,
    kafka_offset    BIGINT NOT NULL,
    problem         TEXT NOT NULL,
    received_at     TEXT NOT NULL,
    record_key      BLOB,
    value           BLOB,
    PRIMARY KEY (topic_id, kafka_partition, kafka_offset)
);
INSERT INTO unreadable VALUES ('millrace.results','topic-id-r',0,3,'not JSON','2026-11-20T12:00:00.125Z',NULL,X'01');
CREATE TABLE webhook_deliveries (
    event_id        TEXT NOT NULL,
    endpoint        TEXT NOT NULL,
    state           TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    created_at      TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    last_attempt_at TEXT,
    status_code     INTEGER,
    problem         TEXT,
    PRIMARY KEY (event_id, endpoint)
);
CREATE TABLE webhook_endpoints (
    endpoint TEXT NOT NULL PRIMARY KEY,
    origin   TEXT NOT NULL,
    added_at TEXT NOT NULL
);
CREATE TABLE webhook_events (
    event_key   TEXT NOT NULL PRIMARY KEY,
    event_id    TEXT,
    type        TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    found_at    TEXT NOT NULL,
    payload     BLOB
);
CREATE INDEX costs_by_batch ON costs (tenant, batch);
CREATE INDEX costs_by_time ON costs (recorded_at);
CREATE INDEX dead_letters_by_job ON dead_letters (job_id);
CREATE INDEX dead_letters_by_line ON dead_letters (batch, line);
CREATE INDEX dead_letters_by_time ON dead_letters (received_at);
CREATE INDEX dead_letters_of_tenant ON dead_letters (tenant, received_at);
CREATE INDEX manifests_by_time ON manifests (recorded_at);
CREATE INDEX results_by_line ON results (tenant, batch, line, job_id);
CREATE INDEX results_by_time ON results (finished_at);
CREATE INDEX results_failed ON results (finished_at, error_code) WHERE error_code IS NOT NULL;
CREATE INDEX results_failed_of_tenant ON results (tenant, finished_at) WHERE error_code IS NOT NULL;
CREATE INDEX unreadable_by_time ON unreadable (received_at);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, state, next_attempt_at);
CREATE UNIQUE INDEX webhook_events_by_id ON webhook_events (event_id);
CREATE INDEX webhook_events_by_time ON webhook_events (found_at);
