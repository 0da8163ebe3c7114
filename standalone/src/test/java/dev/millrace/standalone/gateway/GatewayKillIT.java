package dev.millrace.standalone.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.gateway.RepeatedCalls.Kind;
import dev.millrace.standalone.gateway.SubmittedBatches.Outcome;
import dev.millrace.standalone.usage.ServedPipeline;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kills and suspends one of two gateways in turn, while batches are submitted and published, a file
 * is uploaded, and calls and streams are repeated with their idempotency keys. Compares the topics
 * and the provider's ledger with the answers that the clients received, and each record with its
 * schema.
 */
@Tag("long")
class GatewayKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayKillIT.class);
    private static final int FAULTS = Integer.getInteger("millrace.gateway.faults", 4);

    /**
     * Lines of a large batch. A gateway publishes 2,000 in a transaction; with several transactions
     * for each batch, faults often fall between two of them.
     */
    private static final int LINES = Integer.getInteger("millrace.gateway.lines", 8_000);

    private static final long SEED =
            Long.getLong("millrace.gateway.seed", new SplittableRandom().nextLong());

    /** Number of large batches submitted before each fault. */
    private static final int LARGE_BATCHES = 2;

    private static final int SMALL_LINES = 20;
    private static final int CLIENTS = 3;
    private static final int UPLOAD_LINES = 5_000;
    private static final JsonMapper JSON = new JsonMapper();

    private static final String TOPICS = "topics: { partitions: 4 }\n";

    @TempDir private Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final AtomicBoolean isEnding = new AtomicBoolean();

    @Test
    void noAcceptedJobIsLostAndNoRefusedOneRuns() throws Exception {
        try (var pipeline = ServedPipeline.start(folder, GatewayProcess.MODELS + TOPICS)) {
            var gateways = List.of(start(pipeline, "g1"), start(pipeline, "g2"));
            try (var client = new GatewayClient(gateways);
                    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                try {
                    gateways.forEach(GatewayProcess::awaitStart);
                    run(pipeline, gateways, client, executor);
                } finally {
                    isEnding.set(true);
                    gateways.forEach(GatewayProcess::kill);
                }
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + SEED + "; " + gateways, e);
            }
        }
    }

    private GatewayProcess start(ServedPipeline pipeline, String name) throws IOException {
        return new GatewayProcess(
                folder.resolve(name), servers(pipeline), folder.resolve("files"), pipeline, TOPICS);
    }

    private void run(
            ServedPipeline pipeline,
            List<GatewayProcess> gateways,
            GatewayClient client,
            ExecutorService executor)
            throws Exception {
        var batches = new SubmittedBatches(client);
        var calls = new RepeatedCalls(client, executor);
        var clients = new ArrayList<Future<?>>();
        for (int i = 0; i < CLIENTS; i++) {
            SplittableRandom own = random.split();
            clients.add(executor.submit(() -> repeat(batches, calls, own)));
        }
        for (int i = 0; i < FAULTS; i++) {
            hitWhilePublishing(i % 2 == 1, pipeline, gateways, batches, executor);
        }
        isEnding.set(true);
        for (Future<?> each : clients) {
            each.get();
        }
        await().until(() -> batches.listed().stream().allMatch(this::hasEnded));
        var outcome =
                new GatewayOutcome(
                        PublishedRecords.read(servers(pipeline), topics(pipeline)),
                        pipeline.simulator().ledger().entries(),
                        batches.listed(),
                        Set.copyOf(calls.answers().keySet()));
        report(outcome, batches, client);

        outcome.assertBatchesAreThoseAccepted(batches.accepted());
        outcome.assertNoLineIsPublishedTwice();
        outcome.assertEachLineHasOneResult();
        outcome.assertEachJobEndsOnce();
        outcome.assertEachJobIsCalledOnce();
        assertThat(calls.interrupted()).isZero();
        assertFilesAreComplete(client, batches.files());
    }

    private boolean hasEnded(SubmittedBatches.Listed batch) {
        return Set.of("completed", "failed", "expired", "cancelled")
                .contains(batch.json().path("status").stringValue());
    }

    /** Repeats calls, and submits small batches, some with a wrong line and some without a file. */
    private Void repeat(SubmittedBatches batches, RepeatedCalls calls, SplittableRandom own)
            throws Exception {
        while (!isEnding.get()) {
            batches.submit(1 + own.nextInt(SMALL_LINES), own.nextInt(4) > 0);
            batches.submitWithoutFile();
            calls.call(own.nextBoolean() ? Kind.STREAM : Kind.CHAT);
        }
        return null;
    }

    /**
     * Kills or suspends a gateway after a random number of requests, in the middle of an upload. It
     * resumes when its group has expelled it.
     */
    private void hitWhilePublishing(
            boolean suspends,
            ServedPipeline pipeline,
            List<GatewayProcess> gateways,
            SubmittedBatches batches,
            ExecutorService executor)
            throws Exception {
        GatewayProcess victim = gateways.get(random.nextInt(gateways.size()));
        byte[] content = SubmittedBatches.content("incomplete", UPLOAD_LINES, true);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers(pipeline)));
                Socket _ = GatewayClient.beginUpload(victim, "incomplete", content)) {
            var submitted = new ArrayList<Future<?>>();
            long moment = published(admin, pipeline) + 1;
            moment += random.nextLong((long) LARGE_BATCHES * LINES);
            for (int i = 0; i < LARGE_BATCHES; i++) {
                Callable<Void> submission =
                        () -> {
                            batches.submit(LINES, true);
                            return null;
                        };
                submitted.add(executor.submit(submission));
            }
            while (published(admin, pipeline) < moment) {
                Thread.onSpinWait();
            }
            if (suspends) {
                victim.suspend();
                GroupMembers.await(
                        servers(pipeline), gateways.size() - 1, topics(pipeline).gatewayGroup());
                victim.resume();
            } else {
                victim.kill();
                victim.restart();
            }
            for (Future<?> each : submitted) {
                each.get();
            }
            victim.awaitStart();
        }
    }

    private static String servers(ServedPipeline pipeline) {
        return pipeline.config().kafka().orElseThrow().bootstrapServers();
    }

    private static Topics topics(ServedPipeline pipeline) {
        return new Topics(pipeline.config().topics().prefix());
    }

    /** Returns the number of requests, including requests of open transactions. */
    private static long published(Admin admin, ServedPipeline pipeline) throws Exception {
        String topic = topics(pipeline).requests();
        Map<TopicPartition, OffsetSpec> ends =
                IntStream.range(0, pipeline.config().topics().partitions())
                        .mapToObj(it -> new TopicPartition(topic, it))
                        .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(it -> it.offset())
                .sum();
    }

    /** Checks that every completed upload is listed, and every listed file is complete. */
    private static void assertFilesAreComplete(GatewayClient client, Map<String, byte[]> files) {
        JsonNode listed = JSON.readTree(client.get("/files").body()).path("data");
        assertThat(listed.valueStream().map(it -> it.path("filename").stringValue()))
                .containsAll(files.keySet())
                .doesNotContain("incomplete");
        for (JsonNode file : listed) {
            HttpResponse<String> content =
                    client.get("/files/" + file.path("id").stringValue() + "/content");
            byte[] expected = files.get(file.path("filename").stringValue());
            assertThat(content.body()).isEqualTo(new String(expected, UTF_8));
        }
    }

    private static void report(
            GatewayOutcome outcome, SubmittedBatches batches, GatewayClient client) {
        LOG.atWarn()
                .addKeyValue("seed", SEED)
                .addKeyValue("faults", FAULTS)
                .addKeyValue("brokenRequests", client.broken())
                .addKeyValue("acceptedBatches", batches.accepted().size())
                .addKeyValue("refusedBatches", batches.count(Outcome.REFUSED))
                .addKeyValue("unknownBatches", batches.count(Outcome.CONNECTION_BROKEN))
                .addKeyValue(
                        "unknownBatchesThatRan",
                        outcome.requestedBy(Outcome.CONNECTION_BROKEN).count())
                .addKeyValue("repeatedCalls", outcome.callJobs().size())
                .addKeyValue("duplicates", outcome.records().deadLetters().size())
                .addKeyValue("jobs", outcome.records().results().size())
                .addKeyValue("costEvents", outcome.records().costs().size())
                .log("Gateways were killed and suspended");
    }
}
