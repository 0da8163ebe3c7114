package dev.millrace.router.split.store;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.waiting.WaitingJobStore;
import dev.millrace.router.waiting.WaitingTotals;
import java.nio.BufferUnderflowException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the split jobs of one task, in one entry that is written with each change. If the entry
 * cannot be read, the jobs are counted again.
 */
final class SplitTotals implements WaitingTotals {
    private static final Logger LOG = LoggerFactory.getLogger(SplitTotals.class);
    private static final byte VERSION = 1;
    private static final Bytes KEY = EntryKey.of(SplitKind.TOTALS);

    private final KeyValueStore<Bytes, byte[]> entries;
    private long waiting;
    private long nextSequence;

    SplitTotals(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        byte[] stored = entries.get(KEY);
        if (stored != null) {
            WaitingJobStore.Counted totals = read(entries, stored);
            waiting = totals.waiting();
            nextSequence = totals.nextSequence();
        }
    }

    private static WaitingJobStore.Counted read(
            KeyValueStore<Bytes, byte[]> entries, byte[] stored) {
        try {
            var in = new EntryReader(stored, VERSION, "totals of split jobs");
            return new WaitingJobStore.Counted(in.number(), in.number());
        } catch (IllegalStateException | BufferUnderflowException e) {
            WaitingJobStore.Counted counted = WaitingJobStore.count(entries, SplitKind.DEADLINE);
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .addKeyValue("jobs", counted.waiting())
                    .log("The number of split jobs cannot be read; counted them again");
            return counted;
        }
    }

    @Override
    public long waiting() {
        return waiting;
    }

    @Override
    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public void onAdded() {
        waiting++;
        nextSequence++;
        save();
    }

    @Override
    public void onRemoved() {
        waiting--;
        save();
    }

    private void save() {
        entries.put(
                KEY,
                new EntryWriter(VERSION, 2 * Long.BYTES)
                        .number(waiting)
                        .number(nextSequence)
                        .toBytes());
    }
}
