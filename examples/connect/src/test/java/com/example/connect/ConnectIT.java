package com.example.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.testclusters.FreePorts;
import dev.millrace.testclusters.PostgresServer;
import dev.millrace.testkit.MillracePipeline;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the recipes of {@code docs/connect.md} with their files: rows of an outbox become requests,
 * and their results and costs rows of PostgreSQL and of Iceberg tables. The worker is killed and
 * started again in between.
 */
@Tag("long")
class ConnectIT {
    private static final int JOBS = 4;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String INSERT =
            """
            INSERT INTO outbox (aggregateid, tenant, batch, payload) VALUES (
                millrace_job_id('acme', 'orders', '%1$s'), 'acme', 'orders',
                '{"custom_id":"%1$s","url":"/v1/chat/completions","body":{"model":"%2$s","max_tokens":50,\
            "messages":[{"role":"user","content":"Where is my parcel?"}]}}')
            """;

    @TempDir private static Path folder;
    private static MillracePipeline pipeline;
    private static PostgresServer postgres;
    private static S3Proxy s3;
    private static Connection database;
    private static ConnectProcesses connect;
    private static Process worker;

    @BeforeAll
    static void run() throws Exception {
        assumeTrue(
                ConnectProcesses.areDownloaded(),
                "Kafka Connect is not in examples/connect/target: docs/connect.md");
        assumeTrue(
                PostgresServer.binaries().isPresent(),
                "PostgreSQL's initdb and pg_ctl are not on this machine");
        startServices();
        worker = connect.startWorker();
        insert("order-1", "gpt-4.1");
        insert("order-2", "gpt-4.1");
        insert("order-3", "no-such-model");
        awaitWithWorker(() -> count("millrace_results") == JOBS - 1);

        worker.destroyForcibly().waitFor();
        insert("order-4", "gpt-4.1");
        worker = connect.startWorker();
        awaitWithWorker(() -> count("millrace_results") == JOBS);
    }

    private static void startServices() throws Exception {
        pipeline = MillracePipeline.start();
        try (var admin = Admin.create(Map.of("bootstrap.servers", pipeline.bootstrapServers()))) {
            admin.createTopics(Set.of(new NewTopic("control-iceberg", 1, (short) 1))).all().get();
        }
        s3 =
                S3Proxy.builder()
                        .blobStore(new TransientNio2BlobStore())
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.NONE, "", "")
                        .build();
        s3.start();
        s3("PUT", "/lake");
        postgres = PostgresServer.start(PostgresServer.binaries().orElseThrow());
        try (var server = DriverManager.getConnection(postgres.newDatabase());
                var statement = server.createStatement()) {
            statement.execute("ALTER SYSTEM SET wal_level = logical");
        }
        postgres.restart();
        String url = postgres.newDatabase();
        database = DriverManager.getConnection(url);
        execute(Files.readString(ConnectProcesses.EXAMPLE.resolve("tables.sql")));
        connect =
                new ConnectProcesses(
                        folder,
                        Map.ofEntries(
                                Map.entry("KAFKA", pipeline.bootstrapServers()),
                                Map.entry("CONNECT_PORT", String.valueOf(FreePorts.one())),
                                Map.entry("PGHOST", "127.0.0.1"),
                                Map.entry("PGPORT", String.valueOf(postgres.port())),
                                Map.entry("PGDATABASE", database.getCatalog()),
                                Map.entry("PGUSER", "millrace"),
                                Map.entry("PGPASSWORD", "trusted"),
                                Map.entry("WAREHOUSE", "s3://lake/warehouse"),
                                Map.entry("AWS_REGION", "us-east-1"),
                                Map.entry("AWS_ACCESS_KEY_ID", "any"),
                                Map.entry("AWS_SECRET_ACCESS_KEY", "any"),
                                Map.entry(
                                        "AWS_ENDPOINT_URL_S3",
                                        "http://127.0.0.1:" + s3.getPort())));
    }

    @AfterAll
    static void close() throws Exception {
        if (worker != null) {
            worker.destroyForcibly().waitFor();
        }
        if (database != null) {
            database.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (s3 != null) {
            s3.stop();
        }
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private static String s3(String method, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + s3.getPort() + path))
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void insert(String customId, String model) throws SQLException {
        execute(INSERT.formatted(customId, model));
    }

    private static void execute(String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Object value(String sql) throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getObject(1);
        }
    }

    /** Returns the number of rows, 0 if the connector has not created the table yet. */
    private static long count(String table) throws SQLException {
        return value("SELECT to_regclass('" + table + "')") == null
                ? 0
                : (Long) value("SELECT COUNT(*) FROM " + table);
    }

    private static void awaitWithWorker(Callable<Boolean> condition) throws IOException {
        try {
            await().atMost(TIMEOUT)
                    .pollInterval(Duration.ofMillis(500))
                    .failFast(() -> assertThat(worker.isAlive()).isTrue())
                    .until(condition);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError(connect.log(), e);
        }
    }

    private static List<String> awaitRows(String connector) throws IOException {
        awaitWithWorker(() -> connect.rows(connector).size() >= JOBS);
        return connect.rows(connector);
    }

    @Test
    void everyRowOfTheOutboxGetsOneResultWithItsKey() throws Exception {
        assertThat(
                        value(
                                """
                                SELECT COUNT(*) FROM outbox JOIN millrace_results r ON aggregateid = job_id
                                    AND r.tenant = outbox.tenant AND r.batch = outbox.batch
                                    AND custom_id = payload ->> 'custom_id'
                                """))
                .isEqualTo((long) JOBS);
        assertThat(count("millrace_results")).isEqualTo(JOBS);
    }

    @Test
    void columnsOfAResultAreTakenFromItsJson() throws Exception {
        assertThat(
                        value(
                                "SELECT string_agg(concat(custom_id, ' ', status_code, error_code), ', '"
                                        + " ORDER BY custom_id) FROM millrace_results"))
                .isEqualTo("order-1 200, order-2 200, order-3 unknown_model, order-4 200");
    }

    @Test
    void costsHaveOneRowForEachEventWithTheExactMoney() throws Exception {
        awaitWithWorker(() -> count("millrace_costs") == JOBS);

        assertThat((BigDecimal) value("SELECT SUM(cost_usd) FROM millrace_costs"))
                .isEqualByComparingTo(
                        (BigDecimal) value("SELECT SUM(cost_usd) FROM millrace_results"))
                .isPositive();
        assertThat(value("SELECT COUNT(*) FROM millrace_costs WHERE end_lane = 'normal'"))
                .isEqualTo(JOBS - 1L);
    }

    @Test
    void icebergTableOfResultsHasOneRowForEachJob() throws Exception {
        List<String> rows = awaitRows("results-iceberg");

        assertThat(rows).hasSize(JOBS);
        assertThat(rows).filteredOn(it -> it.contains("custom_id=order-1\t")).singleElement();
        assertThat(rows)
                .filteredOn(it -> it.contains("code=unknown_model"))
                .singleElement()
                .asString()
                .contains("custom_id=order-3\t");
        assertThat(s3("GET", "/lake?list-type=2")).contains(".parquet");
    }

    @Test
    void icebergTableOfCostsHasTheExactMoney() throws Exception {
        List<String> rows = awaitRows("costs-iceberg");

        assertThat(rows).hasSize(JOBS);
        BigDecimal cost =
                (BigDecimal)
                        value("SELECT cost_usd FROM millrace_results WHERE custom_id='order-1'");
        assertThat(rows).anyMatch(it -> it.contains("cost_usd=" + cost.setScale(18)));
    }
}
