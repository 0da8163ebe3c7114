package dev.millrace.worker.loop;

import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes results and announces calls, in transactions that also commit the partitions' ledgers.
 * Belongs to the loop's thread.
 *
 * <p>Announced calls are sent once their transaction is known to be written. Otherwise they are
 * withdrawn, and announced again with a later transaction.
 *
 * <pre>
 *   CLOSED ──open──► OPEN ──unknown──► IN_DOUBT ──open, compare committed offsets──► OPEN
 *     ▲               ▲ │
 *     │               └─┘ aborted: the same batch again
 *     └─────rejected────┘
 * </pre>
 */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final int MAX_RETRY_DOUBLINGS = 6;

    /** One failure is usual when the group or the broker changes; more are not. */
    private static final int MANY_FAILURES = 3;

    private final JobSource source;
    private final ResultLog log;
    private final LoopClock clock;
    private final LoopMetrics metrics;
    private final CommitRateLimiter pace;
    private final Listener listener;
    private final FencingRate fencing = new FencingRate();

    private final PendingWrites pending;
    private final Map<Partition, Snapshot> attempted = new LinkedHashMap<>();
    private final RejectedWrites rejected = new RejectedWrites();

    /** The partitions that the next transaction is about. */
    private Predicate<Partition> inTurn = PendingWrites::isTaken;

    private State state = State.CLOSED;
    private long notBeforeNanos;
    private int failures;
    private String problem = "the producer is not open yet";

    private enum State {
        CLOSED,
        OPEN,
        IN_DOUBT
    }

    /** Provides the calls to announce, and learns the outcome of each transaction. */
    interface Listener {
        /** Returns true when a call could be announced now. */
        boolean hasIntents();

        /**
         * Returns the calls to be announced with the next transaction, which writes only these
         * partitions; the ledgers say that the calls run.
         */
        List<Job> announce(Predicate<Partition> inTurn);

        /** Takes these calls back: their announcement is not known to be written. */
        void withdraw(List<Job> announced);

        /** The outcome of a transaction is unknown; a deleted topic can be the cause. */
        void onOutcomeUnknown();

        /**
         * The transaction that began at {@code begunNanos} is written.
         *
         * @param offsets below these, every job is finished and polled; after a takeover the
         *     committed offset can be ahead of the last polled record
         */
        void onWritten(List<Job> announced, Map<Partition, Long> offsets, long begunNanos);
    }

    Committer(
            JobSource source,
            ResultLog log,
            LoopContext context,
            CommitRateLimiter pace,
            Listener listener) {
        this.source = source;
        this.log = log;
        this.clock = context.clock();
        this.pending = new PendingWrites(context.capacity());
        this.metrics = context.metrics();
        this.pace = pace;
        this.listener = listener;
        this.notBeforeNanos = clock.nanos();
    }

    void add(PendingWrite write) {
        pending.add(write);
    }

    /** The partition's ledger has changed without a result. */
    void onMoved(Partition partition) {
        pending.onMoved(partition);
    }

    /** Returns true when nothing waits to be written, apart from rejected partitions. */
    private boolean isEmpty() {
        return !pending.hasAny(PendingWrites::isTaken);
    }

    /** Returns true while results can be written, as far as is known. */
    boolean isWell() {
        return state == State.OPEN && (failures < MANY_FAILURES || isEmpty());
    }

    /** Why the last transaction failed, for a person. */
    String problem() {
        return problem;
    }

    /** Returns true when something is still to be written for partitions about to be revoked. */
    boolean hasWorkFor(Set<Partition> partitions) {
        long now = clock.nanos();
        return pending.hasAny(it -> partitions.contains(it) && !rejected.isPutOff(it, now));
    }

    /**
     * Retries rejected writes of these partitions at once, because they are about to be revoked.
     */
    void retryRefused(Set<Partition> partitions) {
        rejected.retry(partitions, clock.nanos());
    }

    /**
     * Nanoseconds until there is something to do; {@link Long#MAX_VALUE} while there is nothing.
     */
    long untilDueNanos(long nowNanos) {
        boolean isIdle = state == State.OPEN && isEmpty() && !listener.hasIntents();
        return Math.max(isIdle ? rejected.untilNextNanos(nowNanos) : 0, pauseNanos(nowNanos));
    }

    /** Returns the nanoseconds until the next commit is allowed; 0 when it is allowed now. */
    long pauseNanos(long nowNanos) {
        return Math.max(0, notBeforeNanos - nowNanos);
    }

    void commitIfDue() {
        if (untilDueNanos(clock.nanos()) == 0) {
            commit();
        }
    }

    /** Forgets partitions that are no longer assigned: nothing more is written for them. */
    void onGone() {
        pending.onGone();
        rejected.onGone();
    }

    private void commit() {
        if (state != State.OPEN && !open()) {
            retryLater();
            return;
        }
        Set<Partition> group = rejected.next(clock.nanos());
        inTurn = group.isEmpty() ? PendingWrites::isTaken : group::contains;
        pending.enter(inTurn);
        List<Job> announced = announce();
        announced.forEach(job -> pending.onMoved(job.partition));
        if (!pending.hasAny(inTurn)) {
            endRefusal(group);
            return;
        }
        long begun = clock.nanos();
        Transaction transaction = transaction();
        switch (log.commit(transaction)) {
            case Commit.Done _ -> {
                onWritten(announced, begun);
                metrics.onCommit(transaction, clock.nanos() - begun);
            }
            case Commit.Aborted aborted -> {
                listener.withdraw(announced);
                onAborted(aborted);
            }
            case Commit.Refused refused -> {
                listener.withdraw(announced);
                onRefused(refused);
            }
            case Commit.OutcomeUnknown unknown -> {
                listener.withdraw(announced);
                onOutcomeUnknown(unknown);
            }
        }
    }

    private List<Job> announce() {
        if (!isWell()) {
            return List.of();
        }
        pending.onPassedOver(inTurn, true);
        List<Job> announced = listener.announce(inTurn);
        pending.onPassedOver(inTurn, false);
        return announced;
    }

    private Transaction transaction() {
        attempted.clear();
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (Partition partition : pending.moved(inTurn)) {
            Snapshot snapshot = partition.snapshot();
            partition.writtenTo = snapshot.offset();
            attempted.put(partition, snapshot);
            if (!partition.isTopicDeleted) {
                offsets.put(
                        partition.id,
                        new OffsetAndMetadata(snapshot.offset(), snapshot.metadata()));
            }
        }
        return new Transaction(pending.records(inTurn), offsets, source.groupMetadata());
    }

    private void onWritten(List<Job> announced, long begunNanos) {
        long ledgerChars = 0;
        var offsets = new LinkedHashMap<Partition, Long>();
        for (var entry : attempted.entrySet()) {
            Partition partition = entry.getKey();
            Snapshot snapshot = entry.getValue();
            partition.written = snapshot;
            ledgerChars += snapshot.metadata().length();
            if (!partition.isTopicDeleted) {
                offsets.put(partition, Math.min(snapshot.offset(), partition.polledTo));
            }
        }
        int changes = pending.onWritten(attempted.keySet()) + announced.size();
        endRefusal(attempted.keySet());
        failures = 0;
        long now = clock.nanos();
        long wait = pace.onWritten(now, now - begunNanos, changes, ledgerChars);
        notBeforeNanos = now + (pending.isFull() ? 0 : wait);
        listener.onWritten(announced, offsets, begunNanos);
    }

    private void endRefusal(Set<Partition> written) {
        rejected.onWritten(written).forEach(pending::onAccepted);
    }

    private void onAborted(Commit.Aborted aborted) {
        metrics.onAborted();
        problem = aborted.reason();
        LOG.atWarn()
                .addKeyValue("results", pending.batchSize())
                .addKeyValue("failures", failures + 1)
                .log("a transaction was aborted and is tried again: {}", aborted.reason());
        retryLater();
    }

    /**
     * The cluster would reject the same transaction again. Replaces results that are too large;
     * otherwise narrows the search for the partition whose writes are rejected.
     */
    private void onRefused(Commit.Refused refused) {
        metrics.onAborted();
        problem = refused.reason();
        state = State.CLOSED;
        LOG.atWarn()
                .addKeyValue("partitions", attempted.size())
                .log("a transaction was refused: {}", refused.reason());
        if (!rejected.isRepeated()) {
            retryLater();
            return;
        }
        if (!pending.substitute(refused)) {
            var tried = List.copyOf(attempted.keySet());
            boolean wasTaken = tried.stream().allMatch(PendingWrites::isTaken);
            if (rejected.narrow(tried, refused.reason(), clock.nanos()) && wasTaken) {
                tried.forEach(pending::onHeld);
            }
        }
        notBeforeNanos = clock.nanos() + FIRST_RETRY.toNanos();
    }

    private void onOutcomeUnknown(Commit.OutcomeUnknown unknown) {
        metrics.onAborted();
        problem = unknown.reason();
        LOG.atWarn()
                .addKeyValue("results", pending.batchSize())
                .addKeyValue("failures", failures + 1)
                .log("the producer is rebuilt: {}", unknown.reason());
        if (unknown.fenced() && fencing.onFenced(clock.nanos())) {
            throw new DuplicateInstanceException();
        }
        state = State.IN_DOUBT;
        listener.onOutcomeUnknown();
        retryLater();
    }

    private boolean open() {
        Optional<String> refusal = log.open();
        if (refusal.isPresent()) {
            problem = refusal.get();
            return false;
        }
        if (state == State.IN_DOUBT) {
            Optional<Boolean> written = isWritten();
            if (written.isEmpty()) {
                return false;
            }
            if (written.get()) {
                // Partitions that have moved on since then are written again.
                var movedOn = pending.moved(Partition::isOurs);
                onWritten(List.of(), clock.nanos());
                movedOn.forEach(pending::onMoved);
            }
        }
        state = State.OPEN;
        return true;
    }

    /**
     * Returns true when the transaction in doubt was written; empty while the cluster does not
     * answer. Reopening the log has ended the transaction, so it was written if, and only if, all
     * its offsets are committed. Some of them may be committed without it: a new owner of a
     * partition, which this worker does not yet know to be lost, may have reached the same state.
     * An earlier offset that is no longer committed was deleted with its topic, and proves nothing.
     */
    private Optional<Boolean> isWritten() {
        var changes = new HashMap<TopicPartition, Snapshot>();
        var committedBefore = new HashSet<TopicPartition>();
        attempted.forEach(
                (partition, ours) -> {
                    if (partition.isOurs()
                            && !partition.isTopicDeleted
                            && !ours.equals(partition.written)) {
                        changes.put(partition.id, ours);
                        if (partition.written != null) {
                            committedBefore.add(partition.id);
                        }
                    }
                });
        if (changes.isEmpty()) {
            // Nothing of ours is left that it would have changed.
            return Optional.of(false);
        }
        return source.committed(changes.keySet())
                .map(
                        committed -> {
                            committedBefore.removeIf(it -> committed.get(it) != null);
                            changes.keySet().removeAll(committedBefore);
                            return !changes.isEmpty() && isThere(changes, committed);
                        });
    }

    private static boolean isThere(
            Map<TopicPartition, Snapshot> changes,
            Map<TopicPartition, OffsetAndMetadata> committed) {
        return changes.entrySet().stream()
                .allMatch(it -> it.getValue().equals(snapshot(committed.get(it.getKey()))));
    }

    private static @Nullable Snapshot snapshot(@Nullable OffsetAndMetadata committed) {
        return committed == null ? null : new Snapshot(committed.offset(), committed.metadata());
    }

    private void retryLater() {
        long wait = FIRST_RETRY.toNanos() << Math.min(failures, MAX_RETRY_DOUBLINGS);
        failures++;
        notBeforeNanos = clock.nanos() + wait;
    }
}
