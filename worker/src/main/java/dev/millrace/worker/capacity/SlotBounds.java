package dev.millrace.worker.capacity;

import dev.millrace.configuration.WorkerConfig;

/**
 * The numbers of slots that follow from {@code worker.max_in_flight} and the number of served
 * models. {@link CallSlots} explains and obeys them.
 *
 * @param limit calls in flight that any models may fill: {@code max_in_flight}, 1 or more
 * @param models number of served models, 1 or more
 */
public record SlotBounds(int limit, int models) {
    /** One slot in this number is reserved for critical jobs, but at least one. */
    private static final int RESERVE_DIVISOR = 100;

    /** A lower limit has no reserve. */
    private static final int MIN_WITH_RESERVE = 20;

    /** The guarantees of all models together are the limit divided by this. */
    private static final int GUARANTEE_DIVISOR = 2;

    /** Derives the numbers from a worker's configuration. */
    public static SlotBounds of(WorkerConfig config, int models) {
        return new SlotBounds(config.maxInFlight(), models);
    }

    /** Returns the number of slots below the limit that only critical jobs may take. */
    int reserve() {
        return limit < MIN_WITH_RESERVE ? 0 : Math.max(1, limit / RESERVE_DIVISOR);
    }

    /**
     * Returns the number of slots that each model can always take; at least 1 unless there are more
     * models than slots.
     */
    public int guarantee() {
        int shared = limit - reserve();
        return shared < models ? 0 : Math.max(1, shared / GUARANTEE_DIVISOR / models);
    }

    /**
     * Returns the maximum number of calls in flight, overdraft included: the limit, and the
     * guarantees of all models but one. Connections and queues have this size, and a crash repeats
     * at most this number of calls.
     */
    public int hardBound() {
        return limit + (models - 1) * guarantee();
    }
}
