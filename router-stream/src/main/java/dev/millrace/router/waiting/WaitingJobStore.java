package dev.millrace.router.waiting;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryKind;
import dev.millrace.router.entry.EntryRange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Stores waiting jobs, each as a separate entry, so that any number can wait in a group. An index
 * by deadline also holds their ids, so that most checks need not read the jobs.
 */
public final class WaitingJobStore {
    /**
     * The kinds of entries of waiting jobs, unless a store has others. The bytes are stored, so
     * they must never change.
     */
    private enum Kind implements EntryKind {
        RECORD('W'),
        /** A waiting job by its deadline. */
        DEADLINE('D'),
        /** The number of waiting jobs, and the next position. */
        TOTALS('T');

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
    private final WaitingTotals totals;
    private final EntryKind recordKind;
    private final EntryKind deadlineKind;

    /** Key at which scans by deadline begin, so that they skip deleted entries. */
    private Bytes earliest;

    /**
     * @param entries the store of a task, in which the kinds {@code W}, {@code D} and {@code T} are
     *     unused
     */
    public WaitingJobStore(KeyValueStore<Bytes, byte[]> entries) {
        this(entries, Kind.RECORD, Kind.DEADLINE, Kind.TOTALS);
    }

    /**
     * @param entries the store of a task, in which the kinds are unused
     * @param recordKind the kind of the jobs
     * @param deadlineKind the kind of their index by deadline
     * @param totalsKind the kind of the entry that counts them
     */
    public WaitingJobStore(
            KeyValueStore<Bytes, byte[]> entries,
            EntryKind recordKind,
            EntryKind deadlineKind,
            EntryKind totalsKind) {
        this.entries = entries;
        this.recordKind = recordKind;
        this.deadlineKind = deadlineKind;
        totals = new WaitingTotals(entries, totalsKind, deadlineKind);
        earliest = EntryKey.first(deadlineKind);
    }

    /** Returns the number of waiting jobs. */
    public long waiting() {
        return totals.waiting();
    }

    /**
     * Writes the totals if they have changed. Must be called at the end of every turn, in the
     * transaction of the counted changes.
     */
    public void save() {
        totals.save();
    }

    /** Returns the position of the next job that is added. */
    public long nextSequence() {
        return totals.nextSequence();
    }

    /**
     * Adds a job.
     *
     * @param job with {@link #nextSequence} as its position
     * @param stored its record
     */
    public void add(WaitingJob job, byte[] stored) {
        if (job.sequence() != nextSequence()) {
            throw new IllegalArgumentException(
                    "position " + job.sequence() + " is not the next, " + nextSequence());
        }
        Bytes deadline = deadlineKey(job.group(), job.sequence(), job.deadline());
        if (deadline.compareTo(earliest) < 0) {
            earliest = deadline;
        }
        entries.put(deadline, job.encode());
        entries.put(EntryKey.of(recordKind, job.group(), job.sequence()), stored);
        totals.onAdded();
    }

    /** Returns the record of a waiting job; empty if the job no longer waits. */
    public Optional<byte[]> find(String group, long sequence) {
        return Optional.ofNullable(entries.get(EntryKey.of(recordKind, group, sequence)));
    }

    /** Removes a waiting job. */
    public void remove(WaitingJob job) {
        remove(job.group(), job.sequence(), job.deadline());
    }

    /** Removes the deadline of a waiting job after the deadline has lost its effect. */
    public void dropDeadline(WaitingJob job) {
        Bytes key = deadlineKey(job.group(), job.sequence(), job.deadline());
        if (job.deadline() != null && entries.get(key) != null) {
            entries.delete(key);
            entries.put(deadlineKey(job.group(), job.sequence(), null), job.encode());
        }
    }

    /**
     * Removes a waiting job.
     *
     * @param deadline the job's, even if the store has dropped it; null for none
     */
    public void remove(String group, long sequence, @Nullable Instant deadline) {
        if (entries.delete(deadlineKey(group, sequence, deadline)) == null) {
            entries.delete(deadlineKey(group, sequence, null));
        }
        entries.delete(EntryKey.of(recordKind, group, sequence));
        totals.onRemoved();
    }

    /**
     * Removes a job with an unreadable record. Visits all waiting jobs to find its entry by
     * deadline, which names the job; returns empty if this entry is missing or unreadable, too.
     */
    public Optional<WaitingJob> removeUnreadable(String group, long sequence) {
        entries.delete(EntryKey.of(recordKind, group, sequence));
        totals.onRemoved();
        try (KeyValueIterator<Bytes, byte[]> jobs =
                entries.range(EntryKey.first(deadlineKind), EntryKey.last(deadlineKind))) {
            while (jobs.hasNext()) {
                KeyValue<Bytes, byte[]> entry = jobs.next();
                if (EntryKey.lastNumber(entry.key) == sequence
                        && EntryKey.hashAfterNumber(entry.key).equals(group)) {
                    entries.delete(entry.key);
                    return job(entry);
                }
            }
        }
        return Optional.empty();
    }

    private Bytes deadlineKey(String group, long sequence, @Nullable Instant deadline) {
        return EntryKey.of(deadlineKind, WaitingJob.millis(deadline), group, sequence);
    }

    /** Handles one waiting job after another. */
    public interface Visitor {
        /**
         * Handles a job, and can remove it.
         *
         * @return whether to continue with the next job
         */
        boolean visit(long sequence, byte[] stored);
    }

    /**
     * Visits the jobs of a group, in their order, until a visit stops it.
     *
     * @param from first position
     * @param end position after the last
     * @return true if all jobs were visited
     */
    public boolean visit(String group, long from, long end, Visitor visitor) {
        if (from >= end) {
            return true;
        }
        Bytes first = EntryKey.of(recordKind, group, from);
        Bytes last = EntryKey.of(recordKind, group, end - 1);
        try (KeyValueIterator<Bytes, byte[]> jobs = entries.range(first, last)) {
            while (jobs.hasNext()) {
                KeyValue<Bytes, byte[]> job = jobs.next();
                if (!visitor.visit(EntryKey.lastNumber(job.key), job.value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns true if a job of the group waits at the given position or a later one. */
    public boolean hasAny(String group, long from) {
        return !EntryRange.read(
                        entries,
                        EntryKey.of(recordKind, group, from),
                        EntryKey.of(recordKind, group, Long.MAX_VALUE),
                        1)
                .isEmpty();
    }

    /** Reads jobs whose entry by deadline is unreadable. */
    @FunctionalInterface
    public interface RecordReader {
        /** Returns the job of a record, or ends the record and returns null if it is unreadable. */
        @Nullable WaitingJob readOrEnd(String group, long sequence, byte[] stored);
    }

    /** Returns the jobs whose deadline has passed, earliest first. */
    public List<WaitingJob> expired(long nowMillis, int max, RecordReader records) {
        var found =
                EntryRange.read(entries, earliest, EntryKey.from(deadlineKind, nowMillis + 1), max);
        if (!found.isEmpty()) {
            earliest = found.getFirst().key;
        }
        return jobs(found, records);
    }

    /** A page of waiting jobs; {@code next} is null after the last page. */
    public record Page(List<WaitingJob> jobs, @Nullable Bytes next) {}

    /**
     * Returns a page of all waiting jobs.
     *
     * @param from {@link Page#next} of the page before; null for the first page
     */
    public Page page(@Nullable Bytes from, int max, RecordReader records) {
        var found =
                EntryRange.read(
                        entries, from == null ? earliest : from, EntryKey.last(deadlineKind), max);
        return new Page(
                jobs(found, records),
                found.size() < max ? null : EntryKey.after(found.getLast().key));
    }

    private List<WaitingJob> jobs(List<KeyValue<Bytes, byte[]>> found, RecordReader records) {
        return found.stream().flatMap(it -> job(it, records).stream()).toList();
    }

    private Optional<WaitingJob> job(KeyValue<Bytes, byte[]> entry, RecordReader records) {
        Optional<WaitingJob> job = job(entry);
        if (job.isPresent()) {
            return job;
        }
        String group = EntryKey.hashAfterNumber(entry.key);
        long sequence = EntryKey.lastNumber(entry.key);
        byte[] stored = entries.get(EntryKey.of(recordKind, group, sequence));
        if (stored == null) {
            entries.delete(entry.key);
            return Optional.empty();
        }
        return Optional.ofNullable(records.readOrEnd(group, sequence, stored));
    }

    /** Returns the job that an entry by deadline names; empty if the entry cannot be read. */
    private static Optional<WaitingJob> job(KeyValue<Bytes, byte[]> entry) {
        String group = EntryKey.hashAfterNumber(entry.key);
        long sequence = EntryKey.lastNumber(entry.key);
        try {
            return Optional.of(WaitingJob.decode(group, sequence, entry.value));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
