package dev.millrace.router.split.store;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.waiting.WaitingTotals;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** Counts the split jobs of one task, in one entry that is written with each change. */
final class SplitTotals implements WaitingTotals {
    private static final byte VERSION = 1;
    private static final Bytes KEY = EntryKey.of(SplitKind.TOTALS);

    private final KeyValueStore<Bytes, byte[]> entries;
    private long waiting;
    private long nextSequence;

    SplitTotals(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        byte[] stored = entries.get(KEY);
        if (stored != null) {
            var in = new EntryReader(stored, VERSION, "totals of split jobs");
            waiting = in.number();
            nextSequence = in.number();
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
