package dev.millrace.worker.call;

import dev.millrace.contracts.config.WorkerConfig;

/**
 * How much memory answers may take while they are read: a quarter of {@code max_held_bytes} for
 * what all calls hold freely, and as much again for long answers. It can be more where many calls,
 * many models, or answers of many bytes are allowed, since each call has its least part and each
 * model one long answer.
 *
 * @param maxBytes longest body, decompressed
 * @param freeBytes of a body that are read without asking
 * @param largeAtOnce longer bodies of one model that are read at once, 1 or more
 */
public record AnswerLimits(int maxBytes, int freeBytes, int largeAtOnce) {
    private static final int PART_OF_HELD = 4;
    private static final int LEAST_FREE_BYTES = 8 << 10;
    private static final int MOST_FREE_BYTES = 64 << 10;

    /**
     * As the configuration of a worker has it.
     *
     * @param models how many are served
     * @param maxBytes longest body of an answer
     */
    public static AnswerLimits of(WorkerConfig config, int models, int maxBytes) {
        long budget = config.maxHeldBytes() / PART_OF_HELD;
        return new AnswerLimits(
                maxBytes,
                Math.clamp(budget / config.maxInFlight(), LEAST_FREE_BYTES, MOST_FREE_BYTES),
                Math.clamp(budget / ((long) models * maxBytes), 1, Integer.MAX_VALUE));
    }
}
