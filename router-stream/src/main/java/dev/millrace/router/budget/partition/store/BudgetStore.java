package dev.millrace.router.budget.partition.store;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import dev.millrace.router.waiting.JobChangelog;
import dev.millrace.router.waiting.WaitingJobStore;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The store of one task's budgets: shares of accounts, reservations of jobs, and parked jobs. Split
 * jobs are in it, too, as entries of other kinds.
 */
public final class BudgetStore {
    /** Name of the store and part of the name of its changelog. */
    public static final String NAME = "budget";

    private final KeyValueStore<Bytes, byte[]> entries;
    private final BudgetTotals totals;
    private final WaitingJobStore parked;

    /** Opens the store of a task. */
    public BudgetStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        totals = new BudgetTotals(entries);
        parked = new WaitingJobStore(entries, totals);
    }

    /**
     * Returns a builder of the store, without a cache, since frequent commits would flush it at
     * once. Its changelog never expires anything, since it holds jobs and money.
     *
     * @param segmentBytes segment size of the changelog; a broker rejects longer records
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(int segmentBytes) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(JobChangelog.settings(segmentBytes));
    }

    /** Returns the counts. */
    public BudgetTotals totals() {
        return totals;
    }

    /** Returns the parked jobs. */
    public WaitingJobStore parked() {
        return parked;
    }

    /** Returns the partition's share of an account; empty if it has none. */
    public Optional<StoredShare> share(String account) {
        return Optional.ofNullable(entries.get(EntryKey.ofText(BudgetKind.SHARE, account)))
                .map(StoredShare::decode);
    }

    /** Stores a share. */
    public void put(StoredShare share) {
        entries.put(EntryKey.ofText(BudgetKind.SHARE, share.account()), share.encode());
    }

    /** Deletes the share of an account. */
    public void deleteShare(String account) {
        entries.delete(EntryKey.ofText(BudgetKind.SHARE, account));
    }

    /** A page of shares; {@code next} is null after the last page. */
    public record SharePage(List<StoredShare> shares, @Nullable Bytes next) {}

    /**
     * Returns a page of all shares.
     *
     * @param from {@link SharePage#next} of the page before; null for the first page
     */
    public SharePage shares(@Nullable Bytes from, int max) {
        var found = read(BudgetKind.SHARE, from, max);
        return new SharePage(
                found.stream().map(it -> StoredShare.decode(it.value)).toList(), next(found, max));
    }

    /** Returns the reservation of a job; empty if it has none. */
    public Optional<Reservation> reservation(JobId job) {
        return Optional.ofNullable(entries.get(key(job))).map(Reservation::decode);
    }

    /** Stores the reservation of a job. */
    public void put(JobId job, Reservation reservation) {
        entries.put(key(job), reservation.encode());
    }

    /** Deletes the reservation of a job. */
    public void deleteReservation(JobId job) {
        entries.delete(key(job));
    }

    private static Bytes key(JobId job) {
        return EntryKey.of(BudgetKind.RESERVATION, job.value());
    }

    /** A reservation and its job. */
    public record Reserved(JobId job, Reservation reservation) {}

    /** A page of reservations; {@code next} is null after the last page. */
    public record ReservationPage(List<Reserved> reservations, @Nullable Bytes next) {}

    /**
     * Returns a page of all reservations.
     *
     * @param from {@link ReservationPage#next} of the page before; null for the first page
     */
    public ReservationPage reservations(@Nullable Bytes from, int max) {
        var found = read(BudgetKind.RESERVATION, from, max);
        return new ReservationPage(
                found.stream()
                        .map(
                                it ->
                                        new Reserved(
                                                new JobId(EntryKey.hex(it.key)),
                                                Reservation.decode(it.value)))
                        .toList(),
                next(found, max));
    }

    /** Returns all queues of parked jobs by their group. */
    public List<KeyValue<String, JobQueue>> queues() {
        return read(BudgetKind.QUEUE, null, Integer.MAX_VALUE).stream()
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

    private List<KeyValue<Bytes, byte[]>> read(BudgetKind kind, @Nullable Bytes from, int max) {
        return EntryRange.read(
                entries, from == null ? EntryKey.first(kind) : from, EntryKey.last(kind), max);
    }

    private static @Nullable Bytes next(List<KeyValue<Bytes, byte[]>> page, int max) {
        return page.size() < max ? null : EntryKey.after(page.getLast().key);
    }
}
