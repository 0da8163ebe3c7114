package dev.millrace.bench.contender;

import java.util.concurrent.ConcurrentSkipListSet;

/** Unfinished offsets of one partition. One thread adds offsets; any thread finishes them. */
final class UnfinishedOffsets {
    private final ConcurrentSkipListSet<Long> unfinished = new ConcurrentSkipListSet<>();
    private long next;

    void onTaken(long offset) {
        unfinished.add(offset);
        next = offset + 1;
    }

    void onFinished(long offset) {
        unfinished.remove(offset);
    }

    /** Returns the lowest unfinished offset. Called by the thread that adds offsets. */
    long lowestUnfinished() {
        Long lowest = unfinished.ceiling(0L);
        return lowest == null ? next : lowest;
    }
}
