package dev.millrace.standalone.submit;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.config.kafka.KafkaClient;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.UnknownTopicRetry;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.budget.BatchLimitWriter;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.log.Logging;
import dev.millrace.standalone.manifest.LocalUser;
import dev.millrace.standalone.manifest.ManifestTopic;
import dev.millrace.standalone.manifest.SubmissionCounter;
import dev.millrace.standalone.run.journal.BatchNames;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Publishes files line by line. The producer's buffer bounds the unacknowledged lines. */
public final class Submitter implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 10_000;

    private final MillraceProducer producer;
    private final ProducerSettings settings;
    private final @Nullable String batch;
    private final LineProblemReport report;
    private final @Nullable BatchLimitWriter limits;
    private final InstantSource clock;
    private final boolean hasManifests;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Submitter(
            MillraceProducer producer,
            ProducerSettings settings,
            @Nullable String batch,
            LineProblemReport report,
            @Nullable BatchLimitWriter limits,
            InstantSource clock,
            boolean hasManifests) {
        this.producer = producer;
        this.settings = settings;
        this.batch = batch;
        this.report = report;
        this.limits = limits;
        this.clock = clock;
        this.hasManifests = hasManifests;
    }

    /**
     * Connects to the cluster.
     *
     * @param batch batch of every line; null for the batch that each line names, or else the name
     *     of its file
     * @param limits writes the limit of each batch; null if the submission has none
     * @param terminal shows a message if the cluster has no topic of manifests
     * @throws UserError if the cluster does not answer or the topic does not exist
     */
    public static Submitter connect(
            ProducerSettings settings,
            @Nullable String batch,
            LineProblemReport report,
            InstantSource clock,
            @Nullable BatchLimitWriter limits,
            Terminal terminal) {
        boolean hasManifests = requireTopic(settings, terminal);
        return new Submitter(
                MillraceProducer.open(settings, clock),
                settings,
                batch,
                report,
                limits,
                clock,
                hasManifests);
    }

    /** Checks the request topic. Returns true if the topic of manifests exists. */
    private static boolean requireTopic(ProducerSettings settings, Terminal terminal) {
        Logging.quietConnections();
        var client = KafkaClient.ADMIN.properties(settings.kafka());
        client.put("default.api.timeout.ms", CONNECT_TIMEOUT_MS);
        client.put("request.timeout.ms", CONNECT_TIMEOUT_MS);
        try (Admin admin = Admin.create(client)) {
            var _ =
                    UnknownTopicRetry.await(
                            () ->
                                    admin.describeTopics(List.of(settings.topic()))
                                            .allTopicNames()
                                            .get());
            return ManifestTopic.exists(
                    admin, new Topics(settings.topics().prefix()).batches(), terminal);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw UserError.failure(
                        "The cluster "
                                + settings.kafka().get("bootstrap.servers")
                                + " does not answer");
            }
            throw UserError.failure(
                    "Cannot publish to the topic "
                            + settings.topic()
                            + " of "
                            + settings.kafka().get("bootstrap.servers")
                            + ": "
                            + KafkaFailure.describe(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.failure("interrupted");
        }
    }

    /** Publishes all lines of a file, and waits for their acknowledgement. */
    public void submit(String file, InputStream in) throws IOException {
        int maxLineBytes = settings.topics().maxRequestBytes();
        var counter = new SubmissionCounter();
        Instant start = clock.instant();
        try (var reader = BatchFileReader.open(file, in, maxLineBytes)) {
            for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                ParsedLine parsed = ParsedLine.of(line);
                report.onLine(file, parsed, maxLineBytes);
                String lineBatch = batchOf(parsed, file);
                writeLimit(parsed, lineBatch);
                counter.onLine(parsed.tenant(settings.boundTenant()), parsed.batch(lineBatch));
                checked(producer.send(parsed, lineBatch));
                requireNoFailure();
            }
        }
        flush();
        if (hasManifests) {
            sendManifests(counter, start);
        }
    }

    /**
     * Publishes a manifest, and waits for its acknowledgement.
     *
     * @throws UserError if the cluster has no topic of manifests
     */
    public void announce(BatchManifest manifest) {
        if (!hasManifests) {
            throw UserError.failure(
                    "Nothing was published, since the batch must be recorded there");
        }
        checked(producer.send(manifest));
        flush();
    }

    /** Publishes a line, perhaps not at once, to the batch of this submission. */
    public void send(ParsedLine line) {
        checked(producer.send(line, batch));
        requireNoFailure();
    }

    /** Waits for the acknowledgement of everything that was sent. */
    public void flush() {
        producer.flush();
        requireNoFailure();
    }

    /** Publishes the manifests last: lines that were not published are not counted. */
    private void sendManifests(SubmissionCounter counter, Instant start) {
        String submission = UUID.randomUUID().toString();
        counter.manifests(submission, start, LocalUser.name(), Optional.empty())
                .forEach(it -> checked(producer.send(it)));
        flush();
    }

    private void checked(CompletableFuture<?> sent) {
        var _ =
                sent.whenComplete(
                        (_, thrown) -> {
                            if (thrown != null) {
                                failure.compareAndSet(null, thrown);
                            }
                        });
    }

    private void writeLimit(ParsedLine line, @Nullable String lineBatch) {
        if (limits != null) {
            limits.write(
                    Set.of(
                            new BatchLimit(
                                    line.tenant(settings.boundTenant()), line.batch(lineBatch))));
        }
    }

    private @Nullable String batchOf(ParsedLine line, String file) {
        if (batch != null) {
            return batch;
        }
        if (line.options().batch() != null) {
            return null;
        }
        return Names.isBatch(file) ? file : BatchNames.ofFile(file);
    }

    private void requireNoFailure() {
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw UserError.failure("Kafka rejected a record: " + KafkaFailure.describe(thrown));
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
