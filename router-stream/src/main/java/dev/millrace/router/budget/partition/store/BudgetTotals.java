package dev.millrace.router.budget.partition.store;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.waiting.WaitingTotals;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Counts of one task's budgets, in one entry. {@link #save} belongs to the end of every turn, in
 * the transaction of the changes that are counted.
 */
public final class BudgetTotals implements WaitingTotals {
    private static final byte VERSION = 1;
    private static final Bytes KEY = EntryKey.of(BudgetKind.TOTALS);

    private final KeyValueStore<Bytes, byte[]> entries;
    private long waiting;
    private long nextSequence;
    private long reservations;
    private boolean isChanged;

    BudgetTotals(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        byte[] stored = entries.get(KEY);
        if (stored != null) {
            var in = new EntryReader(stored, VERSION, "totals of budgets");
            waiting = in.number();
            nextSequence = in.number();
            reservations = in.number();
        }
    }

    /** Writes the totals if they have changed. */
    public void save() {
        if (isChanged) {
            isChanged = false;
            entries.put(
                    KEY,
                    new EntryWriter(VERSION, 3 * Long.BYTES)
                            .number(waiting)
                            .number(nextSequence)
                            .number(reservations)
                            .toBytes());
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
        isChanged = true;
    }

    @Override
    public void onRemoved() {
        waiting--;
        isChanged = true;
    }

    /** Returns the number of jobs for which money is reserved. */
    public long reservations() {
        return reservations;
    }

    /** Changes the number of jobs for which money is reserved. */
    public void addReservations(int change) {
        reservations += change;
        isChanged = true;
    }
}
