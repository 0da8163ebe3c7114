package dev.millrace.contracts.control;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

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

    private final String topic;
    private final Clients clients;
    private final RandomGenerator chance;

    ControlWriter(String topic, Clients clients, RandomGenerator chance) {
        this.topic = topic;
        this.clients = clients;
        this.chance = chance;
    }

    /**
     * What it reads and writes with; all that it gets, it closes.
     *
     * @param readers of the topic, that look for a decision in it; null: for none
     * @param producers with the transactional id that all writers share
     */
    record Clients(
            Function<@Nullable String, ControlReader> readers,
            Supplier<Producer<byte[], byte[]>> producers) {}

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
     * @param chance spreads the attempts of writers that meet, and tells their decisions apart
     */
    public static ControlWriter of(
            Map<String, String> kafka, String prefix, RandomGenerator chance) {
        var clients = new ControlClients(kafka, prefix);
        return new ControlWriter(
                new Topics(prefix).control(),
                new Clients(sought -> ControlReader.of(clients, sought), clients::producer),
                chance);
    }

    /**
     * Reads the whole topic, decides and writes; no other writer comes in between.
     *
     * @param decide asked again, with the newer state, when another writer came in between and
     *     nothing has been written; what it throws goes to the caller, and nothing is written
     * @throws KafkaException when the topic is not there or the cluster does not answer
     */
    public <T> T write(Function<ControlState, Change<T>> decide) {
        var writing = new Writing<T>(decide);
        for (var attempt = 1; ; attempt++) {
            try {
                return writing.tryOnce();
            } catch (KafkaException e) {
                if (attempt == MOST_ATTEMPTS || !isFenced(e)) {
                    throw e;
                }
                giveWay(attempt);
            }
        }
    }

    /**
     * What has been decided and may have been written: when the answer to a commit is lost and
     * another writer begins before it is asked for again, the answer is that we are fenced,
     * although all is written. Decided again, it would be done twice.
     *
     * @param id stands in its records
     */
    private record Decision<T>(String id, Change<T> change) {}

    /** The writing of one change, over all its attempts. */
    private final class Writing<T> {
        private final Function<ControlState, Change<T>> decide;
        private @Nullable Decision<T> last;

        Writing(Function<ControlState, Change<T>> decide) {
            this.decide = decide;
        }

        T tryOnce() {
            var before = last;
            try (var reader = clients.readers().apply(before == null ? null : before.id());
                    var producer = clients.producers().get()) {
                // From here on what may have been written is written, or never will be.
                producer.initTransactions();
                var state = reader.readToEnd();
                if (before != null && reader.hasFound()) {
                    return before.change().answer();
                }
                var decision = new Decision<>(newId(), decide.apply(state));
                last = decision;
                if (!decision.change().records().isEmpty()) {
                    commit(producer, decision);
                }
                return decision.change().answer();
            }
        }
    }

    private String newId() {
        return "%016x%016x".formatted(chance.nextLong(), chance.nextLong());
    }

    private void commit(Producer<byte[], byte[]> producer, Decision<?> decision) {
        producer.beginTransaction();
        for (var each : decision.change().records()) {
            var record = each.toRecord(topic);
            MillraceHeaders.put(record.headers(), MillraceHeaders.DECISION, decision.id());
            var _ = producer.send(record);
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
