package dev.millrace.standalone.batch;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.UnknownTopicRetry;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.log.Logging;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines in the given order, with a bounded number of unacknowledged lines, and the
 * manifests of their batches. Used by one thread.
 */
public final class Publication implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int MAX_UNACKNOWLEDGED = 5_000;
    private static final int LINES_PER_REPORT = 2_000;

    private final MillraceProducer producer;
    private final boolean hasManifests;
    private final LongConsumer report;
    private final Deque<Sent> unacknowledged = new ArrayDeque<>();
    private long acknowledged;

    private record Sent(String record, CompletableFuture<?> acknowledgement) {}

    private Publication(MillraceProducer producer, boolean hasManifests, LongConsumer report) {
        this.producer = producer;
        this.hasManifests = hasManifests;
        this.report = report;
    }

    /**
     * Opens a publication to a cluster that has all topics.
     *
     * @param report receives from time to time how many lines Kafka has acknowledged, in their
     *     order
     */
    public static Publication open(ProducerSettings settings, LongConsumer report) {
        return new Publication(MillraceProducer.open(settings), true, report);
    }

    /**
     * Connects to a cluster.
     *
     * @param terminal shows a message if the cluster has no topic of manifests
     * @throws UserError if the cluster does not answer or the request topic does not exist
     */
    public static Publication connect(ProducerSettings settings, Terminal terminal) {
        boolean hasManifests = requireTopic(settings, terminal);
        return new Publication(MillraceProducer.open(settings), hasManifests, _ -> {});
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
            return ManifestTopic.exists(admin, new Topics(settings.prefix()).batches(), terminal);
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

    /** Returns true if the cluster has a topic of manifests. */
    public boolean hasManifests() {
        return hasManifests;
    }

    /**
     * Sends a line. Blocks while too many lines are unacknowledged.
     *
     * @param batch batch of the line; null for the batch that the line names, or the default batch
     * @param number number under which the line is published
     * @throws UserError if Kafka has rejected an earlier line
     */
    public void publish(ParsedLine line, @Nullable String batch, long number) {
        unacknowledged.add(new Sent("line " + number, producer.send(line, batch, number)));
        while (unacknowledged.size() > MAX_UNACKNOWLEDGED
                || (!unacknowledged.isEmpty()
                        && unacknowledged.getFirst().acknowledgement.isDone())) {
            awaitFirst();
        }
    }

    /**
     * Waits until Kafka has acknowledged all lines.
     *
     * @throws UserError if Kafka has rejected a line
     */
    public void finish() {
        producer.flush();
        while (!unacknowledged.isEmpty()) {
            awaitFirst();
        }
        report.accept(acknowledged);
    }

    /**
     * Publishes manifests, and waits until Kafka has acknowledged them.
     *
     * @throws UserError if Kafka has rejected a manifest
     */
    public void announce(Collection<BatchManifest> manifests) {
        List<Sent> sent =
                manifests.stream().map(it -> new Sent("a manifest", producer.send(it))).toList();
        producer.flush();
        sent.forEach(Publication::await);
    }

    private void awaitFirst() {
        await(unacknowledged.removeFirst());
        acknowledged++;
        if (acknowledged % LINES_PER_REPORT == 0) {
            report.accept(acknowledged);
        }
    }

    private static void await(Sent sent) {
        try {
            sent.acknowledgement.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw UserError.failure(
                    "Kafka rejected " + sent.record + ": " + KafkaFailure.describe(cause), cause);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
