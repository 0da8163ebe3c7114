package dev.millrace.simulator.calllog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The billing ledger: every call once, in the order in which calls ended. Recording takes constant
 * time. The ledger keeps a bounded number of entries; later calls count only in the {@linkplain
 * #summary() summary}. Thread-safe.
 */
public final class CallLog {
    private final int maxEntries;
    private final List<EntryBlock> blocks = new ArrayList<>();
    private final Map<CallOutcome, Long> outcomes = new EnumMap<>(CallOutcome.class);
    private final Map<String, ModelTotals> models = new HashMap<>();
    private NameTable names = new NameTable();
    private KeyCounts billedByKey;

    /** Sequence number of the newest call. */
    private long sequence;

    /** Sequence number of the newest call when the ledger was last cleared. */
    private long clearedSequence;

    private int kept;
    private long billed;
    private long billedMoreThanOnce;

    /**
     * Creates an empty ledger.
     *
     * @param maxEntries calls kept as entries, about 60 bytes each, and distinct idempotency keys
     *     counted, about 20 bytes each
     */
    public CallLog(int maxEntries) {
        this.maxEntries = maxEntries;
        this.billedByKey = new KeyCounts(maxEntries);
    }

    /**
     * Records a call.
     *
     * @param entry the call; its sequence is ignored
     * @return the sequence assigned to the call
     */
    public synchronized long record(LoggedCall entry) {
        sequence++;
        if (kept < maxEntries) {
            if (kept % EntryBlock.SIZE == 0) {
                blocks.add(new EntryBlock());
            }
            blocks.getLast().set(kept % EntryBlock.SIZE, entry, names);
            kept++;
        }
        String model = names.name(names.indexOf(entry.model()));
        models.merge(model, ModelTotals.NONE.plus(entry), (totals, _) -> totals.plus(entry));
        outcomes.merge(entry.outcome(), 1L, Long::sum);
        billed += entry.billed() ? 1 : 0;
        countKey(entry);
        return sequence;
    }

    /** Corrects the outcome of a recorded call. Ignores calls recorded before the last clear. */
    public synchronized void amend(long recorded, CallOutcome before, CallOutcome after) {
        if (recorded <= clearedSequence) {
            return;
        }
        outcomes.merge(before, -1L, Long::sum);
        outcomes.merge(after, 1L, Long::sum);
        long index = recorded - clearedSequence - 1;
        if (index < kept) {
            blocks.get((int) (index / EntryBlock.SIZE))
                    .setOutcome((int) (index % EntryBlock.SIZE), after);
        }
    }

    /** Returns the totals over all calls. */
    public synchronized CallLogSummary summary() {
        return new CallLogSummary(
                sequence - clearedSequence,
                billed,
                sequence - clearedSequence - kept,
                billedByKey.size(),
                billedMoreThanOnce,
                billedByKey.untracked(),
                outcomes,
                models);
    }

    /** Returns all entries; for tests and small ledgers. */
    public List<LoggedCall> entries() {
        List<LoggedCall> all = new ArrayList<>();
        List<LoggedCall> page = page(0);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page(page.getLast().sequence());
        }
        return all;
    }

    /**
     * Returns the next entries, at most {@link EntryBlock#SIZE}, so that a reader holds the lock
     * briefly and needs little memory.
     *
     * @param since returns only entries with a higher sequence
     */
    public synchronized List<LoggedCall> page(long since) {
        int index = Math.clamp(since - clearedSequence, 0, kept);
        int end = (int) Math.min(kept, (long) index + EntryBlock.SIZE);
        List<LoggedCall> page = new ArrayList<>(end - index);
        for (int i = index; i < end; i++) {
            page.add(
                    blocks.get(i / EntryBlock.SIZE)
                            .get(i % EntryBlock.SIZE, clearedSequence + i + 1, names));
        }
        return page;
    }

    /** Removes all calls. Sequence numbers continue. */
    public synchronized void clear() {
        blocks.clear();
        outcomes.clear();
        models.clear();
        names = new NameTable();
        billedByKey = new KeyCounts(maxEntries);
        clearedSequence = sequence;
        kept = 0;
        billed = 0;
        billedMoreThanOnce = 0;
    }

    private void countKey(LoggedCall entry) {
        String key = entry.caller().idempotencyKey();
        if (key != null) {
            int count = billedByKey.add(key, entry.billed() ? 1 : 0);
            billedMoreThanOnce += entry.billed() && count == 2 ? 1 : 0;
        }
    }
}
