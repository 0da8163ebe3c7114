package dev.millrace.router.cache.store;

import dev.millrace.router.cache.store.EntryKey.Kind;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The waiting jobs, one entry each, so that a job may have any number of identical ones. An index
 * by their deadlines also tells who they are, so that nobody reads their records for that.
 */
public final class FollowerStore {
    private final KeyValueStore<Bytes, byte[]> entries;
    private final CacheTotals totals;

    /** Where the earliest deadline is found without passing deleted entries. */
    private Bytes earliest = EntryKey.first(Kind.DEADLINE);

    FollowerStore(KeyValueStore<Bytes, byte[]> entries, CacheTotals totals) {
        this.entries = entries;
        this.totals = totals;
    }

    /** Returns the position of the next job that is added. */
    public long nextSequence() {
        return totals.nextSequence();
    }

    /**
     * Adds a job.
     *
     * @param follower with {@link #nextSequence} as its position
     */
    public void add(Follower follower, LookupRecord job) {
        if (follower.sequence() != nextSequence()) {
            throw new IllegalArgumentException(
                    "position " + follower.sequence() + " is not the next, " + nextSequence());
        }
        Bytes deadline = deadlineKey(follower);
        if (deadline.compareTo(earliest) < 0) {
            earliest = deadline;
        }
        entries.put(deadline, follower.encode());
        entries.put(recordKey(follower), job.encode());
        totals.onFollowerAdded();
    }

    /** Returns the record of a waiting job; empty if the job no longer waits. */
    public Optional<LookupRecord> find(Follower follower) {
        return Optional.ofNullable(entries.get(recordKey(follower))).map(LookupRecord::decode);
    }

    /** Removes a waiting job. */
    public void remove(Follower follower) {
        entries.delete(deadlineKey(follower));
        entries.delete(recordKey(follower));
        totals.onFollowerRemoved();
    }

    private static Bytes recordKey(Follower follower) {
        return EntryKey.of(Kind.FOLLOWER, follower.cacheKey(), follower.sequence());
    }

    private static Bytes deadlineKey(Follower follower) {
        return EntryKey.of(
                Kind.DEADLINE, follower.deadlineMillis(), follower.cacheKey(), follower.sequence());
    }

    /** Handles one waiting job after another. */
    public interface Visitor {
        /**
         * Handles a job, which may be removed meanwhile.
         *
         * @return whether to continue with the next job
         */
        boolean visit(long sequence, LookupRecord job);
    }

    /**
     * Visits the jobs that wait for a key, in their order, until a visit stops it.
     *
     * @param from first position
     * @param end position after the last
     * @return true if all jobs were visited
     */
    public boolean visit(String cacheKey, long from, long end, Visitor visitor) {
        if (from >= end) {
            return true;
        }
        Bytes first = EntryKey.of(Kind.FOLLOWER, cacheKey, from);
        Bytes last = EntryKey.of(Kind.FOLLOWER, cacheKey, end - 1);
        try (KeyValueIterator<Bytes, byte[]> jobs = entries.range(first, last)) {
            while (jobs.hasNext()) {
                KeyValue<Bytes, byte[]> job = jobs.next();
                if (!visitor.visit(EntryKey.lastNumber(job.key), LookupRecord.decode(job.value))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns true if a job waits for the key at the given position or a later one. */
    public boolean hasAny(String cacheKey, long from) {
        return !CacheStore.read(
                        entries,
                        EntryKey.of(Kind.FOLLOWER, cacheKey, from),
                        EntryKey.of(Kind.FOLLOWER, cacheKey, Long.MAX_VALUE),
                        1)
                .isEmpty();
    }

    /** Returns the jobs whose deadline has passed, earliest first. */
    public List<Follower> expired(long nowMillis, int max) {
        var found =
                CacheStore.read(
                        entries, earliest, EntryKey.from(Kind.DEADLINE, nowMillis + 1), max);
        if (!found.isEmpty()) {
            earliest = found.getFirst().key;
        }
        return found.stream().map(FollowerStore::follower).toList();
    }

    /** A page of waiting jobs; {@code next} is null after the last page. */
    public record Page(List<Follower> followers, @Nullable Bytes next) {}

    /**
     * Returns a page of all waiting jobs.
     *
     * @param from {@link Page#next} of the page before; null for the first page
     */
    public Page page(@Nullable Bytes from, int max) {
        var found =
                CacheStore.read(
                        entries, from == null ? earliest : from, EntryKey.last(Kind.DEADLINE), max);
        return new Page(
                found.stream().map(FollowerStore::follower).toList(),
                found.size() < max ? null : EntryKey.after(found.getLast().key));
    }

    private static Follower follower(KeyValue<Bytes, byte[]> entry) {
        return Follower.decode(
                EntryKey.cacheKeyAfterNumber(entry.key),
                EntryKey.lastNumber(entry.key),
                entry.value);
    }
}
