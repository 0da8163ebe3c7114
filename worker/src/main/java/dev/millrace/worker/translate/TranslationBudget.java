package dev.millrace.worker.translate;

import dev.millrace.configuration.WorkerConfig;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds the total bytes of the bodies under translation. A body longer than the budget is
 * translated alone. Can be used from any thread.
 */
final class TranslationBudget {
    /** The budget is {@code max_held_bytes} divided by this; a translation holds five times it. */
    private static final int PART_OF_HELD = 8;

    private static final int UNIT_BYTES = 1 << 10;

    private final int units;
    private final Semaphore free;

    /**
     * Creates a budget.
     *
     * @param bytes 0 or more, rounded up to a KiB
     */
    TranslationBudget(long bytes) {
        units = Math.clamp(units(bytes), 1, Integer.MAX_VALUE);
        free = new Semaphore(units, true);
    }

    /** Derives the budget from a worker's configuration. */
    static TranslationBudget of(WorkerConfig config) {
        return new TranslationBudget(config.maxHeldBytes() / PART_OF_HELD);
    }

    /**
     * Translates a body, after the translations that have taken the budget. The wait is short,
     * because a translation only computes; so an interrupt does not end it.
     */
    <T> T within(int bodyBytes, Supplier<T> translation) {
        int taken = Math.clamp(units(bodyBytes), 1, units);
        free.acquireUninterruptibly(taken);
        try {
            return translation.get();
        } finally {
            free.release(taken);
        }
    }

    /** Returns the bytes that are free, in whole KiB. */
    long freeBytes() {
        return (long) free.availablePermits() * UNIT_BYTES;
    }

    private static long units(long bytes) {
        return Math.ceilDiv(bytes, UNIT_BYTES);
    }
}
