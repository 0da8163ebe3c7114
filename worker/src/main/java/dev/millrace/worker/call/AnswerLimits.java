package dev.millrace.worker.call;

import dev.millrace.contracts.config.WorkerConfig;

/**
 * Limits the memory that answers take while they are read: a quarter of {@code max_held_bytes} for
 * the free parts of all calls, and another quarter for long answers. The memory can exceed these
 * quarters if there are many calls or models, or if long answers are allowed, because each call has
 * a minimum free part and each model can read one long answer.
 *
 * @param maxBytes maximum length of a decompressed body
 * @param freeBytes length of a body that is read without a permit
 * @param largeAtOnce number of longer bodies of one model that are read at once, 1 or more
 */
public record AnswerLimits(int maxBytes, int freeBytes, int largeAtOnce) {
    private static final int PART_OF_HELD = 4;
    private static final int MIN_FREE_BYTES = 8 << 10;
    private static final int MAX_FREE_BYTES = 64 << 10;

    /**
     * Derives the limits from a worker's configuration.
     *
     * @param models number of models that the worker serves
     * @param maxBytes maximum length of the body of an answer
     */
    public static AnswerLimits of(WorkerConfig config, int models, int maxBytes) {
        long budget = config.maxHeldBytes() / PART_OF_HELD;
        return new AnswerLimits(
                maxBytes,
                Math.clamp(budget / config.maxInFlight(), MIN_FREE_BYTES, MAX_FREE_BYTES),
                Math.clamp(budget / ((long) models * maxBytes), 1, Integer.MAX_VALUE));
    }
}
