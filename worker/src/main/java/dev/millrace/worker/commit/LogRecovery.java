package dev.millrace.worker.commit;

import dev.millrace.worker.job.Partition;
import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Opens the result log, and reopens it after a failure. After a transaction of unknown outcome it
 * finds out whether the transaction was written. Belongs to the loop's thread.
 *
 * <pre>
 *   CLOSED ──open──► OPEN ──unknown──► IN_DOUBT ──open, compare committed offsets──► OPEN
 *     ▲               │
 *     └───rejected────┘
 * </pre>
 */
final class LogRecovery {
    private final JobSource source;
    private final ResultLog log;
    private final FencingRate fencing = new FencingRate();
    private State state = State.CLOSED;

    /**
     * The ledgers of the transaction in doubt. The committer leaves its map unchanged during the
     * doubt.
     */
    private Map<Partition, Snapshot> inDoubt = Map.of();

    private enum State {
        CLOSED,
        OPEN,
        IN_DOUBT
    }

    /** The result of an attempt to open the log. */
    sealed interface Opening {
        /** The log is open, and no transaction is in doubt. */
        record Opened() implements Opening {}

        /** The log is open, and the transaction in doubt was written. */
        record OpenedAndWritten() implements Opening {}

        record Failed(String reason) implements Opening {}

        /** The log is open, but it is still unknown whether the transaction was written. */
        record InDoubt() implements Opening {}
    }

    LogRecovery(JobSource source, ResultLog log) {
        this.source = source;
        this.log = log;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Requires the log to be reopened, because the cluster has rejected a transaction. */
    void onRejected() {
        state = State.CLOSED;
    }

    /**
     * Marks a transaction as being in doubt until the log is reopened.
     *
     * @param attempted the ledgers of the transaction, unchanged until the doubt is resolved
     * @throws DuplicateInstanceException when another process keeps fencing this one
     */
    void onOutcomeUnknown(
            Commit.OutcomeUnknown unknown, Map<Partition, Snapshot> attempted, long nowNanos) {
        if (unknown.fenced() && fencing.onFenced(nowNanos)) {
            throw new DuplicateInstanceException();
        }
        state = State.IN_DOUBT;
        inDoubt = attempted;
    }

    /** Opens the log, and resolves the doubt if there is one. */
    Opening open() {
        Optional<String> refusal = log.open();
        if (refusal.isPresent()) {
            return new Opening.Failed(refusal.get());
        }
        if (state != State.IN_DOUBT) {
            state = State.OPEN;
            return new Opening.Opened();
        }
        Optional<Boolean> written = isWritten();
        if (written.isEmpty()) {
            return new Opening.InDoubt();
        }
        state = State.OPEN;
        return written.get() ? new Opening.OpenedAndWritten() : new Opening.Opened();
    }

    /**
     * Returns true when the transaction in doubt was written; empty while the cluster does not
     * respond. Reopening the log has ended the transaction, so it was written if, and only if, all
     * its offsets are committed.
     *
     * <p>A single offset proves nothing: if this worker has lost the partition without noticing,
     * the new owner can have committed an equal state. An earlier offset that is no longer
     * committed was deleted with its topic, so its partition proves nothing either.
     */
    private Optional<Boolean> isWritten() {
        var changes = new HashMap<TopicPartition, Snapshot>();
        var committedBefore = new HashSet<TopicPartition>();
        inDoubt.forEach(
                (partition, attempt) -> {
                    if (partition.isOwned()
                            && !partition.isTopicDeleted()
                            && !attempt.equals(partition.commits().committed())) {
                        changes.put(partition.id(), attempt);
                        if (partition.commits().committed() != null) {
                            committedBefore.add(partition.id());
                        }
                    }
                });
        if (changes.isEmpty()) {
            // The transaction would have changed no partition that this worker still owns.
            return Optional.of(false);
        }
        return source.committed(changes.keySet())
                .map(
                        committed -> {
                            committedBefore.removeIf(it -> committed.get(it) != null);
                            changes.keySet().removeAll(committedBefore);
                            return !changes.isEmpty() && areCommitted(changes, committed);
                        });
    }

    private static boolean areCommitted(
            Map<TopicPartition, Snapshot> changes,
            Map<TopicPartition, OffsetAndMetadata> committed) {
        return changes.entrySet().stream()
                .allMatch(it -> isEqual(it.getValue(), committed.get(it.getKey())));
    }

    private static boolean isEqual(Snapshot snapshot, @Nullable OffsetAndMetadata committed) {
        return committed != null
                && committed.offset() == snapshot.offset()
                && committed.metadata().equals(snapshot.metadata());
    }
}
