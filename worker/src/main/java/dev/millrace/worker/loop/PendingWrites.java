package dev.millrace.worker.loop;

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
 * What is settled and not known to be written. Belongs to the loop's thread.
 *
 * <p>A ledger moves on when the records that belong to it enter a transaction, and these stay in
 * {@code batch} until that transaction is known to be written. So a ledger is never committed
 * without the records that it speaks of, and no call is repeated because a transaction failed.
 */
final class PendingWrites {
    /** Records of one transaction; one settled job more may exceed it. */
    static final long MAX_TRANSACTION_BYTES = 16L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(PendingWrites.class);

    private final Holdings holdings;
    private final Deque<Settled> results = new ArrayDeque<>();
    private final Deque<Settled> steps = new ArrayDeque<>();
    private final List<Settled> batch = new ArrayList<>();
    private final Set<Partition> dirty = new LinkedHashSet<>();

    PendingWrites(Holdings holdings) {
        this.holdings = holdings;
    }

    /** Whether the cluster takes what is written for the partition, as far as is known. */
    static boolean isTaken(Partition partition) {
        return partition.refusal.isEmpty();
    }

    void add(Settled settled) {
        (settled.step() == Settled.Step.FINISH ? results : steps).add(settled);
        holdings.onSettled(settled, true);
    }

    /** The ledger of that partition has moved on without a result. */
    void onMoved(Partition partition) {
        dirty.add(partition);
    }

    /** Returns true when something is to be written for one of these partitions. */
    boolean hasAny(Predicate<Partition> some) {
        return dirty.stream().anyMatch(some)
                || has(results, some)
                || has(steps, some)
                || has(batch, some);
    }

    private static boolean has(Collection<Settled> queue, Predicate<Partition> some) {
        return queue.stream().anyMatch(it -> some.test(it.partition()));
    }

    /** Returns true when more than one transaction can hold waits to be written. */
    boolean isFull() {
        return holdings.settledBytes() >= MAX_TRANSACTION_BYTES && hasAny(PendingWrites::isTaken);
    }

    /**
     * Enters what is settled for these partitions into the batch, as much as one transaction holds.
     * Ends of attempts come first: a job whose next one is due has ended the one before.
     */
    void enter(Predicate<Partition> some) {
        enter(steps, some, Long.MAX_VALUE);
        long bytes = 0;
        for (Settled settled : batch) {
            bytes += some.test(settled.partition()) ? settled.bytes() : 0;
        }
        enter(results, some, MAX_TRANSACTION_BYTES - bytes);
    }

    private void enter(Deque<Settled> queue, Predicate<Partition> some, long most) {
        long left = most;
        for (var next = queue.iterator(); next.hasNext() && left > 0; ) {
            Settled settled = next.next();
            if (some.test(settled.partition())) {
                next.remove();
                left -= settled.bytes();
                enter(settled);
            }
        }
    }

    private void enter(Settled settled) {
        batch.add(settled);
        dirty.add(settled.partition());
        settled.apply();
        if (settled.freesSlot() && !holdsSlot(settled)) {
            holdings.onSlotFreed(settled.partition().model);
        }
    }

    /** Of one in the batch: what is refused is in flight until it is written. */
    private static boolean holdsSlot(Settled settled) {
        return settled.freesSlot() && !isTaken(settled.partition());
    }

    /** Returns the records of the batch for these partitions. */
    List<ProducerRecord<byte[], byte[]>> records(Predicate<Partition> some) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (Settled settled : batch) {
            if (some.test(settled.partition())) {
                records.addAll(settled.records());
            }
        }
        return records;
    }

    /** Returns those of the partitions whose ledger is to be written. */
    List<Partition> moved(Predicate<Partition> some) {
        return dirty.stream().filter(some).toList();
    }

    /** Settled jobs and attempts in the batch. */
    int batchSize() {
        return batch.size();
    }

    /** The batch is written for these partitions. Returns how much of it that was. */
    int onWritten(Set<Partition> partitions) {
        int before = batch.size();
        batch.removeIf(settled -> isWritten(settled, partitions));
        dirty.removeAll(partitions);
        return before - batch.size();
    }

    private boolean isWritten(Settled settled, Set<Partition> partitions) {
        if (!partitions.contains(settled.partition())) {
            return false;
        }
        holdings.onSettled(settled, false);
        if (holdsSlot(settled)) {
            holdings.onSlotFreed(settled.partition().model);
        }
        return true;
    }

    /** The partition is refused from now on: its ended calls are in flight until it is written. */
    void onHeld(Partition partition) {
        holdings.onRefused(partition, true);
        for (Settled settled : batch) {
            if (settled.partition() == partition && settled.freesSlot()) {
                holdings.onAnnounced(partition.model);
            }
        }
    }

    /** The cluster takes what is written for the partition again. */
    void onTakenAgain(Partition partition) {
        holdings.onRefused(partition, false);
    }

    /** Gives results that are too large another record. Returns true when there were any. */
    boolean substitute(Commit.Refused refused) {
        boolean hasReplaced = false;
        for (int i = 0; i < batch.size(); i++) {
            Settled settled = batch.get(i);
            if (settled.substitute() != null
                    && settled.records().stream().anyMatch(refused.tooLarge()::contains)) {
                batch.set(i, substitute(settled, refused.reason()));
                hasReplaced = true;
            }
        }
        return hasReplaced;
    }

    private Settled substitute(Settled settled, String reason) {
        Settled smaller = settled.substituted(reason);
        holdings.onSettled(settled, false);
        holdings.onSettled(smaller, true);
        LOG.atError()
                .addKeyValue("partition", settled.partition().id)
                .addKeyValue("offset", settled.offset())
                .log("a result is too large, an error takes its place: {}", reason);
        return smaller;
    }

    /** Some partitions are gone: nothing of theirs is written any more. */
    void onGone() {
        Stream.of(results, steps)
                .forEach(queue -> queue.removeIf(settled -> isGone(settled, settled.freesSlot())));
        // Those of the batch have freed theirs.
        batch.removeIf(settled -> isGone(settled, holdsSlot(settled)));
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
}
