package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.fixtures.GatewayCluster;
import dev.millrace.gateway.publish.input.LineSource;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.submission.BatchApi;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.gateway.submission.SubmissionClients;
import dev.millrace.gateway.submission.Submitter;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Publishes batches in sessions on a dedicated cluster. The test owns the clock and the contents of
 * the files.
 */
final class PublishingTrial implements AutoCloseable {
    private static final int MAX_LINE_BYTES = 100_000;

    /** A tenant whose request topic does not exist. */
    static final String BROKEN = "broken";

    static final String BROKEN_TOPIC = "broken.requests";

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final GatewayCluster cluster;
    private final FactStore facts;
    private final BatchRecords records;
    private final PublishedRecords published;
    private final Submitter submitter;
    private final Map<String, String> files = new HashMap<>();

    /** Time since {@link #now}. */
    private Duration passed = Duration.ZERO;

    /** Number of the line that cannot be read; 0 for none. */
    private long unreadableLine;

    /** File whose second line throws a fault; empty for none. */
    private String faultyFile = "";

    PublishingTrial(Path folder) {
        cluster = new GatewayCluster(folder.resolve("kafka"));
        facts = new FactStore(new DiskFileStore(folder.resolve("files")));
        records =
                new BatchRecords(
                        new Topics(cluster.config().topics().prefix()),
                        tenant ->
                                tenant.equals(BROKEN)
                                        ? Optional.of(BROKEN_TOPIC)
                                        : cluster.config().requestTopicOf(tenant));
        published = new PublishedRecords(cluster, records.topics());
        submitter = Submitter.open(clients(), records, facts);
    }

    /** Sets the clock back to {@link #now}, and makes every line readable. */
    void reset() {
        passed = Duration.ZERO;
        unreadableLine = 0;
        faultyFile = "";
    }

    /** Returns the creation time of every batch, which is also the start of the clock. */
    Instant now() {
        return now;
    }

    GatewayCluster cluster() {
        return cluster;
    }

    FactStore facts() {
        return facts;
    }

    BatchRecords records() {
        return records;
    }

    PublishedRecords published() {
        return published;
    }

    Submitter submitter() {
        return submitter;
    }

    /** Moves the clock on. */
    void pass(Duration time) {
        passed = passed.plus(time);
    }

    /** Lets the reading of a line fail; 0 for none. */
    void unreadableLine(long number) {
        unreadableLine = number;
    }

    /** Lets the second line of a batch throw a fault. */
    void faulty(Submission batch) {
        faultyFile = batch.inputFile();
    }

    void deleteFile(Submission batch) {
        var _ = files.remove(batch.inputFile());
    }

    void restoreFile(Submission batch, String content) {
        files.put(batch.inputFile(), content);
    }

    SubmissionClients clients() {
        return clients(cluster.client());
    }

    SubmissionClients clients(Map<String, String> kafka) {
        return new SubmissionClients(
                kafka, cluster.config().topics(), UUID.randomUUID().toString(), HeapShare.AMPLE);
    }

    PublishingSession.Parts parts() {
        return new PublishingSession.Parts(
                this::open,
                facts,
                MAX_LINE_BYTES,
                Duration.ofHours(24),
                WaitingBatches.MAX_OF_PARTITION,
                () -> now.plus(passed));
    }

    PublishingSession session() {
        return session(clients());
    }

    PublishingSession session(SubmissionClients clients) {
        return PublishingSession.open(records.topics().submissions(), clients, records, parts());
    }

    private Optional<LineSource> open(Submission batch) {
        String text = files.get(batch.inputFile());
        if (text == null) {
            return Optional.empty();
        }
        var reader =
                new BatchFileReader(new ByteArrayInputStream(text.getBytes(UTF_8)), MAX_LINE_BYTES);
        return Optional.of(
                new LineSource() {
                    @Override
                    public @Nullable BatchLine next() throws IOException {
                        BatchLine line = reader.next();
                        if (line != null
                                && line.number() == 2
                                && batch.inputFile().equals(faultyFile)) {
                            throw new IllegalStateException("a fault of the test");
                        }
                        if (line != null && line.number() == unreadableLine) {
                            throw new IOException("the disk does not work");
                        }
                        return line;
                    }

                    @Override
                    public void close() throws IOException {
                        reader.close();
                    }
                });
    }

    /** Returns lines with the custom_ids c0, c1 and so on. */
    static String lines(int count) {
        return String.join(
                "\n", IntStream.range(0, count).mapToObj(PublishingTrial::line).toList());
    }

    /** Returns a line, with spaces around it. */
    static String line(int i) {
        return " {\"custom_id\":\"c"
                + i
                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                + "\"body\":{\"model\":\"gpt-4.1\",\"messages\":[]}} ";
    }

    /** Returns a new batch; without a file if the content is null. */
    Submission batch(@Nullable String content) {
        return batch(content, Optional.empty());
    }

    /** Returns a new retry of a batch, with the lines that failed. */
    Submission retry(String batch, String content) {
        return batch(content, Optional.of(batch));
    }

    private Submission batch(@Nullable String content, Optional<String> retryOf) {
        return batch("acme", content, retryOf);
    }

    /** Returns a new batch of the tenant whose request topic does not exist. */
    Submission brokenBatch(String content) {
        return batch(BROKEN, content, Optional.empty());
    }

    /** Returns a new batch of a tenant whose submissions go to the first partition. */
    Submission batchOf(String tenant, String content) {
        return Stream.generate(() -> batch(tenant, content, Optional.empty()))
                .filter(it -> partition(it) == 0)
                .findFirst()
                .orElseThrow();
    }

    int partition(Submission batch) {
        return BuiltInPartitioner.partitionForKey(batch.id().getBytes(UTF_8), partitions());
    }

    /** Returns the number of partitions of the submissions. */
    int partitions() {
        String topic = records.topics().submissions();
        return TopicPlan.of(cluster.config()).stream()
                .filter(it -> it.name().equals(topic))
                .mapToInt(TopicSpec::partitions)
                .sum();
    }

    private Submission batch(String tenant, @Nullable String content, Optional<String> retryOf) {
        String id = UUID.randomUUID().toString().replace("-", "");
        if (content != null) {
            files.put("file-" + id, content);
        }
        return new Submission(
                BatchApi.OPENAI.prefix() + id,
                tenant,
                new Submission.InputFile("file-" + id, Optional.of(id + ".jsonl")),
                Endpoint.CHAT_COMPLETIONS,
                "24h",
                Map.of(),
                now,
                now.plus(Duration.ofDays(1)),
                new Submission.Spending(
                        Optional.of(new BigDecimal("2.5")), Optional.of(Buy.LOWEST)),
                retryOf,
                "ada",
                Optional.of("3f9c2a7be01d4466"));
    }

    BatchFacts facts(Submission batch) throws IOException {
        return facts.find(batch.tenant(), batch.id()).orElseThrow();
    }

    /** Runs turns of a session until a condition holds. */
    static void runUntil(PublishingSession session, Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ZERO.plusMillis(1))
                .pollInSameThread()
                .until(
                        () -> {
                            session.runOnce();
                            return condition.call();
                        });
    }

    /** Publishes a batch in a separate session. */
    void runToEnd(Submission batch) {
        try (PublishingSession session = session()) {
            runUntil(session, () -> published.isEnded(batch));
        }
    }

    void assertEachLineOnce(Submission batch, int count) {
        assertThat(
                        published.requests(batch).stream()
                                .map(it -> SubmissionHeaders.read(it.headers()).line())
                                .sorted()
                                .toList())
                .isEqualTo(
                        IntStream.rangeClosed(1, count).mapToObj(it -> (Long) (long) it).toList());
    }

    @Override
    public void close() {
        submitter.close();
        cluster.close();
    }
}
