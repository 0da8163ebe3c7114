package dev.millrace.worker.http;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.capacity.SlotBounds;

/**
 * Limits the memory of answers while they are read. Every call can read the beginning of its
 * answer. To read a longer answer to its end, a call needs one of its model's permits.
 *
 * <p>The beginnings of all answers share a quarter of {@code max_held_bytes}, long answers share
 * another quarter, and unfinished streams beyond their beginnings share a third quarter. With many
 * calls or models, or with long answers allowed, the memory can exceed these quarters. Each call
 * can always read a minimum without a permit, and each model one long answer.
 *
 * @param maxBytes maximum length of a decompressed body
 * @param bytesWithoutPermit length of the beginning, which is read without a permit
 * @param largeAtOnce permits of one model: number of its longer bodies that are read at once, 1 or
 *     more
 * @param streamBytes memory that the unfinished streams of one model share beyond their beginnings;
 *     a stream that finds none left needs a permit
 */
public record AnswerLimits(int maxBytes, int bytesWithoutPermit, int largeAtOnce, int streamBytes) {
    private static final int PART_OF_HELD = 4;
    private static final int MIN_WITHOUT_PERMIT = 8 << 10;
    private static final int MAX_WITHOUT_PERMIT = 64 << 10;

    /**
     * Derives the limits from a worker's configuration.
     *
     * @param slots bounds the calls, and so the answers, of all served models
     * @param maxBytes maximum length of the body of an answer
     */
    public static AnswerLimits of(WorkerConfig config, SlotBounds slots, int maxBytes) {
        long budget = config.maxHeldBytes() / PART_OF_HELD;
        return new AnswerLimits(
                maxBytes,
                Math.clamp(budget / slots.hardBound(), MIN_WITHOUT_PERMIT, MAX_WITHOUT_PERMIT),
                Math.clamp(budget / ((long) slots.models() * maxBytes), 1, Integer.MAX_VALUE),
                Math.clamp(budget / slots.models(), 0, Integer.MAX_VALUE));
    }
}
