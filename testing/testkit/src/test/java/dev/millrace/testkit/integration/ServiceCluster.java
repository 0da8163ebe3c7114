package dev.millrace.testkit.integration;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.cluster.TopicAdmin;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.simulator.BuiltInSimulator;
import dev.millrace.testkit.TestBatches;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/**
 * Dedicated topics and a database on the images, a simulated provider, and services started as
 * separate processes would be.
 */
final class ServiceCluster implements AutoCloseable {
    private final String jdbcUrl;
    private final DataDirectory data;
    private final Simulator simulator;
    private final MillraceConfig config;
    private final TestBatches batches;

    /**
     * Creates the topics and the database.
     *
     * @param name name of the database, and part of the topics' names
     */
    ServiceCluster(OfficialImages images, String name, Path folder) throws SQLException {
        jdbcUrl = images.createDatabase(name);
        data = DataDirectory.open(folder.resolve("data"));
        simulator =
                Simulator.start(
                        SimulatorSettings.parse("test", "models: { '*': { latency: 100ms } }"),
                        "127.0.0.1",
                        0);
        String yaml =
                """
                kafka: { bootstrap.servers: "%s" }
                topics: { prefix: "%s.", partitions: 4, replication_factor: 1 }
                worker: { max_in_flight: 16 }
                sink: { jdbc_url: "%s" }
                """
                        .formatted(images.bootstrapServers(), name, jdbcUrl);
        config =
                BuiltInSimulator.locate(
                        new ConfigLoader(Map.of())
                                .withoutKeys()
                                .parse("test", yaml)
                                .withSimulator(),
                        simulator.baseUri());
        batches = new TestBatches(images.bootstrapServers(), config.topics());
        try (var admin = Admin.create(Map.of("bootstrap.servers", images.bootstrapServers()))) {
            var _ = new TopicAdmin(admin).apply(TopicPlan.of(config));
        }
    }

    Pipeline startServices() {
        return start(EnumSet.of(PipelinePart.ROUTER, PipelinePart.WORKER, PipelinePart.SINK));
    }

    Pipeline startRouterAndSink() {
        return start(EnumSet.of(PipelinePart.ROUTER, PipelinePart.SINK));
    }

    Pipeline startWorker() {
        return start(EnumSet.of(PipelinePart.WORKER));
    }

    private Pipeline start(Set<PipelinePart> parts) {
        return Pipeline.start(
                new PipelineSettings(
                        config,
                        data,
                        parts,
                        0,
                        new SimpleMeterRegistry(),
                        SinkListener.NONE,
                        false,
                        true));
    }

    Simulator simulator() {
        return simulator;
    }

    TestBatches batches() {
        return batches;
    }

    /** Returns the number of rows of a table. */
    long rows(String table) throws SQLException {
        return number("SELECT count(*) FROM " + table).longValueExact();
    }

    long finalCosts() throws SQLException {
        return number("SELECT count(*) FROM costs WHERE is_final").longValueExact();
    }

    BigDecimal billedUsd() throws SQLException {
        return number("SELECT sum(cost_usd) FROM costs WHERE kind = 'billed'");
    }

    private BigDecimal number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getBigDecimal(1);
        }
    }

    @Override
    public void close() {
        try (data) {
            simulator.close();
        }
    }
}
