package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.fixtures.FakePipeline;
import dev.millrace.gateway.fixtures.GatewayCluster;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpressLaneIT {
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Time in which a call through the router is answered. */
    private static final Duration ANSWER = Duration.ofMinutes(1);

    private GatewayCluster cluster;
    private FakePipeline pipeline;
    private Admin admin;

    /** Each test uses another model. */
    private final AtomicInteger models = new AtomicInteger();

    private final AtomicInteger planned = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    /** Results in the database, by job id. */
    private final Map<String, byte[]> stored = new ConcurrentHashMap<>();

    private final AtomicLong passedNanos = new AtomicLong();
    private volatile Optional<ControlState> control = Optional.of(ControlState.EMPTY);
    private final AtomicBoolean isWorking = new AtomicBoolean();
    private volatile @Nullable Error failure;
    private @Nullable Thread worker;
    private @Nullable JobClient client;

    @BeforeAll
    void startCluster(@TempDir Path directory) {
        cluster = new GatewayCluster(directory);
        pipeline = new FakePipeline(cluster);
        admin = Admin.create(Map.copyOf(cluster.client()));
    }

    @AfterAll
    void stopCluster() {
        admin.close();
        pipeline.close();
        cluster.close();
    }

    @BeforeEach
    void reset() {
        models.incrementAndGet();
        planned.set(0);
        ended.set(0);
        control = Optional.of(ControlState.EMPTY);
        failure = null;
    }

    @AfterEach
    void stopClientAndWorker() throws InterruptedException {
        if (client != null) {
            client.close();
            client = null;
        }
        isWorking.set(false);
        if (worker != null) {
            worker.join();
            worker = null;
        }
    }

    private String model() {
        return "model-" + models.get();
    }

    private String topic() {
        return cluster.topics().jobs(model(), Lane.EXPRESS);
    }

    private void createLane(Map<String, String> settings) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic(), 1, (short) 1).configs(settings)))
                .all()
                .get();
        await().pollDelay(Duration.ZERO).until(() -> records().isEmpty());
    }

    private void startClient() {
        var config = cluster.config();
        var started =
                JobClient.start(
                        new JobClient.Parts(
                                new JobSettings(
                                        cluster.client(),
                                        config.topics(),
                                        config::requestTopicOf,
                                        HeapShare.AMPLE,
                                        List.of(model()),
                                        10),
                                (_, _, job) -> Optional.ofNullable(stored.get(job)),
                                new JobClient.Routing(
                                        this::plan,
                                        () -> control,
                                        JobClient.Routing.BY_ROUTER.services()),
                                InstantSource.system(),
                                () -> System.nanoTime() + passedNanos.get(),
                                new SecureRandom()));
        await().until(() -> started.health().ready());
        client = started;
    }

    private Optional<CallPlanner.PlannedCall> plan(
            RequestLine line, JobId job, SubmissionHeaders submission, ControlState state) {
        Error thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        planned.incrementAndGet();
        var headers =
                new JobHeaders(
                        new JobHeaders.Identity(
                                job,
                                String.valueOf(submission.tenant()),
                                String.valueOf(submission.batch()),
                                null),
                        new JobHeaders.Submission(Priority.CRITICAL, null, Instant.EPOCH),
                        new JobHeaders.Route("catalog", List.of(line.model()), null));
        return Optional.of(new CallPlanner.PlannedCall(headers, ended::incrementAndGet));
    }

    private JobTicket submit(@Nullable String key) {
        String body = "{\"model\":\"" + model() + "\",\"messages\":[]}";
        return client().submit(
                        new JobCall(
                                "acme",
                                "gateway",
                                Optional.empty(),
                                Endpoint.CHAT_COMPLETIONS,
                                body.getBytes(UTF_8),
                                Map.of(),
                                Instant.now().plusSeconds(600),
                                Optional.ofNullable(key),
                                AnswerWait.PATIENT));
    }

    private JobClient client() {
        if (client == null) {
            throw new IllegalStateException("the test has started no client");
        }
        return client;
    }

    /** Submits a call that is answered, because it goes through the router. */
    private void assertGoesThroughTheRouter(@Nullable String key) throws Exception {
        try (var ticket = submit(key)) {
            ticket.await(ANSWER);
        }
    }

    /** Submits and abandons calls until one is in the lane; returns its headers. */
    private JobHeaders awaitLane() throws Exception {
        await().until(
                        () -> {
                            passedNanos.addAndGet(Duration.ofSeconds(5).toNanos());
                            var ticket = submit(null);
                            ticket.requireAccepted();
                            if (records().isEmpty()) {
                                ticket.await(ANSWER);
                            }
                            ticket.abandon();
                            return !records().isEmpty();
                        });
        return JobHeaders.read(records().getFirst().headers());
    }

    /** Ends a job, as a worker does. */
    private void end(JobId job) {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>copyOf(cluster.client()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    cluster.topics().results(),
                                    job.value().getBytes(UTF_8),
                                    new byte[] {'{', '}'}));
        }
    }

    /** Reads the lane as a worker does, in its consumer group. */
    private void startWorker() {
        var properties = new HashMap<String, Object>(cluster.client());
        properties.put("group.id", cluster.topics().prefix() + "worker");
        var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        String topic = topic();
        isWorking.set(true);
        worker =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (consumer) {
                                        consumer.subscribe(List.of(topic));
                                        while (isWorking.get()) {
                                            consumer.poll(Duration.ofMillis(20));
                                        }
                                    }
                                });
    }

    private List<ConsumerRecord<byte[], byte[]>> records() {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>copyOf(cluster.client()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            var read = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(50)).forEach(read::add);
            }
            return read;
        }
    }

    @Test
    void callIsWrittenToTheLaneOfItsModelWithTheHeadersOfItsPlan() throws Exception {
        createLane(Map.of());
        startWorker();
        startClient();

        JobHeaders headers = awaitLane();

        var record = records().getFirst();
        assertThat(headers.routedBy()).isEqualTo("catalog");
        assertThat(new String(record.key(), UTF_8)).isEqualTo(headers.jobId().value());
        assertThat(new String(record.value(), UTF_8)).contains("\"model\":\"" + model() + "\"");
        assertThat(pipeline.received()).noneMatch(it -> it.id().equals(headers.jobId()));
        assertThat(client().expressCalls()).isEqualTo(1);
    }

    /** Otherwise a client that disconnects at once would run more jobs than its fair pace. */
    @Test
    void abandonedCallCountsAsRunningUntilItsJobEnds() throws Exception {
        createLane(Map.of());
        startWorker();
        startClient();
        JobHeaders headers = awaitLane();
        assertThat(planned.get() - ended.get()).isEqualTo(1);

        end(headers.jobId());

        await().until(() -> planned.get() == ended.get());
    }

    /** A request that follows the call can find its result before this gateway reads it. */
    @Test
    void callWhoseResultIsFoundInTheDatabaseNoLongerCounts() throws Exception {
        createLane(Map.of());
        startWorker();
        startClient();
        end(awaitLane().jobId());
        await().until(() -> planned.get() == ended.get());

        try (var ticket = submit(null)) {
            ticket.requireAccepted();
            JobId job = JobHeaders.read(records().getLast().headers()).jobId();
            assertThat(planned.get() - ended.get()).isEqualTo(1);
            stored.put(job.value(), new byte[] {'{', '}'});

            try (var _ = client().follow("acme", "gateway", job)) {
                await().until(() -> planned.get() == ended.get());
            }
        }
    }

    @Test
    void callGoesThroughTheRouterWhileItsLaneIsMissing() throws Exception {
        startClient();

        assertGoesThroughTheRouter(null);

        assertThat(planned).hasValue(0);
        assertThat(client().expressCalls()).isZero();
    }

    @Test
    void laneIsNotUsedBeforeWorkersReadIt() throws Exception {
        createLane(Map.of());
        startClient();
        assertGoesThroughTheRouter(null);
        passedNanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertGoesThroughTheRouter(null);
        assertThat(client().expressCalls()).isZero();

        startWorker();

        awaitLane();
    }

    @Test
    void laneThatRefusesACallIsNotUsedForTheNextOnes() throws Exception {
        createLane(Map.of("max.message.bytes", "100"));
        startWorker();
        startClient();

        await().until(this::isRefused);
        assertGoesThroughTheRouter(null);

        assertThat(client().expressCalls()).isZero();
        assertThat(records()).isEmpty();
        assertThat(client().health().ready()).isTrue();
    }

    /** Returns true if a call is refused; otherwise it has gone through the router. */
    private boolean isRefused() throws Exception {
        passedNanos.addAndGet(Duration.ofSeconds(5).toNanos());
        try (var ticket = submit(null)) {
            ticket.await(LONG);
            return false;
        } catch (JobRefusal refusal) {
            return true;
        }
    }

    @Test
    void callWithAnIdempotencyKeyGoesThroughTheRouter() throws Exception {
        createLane(Map.of());
        startWorker();
        startClient();
        awaitLane();
        int before = planned.get();

        assertGoesThroughTheRouter("key");

        assertThat(planned).hasValue(before);
    }

    @Test
    void callGoesThroughTheRouterWhileControlIsNotRead() throws Exception {
        createLane(Map.of());
        startWorker();
        startClient();
        awaitLane();
        int before = planned.get();
        control = Optional.empty();

        assertGoesThroughTheRouter(null);

        assertThat(planned).hasValue(before);
    }

    @Test
    void callThatCannotBePlannedGoesThroughTheRouter() throws Exception {
        createLane(Map.of());
        startWorker();
        startClient();
        awaitLane();
        failure = new LinkageError("a classifier is missing");

        assertGoesThroughTheRouter(null);

        assertThat(client().pendingJobs()).isZero();
    }
}
