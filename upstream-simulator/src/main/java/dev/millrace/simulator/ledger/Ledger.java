package dev.millrace.simulator.ledger;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The billing ledger: every call once, in the order in which calls ended. Recording takes constant
 * time; memory is bounded by the number of entries, beyond which calls are counted in the
 * {@linkplain #summary() summary} but not kept one by one. Thread-safe.
 */
public final class Ledger {
    private final int maxEntries;
    private final List<Chunk> chunks = new ArrayList<>();
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Map<String, ModelTotals> models = new HashMap<>();
    private Names names = new Names();
    private KeyCounts billedByKey;

    /** Sequence number of the newest call, and of the last one before the ledger was cleared. */
    private long sequence;

    private long cleared;
    private int kept;
    private long billed;
    private long billedMoreThanOnce;

    /**
     * Creates an empty ledger.
     *
     * @param maxEntries calls that are kept one by one, about 60 bytes each; as many idempotency
     *     keys are told apart, about 20 bytes each
     */
    public Ledger(int maxEntries) {
        this.maxEntries = maxEntries;
        this.billedByKey = new KeyCounts(maxEntries);
    }

    /**
     * Writes a call down.
     *
     * @param entry its sequence is given here
     * @return the sequence it got
     */
    public synchronized long record(LedgerEntry entry) {
        sequence++;
        if (kept < maxEntries) {
            if (kept % Chunk.SIZE == 0) {
                chunks.add(new Chunk());
            }
            chunks.getLast().set(kept % Chunk.SIZE, entry, names);
            kept++;
        }
        String model = names.name(names.number(entry.model()));
        models.merge(model, ModelTotals.NONE.plus(entry), (totals, _) -> totals.plus(entry));
        outcomes.merge(entry.outcome(), 1L, Long::sum);
        billed += entry.billed() ? 1 : 0;
        countKey(entry);
        return sequence;
    }

    /** Changes how a call ended, when that was found out only after it had been recorded. */
    public synchronized void amend(long recorded, Outcome before, Outcome after) {
        if (recorded <= cleared) {
            return;
        }
        outcomes.merge(before, -1L, Long::sum);
        outcomes.merge(after, 1L, Long::sum);
        long index = recorded - cleared - 1;
        if (index < kept) {
            chunks.get((int) (index / Chunk.SIZE)).setOutcome((int) (index % Chunk.SIZE), after);
        }
    }

    /** What all calls add up to. */
    public synchronized LedgerSummary summary() {
        return new LedgerSummary(
                sequence - cleared,
                billed,
                sequence - cleared - kept,
                billedByKey.size(),
                billedMoreThanOnce,
                billedByKey.untracked(),
                outcomes,
                models);
    }

    /** All entries; for tests and small ledgers. */
    public List<LedgerEntry> entries() {
        List<LedgerEntry> all = new ArrayList<>();
        List<LedgerEntry> page = page(0);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page(page.getLast().sequence());
        }
        return all;
    }

    /**
     * The next entries, some thousand at most, so that a reader holds neither the lock nor much
     * memory for long.
     *
     * @param since only entries with a sequence above this one
     */
    public synchronized List<LedgerEntry> page(long since) {
        int index = Math.clamp(since - cleared, 0, kept);
        int end = (int) Math.min(kept, (long) index + Chunk.SIZE);
        List<LedgerEntry> page = new ArrayList<>(end - index);
        for (int i = index; i < end; i++) {
            page.add(chunks.get(i / Chunk.SIZE).get(i % Chunk.SIZE, cleared + i + 1, names));
        }
        return page;
    }

    /** Forgets all calls; sequence numbers go on. */
    public synchronized void clear() {
        chunks.clear();
        outcomes.clear();
        models.clear();
        names = new Names();
        billedByKey = new KeyCounts(maxEntries);
        cleared = sequence;
        kept = 0;
        billed = 0;
        billedMoreThanOnce = 0;
    }

    private void countKey(LedgerEntry entry) {
        String key = entry.caller().idempotencyKey();
        if (key != null) {
            int count = billedByKey.add(key, entry.billed() ? 1 : 0);
            billedMoreThanOnce += entry.billed() && count == 2 ? 1 : 0;
        }
    }
}
