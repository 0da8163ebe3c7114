package dev.millrace.worker.loop;

import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.loop.ResultLog.Commit;
import dev.millrace.worker.loop.ResultLog.Transaction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is settled, in transactions together with the ledgers of the partitions. Belongs to
 * the loop's thread.
 *
 * <p>A job is finished in its ledger when its records enter a transaction, and they stay in {@code
 * batch} until that transaction is known to be written. So a ledger is never committed without the
 * records that it speaks of, and no call is repeated because a transaction failed.
 *
 * <pre>
 *   CLOSED ──open──► OPEN ──doubtful──► IN_DOUBT ──open──► what is committed tells ──► OPEN
 *                     ▲ └─aborted─┐
 *                     └───────────┘ the same batch again
 * </pre>
 */
final class Committer {
    /** Records of one transaction; one settled job more may exceed it. */
    static final long MAX_TRANSACTION_BYTES = 16L << 20;

    /** So many times in a row can be bad luck (a long pause); more is another process. */
    static final int MAX_FENCED = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final int MAX_RETRY_DOUBLINGS = 6;

    /**
     * A transaction costs about the same for one result as for a thousand. Where it takes long the
     * broker is busy; so the loop works at least this many times as long as it has committed.
     */
    private static final int WORK_PER_COMMIT = 4;

    private static final Duration LONGEST_ADAPTED_SPACING = Duration.ofMillis(100);

    /** One failure is usual when the group or the broker changes; more are not. */
    private static final int MANY_FAILURES = 3;

    private final JobSource source;
    private final ResultLog log;
    private final LoopClock clock;
    private final Holdings holdings;
    private final LoopMetrics metrics;
    private final long intervalNanos;

    private final Deque<Settled> queue = new ArrayDeque<>();
    private final List<Settled> batch = new ArrayList<>();
    private final Set<Partition> dirty = new LinkedHashSet<>();
    private final Map<TopicPartition, OffsetAndMetadata> attempted = new HashMap<>();

    private State state = State.CLOSED;
    private long notBeforeNanos;
    private int failures;
    private int fenced;
    private String problem = "the producer is not open yet";

    private enum State {
        CLOSED,
        OPEN,
        IN_DOUBT
    }

    Committer(
            JobSource source,
            ResultLog log,
            LoopClock clock,
            Holdings holdings,
            LoopMetrics metrics,
            Duration interval) {
        this.source = source;
        this.log = log;
        this.clock = clock;
        this.holdings = holdings;
        this.metrics = metrics;
        this.intervalNanos = interval.toNanos();
        this.notBeforeNanos = clock.nanos();
    }

    void add(Settled settled) {
        queue.add(settled);
        holdings.onSettled(settled.bytes());
    }

    /** The ledger of that partition has moved on without a result. */
    void onMoved(Partition partition) {
        dirty.add(partition);
    }

    boolean isIdle() {
        return queue.isEmpty() && batch.isEmpty() && dirty.isEmpty() && state == State.OPEN;
    }

    /** Whether results can be written, as far as is known. */
    boolean isWell() {
        return state == State.OPEN && failures < MANY_FAILURES;
    }

    /** Why the last transaction failed, for a person. */
    String problem() {
        return problem;
    }

    /** Whether anything is left to be written for partitions that are to be given up. */
    boolean hasWorkFor(Set<Partition> partitions) {
        return queue.stream().anyMatch(it -> partitions.contains(it.partition()))
                || batch.stream().anyMatch(it -> partitions.contains(it.partition()))
                || dirty.stream().anyMatch(partitions::contains);
    }

    /**
     * Nanoseconds until there is something to do; {@link Long#MAX_VALUE} while there is nothing.
     */
    long untilDueNanos(long nowNanos) {
        return isIdle() ? Long.MAX_VALUE : Math.max(0, notBeforeNanos - nowNanos);
    }

    void commitIfDue() {
        if (untilDueNanos(clock.nanos()) == 0) {
            commit();
        }
    }

    /** Those partitions are gone: nothing of theirs is written any more. */
    void onGone() {
        queue.removeIf(this::isGone);
        batch.removeIf(this::isGone);
        dirty.removeIf(it -> !it.isOurs());
    }

    private boolean isGone(Settled settled) {
        if (settled.partition().isOurs()) {
            return false;
        }
        holdings.onSettled(-settled.bytes());
        return true;
    }

    private void commit() {
        if (state != State.OPEN && !open()) {
            retryLater();
            return;
        }
        if (batch.isEmpty()) {
            fill();
        }
        if (batch.isEmpty() && dirty.isEmpty()) {
            return;
        }
        long start = clock.nanos();
        Transaction transaction = transaction();
        switch (log.commit(transaction)) {
            case Commit.Done _ -> {
                long took = clock.nanos() - start;
                metrics.onCommit(transaction, took);
                dirty.clear();
                onWritten(took);
            }
            case Commit.Aborted aborted -> onAborted(aborted);
            case Commit.Doubtful doubtful -> onDoubtful(doubtful);
        }
    }

    private void fill() {
        long bytes = 0;
        while (!queue.isEmpty() && bytes < MAX_TRANSACTION_BYTES) {
            Settled settled = queue.remove();
            bytes += settled.bytes();
            batch.add(settled);
            dirty.add(settled.partition());
            if (settled.offset() != Settled.NO_OFFSET) {
                settled.partition().ledger.finish(settled.offset());
            }
        }
    }

    private Transaction transaction() {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        batch.forEach(settled -> records.addAll(settled.records()));
        attempted.clear();
        for (Partition partition : dirty) {
            Snapshot snapshot = partition.ledger.snapshot();
            partition.writtenTo = snapshot.offset();
            attempted.put(
                    partition.id, new OffsetAndMetadata(snapshot.offset(), snapshot.metadata()));
        }
        return new Transaction(records, Map.copyOf(attempted), source.groupMetadata());
    }

    private void onWritten(long tookNanos) {
        batch.forEach(settled -> holdings.onSettled(-settled.bytes()));
        batch.clear();
        failures = 0;
        fenced = 0;
        boolean isFull = holdings.settledBytes() >= MAX_TRANSACTION_BYTES;
        notBeforeNanos = clock.nanos() + (isFull ? 0 : spacingNanos(tookNanos));
    }

    private long spacingNanos(long tookNanos) {
        long adapted = Math.min(WORK_PER_COMMIT * tookNanos, LONGEST_ADAPTED_SPACING.toNanos());
        return Math.max(intervalNanos, adapted);
    }

    private void onAborted(Commit.Aborted aborted) {
        metrics.onAborted();
        problem = aborted.reason();
        LOG.atWarn()
                .addKeyValue("results", batch.size())
                .addKeyValue("failures", failures + 1)
                .log("a transaction was aborted and is tried again: {}", aborted.reason());
        retryLater();
    }

    private void onDoubtful(Commit.Doubtful doubtful) {
        metrics.onAborted();
        problem = doubtful.reason();
        fenced += doubtful.fenced() ? 1 : 0;
        LOG.atWarn()
                .addKeyValue("results", batch.size())
                .addKeyValue("failures", failures + 1)
                .log("the producer is rebuilt: {}", doubtful.reason());
        if (fenced > MAX_FENCED) {
            throw new IllegalStateException(
                    "another process writes under the same name: worker.instance must be unique");
        }
        state = State.IN_DOUBT;
        retryLater();
    }

    private boolean open() {
        if (!log.open()) {
            return false;
        }
        if (state == State.IN_DOUBT && !batch.isEmpty()) {
            Optional<Boolean> written = isWritten();
            if (written.isEmpty()) {
                return false;
            }
            if (written.get()) {
                onWritten(0);
            }
        }
        state = State.OPEN;
        return true;
    }

    /**
     * Whether the transaction in doubt was written after all. With the log opened anew it can no
     * longer be; and since a ledger only moves on, its own offsets and metadata are there if, and
     * only if, it was. Empty while it cannot be told.
     */
    private Optional<Boolean> isWritten() {
        Optional<Partition> witness =
                batch.stream()
                        .filter(settled -> settled.offset() != Settled.NO_OFFSET)
                        .map(Settled::partition)
                        .filter(Partition::isOurs)
                        .findFirst();
        if (witness.isEmpty()) {
            return Optional.of(false);
        }
        TopicPartition id = witness.get().id;
        return source.committed(Set.of(id))
                .map(
                        committed -> {
                            OffsetAndMetadata there = committed.get(id);
                            OffsetAndMetadata ours = attempted.get(id);
                            return there != null
                                    && ours != null
                                    && there.offset() == ours.offset()
                                    && there.metadata().equals(ours.metadata());
                        });
    }

    private void retryLater() {
        long wait = FIRST_RETRY.toNanos() << Math.min(failures, MAX_RETRY_DOUBLINGS);
        failures++;
        notBeforeNanos = clock.nanos() + wait;
    }
}
