package dev.millrace.bench.contender;

import java.util.concurrent.ConcurrentSkipListSet;

/** What of one partition is taken and not finished. Taken by one thread, finished by any. */
final class OpenOffsets {
    private final ConcurrentSkipListSet<Long> open = new ConcurrentSkipListSet<>();
    private long next;

    void onTaken(long offset) {
        open.add(offset);
        next = offset + 1;
    }

    void onFinished(long offset) {
        open.remove(offset);
    }

    /** All below it are finished. On the thread that takes. */
    long lowestUnfinished() {
        Long lowest = open.ceiling(0L);
        return lowest == null ? next : lowest;
    }
}
