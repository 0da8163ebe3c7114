CREATE TABLE public.costs (
    event_id text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    is_final boolean NOT NULL,
    job_id text NOT NULL,
    tenant text NOT NULL,
    batch text NOT NULL,
    model text,
    provider text,
    attempt integer NOT NULL,
    kind text NOT NULL,
    input_tokens bigint NOT NULL,
    cached_input_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    reasoning_tokens bigint NOT NULL,
    input_usd_per_million numeric,
    cached_input_usd_per_million numeric,
    cache_write_usd_per_million numeric,
    output_usd_per_million numeric,
    catalog_version text,
    cost_usd numeric NOT NULL,
    saved_usd numeric NOT NULL,
    reserved_usd numeric NOT NULL,
    cache_write_1h_tokens bigint NOT NULL,
    cache_write_1h_usd_per_million numeric,
    routed_by text,
    routed_to text,
    lane text,
    error_code text,
    attempts integer,
    job_cost_usd numeric,
    upstream_ms bigint,
    queued_ms bigint,
    cache text
);
CREATE TABLE public.dead_letters (
    topic_id text NOT NULL,
    kafka_partition integer NOT NULL,
    kafka_offset bigint NOT NULL,
    origin_topic text NOT NULL,
    origin_partition integer NOT NULL,
    origin_offset bigint NOT NULL,
    reason text NOT NULL,
    message text NOT NULL,
    tenant text,
    batch text,
    line bigint,
    job_id text,
    received_at timestamp with time zone NOT NULL,
    record_key bytea,
    value bytea,
    value_bytes integer
);
CREATE TABLE public.forgotten (
    tenant text NOT NULL,
    batch text NOT NULL,
    forgotten_at timestamp with time zone NOT NULL
);
CREATE TABLE public.manifests (
    tenant text NOT NULL,
    batch text NOT NULL,
    submission text NOT NULL,
    line_count bigint NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    submitted_by text NOT NULL,
    retry_of text,
    recorded_at timestamp with time zone NOT NULL
);
CREATE TABLE public.millrace_schema (
    version integer NOT NULL,
    script text NOT NULL
);
CREATE TABLE public.offsets (
    cluster_id text NOT NULL,
    topic text NOT NULL,
    topic_id text NOT NULL,
    kafka_partition integer NOT NULL,
    next_offset bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.results (
    job_id text NOT NULL,
    custom_id text NOT NULL,
    tenant text NOT NULL,
    batch text NOT NULL,
    line bigint,
    status_code integer,
    error_code text,
    model text,
    provider text,
    attempts integer NOT NULL,
    cost_usd numeric NOT NULL,
    queued_ms bigint NOT NULL,
    upstream_ms bigint NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    value bytea NOT NULL,
    value_bytes integer
);
CREATE TABLE public.retention (
    deleted_before timestamp with time zone NOT NULL
);
CREATE TABLE public.rollups (
    period text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    tenant text NOT NULL,
    model text NOT NULL,
    provider text NOT NULL,
    routed_by text NOT NULL,
    routed_to text NOT NULL,
    requests bigint NOT NULL,
    failures bigint NOT NULL,
    billed_events bigint NOT NULL,
    uncertain_events bigint NOT NULL,
    saved_events bigint NOT NULL,
    input_tokens bigint NOT NULL,
    cached_input_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    cache_write_1h_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    reasoning_tokens bigint NOT NULL,
    called_requests bigint NOT NULL,
    upstream_ms bigint NOT NULL,
    queued_ms bigint NOT NULL,
    cache_hits bigint NOT NULL,
    collapsed bigint NOT NULL,
    billed_usd numeric NOT NULL,
    saved_usd numeric NOT NULL,
    calls_00 bigint NOT NULL,
    calls_01 bigint NOT NULL,
    calls_02 bigint NOT NULL,
    calls_03 bigint NOT NULL,
    calls_04 bigint NOT NULL,
    calls_05 bigint NOT NULL,
    calls_06 bigint NOT NULL,
    calls_07 bigint NOT NULL,
    calls_08 bigint NOT NULL,
    calls_09 bigint NOT NULL,
    calls_10 bigint NOT NULL,
    calls_11 bigint NOT NULL,
    calls_12 bigint NOT NULL,
    calls_13 bigint NOT NULL,
    calls_14 bigint NOT NULL,
    calls_15 bigint NOT NULL,
    calls_16 bigint NOT NULL,
    calls_17 bigint NOT NULL,
    calls_18 bigint NOT NULL,
    calls_19 bigint NOT NULL,
    calls_20 bigint NOT NULL,
    calls_21 bigint NOT NULL,
    calls_22 bigint NOT NULL,
    calls_23 bigint NOT NULL,
    calls_24 bigint NOT NULL,
    calls_25 bigint NOT NULL,
    calls_26 bigint NOT NULL,
    calls_27 bigint NOT NULL,
    calls_28 bigint NOT NULL,
    calls_29 bigint NOT NULL,
    uncertain_usd numeric NOT NULL,
    slowest_ms bigint NOT NULL
);
CREATE TABLE public.unreadable (
    topic text NOT NULL,
    topic_id text NOT NULL,
    kafka_partition integer NOT NULL,
    kafka_offset bigint NOT NULL,
    problem text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    record_key bytea,
    value bytea
);
CREATE TABLE public.webhook_deliveries (
    event_id text NOT NULL,
    endpoint text NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    last_attempt_at timestamp with time zone,
    status_code integer,
    problem text
);
CREATE TABLE public.webhook_endpoints (
    endpoint text NOT NULL,
    origin text NOT NULL,
    added_at timestamp with time zone NOT NULL
);
CREATE TABLE public.webhook_events (
    event_key text NOT NULL,
    event_id text,
    type text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    found_at timestamp with time zone NOT NULL,
    payload bytea
);
INSERT INTO public.costs VALUES ('bb9163554cd2cb5fe452bf263dde84c7-1', '2026-11-20 12:00:00.125+00', true, 'bb9163554cd2cb5fe452bf263dde84c7', 'default', 'b', 'deepseek-v3.2', 'simulator', 1, 'billed', 100, 20, 0, 30, 10, 0.1, 0.1, 0.1, 0.42, '2026-11', 0.000336, 0, 0, 0, 0.1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.costs VALUES ('209befb30f157aa9b0a1191406828733-1', '2026-11-20 12:00:00.126+00', true, '209befb30f157aa9b0a1191406828733', 'default', 'b', 'deepseek-v3.2', 'simulator', 1, 'uncertain', 100, 20, 0, 30, 10, 0.1, 0.1, 0.1, 0.42, '2026-11', 0.00002, 0, 0, 0, 0.1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.costs VALUES ('08d7e359cede8589c285703ce03f88c2-0', '2026-11-20 12:00:00.127+00', true, '08d7e359cede8589c285703ce03f88c2', 'default', 'b', 'deepseek-v3.2', 'simulator', 0, 'saved', 100, 20, 0, 30, 10, 0.1, 0.1, 0.1, 0.42, '2026-11', 0, 0, 0, 0, 0.1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.dead_letters VALUES ('topic-id-d', 0, 0, 'r', 0, 7, 'duplicate', 'It was sent twice', 'default', 'b', 9, NULL, '2026-11-20 12:00:00.125+00', NULL, '\x7b2261223a317d', NULL);
INSERT INTO public.manifests VALUES ('default', 'b', 's', 4, '2026-11-20 12:00:00.125+00', 'ada@host', NULL, '2026-11-20 12:00:00.125+00');
INSERT INTO public.millrace_schema VALUES (1, 'V1__results.sql');
INSERT INTO public.offsets VALUES ('cluster', 'millrace.batches', 'topic-id-b', 0, 1, '2026-11-20 12:00:00.125+00');
INSERT INTO public.offsets VALUES ('cluster', 'millrace.costs', 'topic-id-c', 0, 3, '2026-11-20 12:00:00.125+00');
INSERT INTO public.offsets VALUES ('cluster', 'millrace.dead-letters', 'topic-id-d', 0, 1, '2026-11-20 12:00:00.125+00');
INSERT INTO public.offsets VALUES ('cluster', 'millrace.results', 'topic-id-r', 0, 4, '2026-11-20 12:00:00.125+00');
INSERT INTO public.results VALUES ('bb9163554cd2cb5fe452bf263dde84c7', 'custom-1', 'default', 'b', 1, 200, NULL, 'deepseek-v3.2', 'simulator', 1, 0.000336, 41, 101, '2026-11-20 12:00:00.125+00', '\x7b226964223a2262617463685f7265715f6262393136333535346364326362356665343532626632363364646538346337222c22637573746f6d5f6964223a22637573746f6d2d31222c22726573706f6e7365223a7b227374617475735f636f6465223a3230302c22726571756573745f6964223a227265712d31222c22626f6479223a7b22616e73776572223a22796573227d7d2c226572726f72223a6e756c6c2c226d696c6c72616365223a7b226a6f625f6964223a226262393136333535346364326362356665343532626632363364646538346337222c2274656e616e74223a2264656661756c74222c226261746368223a2262222c226c696e65223a312c226d6f64656c223a22646565707365656b2d76332e32222c2270726f7669646572223a2273696d756c61746f72222c22617474656d707473223a312c226361636865223a226d697373222c22636f73745f757364223a302e3030303333362c227175657565645f6d73223a34312c22757073747265616d5f6d73223a3130312c22726f757465645f6279223a22646972656374222c226572726f725f636f6465223a6e756c6c7d7d', NULL);
INSERT INTO public.results VALUES ('209befb30f157aa9b0a1191406828733', 'custom-2', 'default', 'b', 2, 400, 'validation_error', 'deepseek-v3.2', 'simulator', 1, 0.00002, 41, 100, '2026-11-20 12:00:00.126+00', '\x7b226964223a2262617463685f7265715f3230396265666233306631353761613962306131313931343036383238373333222c22637573746f6d5f6964223a22637573746f6d2d32222c22726573706f6e7365223a7b227374617475735f636f6465223a3430302c22726571756573745f6964223a227265712d32222c22626f6479223a7b22616e73776572223a226e6f227d7d2c226572726f72223a6e756c6c2c226d696c6c72616365223a7b226a6f625f6964223a223230396265666233306631353761613962306131313931343036383238373333222c2274656e616e74223a2264656661756c74222c226261746368223a2262222c226c696e65223a322c226d6f64656c223a22646565707365656b2d76332e32222c2270726f7669646572223a2273696d756c61746f72222c22617474656d707473223a312c226361636865223a226d697373222c22636f73745f757364223a302e30303030322c227175657565645f6d73223a34312c22757073747265616d5f6d73223a3130302c22726f757465645f6279223a22646972656374222c226572726f725f636f6465223a2276616c69646174696f6e5f6572726f72227d7d', NULL);
INSERT INTO public.results VALUES ('08d7e359cede8589c285703ce03f88c2', 'custom-3', 'default', 'b', 3, 200, NULL, 'deepseek-v3.2', 'simulator', 1, 0.000336, 41, 103, '2026-11-20 12:00:00.127+00', '\x28b52ffd603014f5080066543b20508756076834dd44e88dec9e5930c8722f6666a609a68c5943c4f24c2233637a3400320030003c7b35bf91be0ce3c22baf4704f562f364d71f0c4114e82c430771400e96400ec8b66589035a44438e6256aa05eb953cbd296f04ede90d17dc4e22015bd239e55d9d9b305d4629f7da34071880d13d5dae01c3f546fa418b09b3b27927b3f27ace91be2d32154fdf055bec6a48e75ede76afeb65ece5e653b8298c2897eb8f0262100a767959b72dbe2b4a5fa8b8eb93a7ebdbcda5d84de3dc846fb652694f3f4854db9e515ed131bcb5b279995743403a3fd576ee64ae02089d730a27bdf154cd915dcfacbc0e00c9741950b0724c345b04424758a52e034767083074885d9e83a3f039ed0038285d58259cb21afa326bf9a5f6', 5424);
INSERT INTO public.retention VALUES ('0001-01-01 00:00:00+00');
INSERT INTO public.rollups VALUES ('minute', '2026-11-20 12:00:00+00', 'default', 'deepseek-v3.2', 'simulator', '', '', 3, 0, 1, 1, 1, 300, 60, 0, 0, 90, 30, 0, 0, 0, 0, 0, 0.000336, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.00002, 0);
INSERT INTO public.rollups VALUES ('hour', '2026-11-20 12:00:00+00', 'default', 'deepseek-v3.2', 'simulator', '', '', 3, 0, 1, 1, 1, 300, 60, 0, 0, 90, 30, 0, 0, 0, 0, 0, 0.000336, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.00002, 0);
INSERT INTO public.rollups VALUES ('day', '2026-11-20 00:00:00+00', 'default', 'deepseek-v3.2', 'simulator', '', '', 3, 0, 1, 1, 1, 300, 60, 0, 0, 90, 30, 0, 0, 0, 0, 0, 0.000336, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.00002, 0);
INSERT INTO public.unreadable VALUES ('millrace.results', 'topic-id-r', 0, 3, 'not JSON', '2026-11-20 12:00:00.125+00', NULL, '\x01');
ALTER TABLE ONLY public.costs
    ADD CONSTRAINT costs_pkey PRIMARY KEY (job_id, event_id, recorded_at);
ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (topic_id, kafka_partition, kafka_offset);
ALTER TABLE ONLY public.forgotten
    ADD CONSTRAINT forgotten_pkey PRIMARY KEY (tenant, batch);
ALTER TABLE ONLY public.manifests
    ADD CONSTRAINT manifests_pkey PRIMARY KEY (tenant, batch, submission);
ALTER TABLE ONLY public.millrace_schema
    ADD CONSTRAINT millrace_schema_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (cluster_id, topic_id, kafka_partition);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.rollups
    ADD CONSTRAINT rollups_pkey PRIMARY KEY (period, starts_at, tenant, model, provider, routed_by, routed_to);
ALTER TABLE ONLY public.unreadable
    ADD CONSTRAINT unreadable_pkey PRIMARY KEY (topic_id, kafka_partition, kafka_offset);
ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (event_id, endpoint);
ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (endpoint);
ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_pkey PRIMARY KEY (event_key);
CREATE INDEX costs_by_batch ON public.costs USING btree (tenant, batch);
CREATE INDEX costs_by_time ON public.costs USING btree (recorded_at);
CREATE INDEX dead_letters_by_job ON public.dead_letters USING btree (job_id);
CREATE INDEX dead_letters_by_line ON public.dead_letters USING btree (batch, line);
CREATE INDEX dead_letters_by_time ON public.dead_letters USING btree (received_at);
CREATE INDEX dead_letters_of_tenant ON public.dead_letters USING btree (tenant, received_at);
CREATE INDEX manifests_by_time ON public.manifests USING btree (recorded_at);
CREATE INDEX results_by_line ON public.results USING btree (tenant, batch, line, job_id);
CREATE INDEX results_by_time ON public.results USING btree (finished_at);
CREATE INDEX results_failed ON public.results USING btree (finished_at, error_code) WHERE (error_code IS NOT NULL);
CREATE INDEX results_failed_of_tenant ON public.results USING btree (tenant, finished_at) WHERE (error_code IS NOT NULL);
CREATE INDEX unreadable_by_time ON public.unreadable USING btree (received_at);
CREATE INDEX webhook_deliveries_by_time ON public.webhook_deliveries USING btree (created_at);
CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (endpoint, state, next_attempt_at);
CREATE UNIQUE INDEX webhook_events_by_id ON public.webhook_events USING btree (event_id);
CREATE INDEX webhook_events_by_time ON public.webhook_events USING btree (found_at);
