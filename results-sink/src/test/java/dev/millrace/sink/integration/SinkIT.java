package dev.millrace.sink.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultLines;
import dev.millrace.results.ResultStore;
import dev.millrace.results.fixture.BatchTotals;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkSettings;
import dev.millrace.sink.StoredOutcome;
import dev.millrace.store.fixture.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkIT {
    private static final Topics TOPICS = new Topics("millrace.");
    private static final BatchKey BATCH = BatchKey.of("b");

    @TempDir Path folder;

    private final Queue<StoredOutcome> stored = new ConcurrentLinkedQueue<>();
    private EmbeddedBroker broker;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder.resolve("kafka")));
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    private String jdbcUrl() {
        return "jdbc:sqlite:" + folder.resolve("millrace.db");
    }

    private Sink startSink() throws Exception {
        return Sink.start(
                new SinkSettings(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        TOPICS,
                        jdbcUrl(),
                        Duration.ofDays(30),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        stored::addAll,
                        HeapShare.AMPLE));
    }

    private void createTopics() throws Exception {
        try (Admin admin = admin()) {
            var topics =
                    List.of(TOPICS.results(), TOPICS.costs(), TOPICS.deadLetters()).stream()
                            .map(
                                    name ->
                                            new NewTopic(name, 2, (short) 1)
                                                    .configs(
                                                            Map.of(
                                                                    "max.message.bytes",
                                                                    "40000000")))
                            .toList();
            admin.createTopics(topics).all().get();
        }
    }

    private void deleteTopics() throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(TOPICS.results(), TOPICS.costs(), TOPICS.deadLetters()))
                    .all()
                    .get();
            await().until(() -> admin.listTopics().names().get().isEmpty());
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        var producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "transactional.id",
                                "worker",
                                "max.request.size",
                                40_000_000,
                                "buffer.memory",
                                80_000_000L),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int line, String answer) {
        JobId jobId = JobId.of("default", "b", "custom-" + line);
        byte[] key = jobId.value().getBytes(UTF_8);
        var _ =
                producer.send(
                        new ProducerRecord<>(TOPICS.results(), key, result(jobId, line, answer)));
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                TOPICS.costs(), key, CostEventCodec.toJson(cost(jobId))));
    }

    private static byte[] result(JobId jobId, int line, String answer) {
        byte[] body = ("\"" + answer + "\"").getBytes(UTF_8);
        return new JobResult(
                        "custom-" + line,
                        new Outcome.Answered(200, null, ProviderBody.of(body), null),
                        new Provenance(
                                JobFacts.of(
                                        new BatchJob(jobId, "default", "b"),
                                        (long) line,
                                        Route.NONE,
                                        EndReceivers.ofPartition(null),
                                        null),
                                new Calls(
                                        "m",
                                        "simulator",
                                        1,
                                        new BigDecimal("0.000001"),
                                        new JobTimes(2, 1, null),
                                        null),
                                new JobLabels(null, null)))
                .toJson();
    }

    private static CostEvent cost(JobId jobId) {
        return new CostEvent(
                CostEvent.idOf(jobId, 1),
                true,
                new BatchJob(jobId, "default", "b"),
                null,
                Route.NONE,
                new AttemptCost(
                        "m",
                        "simulator",
                        1,
                        CostKind.BILLED,
                        PricedUsage.of(TokenUsage.of(10, 5), Price.of("1", "2"), "v"),
                        new BigDecimal("0.000001"),
                        BigDecimal.ZERO),
                BigDecimal.ZERO,
                null);
    }

    private static void commit(KafkaProducer<byte[], byte[]> producer, IntStream lines) {
        producer.beginTransaction();
        lines.forEach(line -> send(producer, line, "answer " + line));
        producer.commitTransaction();
    }

    private BatchTotals totals() throws Exception {
        return BatchTotals.of(jdbcUrl(), BATCH);
    }

    private void awaitOutcomes(int count) {
        await().until(() -> stored.size() >= count);
    }

    @Nested
    class ARunningSink {
        @Test
        void storesWhatWasCommittedAndNothingElse() throws Exception {
            createTopics();
            try (var sink = startSink();
                    var producer = producer()) {
                commit(producer, IntStream.rangeClosed(1, 5));
                producer.beginTransaction();
                send(producer, 6, "aborted");
                producer.flush();
                producer.abortTransaction();
                commit(producer, IntStream.rangeClosed(7, 8));
                awaitOutcomes(14);
                assertThat(totals().results()).isEqualTo(7);
                assertThat(totals().billedUsd()).isEqualByComparingTo("0.000007");
                assertThat(sink.health().ready()).isTrue();
            }
        }

        @Test
        void storesADeadLetterWithItsBytes() throws Exception {
            createTopics();
            try (var _ = startSink();
                    var producer = producer()) {
                var letter =
                        new DeadLetter(
                                "malformed_request",
                                "cut off",
                                "requests",
                                1,
                                7,
                                null,
                                "b",
                                3L,
                                null);
                var record =
                        new ProducerRecord<byte[], byte[]>(
                                TOPICS.deadLetters(), "{\"cut".getBytes(UTF_8));
                letter.writeTo(record.headers());
                producer.beginTransaction();
                var _ = producer.send(record);
                producer.commitTransaction();
                awaitOutcomes(1);
                try (var store = ResultStore.open(jdbcUrl())) {
                    var found = store.findDeadLetter(BATCH, 3).orElseThrow();
                    assertThat(found.letter()).isEqualTo(letter);
                    assertThat(found.value()).isEqualTo("{\"cut".getBytes(UTF_8));
                }
            }
        }

        @Test
        void storesResultsOfSixteenMebibytes() throws Exception {
            createTopics();
            try (var _ = startSink();
                    var producer = producer()) {
                producer.beginTransaction();
                for (int line = 1; line <= 3; line++) {
                    send(producer, line, "x".repeat(16 * 1024 * 1024));
                }
                producer.commitTransaction();
                awaitOutcomes(6);
                try (var store = ResultStore.open(jdbcUrl())) {
                    ResultLines lines = store.lines(BATCH, OptionalLong.empty(), false);
                    for (int line = 1; line <= 3; line++) {
                        assertThat(requireNonNull(lines.next()).value())
                                .hasSizeGreaterThan(16 * 1024 * 1024);
                    }
                    assertThat(lines.next()).isNull();
                }
            }
        }

        @Test
        void waitsForTopicsThatDoNotExistYet() throws Exception {
            try (var sink = startSink()) {
                await().until(() -> sink.health().detail().contains("do not exist yet"));
                assertThat(sink.health().live()).isTrue();
                createTopics();
                await().until(() -> sink.health().ready());
            }
        }
    }

    @Nested
    class ASinkThatIsStoppedAndStarted {
        @Test
        void storesEachResultOnce() throws Exception {
            createTopics();
            try (var producer = producer()) {
                for (int round = 0; round < 4; round++) {
                    int first = round * 500 + 1;
                    int before = stored.size();
                    try (var _ = startSink()) {
                        commit(producer, IntStream.range(first, first + 500));
                        await().until(() -> stored.size() > before);
                    }
                }
            }
            try (var _ = startSink()) {
                awaitOutcomes(4_000);
            }
            assertThat(stored).hasSize(4_000);
            assertThat(totals().results()).isEqualTo(2_000);
            assertThat(totals().billedUsd()).isEqualByComparingTo("0.002");
        }

        @Test
        void readsTheRestFromKafkaAfterItsBackupIsRestored() throws Exception {
            createTopics();
            Path backup = folder.resolve("backup.db");
            try (var _ = startSink();
                    var producer = producer()) {
                commit(producer, IntStream.rangeClosed(1, 5));
                awaitOutcomes(10);
                new TestDatabase(jdbcUrl()).execute("VACUUM INTO '" + backup + "'");
                commit(producer, IntStream.rangeClosed(6, 8));
                awaitOutcomes(16);
            }
            BatchTotals before = totals();

            for (String log : List.of("-wal", "-shm")) {
                Files.deleteIfExists(folder.resolve("millrace.db" + log));
            }
            Files.copy(backup, folder.resolve("millrace.db"), REPLACE_EXISTING);

            assertThat(totals().results()).isEqualTo(5);
            try (var _ = startSink()) {
                awaitOutcomes(22);
            }
            assertThat(totals()).isEqualTo(before);
        }

        @Test
        void readsRecreatedTopicsFromTheirBeginning() throws Exception {
            createTopics();
            try (var _ = startSink();
                    var producer = producer()) {
                commit(producer, IntStream.rangeClosed(1, 5));
                awaitOutcomes(10);
            }
            deleteTopics();
            createTopics();
            try (var _ = startSink();
                    var producer = producer()) {
                commit(producer, IntStream.rangeClosed(6, 7));
                awaitOutcomes(14);
            }
            assertThat(totals().results()).isEqualTo(7);
        }
    }
}
