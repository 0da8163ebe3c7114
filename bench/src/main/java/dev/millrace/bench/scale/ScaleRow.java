package dev.millrace.bench.scale;

import java.util.Optional;

/**
 * What was seen of one {@link Shift}.
 *
 * @param difference the largest between two partitions of a lane, as a part of a partition's jobs
 * @param use part of the slots that was in use until nearly all of the backlog was done
 * @param problem why the results are not exactly those of the jobs; empty when they are
 */
record ScaleRow(String name, double difference, double use, Optional<String> problem) {
    static final double MOST_DIFFERENCE = 0.1;
    static final double LEAST_USE = 0.95;

    boolean isEven() {
        return difference < MOST_DIFFERENCE;
    }

    boolean isUsed() {
        return use >= LEAST_USE;
    }
}
