package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.fixtures.FakePipeline;
import dev.millrace.gateway.fixtures.GatewayCluster;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A cluster with a miniature pipeline, a sink, and a client. Each test has a new one. */
final class JobTrial implements AutoCloseable {
    static final Duration LONG = Duration.ofMinutes(10);
    static final String BATCH = "gateway";

    private final Instant deadline = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MILLIS);
    private final Map<String, byte[]> sink = new ConcurrentHashMap<>();
    private final GatewayCluster cluster;
    private @Nullable FakePipeline pipeline;
    private @Nullable JobClient client;

    JobTrial(Path directory) {
        cluster = new GatewayCluster(directory);
    }

    /** Starts the pipeline and the client, with an empty sink. */
    void start() {
        sink.clear();
        pipeline = new FakePipeline(cluster);
        client = newClient(JobSettings.DEFAULT_MAX_PENDING);
    }

    /** Stops what {@link #start} has started. */
    void stop() {
        client().close();
        pipeline().close();
    }

    GatewayCluster cluster() {
        return cluster;
    }

    FakePipeline pipeline() {
        return Objects.requireNonNull(pipeline);
    }

    JobClient client() {
        return Objects.requireNonNull(client);
    }

    /** Returns the results that the sink has stored, by job id. */
    Map<String, byte[]> sink() {
        return sink;
    }

    /** Returns the deadline of every call. */
    Instant deadline() {
        return deadline;
    }

    /** Starts another client, and waits until it is ready. */
    JobClient newClient(int maxPending) {
        return newClient(maxPending, JobClient.Routing.BY_ROUTER);
    }

    /** Starts another client, and waits until it is ready. */
    JobClient newClient(int maxPending, JobClient.Routing routing) {
        var config = cluster.config();
        var settings =
                new JobSettings(
                        cluster.client(),
                        config.topics(),
                        config::requestTopicOf,
                        HeapShare.AMPLE,
                        List.of(),
                        maxPending);
        var started =
                JobClient.start(
                        new JobClient.Parts(
                                settings,
                                (_, _, job) -> Optional.ofNullable(sink.get(job)),
                                routing,
                                InstantSource.system(),
                                System::nanoTime,
                                new SecureRandom()));
        Awaitility.await().until(() -> started.health().ready());
        return started;
    }

    /** Returns a call with a text; without an idempotency key if it is null. */
    JobCall request(String text, @Nullable String key) {
        String body =
                "{\"model\":\"gpt-4.1\",\n \"messages\":[{\"role\":\"user\",\"content\":\""
                        + text
                        + "\"}]}";
        return request(body.getBytes(UTF_8), key);
    }

    JobCall request(byte[] body, @Nullable String key) {
        return new JobCall(
                "acme",
                BATCH,
                Optional.empty(),
                Endpoint.CHAT_COMPLETIONS,
                body,
                Map.of(),
                deadline,
                Optional.ofNullable(key),
                AnswerWait.PATIENT);
    }

    /** Awaits a job and returns the body of its answer. */
    static String answer(JobTicket ticket) throws InterruptedException, TimeoutException {
        try (ticket) {
            return text(ticket.await(LONG).body());
        }
    }

    static String text(byte @Nullable [] body) {
        return body == null ? "none" : new String(body, UTF_8);
    }

    /** Makes each answer repeat the body of its job. */
    void echo() {
        pipeline()
                .answer(
                        job ->
                                FakePipeline.answered(
                                        200,
                                        "{\"echo\":"
                                                + new String(
                                                        job.line().bytes(),
                                                        job.line().body().start(),
                                                        job.line().body().length(),
                                                        UTF_8)
                                                + "}"));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
