package dev.millrace.contracts.control;

import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Writes to the control topic. All writers of a pipeline share one transactional id: whoever comes
 * later fences whoever came before, so that each decides on the state that it changes. One that was
 * fenced begins again.
 *
 * <p>Runs on the caller's thread and blocks; safe on any, one call at a time.
 */
public final class ControlWriter {
    private static final int MOST_ATTEMPTS = 12;
    private static final Duration FIRST_WAIT = Duration.ofMillis(20);
    private static final int MOST_DOUBLINGS = 6;

    private final ControlClients clients;
    private final RandomGenerator chance;

    private ControlWriter(ControlClients clients, RandomGenerator chance) {
        this.clients = clients;
        this.chance = chance;
    }

    /**
     * What to write, and what to tell the caller once it is written.
     *
     * @param records in one transaction; none: nothing is written
     */
    public record Change<T>(List<ControlRecord> records, T answer) {
        public Change {
            records = List.copyOf(records);
        }

        /** Nothing is to be written. */
        public static <T> Change<T> none(T answer) {
            return new Change<>(List.of(), answer);
        }
    }

    /**
     * A writer; it connects when it writes.
     *
     * @param kafka client properties as the configuration has them
     * @param prefix what the names of our topics begin with
     * @param chance spreads the attempts of writers that meet
     */
    public static ControlWriter of(
            Map<String, String> kafka, String prefix, RandomGenerator chance) {
        return new ControlWriter(new ControlClients(kafka, prefix), chance);
    }

    /**
     * Reads the whole topic, decides and writes; no other writer comes in between.
     *
     * @param decide asked again, with the newer state, when another writer came in between; what it
     *     throws goes to the caller, and nothing is written
     * @throws KafkaException when the topic is not there or the cluster does not answer
     */
    public <T> T write(Function<ControlState, Change<T>> decide) {
        for (var attempt = 1; ; attempt++) {
            try {
                return tryToWrite(decide);
            } catch (KafkaException e) {
                if (attempt == MOST_ATTEMPTS || !isFenced(e)) {
                    throw e;
                }
                giveWay(attempt);
            }
        }
    }

    private <T> T tryToWrite(Function<ControlState, Change<T>> decide) {
        try (var reader = new ControlReader(clients);
                var producer = clients.producer()) {
            producer.initTransactions();
            var change = decide.apply(reader.readToEnd());
            if (!change.records().isEmpty()) {
                commit(producer, change.records());
            }
            return change.answer();
        }
    }

    private void commit(KafkaProducer<byte[], byte[]> producer, List<ControlRecord> records) {
        var topic = new Topics(clients.prefix()).control();
        producer.beginTransaction();
        for (var record : records) {
            var _ = producer.send(record.toRecord(topic));
        }
        // Also waits for what was sent, and throws if any of it failed.
        producer.commitTransaction();
    }

    private static boolean isFenced(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    /** Waits for a random time: two that fence each other in turn would never end. */
    private void giveWay(int attempt) {
        var longest = FIRST_WAIT.toNanos() << Math.min(attempt, MOST_DOUBLINGS);
        LockSupport.parkNanos(chance.nextLong(longest) + 1);
    }
}
