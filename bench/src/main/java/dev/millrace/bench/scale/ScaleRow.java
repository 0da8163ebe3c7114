package dev.millrace.bench.scale;

import java.util.Optional;

/**
 * The figures of one {@link ScaleScenario}.
 *
 * @param skew largest difference between two partitions of a lane, as a fraction of a partition's
 *     jobs
 * @param utilization fraction of the slots in use until nearly all of the backlog was done
 * @param problem missing or superfluous results; empty when there are none
 */
record ScaleRow(String name, double skew, double utilization, Optional<String> problem) {
    static final double MAX_SKEW = 0.1;
    static final double MIN_UTILIZATION = 0.95;

    boolean isEven() {
        return skew < MAX_SKEW;
    }

    boolean isUtilized() {
        return utilization >= MIN_UTILIZATION;
    }
}
