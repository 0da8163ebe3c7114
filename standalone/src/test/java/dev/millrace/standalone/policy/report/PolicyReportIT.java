package dev.millrace.standalone.policy.report;

import static dev.millrace.standalone.policy.report.CostEventFixtures.NEW;
import static dev.millrace.standalone.policy.report.CostEventFixtures.OLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.policy.PolicyUpdates;
import dev.millrace.standalone.policy.report.PolicyReport.Extent;
import dev.millrace.standalone.policy.report.ReportReader.Query;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class PolicyReportIT {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final int PARTITIONS = 2;

    private static EmbeddedBroker broker;

    /** Prefix of the topics of one test. */
    private String prefix = "";

    private PipelineClient cluster = new PipelineClient(KafkaConfig.of("none:1"), "");

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void create(TestInfo test) throws Exception {
        prefix = test.getTestMethod().orElseThrow().getName() + ".";
        cluster = new PipelineClient(KafkaConfig.of(broker.bootstrapServers()), prefix);
        try (var admin = admin()) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(prefix + "control", 1, (short) 1),
                                    new NewTopic(prefix + "costs", PARTITIONS, (short) 1)))
                    .all()
                    .get();
            // New topics are visible a moment after they are created.
            Awaitility.await()
                    .until(
                            () ->
                                    admin.listTopics()
                                            .names()
                                            .get()
                                            .containsAll(
                                                    Set.of(prefix + "control", prefix + "costs")));
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private void apply(Policy policy, Instant at) {
        var stamp = new ChangeMetadata(at, "test", Optional.empty());
        cluster.write(
                RandomGenerator.getDefault(),
                state -> PolicyUpdates.apply(state, Map.of("default", policy), Map.of(), stamp));
    }

    private PolicyReport report(Optional<String> version, Optional<Instant> since) {
        return report(new Query("default", version, since, Map.of()));
    }

    private PolicyReport report(Query query) {
        var quiet = new Terminal(System.out, System.err, false);
        return new ReportReader(
                        cluster, Catalog.shipped(), InstantSource.system(), System::nanoTime)
                .read(query, new ProgressLine(quiet, System::nanoTime));
    }

    private static ArmFigures.Jobs jobs(PolicyReport report, String model) {
        return report.rules().getFirst().arms().stream()
                .filter(it -> it.model().equals(model))
                .findFirst()
                .orElseThrow()
                .jobs();
    }

    private KafkaProducer<byte[], byte[]> producer(String transaction) {
        var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "transactional.id",
                                prefix + transaction),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer, int partition, Instant at, CostEvent event) {
        var value = CostEventCodec.toJson(event);
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                prefix + "costs", partition, at.toEpochMilli(), null, value));
    }

    private void commit(Instant at, CostEvent... events) {
        try (var producer = producer("worker")) {
            for (var i = 0; i < events.length; i++) {
                send(producer, i % PARTITIONS, at, events[i]);
            }
            producer.commitTransaction();
        }
    }

    private static CostEvent[] answers(String rule, String arm, int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> CostEventFixtures.answer(rule, arm, "0.01", 100))
                .toArray(CostEvent[]::new);
    }

    @Nested
    class TheVersionInForce {
        @Test
        void isReportedFromCommittedEventsOnly() {
            apply(Policy.SHIPPED, NOON.minusSeconds(7200));
            apply(CostEventFixtures.POLICY, NOON);
            commit(NOON.minusSeconds(3600), answers("default/2@v1", NEW, 4));
            commit(NOON.plusSeconds(5), answers("default/2@v2", OLD, 5));
            commit(NOON.plusSeconds(9), answers("default/2@v2", NEW, 3));
            try (var aborted = producer("aborted")) {
                send(aborted, 0, NOON.plusSeconds(9), answers("default/2@v2", NEW, 1)[0]);
                aborted.abortTransaction();
            }

            var report = report(Optional.empty(), Optional.empty());

            assertThat(report.version().version()).isEqualTo("v2");
            assertThat(jobs(report, OLD)).isEqualTo(new ArmFigures.Jobs(5, 0, 0, 0));
            assertThat(jobs(report, NEW)).isEqualTo(new ArmFigures.Jobs(3, 0, 0, 0));
            assertThat(report.extent()).isEqualTo(new Extent(8, 0, false));
        }

        @Test
        void isReportedWhileATransactionIsOpen() {
            apply(CostEventFixtures.POLICY, NOON);
            commit(NOON.plusSeconds(5), answers("default/2@v1", NEW, 3));
            try (var open = producer("open")) {
                send(open, 0, NOON.plusSeconds(9), answers("default/2@v1", NEW, 1)[0]);
                open.flush();

                assertThat(jobs(report(Optional.empty(), Optional.empty()), NEW).counted())
                        .isEqualTo(3);
                open.abortTransaction();
            }
        }

        @Test
        void includesEventsDatedEarlierByASlowClock() {
            apply(CostEventFixtures.POLICY, NOON);
            commit(NOON.minusSeconds(60), answers("default/2@v1", NEW, 3));

            assertThat(jobs(report(Optional.empty(), Optional.empty()), NEW).counted())
                    .isEqualTo(3);
        }

        @Test
        void isReportedWithoutEvents() {
            apply(CostEventFixtures.POLICY, NOON);

            var report = report(Optional.empty(), Optional.empty());

            assertThat(report.extent()).isEqualTo(new Extent(0, 0, false));
        }

        @Test
        void includesTheLastTripOfItsGuard() {
            apply(CostEventFixtures.POLICY, NOON);
            var trip = new Trip(NOON, "v1", 2, "too bad", 20, 11, BigDecimal.ONE, Optional.empty());
            cluster.write(
                    RandomGenerator.getDefault(),
                    _ -> new Change<>(List.of(trip.record("default", NEW)), trip));

            assertThat(
                            report(Optional.empty(), Optional.empty())
                                    .rules()
                                    .getFirst()
                                    .guard()
                                    .flatMap(RuleFigures.GuardState::lastTrip))
                    .contains(trip);
        }
    }

    @Nested
    class AnEarlierVersion {
        @Test
        void isReportedByItsLabel() {
            apply(CostEventFixtures.POLICY, NOON);
            apply(Policy.SHIPPED, NOON.plusSeconds(600));
            commit(NOON.plusSeconds(5), answers("default/2@v1", NEW, 3));

            var report = report(Optional.of("v1"), Optional.empty());

            assertThat(report.isInForce()).isFalse();
            assertThat(jobs(report, NEW).counted()).isEqualTo(3);
        }
    }

    @Nested
    class SinceATime {
        @Test
        void excludesEarlierEvents() {
            apply(CostEventFixtures.POLICY, NOON);
            commit(NOON.plusSeconds(5), answers("default/2@v1", NEW, 3));
            commit(NOON.plusSeconds(500), answers("default/2@v1", NEW, 2));
            commit(NOON.plusSeconds(400), answers("default/2@v1", NEW, 4));

            var report = report(Optional.empty(), Optional.of(NOON.plusSeconds(450)));

            assertThat(jobs(report, NEW).counted()).isEqualTo(2);
        }
    }

    @Nested
    class PolicyOfTheConfigurationFile {
        @Test
        void isReportedFromTheOldestEvent() throws Exception {
            var version = "file-" + CostEventFixtures.POLICY.fingerprint();
            commit(Instant.EPOCH.plusSeconds(1), answers("default/2@" + version, NEW, 5));
            var query =
                    new Query(
                            "default",
                            Optional.empty(),
                            Optional.empty(),
                            Map.of("default", CostEventFixtures.POLICY));

            assertThat(jobs(report(query), NEW).counted()).isEqualTo(5);

            deleteOldest();
            assertThat(jobs(report(query), NEW).counted()).isEqualTo(4);
            assertThat(report(query).extent().mayMissOlderEvents()).isTrue();
        }

        private void deleteOldest() throws Exception {
            try (var admin = admin()) {
                var partition = new TopicPartition(prefix + "costs", 0);
                admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1))).all().get();
            }
        }
    }

    @Nested
    class Errors {
        @Test
        void policyWithoutASplitIsRejected() {
            apply(Policy.SHIPPED, NOON);

            assertThatThrownBy(() -> report(Optional.empty(), Optional.empty()))
                    .isInstanceOfSatisfying(
                            UserError.class, it -> assertThat(it.exitCode()).isEqualTo(2))
                    .hasMessageContaining("No rule of default v1 has a split");
        }

        @Test
        void unknownPolicyOrVersionIsRejected() {
            assertThatThrownBy(() -> report(Optional.empty(), Optional.empty()))
                    .hasMessageContaining("no policy default");
            apply(CostEventFixtures.POLICY, NOON);
            assertThatThrownBy(() -> report(Optional.of("v9"), Optional.empty()))
                    .hasMessageContaining("default has no version v9, only [v1]");
        }

        @Test
        void missingTopicIsReported() throws Exception {
            apply(CostEventFixtures.POLICY, NOON);
            try (var admin = admin()) {
                admin.deleteTopics(List.of(prefix + "costs")).all().get();
            }

            assertThatThrownBy(() -> report(Optional.empty(), Optional.empty()))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no topic " + prefix + "costs");
        }
    }
}
