package dev.millrace.standalone.gateway;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.gateway.RepeatedCalls.Kind;
import dev.millrace.standalone.gateway.SubmittedBatches.Outcome;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.usage.ServedPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills Kafka repeatedly while clients of a gateway submit batches and jobs, and repeat calls and
 * streams with their idempotency keys. Compares the topics and the provider's ledger with the
 * answers that the clients received.
 */
@Tag("long")
class BrokerKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerKillIT.class);
    private static final int KILLS = Integer.getInteger("millrace.gateway.kills", 3);
    private static final long SEED =
            Long.getLong("millrace.gateway.seed", new SplittableRandom().nextLong());

    /** Upper bound of the requests of all clients between the recovery and the next kill. */
    private static final int REQUESTS = 30;

    /** Number of successful requests of each kind that prove that the gateway has recovered. */
    private static final int RECOVERED = 2;

    private static final int MAX_LINES = 20;

    private static final String TOPICS = "topics: { partitions: 4, replication_factor: 1 }\n";

    @TempDir private Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final AtomicBoolean isEnding = new AtomicBoolean();

    /** The clients' requests, by kind. */
    private final Map<String, Request> requests = new LinkedHashMap<>();

    /** Requests that ended well, by their kind. */
    private final Map<String, Long> ended = new ConcurrentHashMap<>();

    private final List<Future<?>> clients = new ArrayList<>();

    /** Sends something until it is accepted, or answered. */
    private interface Request {
        void send() throws Exception;
    }

    @Test
    void noAcceptedJobIsLostAndNoRefusedOneRuns() throws Exception {
        var broker = new BrokerProcess(folder.resolve("kafka"), GatewayProcess.MODELS + TOPICS);
        String kafka = "kafka: { bootstrap.servers: \"%s\" }\n".formatted(broker.address());
        try (var pipeline =
                ServedPipeline.start(
                        Files.createDirectory(folder.resolve("pipeline")),
                        GatewayProcess.MODELS + TOPICS + kafka,
                        EnumSet.complementOf(
                                EnumSet.of(PipelinePart.BROKER, PipelinePart.GATEWAY)))) {
            GatewayProcess gateway = start(pipeline, broker.address());
            try (var client = new GatewayClient(List.of(gateway));
                    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                try {
                    gateway.awaitStart();
                    run(pipeline, broker, client, executor);
                } finally {
                    isEnding.set(true);
                    gateway.kill();
                    executor.shutdownNow();
                }
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + SEED + "; " + gateway + broker, e);
            }
        } finally {
            broker.kill();
        }
    }

    private GatewayProcess start(ServedPipeline pipeline, String kafka) throws IOException {
        return new GatewayProcess(
                folder.resolve("gateway"), kafka, folder.resolve("files"), pipeline, TOPICS);
    }

    private void run(
            ServedPipeline pipeline,
            BrokerProcess broker,
            GatewayClient client,
            ExecutorService executor)
            throws Exception {
        var batches = new SubmittedBatches(client);
        var jobs = new SubmittedJobs(client);
        var calls = new RepeatedCalls(client, executor);
        addRequests(batches, jobs, calls);
        requests.forEach((kind, it) -> clients.add(executor.submit(() -> repeat(kind, it))));
        awaitRecovery();
        for (int i = 0; i < KILLS; i++) {
            long moment = total() + draw(REQUESTS);
            await().pollInterval(Duration.ofMillis(1)).until(() -> total() >= moment);
            broker.kill();
            if (i == 0) {
                awaitRefusals(client, executor);
            }
            broker.restart();
            awaitRecovery();
        }
        isEnding.set(true);
        for (Future<?> each : clients) {
            each.get();
        }
        check(pipeline, broker, client, batches, jobs, calls);
    }

    private void addRequests(SubmittedBatches batches, SubmittedJobs jobs, RepeatedCalls calls) {
        requests.put(SubmittedBatches.KIND, () -> submit(batches));
        requests.put(SubmittedJobs.ONE, jobs::submitOne);
        requests.put(SubmittedJobs.LINES, () -> jobs.submitLines(1 + draw(MAX_LINES)));
        for (Kind kind : Kind.values()) {
            requests.put(kind.toString(), () -> calls.call(kind));
        }
    }

    private void submit(SubmittedBatches batches) throws InterruptedException {
        batches.submit(1 + draw(MAX_LINES), draw(4) > 0);
        batches.submitWithoutFile();
    }

    /** Returns a random number from 0 to the bound, exclusive; for any client. */
    private int draw(int bound) {
        synchronized (random) {
            return random.nextInt(bound);
        }
    }

    private Void repeat(String kind, Request request) throws Exception {
        while (!isEnding.get()) {
            request.send();
            ended.merge(kind, 1L, Long::sum);
        }
        return null;
    }

    /** Awaits a condition, unless a client fails. */
    private ConditionFactory await() {
        return Awaitility.await().failFast(this::requireClients);
    }

    private void requireClients() {
        for (Future<?> each : clients) {
            if (each.state() == Future.State.FAILED) {
                throw new AssertionError("a client has failed", each.exceptionNow());
            }
        }
    }

    private long total() {
        return ended.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Waits until requests of every kind end well. */
    private void awaitRecovery() {
        var before = Map.copyOf(ended);
        await().until(
                        () ->
                                requests.keySet().stream()
                                        .allMatch(it -> grown(ended, before, it) >= RECOVERED));
    }

    /** Waits until one new request of every kind is refused. Accepted ones wait for Kafka. */
    private void awaitRefusals(GatewayClient client, ExecutorService executor) {
        var before = client.refusals().counts();
        for (Request each : requests.values()) {
            clients.add(
                    executor.submit(
                            () -> {
                                each.send();
                                return null;
                            }));
        }
        await().until(
                        () ->
                                requests.keySet().stream()
                                        .allMatch(
                                                it ->
                                                        grown(
                                                                        client.refusals().counts(),
                                                                        before,
                                                                        it)
                                                                > 0));
    }

    private static long grown(Map<String, Long> counts, Map<String, Long> before, String kind) {
        return counts.getOrDefault(kind, 0L) - before.getOrDefault(kind, 0L);
    }

    private void check(
            ServedPipeline pipeline,
            BrokerProcess broker,
            GatewayClient client,
            SubmittedBatches batches,
            SubmittedJobs jobs,
            RepeatedCalls calls) {
        var accepted = new HashSet<>(calls.answers().keySet());
        accepted.addAll(jobs.accepted().values());
        var topics = new Topics(pipeline.config().topics().prefix());
        await().until(() -> batches.listed().stream().allMatch(BrokerKillIT::hasEnded));
        await().untilAsserted(() -> assertThat(ended(broker, topics)).containsAll(accepted));
        var outcome =
                new GatewayOutcome(
                        PublishedRecords.read(broker.address(), topics),
                        pipeline.simulator().ledger().entries(),
                        batches.listed(),
                        accepted);
        report(outcome, client, batches, jobs, calls);

        outcome.assertBatchesAreThoseAccepted(batches.accepted());
        outcome.assertNoLineIsPublishedTwice();
        outcome.assertEachLineHasOneResult();
        outcome.assertEachJobEndsOnce();
        outcome.assertEachJobIsCalledOnce();
        assertThat(outcome.records().results())
                .extracting(ResultView::customId)
                .doesNotContainAnyElementsOf(jobs.refused());
        assertThat(client.broken()).isZero();
    }

    private static Set<String> ended(BrokerProcess broker, Topics topics) {
        return PublishedRecords.read(broker.address(), topics).results().stream()
                .map(ResultView::jobId)
                .collect(toSet());
    }

    private static boolean hasEnded(SubmittedBatches.Listed batch) {
        return Set.of("completed", "failed", "expired", "cancelled")
                .contains(batch.json().path("status").stringValue());
    }

    private static void report(
            GatewayOutcome outcome,
            GatewayClient client,
            SubmittedBatches batches,
            SubmittedJobs jobs,
            RepeatedCalls calls) {
        LOG.atWarn()
                .addKeyValue("seed", SEED)
                .addKeyValue("kills", KILLS)
                .addKeyValue("refusals", client.refusals().counts())
                .addKeyValue("acceptedBatches", batches.accepted().size())
                .addKeyValue("refusedBatches", batches.count(Outcome.REFUSED))
                .addKeyValue("jobs", jobs.accepted().size())
                .addKeyValue("calls", calls.answers().size())
                .addKeyValue("interruptedStreams", calls.interrupted())
                .addKeyValue("duplicates", outcome.records().deadLetters().size())
                .addKeyValue("results", outcome.records().results().size())
                .log("Kafka was killed");
    }
}
