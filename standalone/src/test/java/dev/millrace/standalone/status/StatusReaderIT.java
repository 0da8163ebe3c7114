package dev.millrace.standalone.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.QuotaRecordCodec;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.router.fair.AheadTenant;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.cluster.KafkaFutures;
import dev.millrace.standalone.cluster.TopicAdmin;
import dev.millrace.standalone.console.UserError;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusReaderIT {
    private static final String MODEL = "gpt-4.1";
    private static final int PARTITIONS = 4;
    private static final int BURST = 40;

    @TempDir private Path directory;
    private EmbeddedBroker broker;
    private MillraceConfig config;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory.resolve("kafka")));
        config =
                new ConfigLoader(Map.of())
                        .parse("test", "router: { fairness: { burst: " + BURST + " } }")
                        .withSimulator()
                        .withKafka(KafkaConfig.of(broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private void createTopics() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var _ = new TopicAdmin(admin).apply(TopicPlan.of(config));
        }
    }

    private Router router() {
        Router router =
                Router.start(
                        RouterSettings.embedded(config, directory.resolve("state")),
                        new SimpleMeterRegistry(),
                        InstantSource.system());
        await().until(() -> router.health().ready());
        return router;
    }

    private Worker worker(Simulator simulator) {
        return Worker.start(
                new WorkerSettings(
                        config.withProvider(
                                MillraceConfig.SIMULATOR,
                                ProviderConfig.simulated().at(simulator.baseUri())),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(1)));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Submits the given number of a tenant's jobs to each partition. */
    private void submit(String tenant, int toEachPartition) {
        try (var producer = producer()) {
            for (int i = 0; i < PARTITIONS * toEachPartition; i++) {
                String line =
                        """
                        {"custom_id":"%d","url":"/v1/chat/completions","body":{"model":"%s","max_tokens":9,\
                        "messages":[{"role":"user","content":"Hi"}]},"millrace":{"tenant":"%s"}}\
                        """
                                .formatted(i, MODEL, tenant);
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        "millrace.requests",
                                        i % PARTITIONS,
                                        null,
                                        line.getBytes(UTF_8)));
            }
        }
    }

    private void control(ControlRecord... records) {
        try (var producer = producer()) {
            for (ControlRecord it : records) {
                var _ = producer.send(it.toRecord("millrace.control"));
            }
        }
    }

    private PipelineStatus status() {
        var client = new PipelineClient(config.kafka().orElseThrow(), config.topics().prefix());
        return new StatusReader(client, config, InstantSource.system(), System::nanoTime).read();
    }

    private static ModelQueue queue(PipelineStatus status) {
        return status.models().stream()
                .filter(it -> it.model().equals(MODEL))
                .findFirst()
                .orElseThrow();
    }

    @Nested
    class ATenantBeyondItsBurst {
        @Test
        void isAheadUntilItsJobsAreFinished() {
            createTopics();
            try (var router = router()) {
                submit("acme", 2 * BURST);
                await().untilAsserted(this::isAhead);

                try (var simulator = Simulator.start(SimulatorSettings.DEFAULT, "127.0.0.1", 0);
                        var worker = worker(simulator)) {
                    await().untilAsserted(this::isLevel);
                    assertThat(worker.health().ready()).isTrue();
                }
                assertThat(router.health().ready()).isTrue();
            }
        }

        private void isAhead() {
            PipelineStatus status = status();
            assertThat(status.ahead()).containsExactly(new AheadTenant(MODEL, "acme", BURST));
            assertThat(queue(status).waiting(Lane.NORMAL)).isEqualTo(BURST);
            assertThat(queue(status).waiting(Lane.BULK)).isEqualTo(PARTITIONS * 2 * BURST - BURST);
            assertThat(queue(status).isEstimate()).isFalse();
            assertThat(status.unrouted()).isEqualTo(RecordCount.NONE);
            assertThat(status.waits())
                    .extracting(Waiting::reason, Waiting::jobs)
                    .containsExactly(tuple(WaitingReason.NO_WORKER, (long) PARTITIONS * 2 * BURST));
            assertThat(status.services().routers()).isOne();
            assertThat(status.services().workers()).isZero();
        }

        private void isLevel() {
            PipelineStatus status = status();
            assertThat(status.services().workers()).isOne();
            assertThat(status.ahead()).isEmpty();
            assertThat(queue(status).lanes().values()).containsOnly(Backlog.NONE);
            assertThat(lags().values()).isNotEmpty().containsOnly(0L);
        }

        /**
         * Returns the lag of each job partition as a scaler computes it, which knows no ledgers.
         */
        private Map<TopicPartition, Long> lags() {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                var committed =
                        new ConsumerGroups(admin, new Topics("millrace.")).committedByWorkers();
                Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
                committed.keySet().forEach(it -> latest.put(it, OffsetSpec.latest()));
                var ends = KafkaFutures.get("Reading offsets", admin.listOffsets(latest).all());
                Map<TopicPartition, Long> lags = new HashMap<>();
                ends.forEach(
                        (partition, end) ->
                                lags.put(
                                        partition,
                                        end.offset()
                                                - requireNonNull(committed.get(partition))
                                                        .offset()));
                return lags;
            }
        }
    }

    @Nested
    class WhenNoServiceRuns {
        @Test
        void requestsWaitForARouter() {
            createTopics();
            submit("acme", 5);

            PipelineStatus status = status();

            assertThat(status.unrouted()).isEqualTo(new RecordCount(PARTITIONS * 5, false));
            assertThat(status.waits())
                    .extracting(Waiting::text)
                    .containsExactly(
                            "jobs wait: no_router: no router reads millrace.requests: start one"
                                    + " with millrace router; 20 jobs");
        }

        @Test
        void controlStateIsShown() {
            createTopics();
            control(
                    new AppliedPolicy(
                                    "default",
                                    3,
                                    Policy.SHIPPED,
                                    Instant.EPOCH,
                                    "anna",
                                    Optional.empty())
                            .record(),
                    new OperatorCommand(Instant.EPOCH, "anna")
                            .record(new ControlKey.PauseModel(MODEL)));

            PipelineStatus status = status();

            assertThat(status.services().routers()).isZero();
            assertThat(status.services().workers()).isZero();
            assertThat(status.ahead()).isEmpty();
            assertThat(queue(status).isPaused()).isTrue();
            assertThat(status.control().policies())
                    .extracting(ControlStatus.PolicyStatus::version)
                    .containsExactly("v3");
        }
    }

    @Nested
    class WorkersThatShareALimit {
        private static final String PATH = "models.gpt-4.1.limits.requests_per_minute";

        private ProducerRecord<byte[], byte[]> demand(long session, long sequence, long used) {
            var state = new QuotaRecord.Permits(used + 5, used, 0, 0, 1, session == 1, 100);
            var demand =
                    new QuotaRecord.Demand(
                            session,
                            sequence,
                            QuotaRecord.GrantId.NONE,
                            state,
                            Collections.nCopies(12, used / 12));
            return new ProducerRecord<>(
                    "millrace.quota", PATH.getBytes(UTF_8), QuotaRecordCodec.encode(demand));
        }

        @Test
        void useOfTheLimitIsShown() {
            createTopics();
            assertThat(status().limits()).isEmpty();

            try (var producer = producer()) {
                var _ = producer.send(demand(1, 1, 24));
                var _ = producer.send(demand(2, 1, 12));
                var _ = producer.send(demand(1, 2, 36));
            }

            assertThat(status().limits())
                    .containsExactly(
                            new LimitStatus(
                                    PATH,
                                    LimitOrigin.CONFIGURED,
                                    new LimitUsage.Use(100, 48, 10, 2, 1)));
        }
    }

    @Nested
    class JobsThatWaitForPassages {
        private static final TopicPartition PARTITION =
                new TopicPartition("millrace.retrievals", 1);

        /** Lets two jobs wait, as a router does. */
        private void submit() {
            try (var producer =
                    new KafkaProducer<>(
                            Map.of(
                                    "bootstrap.servers",
                                    broker.bootstrapServers(),
                                    "transactional.id",
                                    "router"),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                for (int i = 0; i < 2; i++) {
                    var _ =
                            producer.send(
                                    new ProducerRecord<>(
                                            PARTITION.topic(), 1, null, new byte[] {1}));
                }
                producer.commitTransaction();
            }
        }

        private void commit(long offset) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                KafkaFutures.get(
                        "Committing",
                        admin.alterConsumerGroupOffsets(
                                        "millrace.retrieval",
                                        Map.of(PARTITION, new OffsetAndMetadata(offset)))
                                .all());
            }
        }

        @Test
        void areShownUntilTheyAreHandled() {
            createTopics();
            assertThat(status().retrieval()).isEmpty();
            submit();
            assertThat(status().retrieval())
                    .hasValue(new RetrievalBacklog(new RecordCount(2, false), 0));
            commit(1);
            assertThat(status().retrieval())
                    .hasValue(new RetrievalBacklog(new RecordCount(1, false), 0));
            // The end of the transaction has an offset and is no job.
            commit(2);
            assertThat(status().retrieval()).isEmpty();
        }
    }

    @Nested
    class WithoutTopics {
        @Test
        void readingFailsAndNamesTheMissingTopic() {
            assertThatThrownBy(StatusReaderIT.this::status)
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("There is no topic millrace.control");
        }
    }
}
