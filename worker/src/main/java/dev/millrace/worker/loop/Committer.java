package dev.millrace.worker.loop;

import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is settled, and announces calls, in transactions together with the ledgers of the
 * partitions. Belongs to the loop's thread.
 *
 * <p>A ledger moves on when the records that belong to it enter a transaction, and these stay in
 * {@code batch} until that transaction is known to be written. So a ledger is never committed
 * without the records that it speaks of, and no call is repeated because a transaction failed.
 * Calls that a transaction announces are sent when it is known to be written; else they are
 * withdrawn, and announced again with a later one.
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

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final int MAX_RETRY_DOUBLINGS = 6;

    /** One failure is usual when the group or the broker changes; more are not. */
    private static final int MANY_FAILURES = 3;

    private final JobSource source;
    private final ResultLog log;
    private final LoopClock clock;
    private final Holdings holdings;
    private final LoopMetrics metrics;
    private final CommitPace pace;
    private final Listener listener;
    private final FencingRate fencing = new FencingRate();

    private final Deque<Settled> results = new ArrayDeque<>();
    private final List<Settled> steps = new ArrayList<>();
    private final List<Settled> batch = new ArrayList<>();
    private final Set<Partition> dirty = new LinkedHashSet<>();
    private final Map<Partition, Snapshot> attempted = new LinkedHashMap<>();

    private State state = State.CLOSED;
    private long notBeforeNanos;
    private int failures;
    private String problem = "the producer is not open yet";

    private enum State {
        CLOSED,
        OPEN,
        IN_DOUBT
    }

    /** Those whose calls are announced, and who are told what has been written. */
    interface Listener {
        /** Whether a call could be announced now. */
        boolean hasIntents();

        /** The calls to be announced with the next transaction; their ledgers say that they run. */
        List<Job> announce();

        /** What was announced is not known to be written; so it has not happened. */
        void withdraw(List<Job> announced);

        /**
         * Written, in a transaction that was begun then.
         *
         * @param offsets below these, all is finished and polled: after a takeover the committed
         *     offset can be ahead of what has been polled
         */
        void onWritten(List<Job> announced, Map<TopicPartition, Long> offsets, long begunNanos);
    }

    Committer(
            JobSource source,
            ResultLog log,
            Instruments instruments,
            CommitPace pace,
            Listener listener) {
        this.source = source;
        this.log = log;
        this.clock = instruments.clock();
        this.holdings = instruments.holdings();
        this.metrics = instruments.metrics();
        this.pace = pace;
        this.listener = listener;
        this.notBeforeNanos = clock.nanos();
    }

    void add(Settled settled) {
        (settled.step() == Settled.Step.FINISH ? results : steps).add(settled);
        holdings.onSettled(settled, true);
    }

    /** The ledger of that partition has moved on without a result. */
    void onMoved(Partition partition) {
        dirty.add(partition);
    }

    /** Whether everything is written that is known of. */
    private boolean isEmpty() {
        return results.isEmpty() && steps.isEmpty() && batch.isEmpty() && dirty.isEmpty();
    }

    /** Whether results can be written, as far as is known. */
    boolean isWell() {
        return state == State.OPEN && (failures < MANY_FAILURES || isEmpty());
    }

    /** Why the last transaction failed, for a person. */
    String problem() {
        return problem;
    }

    /** Whether anything is left to be written for partitions that are to be given up. */
    boolean hasWorkFor(Set<Partition> partitions) {
        return Stream.of(results, steps, batch)
                        .flatMap(Collection::stream)
                        .anyMatch(it -> partitions.contains(it.partition()))
                || dirty.stream().anyMatch(partitions::contains);
    }

    /**
     * Nanoseconds until there is something to do; {@link Long#MAX_VALUE} while there is nothing.
     */
    long untilDueNanos(long nowNanos) {
        boolean isIdle = state == State.OPEN && isEmpty() && !listener.hasIntents();
        return isIdle ? Long.MAX_VALUE : pauseNanos(nowNanos);
    }

    /** Nanoseconds for which nothing is committed, whatever comes; 0 when it would be at once. */
    long pauseNanos(long nowNanos) {
        return Math.max(0, notBeforeNanos - nowNanos);
    }

    void commitIfDue() {
        if (untilDueNanos(clock.nanos()) == 0) {
            commit();
        }
    }

    /** Those partitions are gone: nothing of theirs is written any more. */
    void onGone() {
        Stream.of(results, steps)
                .forEach(queue -> queue.removeIf(settled -> isGone(settled, settled.freesSlot())));
        // Those of the batch have freed theirs.
        batch.removeIf(settled -> isGone(settled, false));
        dirty.removeIf(it -> !it.isOurs());
    }

    private boolean isGone(Settled settled, boolean holdsSlot) {
        if (settled.partition().isOurs()) {
            return false;
        }
        holdings.onSettled(settled, false);
        if (holdsSlot) {
            holdings.onSlotFreed(settled.partition().model);
        }
        return true;
    }

    private void commit() {
        if (state != State.OPEN && !open()) {
            retryLater();
            return;
        }
        fill();
        List<Job> announced = isWell() ? listener.announce() : List.of();
        announced.forEach(job -> dirty.add(job.partition));
        if (batch.isEmpty() && dirty.isEmpty()) {
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
            case Commit.Doubtful doubtful -> {
                listener.withdraw(announced);
                onDoubtful(doubtful);
            }
        }
    }

    /** Ends of attempts come first: a job whose next one is due has ended the one before. */
    private void fill() {
        steps.forEach(this::enter);
        steps.clear();
        long bytes = 0;
        for (Settled settled : batch) {
            bytes += settled.bytes();
        }
        while (!results.isEmpty() && bytes < MAX_TRANSACTION_BYTES) {
            Settled settled = results.remove();
            bytes += settled.bytes();
            enter(settled);
        }
    }

    private void enter(Settled settled) {
        batch.add(settled);
        dirty.add(settled.partition());
        settled.apply();
        if (settled.freesSlot()) {
            holdings.onSlotFreed(settled.partition().model);
        }
    }

    private boolean isFull() {
        return holdings.settledBytes() >= MAX_TRANSACTION_BYTES;
    }

    private Transaction transaction() {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        batch.forEach(settled -> records.addAll(settled.records()));
        attempted.clear();
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (Partition partition : dirty) {
            Snapshot snapshot = partition.ledger.snapshot();
            partition.writtenTo = snapshot.offset();
            attempted.put(partition, snapshot);
            offsets.put(
                    partition.id, new OffsetAndMetadata(snapshot.offset(), snapshot.metadata()));
        }
        return new Transaction(records, offsets, source.groupMetadata());
    }

    private void onWritten(List<Job> announced, long begunNanos) {
        long ledgerChars = 0;
        var offsets = new HashMap<TopicPartition, Long>();
        for (var entry : attempted.entrySet()) {
            Partition partition = entry.getKey();
            Snapshot snapshot = entry.getValue();
            partition.written = snapshot;
            ledgerChars += snapshot.metadata().length();
            offsets.put(partition.id, Math.min(snapshot.offset(), partition.polledTo));
        }
        int changes = batch.size() + announced.size();
        batch.forEach(settled -> holdings.onSettled(settled, false));
        batch.clear();
        dirty.clear();
        failures = 0;
        long now = clock.nanos();
        long wait = pace.onWritten(now, now - begunNanos, changes, ledgerChars);
        notBeforeNanos = now + (isFull() ? 0 : wait);
        listener.onWritten(announced, offsets, begunNanos);
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
        LOG.atWarn()
                .addKeyValue("results", batch.size())
                .addKeyValue("failures", failures + 1)
                .log("the producer is rebuilt: {}", doubtful.reason());
        if (doubtful.fenced() && fencing.onFenced(clock.nanos())) {
            throw new DuplicateInstanceException();
        }
        state = State.IN_DOUBT;
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
                var movedOn = List.copyOf(dirty);
                onWritten(List.of(), clock.nanos());
                movedOn.stream().filter(Partition::isOurs).forEach(dirty::add);
            }
        }
        state = State.OPEN;
        return true;
    }

    /**
     * Whether the transaction in doubt was written after all. With the log opened anew it can no
     * longer be; and what it would have changed of a partition's offset and metadata is there if,
     * and only if, it was. Empty while it cannot be told.
     */
    private Optional<Boolean> isWritten() {
        for (var entry : attempted.entrySet()) {
            Partition partition = entry.getKey();
            Snapshot ours = entry.getValue();
            if (partition.isOurs() && !ours.equals(partition.written)) {
                return source.committed(Set.of(partition.id))
                        .map(committed -> ours.equals(snapshot(committed.get(partition.id))));
            }
        }
        // Nothing of ours is left that it would have changed.
        return Optional.of(false);
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
