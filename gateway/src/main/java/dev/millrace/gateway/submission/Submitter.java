package dev.millrace.gateway.submission;

import dev.millrace.gateway.store.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts batches. Thread-safe; {@link #submit} blocks until Kafka has acknowledged the batch. */
public final class Submitter implements AutoCloseable {
    /**
     * Longest time between the creation of a batch and the record of its acceptance or refusal.
     * Kafka's client fails after 40 seconds; the rest allows for slow disks and unequal clocks.
     */
    public static final Duration LONGEST_ACCEPTANCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Submitter.class);

    private final Producer<byte[], byte[]> producer;
    private final BatchRecords records;
    private final FactStore facts;

    Submitter(Producer<byte[], byte[]> producer, BatchRecords records, FactStore facts) {
        this.producer = producer;
        this.records = records;
        this.facts = facts;
    }

    /** Creates a submitter, which connects when it first submits. */
    public static Submitter open(SubmissionClients clients, BatchRecords records, FactStore facts) {
        return new Submitter(clients.submitter(), records, facts);
    }

    /**
     * Accepts a batch. Once this method returns, the batch will be published, even if this process
     * fails.
     *
     * @throws IOException if Kafka or the store does not accept the batch, which then never runs
     */
    public void submit(Submission batch) throws IOException {
        try {
            var _ = producer.send(records.submission(batch)).get();
        } catch (ExecutionException | RuntimeException e) {
            // Kafka's client sets the interrupt flag when it throws its InterruptException.
            refuse(batch, Thread.interrupted());
            throw new IOException("Kafka has not accepted the batch", e);
        } catch (InterruptedException e) {
            refuse(batch, true);
            throw new IOException("the gateway stops", e);
        }
        recordAcceptance(batch);
    }

    /**
     * Lets the publisher ignore a batch that possibly reached the topic although it failed. Runs
     * without the interrupt flag, because files cannot be written by an interrupted thread.
     */
    private void refuse(Submission batch, boolean wasInterrupted) throws StorageException {
        try {
            facts.writeCancelled(batch, batch.createdAt());
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Records the acceptance. Kafka has the batch, so the batch runs in any case, and the publisher
     * writes a missing record.
     */
    private void recordAcceptance(Submission batch) {
        try {
            facts.writeCreated(batch);
        } catch (StorageException e) {
            LOG.atError()
                    .addKeyValue("batch", batch.id())
                    .addKeyValue("reason", e.getMessage())
                    .log("The record of an accepted batch cannot be written now");
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
