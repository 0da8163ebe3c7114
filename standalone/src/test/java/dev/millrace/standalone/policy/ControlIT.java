package dev.millrace.standalone.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.kafka.TransactionFailure;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.control.ControlFollower;
import dev.millrace.control.ControlWriter;
import dev.millrace.control.ControlWriter.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class ControlIT {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static EmbeddedBroker broker;
    private static Map<String, String> kafka;

    /** A control topic for each test. */
    private String prefix = "";

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void create(TestInfo test) throws Exception {
        prefix = test.getTestMethod().orElseThrow().getName() + ".";
        createTopic();
    }

    private void createTopic() throws Exception {
        try (var admin = Admin.create(Map.copyOf(kafka))) {
            var topic =
                    new NewTopic(prefix + "control", 1, (short) 1)
                            .configs(
                                    Map.of(
                                            "cleanup.policy",
                                            "compact",
                                            "message.timestamp.type",
                                            "LogAppendTime"));
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    private ControlWriter writer() {
        return ControlWriter.of(kafka, prefix, RandomGenerator.getDefault());
    }

    private static Change<Integer> nextVersion(ControlState state) {
        var version = state.lastVersion("default") + 1;
        var next =
                new AppliedPolicy(
                        "default", version, Policy.SHIPPED, NOON, "test", Optional.empty());
        return new Change<>(List.of(next.record()), version);
    }

    private static ControlRecord pause(String model) {
        return new OperatorCommand(NOON, "test").record(new ControlKey.PauseModel(model));
    }

    @Test
    void changeGetsTheTimeOfTheBroker() {
        Instant before = InstantSource.system().instant().minusMillis(1);

        Instant given = writer().write((_, now) -> Change.none(now));

        assertThat(given).isBetween(before, InstantSource.system().instant());
    }

    @Nested
    class ConcurrentWriters {
        @Test
        void getDistinctVersions() throws Exception {
            var versions = new ArrayList<Integer>();
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                Callable<Integer> write = () -> writer().write(ControlIT::nextVersion);
                List<Future<Integer>> writing =
                        IntStream.range(0, 4).mapToObj(_ -> executor.submit(write)).toList();
                for (var each : writing) {
                    versions.add(each.get());
                }
            }

            assertThat(versions).containsExactlyInAnyOrder(1, 2, 3, 4);
            assertThat(writer().<Integer>write(state -> Change.none(state.lastVersion("default"))))
                    .isEqualTo(4);
        }
    }

    @Nested
    class AWriterWhoseDecisionThrows {
        @Test
        void writesNothing() {
            assertThatThrownBy(
                            () ->
                                    writer().write(
                                                    _ -> {
                                                        throw new IllegalStateException("no");
                                                    }))
                    .hasMessage("no");
            assertThat(writer().<Integer>write(state -> Change.none(state.lastVersion("default"))))
                    .isZero();
        }
    }

    @Nested
    class AWriterBehindAnOpenTransaction {
        @Test
        void readsItsOwnRecordOnceTheTransactionEnds() {
            try (var other = transaction("someone")) {
                other.beginTransaction();
                var _ =
                        other.send(
                                new ProducerRecord<>(
                                        prefix + "control",
                                        "first-use/x/y/1".getBytes(UTF_8),
                                        null));
                other.flush();
                try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                    var first = executor.submit(() -> writer().write(ControlIT::nextVersion));
                    await().during(Duration.ofMillis(300)).until(() -> !first.isDone());
                    other.commitTransaction();
                    await().until(first::isDone);
                }
                assertThat(writer().write(ControlIT::nextVersion)).isEqualTo(2);
            }
        }

        private static KafkaProducer<byte[], byte[]> transaction(String id) {
            var producer =
                    new KafkaProducer<>(
                            Map.<String, Object>of(
                                    "bootstrap.servers",
                                    broker.bootstrapServers(),
                                    "transactional.id",
                                    id),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
            producer.initTransactions();
            return producer;
        }
    }

    @Nested
    class ABrokerThatFailsOnACommit {
        /**
         * Makes the broker fail a commit, which does not fit into a transaction log with small
         * records. A commit that meets another writer's abort fails alike.
         */
        @Test
        void isRecognised() throws Exception {
            try (var other = AWriterBehindAnOpenTransaction.transaction("failing");
                    var admin = Admin.create(Map.copyOf(kafka))) {
                other.beginTransaction();
                var _ = other.send(new ProducerRecord<>(prefix + "control", new byte[1], null));
                other.flush();

                alterTransactionLog(admin, OpType.SET);
                try {
                    assertThatThrownBy(other::commitTransaction)
                            .matches(TransactionFailure::isEndedByOthers);
                } finally {
                    alterTransactionLog(admin, OpType.DELETE);
                }
            }
        }

        private static void alterTransactionLog(Admin admin, OpType operation) throws Exception {
            var log =
                    new ConfigResource(
                            ConfigResource.Type.TOPIC, Topic.TRANSACTION_STATE_TOPIC_NAME);
            var size = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "10");
            admin.incrementalAlterConfigs(Map.of(log, List.of(new AlterConfigOp(size, operation))))
                    .all()
                    .get();
        }
    }

    @Nested
    class AFollower {
        @Test
        void startsWithTheCurrentState() {
            var _ = writer().write(ControlIT::nextVersion);

            try (var follower = ControlFollower.start(kafka, prefix)) {
                assertThat(follower.state().policies()).containsOnlyKeys("default");
                assertThat(follower.health().ready()).isTrue();
            }
        }

        @Test
        void receivesEveryChange() {
            try (var follower = ControlFollower.start(kafka, prefix)) {
                writer().write(_ -> new Change<>(List.of(pause("gpt-4.1")), true));
                await().until(() -> follower.state().isPaused("gpt-4.1"));

                var key = new ControlKey.PauseModel("gpt-4.1");
                writer().write(_ -> new Change<>(List.of(ControlRecord.removal(key)), true));
                await().until(() -> !follower.state().isPaused("gpt-4.1"));
            }
        }

        @Test
        void ignoresAbortedRecords() {
            try (var follower = ControlFollower.start(kafka, prefix)) {
                try (var other = AWriterBehindAnOpenTransaction.transaction("aborting")) {
                    other.beginTransaction();
                    var _ = other.send(pause("gpt-4.1").toRecord(prefix + "control"));
                    other.flush();
                    other.abortTransaction();
                }
                writer().write(_ -> new Change<>(List.of(pause("qwen-turbo")), true));
                await().until(() -> follower.state().isPaused("qwen-turbo"));

                assertThat(follower.state().isPaused("gpt-4.1")).isFalse();
            }
        }

        @Test
        void isNotLiveAfterItIsClosed() {
            var follower = ControlFollower.start(kafka, prefix);

            follower.close();

            assertThat(follower.health().live()).isFalse();
        }
    }

    @Nested
    class AMissingTopic {
        @Test
        void isAwaitedWhileItIsBeingCreated() throws Exception {
            prefix = "late.";
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                var starting = executor.submit(() -> ControlFollower.start(kafka, prefix));
                createTopic();
                try (var follower = starting.get()) {
                    assertThat(follower.health().ready()).isTrue();
                }
            }
        }

        @Test
        void endsTheStartOfAFollower() {
            assertThatThrownBy(() -> ControlFollower.start(kafka, "none."))
                    .isInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }
}
