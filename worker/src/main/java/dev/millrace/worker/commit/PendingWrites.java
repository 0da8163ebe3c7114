package dev.millrace.worker.commit;

import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.capacity.Slot;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.ResultLog.Commit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds results and ends of attempts until they are known to be written. Belongs to the loop's
 * thread.
 *
 * <p>A ledger changes when the records that belong to the change enter a transaction. The records
 * stay in {@code batch} until that transaction is known to be written. So a ledger is never
 * committed without its records, and no call is repeated because a transaction failed.
 */
public final class PendingWrites {
    /** Record bytes of one transaction; its last job may exceed the limit. */
    static final long MAX_TRANSACTION_BYTES = 16L << 20;

    /**
     * The same for the ends of other jobs while critical jobs are likely to arrive: writing them
     * takes some milliseconds.
     */
    static final long SHORT_TRANSACTION_BYTES = 256L << 10;

    private static final Logger LOG = LoggerFactory.getLogger(PendingWrites.class);

    private final Capacity capacity;
    private final Deque<PendingWrite> criticalEnds = new ArrayDeque<>();
    private final Deque<PendingWrite> jobEnds = new ArrayDeque<>();
    private final Deque<PendingWrite> attemptEnds = new ArrayDeque<>();
    private final List<PendingWrite> batch = new ArrayList<>();
    private final Set<Partition> dirty = new LinkedHashSet<>();

    public PendingWrites(Capacity capacity) {
        this.capacity = capacity;
    }

    /** Returns false while the cluster rejects the partition's writes. */
    static boolean isAccepted(Partition partition) {
        return !partition.isRejected();
    }

    public void add(PendingWrite write) {
        if (write.step() != PendingWrite.Step.FINISH) {
            attemptEnds.add(write);
        } else if (write.partition().lane().isCritical()) {
            criticalEnds.add(write);
        } else {
            jobEnds.add(write);
        }
        capacity.onPending(write.partition(), write.bytes());
    }

    /** Writes the partition's ledger with the next transaction, also if it has not changed. */
    public void onLedgerChanged(Partition partition) {
        dirty.add(partition);
    }

    /** Returns true when something is to be written for one of these partitions. */
    boolean hasAny(Predicate<Partition> some) {
        for (Partition partition : dirty) {
            if (some.test(partition)) {
                return true;
            }
        }
        return has(criticalEnds, some)
                || has(jobEnds, some)
                || has(attemptEnds, some)
                || has(batch, some);
    }

    private static boolean has(Collection<PendingWrite> queue, Predicate<Partition> some) {
        for (PendingWrite write : queue) {
            if (some.test(write.partition())) {
                return true;
            }
        }
        return false;
    }

    /** Returns true when the end of a critical job waits. */
    boolean hasCritical() {
        return has(criticalEnds, PendingWrites::isAccepted);
    }

    /** Returns true when ends of jobs wait that the last transaction had no room for. */
    boolean isFull() {
        return hasCritical() || has(jobEnds, PendingWrites::isAccepted);
    }

    /**
     * Moves writes of these partitions into the batch, up to the size of one transaction. Ends of
     * attempts move first, because a job ends one attempt before it announces the next; then ends
     * of critical jobs.
     *
     * @param most bytes of the batch, without ends of critical jobs, after which no end of another
     *     job is added
     */
    void moveToBatch(Predicate<Partition> some, long most) {
        moveToBatch(attemptEnds, some, Long.MAX_VALUE);
        long bytes = 0;
        for (PendingWrite write : batch) {
            bytes += some.test(write.partition()) ? write.bytes() : 0;
        }
        moveToBatch(criticalEnds, some, MAX_TRANSACTION_BYTES - bytes);
        moveToBatch(jobEnds, some, most - bytes);
    }

    private void moveToBatch(Deque<PendingWrite> queue, Predicate<Partition> some, long most) {
        var excluded = new ArrayDeque<PendingWrite>();
        for (long left = most; left > 0 && !queue.isEmpty(); ) {
            PendingWrite write = queue.remove();
            if (some.test(write.partition())) {
                left -= write.bytes();
                moveToBatch(write);
            } else {
                excluded.add(write);
            }
        }
        excluded.reversed().forEach(queue::addFirst);
    }

    private void moveToBatch(PendingWrite write) {
        batch.add(write);
        dirty.add(write.partition());
        write.apply();
        if (isAccepted(write.partition())) {
            freeSlot(write);
        }
    }

    private void freeSlot(PendingWrite write) {
        Slot slot = write.slot();
        if (slot != null) {
            capacity.freeSlot(slot);
        }
    }

    private void takeSlot(PendingWrite write) {
        Slot slot = write.slot();
        if (slot != null) {
            capacity.takeSlot(slot);
        }
    }

    /**
     * Counts ended calls as in flight if the prepared transaction leaves out their ends. A crash
     * would repeat these calls until their ends are written.
     */
    void countExcludedAsInFlight(Predicate<Partition> included) {
        for (PendingWrite write : batch) {
            if (isExcluded(write, included)) {
                takeSlot(write);
            }
        }
    }

    /** Frees the slots again that {@link #countExcludedAsInFlight} took. */
    void uncountExcluded(Predicate<Partition> included) {
        for (PendingWrite write : batch) {
            if (isExcluded(write, included)) {
                freeSlot(write);
            }
        }
    }

    private static boolean isExcluded(PendingWrite write, Predicate<Partition> included) {
        return isAccepted(write.partition()) && !included.test(write.partition());
    }

    /** Returns the records of the batch for these partitions. */
    List<ProducerRecord<byte[], byte[]>> records(Predicate<Partition> some) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (PendingWrite write : batch) {
            if (some.test(write.partition())) {
                records.addAll(write.records());
            }
        }
        return records;
    }

    /** Returns the given partitions whose ledgers the next transaction writes. */
    List<Partition> changed(Predicate<Partition> some) {
        return dirty.stream().filter(some).toList();
    }

    /**
     * Returns the number of jobs and attempts in the batch. Between transactions, the batch
     * contains only the writes of a failed transaction.
     */
    int batchSize() {
        return batch.size();
    }

    /** Removes the written jobs and attempts of these partitions, and returns their number. */
    int onWritten(Set<Partition> partitions) {
        int before = batch.size();
        batch.removeIf(write -> isWritten(write, partitions));
        dirty.removeAll(partitions);
        return before - batch.size();
    }

    private boolean isWritten(PendingWrite write, Set<Partition> partitions) {
        if (!partitions.contains(write.partition())) {
            return false;
        }
        capacity.onPending(write.partition(), -write.bytes());
        if (!isAccepted(write.partition())) {
            freeSlot(write);
        }
        return true;
    }

    /** Keeps the slots of the partition's ended calls while the cluster rejects its writes. */
    void onRejected(Partition partition) {
        capacity.onRejected(partition);
        for (PendingWrite write : batch) {
            if (write.partition() == partition) {
                takeSlot(write);
            }
        }
    }

    /** Counts the partition's writes again, because the cluster accepts them again. */
    void onAccepted(Partition partition) {
        capacity.onAccepted(partition);
    }

    /**
     * Replaces too large records by smaller ones, and refused hand-overs by the ends of their jobs.
     * Returns true if there were any.
     */
    boolean substitute(Commit.Rejected rejection) {
        boolean hasReplaced = false;
        for (int i = 0; i < batch.size(); i++) {
            PendingWrite write = batch.get(i);
            if (write.substitute() != null
                    && write.records().stream().anyMatch(rejection.refused()::contains)) {
                batch.set(i, substitute(write, rejection.reason()));
                hasReplaced = true;
            }
        }
        return hasReplaced;
    }

    private PendingWrite substitute(PendingWrite write, String reason) {
        PendingWrite smaller = write.substituted(reason);
        capacity.onPending(write.partition(), -write.bytes());
        capacity.onPending(smaller.partition(), smaller.bytes());
        LOG.atError()
                .addKeyValue("partition", write.partition().id())
                .addKeyValue("offset", write.offset())
                .log("a refused record is replaced by a smaller one: {}", reason);
        return smaller;
    }

    /** Forgets writes of partitions that are no longer assigned. */
    void onGone() {
        Stream.of(criticalEnds, jobEnds, attemptEnds)
                .forEach(queue -> queue.removeIf(write -> isGone(write, true)));
        // Calls in the batch have freed their slots already, except calls of rejected partitions.
        batch.removeIf(write -> isGone(write, !isAccepted(write.partition())));
        dirty.removeIf(it -> !it.isOwned());
    }

    private boolean isGone(PendingWrite write, boolean holdsSlot) {
        if (write.partition().isOwned()) {
            return false;
        }
        capacity.onPending(write.partition(), -write.bytes());
        if (holdsSlot) {
            freeSlot(write);
        }
        return true;
    }
}
