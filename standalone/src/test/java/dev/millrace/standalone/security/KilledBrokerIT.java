package dev.millrace.standalone.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultLines;
import dev.millrace.results.ResultStore;
import dev.millrace.results.StoredCost;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.cluster.TopicAdmin;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.testclusters.secured.ThreeBrokers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills one of three brokers under load. Each partition has three replicas, with at least two in
 * sync: the default of {@code topics apply}.
 */
@Tag("long")
class KilledBrokerIT {
    private static final int JOBS = 3_000;
    private static final int BEFORE_THE_KILL = 500;
    private static final Latency LATENCY =
            new Latency.Uniform(Duration.ofMillis(50), Duration.ofMillis(400));

    @TempDir private Path folder;

    @Test
    void everyJobHasOneResultAndEachBilledCallIsAnnounced() throws Exception {
        try (var brokers = new ThreeBrokers(folder.resolve("kafka"));
                var simulator = Simulator.start(JobCluster.simulated(LATENCY), "127.0.0.1", 0);
                var data = DataDirectory.open(folder.resolve("data"))) {
            MillraceConfig config = config(brokers, simulator);
            try (var admin = Admin.create(Map.of("bootstrap.servers", brokers.servers()))) {
                assertThat(new TopicAdmin(admin).apply(TopicPlan.of(config)).refused()).isEmpty();
            }
            try (var _ = start(config, data)) {
                submit(config);
                Awaitility.await()
                        .until(() -> simulator.ledger().summary().billed() >= BEFORE_THE_KILL);
                brokers.kill(0);
                Awaitility.await().until(() -> results(data).size() >= JOBS);
            }
            List<JobId> results = results(data);
            List<StoredCost> costs = costs(data, results);
            long billed = count(costs, CostKind.BILLED);
            long uncertain = count(costs, CostKind.UNCERTAIN);

            assertThat(results).as(brokers::toString).hasSize(JOBS).doesNotHaveDuplicates();
            assertThat(costs.stream().filter(StoredCost::isFinal).count()).isEqualTo(JOBS);
            assertThat(simulator.ledger().summary().billed()).isBetween(billed, billed + uncertain);
        }
    }

    private static MillraceConfig config(ThreeBrokers brokers, Simulator simulator) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        """
                        topics: { partitions: 6, replication_factor: 3 }
                        worker: { max_in_flight: 200 }
                        """)
                .withSimulator()
                .withProvider(
                        MillraceConfig.SIMULATOR,
                        ProviderConfig.simulated().at(simulator.baseUri()))
                .withKafka(KafkaConfig.of(brokers.servers()));
    }

    private static Pipeline start(MillraceConfig config, DataDirectory data) {
        return Pipeline.start(
                new PipelineSettings(
                        config,
                        data,
                        EnumSet.of(PipelinePart.ROUTER, PipelinePart.WORKER, PipelinePart.SINK),
                        0,
                        new SimpleMeterRegistry(),
                        SinkListener.NONE,
                        false,
                        true));
    }

    private static void submit(MillraceConfig config) throws IOException {
        String lines =
                IntStream.range(0, JOBS)
                        .mapToObj(
                                i ->
                                        """
                                        {"custom_id":"%1$d","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4.1","messages":[{"role":"user","content":"%1$d"}]}}
                                        """
                                                .formatted(i))
                        .collect(Collectors.joining());
        var settings =
                new ProducerSettings(
                        config.kafka().orElseThrow().properties(),
                        new Topics(config.topics().prefix()).requests(),
                        config.topics().prefix(),
                        config.topics().maxRequestBytes(),
                        null);
        try (var producer = MillraceProducer.open(settings);
                var reader =
                        new BatchFileReader(
                                new ByteArrayInputStream(lines.getBytes(UTF_8)), 1 << 20)) {
            for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                var _ = producer.send(ParsedLine.of(line), "killed");
            }
            producer.flush();
        }
    }

    private static List<JobId> results(DataDirectory data) throws DatabaseException {
        try (var store = ResultStore.open("jdbc:sqlite:" + data.database())) {
            var results = new ArrayList<JobId>();
            ResultLines lines = store.lines(BatchKey.of("killed"), OptionalLong.empty(), false);
            for (var next = lines.next(); next != null; next = lines.next()) {
                results.add(new JobId(next.view().jobId()));
            }
            return results;
        }
    }

    private static List<StoredCost> costs(DataDirectory data, List<JobId> jobs)
            throws DatabaseException {
        try (var store = ResultStore.open("jdbc:sqlite:" + data.database())) {
            return store.costs(jobs);
        }
    }

    private static long count(List<StoredCost> costs, CostKind kind) {
        return costs.stream().filter(it -> it.kind() == kind).count();
    }
}
