package dev.millrace.standalone.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.results.ResultStore;
import dev.millrace.standalone.cli.CommandCluster;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.TopicEndReader;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class ForgetIT {
    private static final PartitionId COSTS = new PartitionId("cluster", "costs", "topic-id", 0);
    private static final String SPACE = "0123456789abcdef";
    private static CommandCluster cluster;

    @TempDir Path folder;
    private CommandCluster.Pipeline pipeline;
    private Path config;

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = new CommandCluster(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void createPipeline(TestInfo test) throws Exception {
        pipeline = cluster.pipeline(test);
        try (var writer = new DatabaseWriter(Database.of(url()), InstantSource.system())) {
            writer.add(Map.of(COSTS, 0L));
        }
        config =
                Files.writeString(
                        folder.resolve("m.yaml"),
                        """
                        kafka: { bootstrap.servers: "%s" }
                        topics: { prefix: %s }
                        sink: { jdbc_url: "%s" }
                        gateway: { files: { store: "file:%s" } }
                        """
                                .formatted(
                                        pipeline.kafka().get("bootstrap.servers"),
                                        pipeline.prefix(),
                                        url(),
                                        folder.resolve("files")));
    }

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("sink.db");
    }

    /** Stores the cost event of a job of the batch b. */
    private void storeCost(JobId job) {
        var position = new RecordPosition(COSTS, 0, Instant.parse("2026-11-20T12:00:00Z"));
        var row = new Row.Cost(position, CostEvent.withoutCall(job, "default", "b"));
        try (var writer = new DatabaseWriter(Database.of(url()), InstantSource.system())) {
            var _ =
                    writer.store(
                            new StoreTransaction(
                                    List.of(row), List.of(new OffsetChange(COSTS, 0, 1))));
        }
    }

    private int forget(String... words) {
        var all = new ArrayList<String>();
        all.add("forget");
        all.addAll(List.of(words));
        all.addAll(List.of("--config", config.toString(), "--yes"));
        return Commands.execute(all.toArray(String[]::new));
    }

    private void write(String topic, String... keys) throws Exception {
        pipeline.createTopic(topic);
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>copyOf(pipeline.kafka()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (String key : keys) {
                var _ =
                        producer.send(new ProducerRecord<>(pipeline.prefix() + topic, key, "value"))
                                .get();
            }
        }
    }

    /** Returns the keys that have a value at the end of a topic. */
    private Set<String> present(String topic) {
        var values = new TreeMap<String, Boolean>();
        var client = new PipelineClient(new KafkaConfig(pipeline.kafka()), pipeline.prefix());
        try (var consumer = client.consumer("earliest")) {
            var reader = new TopicEndReader(consumer, System::nanoTime);
            var partitions = reader.partitions(pipeline.prefix() + topic);
            consumer.assign(partitions);
            reader.read(
                    partitions, it -> values.put(new String(it.key(), UTF_8), it.value() != null));
        }
        values.values().removeIf(it -> !it);
        return values.keySet();
    }

    @Test
    void documentsAndVectorsAndCachedAnswersOfATenantAreDeletedOnly() throws Exception {
        write("documents", "acme/handbook/a", "acme/manual/b", "other/handbook/a");
        write(
                "vectors",
                SPACE + "/1/acme/handbook/a",
                "fedcba9876543210/2/acme/deleted-before/c",
                SPACE + "/1/other/handbook/a",
                SPACE + "/progress");

        assertThat(forget("--tenant", "acme")).isEqualTo(ExitCode.OK);

        assertThat(present("documents")).containsExactly("other/handbook/a");
        assertThat(present("vectors"))
                .containsExactlyInAnyOrder(SPACE + "/1/other/handbook/a", SPACE + "/progress");
        assertThat(pipeline.control().cache().purges().values())
                .extracting(CachePurge::filter)
                .containsExactly(Filter.ofTenant("acme"));
    }

    @Test
    void pipelineWithoutDocumentsIsNoError() {
        assertThat(forget("--tenant", "acme")).isEqualTo(ExitCode.OK);
    }

    @Test
    void nothingIsDeletedWithoutTheTimeOfTheBrokers() throws Exception {
        JobId job = JobId.of("default", "b", "1");
        storeCost(job);
        pipeline.dateControlByClients();

        assertThat(forget("--batch", "b")).isEqualTo(ExitCode.FAILURE);

        try (var store = ResultStore.open(url())) {
            assertThat(store.costs(List.of(job))).hasSize(1);
        }
    }

    @Test
    void batchHasNoDocumentsToForget() throws Exception {
        write("documents", "acme/handbook/a");

        assertThat(forget("--tenant", "acme", "--batch", "b")).isEqualTo(ExitCode.OK);

        assertThat(present("documents")).containsExactly("acme/handbook/a");
        assertThat(pipeline.control().cache().purges()).isEmpty();
    }
}
