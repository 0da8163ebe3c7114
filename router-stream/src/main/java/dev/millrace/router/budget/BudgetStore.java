package dev.millrace.router.budget;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryKind;
import dev.millrace.router.entry.EntryRange;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryScan;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.waiting.WaitingJobStore;
import java.math.BigDecimal;
import java.math.RoundingMode;
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

    /**
     * The kinds of entries that only budgets have. They are upper-case letters; lower-case letters
     * are the kinds of split jobs. The bytes are stored, so they must never change.
     */
    private enum Kind implements EntryKind {
        /** The partition's lease of an account. */
        LEASE('S'),
        /** The money that is reserved for a job. */
        RESERVATION('R'),
        /** A queue of parked jobs, without the jobs. */
        QUEUE('Q');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }

        @Override
        public byte code() {
            return code;
        }
    }

    private final KeyValueStore<Bytes, byte[]> entries;
    private final WaitingJobStore parked;
    private final EntryScan allReservations;

    /** True if a job has possibly reserved money, so that most cost events read nothing. */
    private boolean mayHaveReservations;

    /** Opens the store of a task. */
    public BudgetStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        parked = new WaitingJobStore(entries);
        allReservations = new EntryScan(entries, Kind.RESERVATION);
        mayHaveReservations =
                !EntryRange.read(
                                entries,
                                EntryKey.first(Kind.RESERVATION),
                                EntryKey.last(Kind.RESERVATION),
                                1)
                        .isEmpty();
    }

    public WaitingJobStore parked() {
        return parked;
    }

    /** Returns the partition's lease of an account; empty if it has none. */
    Optional<Lease> lease(String account, long nowMillis) {
        return Optional.ofNullable(entries.get(EntryKey.ofText(Kind.LEASE, account)))
                .map(it -> Lease.decode(it, nowMillis));
    }

    /** Stores a lease. */
    void put(Lease lease) {
        entries.put(EntryKey.ofText(Kind.LEASE, lease.account()), lease.encode());
    }

    /** Deletes the lease of an account. */
    void deleteLease(String account) {
        entries.delete(EntryKey.ofText(Kind.LEASE, account));
    }

    /** Returns a scan of all leases. */
    EntryScan leaseScan() {
        return new EntryScan(entries, Kind.LEASE);
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
        return EntryKey.of(Kind.RESERVATION, job.value());
    }

    /**
     * What is stored of a queue.
     *
     * @param jobs number of jobs, 1 or more
     * @param usd sum of the amounts that the jobs need
     * @param from lower bound of the position of the first job
     */
    public record QueueTotals(long jobs, BigDecimal usd, long from) {
        private static final byte VERSION = 1;
        private static final int TYPICAL_BYTES = 32;

        /** Adds a job that needs the amount. */
        QueueTotals add(BigDecimal amount) {
            return new QueueTotals(jobs + 1, usd.add(amount), from);
        }

        /** Removes a job that needs the amount. */
        QueueTotals remove(BigDecimal amount) {
            return new QueueTotals(jobs - 1, usd.subtract(amount), from);
        }

        /** Removes a job of unknown amount; the sum stays an estimate until the queue ends. */
        QueueTotals removeUnreadable() {
            return remove(usd.divide(BigDecimal.valueOf(jobs), RoundingMode.UP));
        }

        byte[] encode() {
            return new EntryWriter(VERSION, TYPICAL_BYTES)
                    .number(jobs)
                    .amount(usd)
                    .number(from)
                    .toBytes();
        }

        static QueueTotals decode(byte[] entry) {
            var in = new EntryReader(entry, VERSION, "a queue of parked jobs");
            return new QueueTotals(in.number(), in.amount(), in.number());
        }
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
                .filter(it -> it.reservation().progress().atMillis() < millis)
                .toList();
    }

    /** Returns all queues of parked jobs by their group. */
    public List<KeyValue<String, QueueTotals>> queues() {
        return EntryRange.read(
                        entries,
                        EntryKey.first(Kind.QUEUE),
                        EntryKey.last(Kind.QUEUE),
                        Integer.MAX_VALUE)
                .stream()
                .map(it -> KeyValue.pair(EntryKey.hex(it.key), QueueTotals.decode(it.value)))
                .toList();
    }

    /** Stores a queue of parked jobs. */
    public void put(String group, QueueTotals queue) {
        entries.put(EntryKey.of(Kind.QUEUE, group), queue.encode());
    }

    /** Deletes a queue of parked jobs. */
    public void deleteQueue(String group) {
        entries.delete(EntryKey.of(Kind.QUEUE, group));
    }
}
