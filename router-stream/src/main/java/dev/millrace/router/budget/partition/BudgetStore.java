package dev.millrace.router.budget.partition;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import dev.millrace.router.entry.EntryScan;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.waiting.WaitingJobStore;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The store of one task's budgets: leases of accounts, reservations of jobs, and parked jobs. Split
 * jobs are in it, too, as entries of other kinds.
 */
public final class BudgetStore {
    /** Name of the store and part of the name of its changelog. */
    public static final String NAME = StepNames.WAITING;

    private final KeyValueStore<Bytes, byte[]> entries;
    private final WaitingJobStore parked;
    private final EntryScan allReservations;

    /** True if a job has possibly reserved money, so that most cost events read nothing. */
    private boolean mayHaveReservations;

    /** Opens the store of a task. */
    public BudgetStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        parked = new WaitingJobStore(entries);
        allReservations = new EntryScan(entries, BudgetKind.RESERVATION);
        mayHaveReservations =
                !EntryRange.read(
                                entries,
                                EntryKey.first(BudgetKind.RESERVATION),
                                EntryKey.last(BudgetKind.RESERVATION),
                                1)
                        .isEmpty();
    }

    public WaitingJobStore parked() {
        return parked;
    }

    /** Returns the partition's lease of an account; empty if it has none. */
    public Optional<StoredLease> lease(String account) {
        return Optional.ofNullable(entries.get(EntryKey.ofText(BudgetKind.LEASE, account)))
                .map(StoredLease::decode);
    }

    /** Stores a lease. */
    public void put(StoredLease lease) {
        entries.put(EntryKey.ofText(BudgetKind.LEASE, lease.account()), lease.encode());
    }

    /** Deletes the lease of an account. */
    public void deleteLease(String account) {
        entries.delete(EntryKey.ofText(BudgetKind.LEASE, account));
    }

    /** Returns a scan of all leases. */
    public EntryScan leaseScan() {
        return new EntryScan(entries, BudgetKind.LEASE);
    }

    /** Returns the leases of a page of {@link #leaseScan}. */
    public static List<StoredLease> leases(List<KeyValue<Bytes, byte[]>> page) {
        return page.stream().map(it -> StoredLease.decode(it.value)).toList();
    }

    /** Returns the reservation of a job; empty if it has none. */
    public Optional<Reservation> reservation(JobId job) {
        return mayHaveReservations
                ? Optional.ofNullable(entries.get(key(job))).map(Reservation::decode)
                : Optional.empty();
    }

    /** Stores the reservation of a job. */
    public void put(JobId job, Reservation reservation) {
        mayHaveReservations = true;
        entries.put(key(job), reservation.encode());
    }

    /** Deletes the reservation of a job. */
    public void deleteReservation(JobId job) {
        entries.delete(key(job));
    }

    /**
     * Renews the time of a job's reservation, if it has one: the job leaves a wait, and can be in a
     * job topic from now on.
     *
     * @param entries the store of a task
     */
    public static void onRoutedLater(
            KeyValueStore<Bytes, byte[]> entries, JobId job, long nowMillis) {
        byte[] stored = entries.get(key(job));
        if (stored != null) {
            entries.put(key(job), Reservation.decode(stored).at(nowMillis).encode());
        }
    }

    private static Bytes key(JobId job) {
        return EntryKey.of(BudgetKind.RESERVATION, job.value());
    }

    public record Reserved(JobId job, Reservation reservation) {}

    /**
     * Returns some reservations from before a time. Visits all reservations after each change of
     * that time, a page in each turn.
     */
    public List<Reserved> reservedBefore(long millis) {
        return allReservations.pageBecauseOf(millis).stream()
                .map(
                        it ->
                                new Reserved(
                                        new JobId(EntryKey.hex(it.key)),
                                        Reservation.decode(it.value)))
                .filter(it -> it.reservation().atMillis() < millis)
                .toList();
    }

    /** Returns all queues of parked jobs by their group. */
    public List<KeyValue<String, JobQueue>> queues() {
        return EntryRange.read(
                        entries,
                        EntryKey.first(BudgetKind.QUEUE),
                        EntryKey.last(BudgetKind.QUEUE),
                        Integer.MAX_VALUE)
                .stream()
                .map(it -> KeyValue.pair(EntryKey.hex(it.key), JobQueue.decode(it.value)))
                .toList();
    }

    /** Stores a queue of parked jobs. */
    public void put(String group, JobQueue queue) {
        entries.put(EntryKey.of(BudgetKind.QUEUE, group), queue.encode());
    }

    /** Deletes a queue of parked jobs. */
    public void deleteQueue(String group) {
        entries.delete(EntryKey.of(BudgetKind.QUEUE, group));
    }
}
