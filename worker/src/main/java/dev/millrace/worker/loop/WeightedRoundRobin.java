package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;

/**
 * Whose turn it is between the lanes of one model: each comes as often as its weight says while
 * both have jobs that are ready, and at once while the other has none. What a lane did not use is
 * not kept for it. Immutable.
 *
 * @param weights how often each lane's turn comes
 * @param owed what bulk has waited for, 0 to the weight of normal and less than that of bulk above
 *     it: so much of bulk's weight for each job of normal that went before one of bulk
 */
record WeightedRoundRobin(LaneWeights weights, int owed) {

    static WeightedRoundRobin of(LaneWeights weights) {
        return new WeightedRoundRobin(weights, 0);
    }

    /** Which lane goes next when both have a job that may start. */
    Lane next() {
        return owed >= weights.normal() ? Lane.BULK : Lane.NORMAL;
    }

    /**
     * A job of that lane starts.
     *
     * @param otherWaits whether the other lane has a job that is ready
     */
    WeightedRoundRobin onStarted(Lane lane, boolean otherWaits) {
        return switch (lane) {
            case NORMAL ->
                    otherWaits ? owing(Math.min(owed, weights.normal()) + weights.bulk()) : this;
            case BULK -> owing(Math.max(0, owed - weights.normal()));
        };
    }

    private WeightedRoundRobin owing(int amount) {
        return new WeightedRoundRobin(weights, amount);
    }
}
