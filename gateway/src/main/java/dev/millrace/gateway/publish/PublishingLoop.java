package dev.millrace.gateway.publish;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.BrokerRoom;
import dev.millrace.gateway.publish.input.FileInputs;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.SubmissionClients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Publishes batches on a dedicated thread until it is closed. After a failure it waits, then
 * continues from the committed offsets.
 */
public final class PublishingLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishingLoop.class);
    private static final Health READY = Health.ready("publishes batches");
    private static final Health FULL =
            Health.waiting("no batches are published: " + BrokerRoom.FULL);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration JOIN_TIME = Duration.ofSeconds(30);

    private final Supplier<PublishingSession> sessions;
    private final BooleanSupplier hasRoom;
    private final StoppableThread thread;
    private volatile Backlog backlog = new Backlog(0, 0, 0, 0, Optional.empty());
    private volatile Health health = Health.waiting("is connecting to Kafka");

    /**
     * The batches that this gateway has read but not published.
     *
     * @param checking 1 while lines of a batch are checked, else 0
     * @param publishing 1 while lines of a batch are published, else 0
     * @param waiting batches waiting behind the current batch
     * @param postponed batches that are retried after a pause
     * @param oldest acceptance time of the oldest batch; empty without batches
     */
    public record Backlog(
            int checking, int publishing, int waiting, int postponed, Optional<Instant> oldest) {}

    private PublishingLoop(Supplier<PublishingSession> sessions, BooleanSupplier hasRoom) {
        this.sessions = sessions;
        this.hasRoom = hasRoom;
        thread = StoppableThread.of("millrace-gateway-batches", this::run);
    }

    /**
     * Starts to publish.
     *
     * @param results knows which lines of a batch have failed
     * @param repeatsWindow how long the router recognises repeated requests
     * @param hasRoom returns false while publishing must pause, see {@link BrokerRoom}
     */
    public static PublishingLoop start(
            SubmissionClients clients,
            BatchRecords records,
            UploadedFiles files,
            FactStore facts,
            StoredResults results,
            Duration repeatsWindow,
            InstantSource clock,
            BooleanSupplier hasRoom) {
        int maxLineBytes = clients.topics().maxRequestBytes();
        int maxResultBytes = RecordSizes.of(clients.topics()).result();
        var parts =
                new PublishingSession.Parts(
                        new FileInputs(files, facts, results, maxLineBytes, maxResultBytes),
                        facts,
                        maxLineBytes,
                        repeatsWindow,
                        WaitingBatches.MAX_OF_PARTITION,
                        clock);
        return start(
                () ->
                        PublishingSession.open(
                                records.topics().submissions(), clients, records, parts),
                hasRoom);
    }

    static PublishingLoop start(Supplier<PublishingSession> sessions, BooleanSupplier hasRoom) {
        var loop = new PublishingLoop(sessions, hasRoom);
        loop.thread.start();
        return loop;
    }

    private void run() {
        while (thread.isOpen()) {
            try {
                runSession();
            } catch (KafkaException e) {
                onFailure(e, LOG.atWarn());
            } catch (RuntimeException e) {
                onFailure(e, LOG.atError().setCause(e));
            } catch (Error e) {
                health = Health.stopped("batches are no longer published: " + e);
                LOG.atError().setCause(e).log("Batches are no longer published");
                return;
            }
        }
        health = Health.stopped("closed");
    }

    private void runSession() {
        try (PublishingSession session = sessions.get()) {
            while (thread.isOpen()) {
                if (hasRoom.getAsBoolean()) {
                    session.runOnce();
                    health = READY;
                } else {
                    session.poll();
                    health = FULL;
                    var _ = thread.pause(PAUSE);
                }
                backlog = session.backlog();
            }
        }
    }

    private void onFailure(RuntimeException failure, LoggingEventBuilder log) {
        if (!thread.isOpen()) {
            return;
        }
        String message = failure.getMessage();
        String reason = message == null ? failure.getClass().getSimpleName() : message;
        health = Health.waiting("batches cannot be published: " + reason);
        log.addKeyValue("reason", reason)
                .log("Batches cannot be published now; the gateway tries again");
        var _ = thread.pause(PAUSE);
    }

    /** Reports whether batches are published, and otherwise why not. */
    public Health health() {
        return health;
    }

    /** Returns the unpublished batches; after a failure, the last figures before the failure. */
    public Backlog backlog() {
        return backlog;
    }

    /** Ends the loop after its present transaction. */
    @Override
    public void close() {
        thread.stop();
        if (!thread.join(JOIN_TIME)) {
            thread.interrupt();
        }
    }
}
