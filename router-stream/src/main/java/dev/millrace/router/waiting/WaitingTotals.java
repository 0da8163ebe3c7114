package dev.millrace.router.waiting;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryKind;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.nio.BufferUnderflowException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the waiting jobs of a task, in one entry. If it cannot be read, counts them again. */
final class WaitingTotals {
    /**
     * Number of positions skipped after a recount of the jobs: more than any partition has had,
     * since an ended job can have had any position.
     */
    static final long SKIPPED = 1L << 40;

    private static final Logger LOG = LoggerFactory.getLogger(WaitingTotals.class);
    private static final byte VERSION = 1;

    private final KeyValueStore<Bytes, byte[]> entries;
    private final Bytes key;
    private long waiting;
    private long nextSequence;
    private boolean isChanged;

    /**
     * @param kind the kind of the entry
     * @param deadlineKind the kind of the jobs' index by deadline
     */
    WaitingTotals(KeyValueStore<Bytes, byte[]> entries, EntryKind kind, EntryKind deadlineKind) {
        this.entries = entries;
        key = EntryKey.of(kind);
        byte[] stored = entries.get(key);
        if (stored != null) {
            read(stored, deadlineKind);
        }
    }

    private void read(byte[] stored, EntryKind deadlineKind) {
        try {
            var in = new EntryReader(stored, VERSION, "totals of waiting jobs");
            waiting = in.number();
            nextSequence = in.number();
        } catch (IllegalStateException | BufferUnderflowException e) {
            count(deadlineKind);
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .addKeyValue("jobs", waiting)
                    .log("The number of waiting jobs cannot be read; counted them again");
        }
    }

    private void count(EntryKind deadlineKind) {
        waiting = 0;
        nextSequence = 0;
        try (KeyValueIterator<Bytes, byte[]> jobs =
                entries.range(EntryKey.first(deadlineKind), EntryKey.last(deadlineKind))) {
            while (jobs.hasNext()) {
                waiting++;
                nextSequence = Math.max(nextSequence, EntryKey.lastNumber(jobs.next().key) + 1);
            }
        }
        nextSequence += SKIPPED;
        isChanged = true;
    }

    /** Returns the number of waiting jobs. */
    long waiting() {
        return waiting;
    }

    /** Returns a number that is above the positions of all waiting jobs so far. */
    long nextSequence() {
        return nextSequence;
    }

    /** Counts a job that begins to wait, and uses up {@link #nextSequence}. */
    void onAdded() {
        waiting++;
        nextSequence++;
        isChanged = true;
    }

    /** Counts a job that no longer waits. */
    void onRemoved() {
        waiting--;
        isChanged = true;
    }

    /** Writes the totals if they have changed. */
    void save() {
        if (isChanged) {
            isChanged = false;
            var totals = new EntryWriter(VERSION, 2 * Long.BYTES);
            entries.put(key, totals.number(waiting).number(nextSequence).toBytes());
        }
    }
}
