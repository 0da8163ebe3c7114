package dev.millrace.control;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.kafka.TransactionFailure;
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
import org.jspecify.annotations.Nullable;

/**
 * Writes to the control topic. All writers of a pipeline share one transactional id, so a later
 * writer fences an earlier one. Each change is therefore based on the latest state. A fenced writer
 * reads the topic and decides again.
 *
 * <p>Blocks the calling thread. Can be used from any thread, one call at a time.
 */
public final class ControlWriter {
    private static final int MAX_ATTEMPTS = 12;
    private static final Duration FIRST_WAIT = Duration.ofMillis(20);
    private static final int MAX_DOUBLINGS = 6;

    private final String topic;
    private final Clients clients;
    private final RandomGenerator random;

    ControlWriter(String topic, Clients clients, RandomGenerator random) {
        this.topic = topic;
        this.clients = clients;
        this.random = random;
    }

    /**
     * The factories of readers and producers, which the writer closes.
     *
     * @param readers creates readers that look for the given decision; null for none
     * @param producers creates producers with the transactional id that all writers share
     */
    record Clients(
            Function<@Nullable String, ControlReader> readers,
            Supplier<Producer<byte[], byte[]>> producers) {}

    /**
     * The records to write, and the result to return to the caller after they are committed.
     *
     * @param records records of one transaction; if empty, nothing is written
     */
    public record Change<T>(List<ControlRecord> records, T result) {
        public Change {
            records = List.copyOf(records);
        }

        /** Returns a change that writes nothing. */
        public static <T> Change<T> none(T result) {
            return new Change<>(List.of(), result);
        }
    }

    /**
     * Creates a writer, which connects on each write.
     *
     * @param kafka client properties from the configuration
     * @param prefix prefix of all Millrace topic names
     * @param random randomises retries and generates decision ids
     */
    public static ControlWriter of(
            Map<String, String> kafka, String prefix, RandomGenerator random) {
        var clients = new ControlClients(kafka, prefix);
        return new ControlWriter(
                new Topics(prefix).control(),
                new Clients(
                        wantedDecision -> ControlReader.of(clients, wantedDecision),
                        clients::producer),
                random);
    }

    /**
     * Reads the whole topic, decides on a change and writes it. No other writer can write in
     * between.
     *
     * @param decide computes the change from the state; called again with the newer state if
     *     another writer interfered before anything was written. If it throws, nothing is written
     *     and the caller gets the exception
     * @throws KafkaException if the topic does not exist or the cluster does not respond
     */
    public <T> T write(Function<ControlState, Change<T>> decide) {
        var writing = new Writing<T>(decide);
        for (var attempt = 1; ; attempt++) {
            try {
                return writing.attempt();
            } catch (KafkaException e) {
                if (attempt == MAX_ATTEMPTS || !TransactionFailure.isEndedByOthers(e)) {
                    throw e;
                }
                backOff(attempt);
            }
        }
    }

    /**
     * A decision that is possibly already committed. If the response to a commit is lost and
     * another writer starts before the client retries, the retry reports fencing although the
     * change is committed. Deciding again would then apply the change twice.
     *
     * @param id id in the headers of its records
     */
    private record Decision<T>(String id, Change<T> change) {}

    /** Writes one change, over all attempts. */
    private final class Writing<T> {
        private final Function<ControlState, Change<T>> decide;
        private @Nullable Decision<T> last;

        Writing(Function<ControlState, Change<T>> decide) {
            this.decide = decide;
        }

        T attempt() {
            var before = last;
            try (var reader = clients.readers().apply(before == null ? null : before.id());
                    var producer = clients.producers().get()) {
                // From here on, the earlier transaction is either committed or aborted.
                producer.initTransactions();
                var state = reader.readToEnd();
                if (before != null && reader.hasFound()) {
                    return before.change().result();
                }
                var decision = new Decision<>(newId(), decide.apply(state));
                last = decision;
                if (!decision.change().records().isEmpty()) {
                    commit(producer, decision);
                }
                return decision.change().result();
            }
        }
    }

    private String newId() {
        return "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    private void commit(Producer<byte[], byte[]> producer, Decision<?> decision) {
        producer.beginTransaction();
        for (var each : decision.change().records()) {
            var record = each.toRecord(topic);
            MillraceHeaders.put(record.headers(), MillraceHeaders.DECISION, decision.id());
            var _ = producer.send(record);
        }
        // Also waits for the sent records, and throws if one of them failed.
        producer.commitTransaction();
    }

    /** Waits for a random time, so that two writers do not keep fencing each other. */
    private void backOff(int attempt) {
        var longest = FIRST_WAIT.toNanos() << Math.min(attempt, MAX_DOUBLINGS);
        LockSupport.parkNanos(random.nextLong(longest) + 1);
    }
}
