package dev.millrace.worker.schedule;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;

/**
 * The turns of one model's lanes. While both lanes have ready jobs, each lane's share follows its
 * weight; while one has none, the other goes at once. Unused turns are not kept. Immutable.
 *
 * @param weights how often each lane's turn comes
 * @param owed what bulk is owed: bulk's weight for each job of normal that went before a job of
 *     bulk; from 0 to the sum of both weights
 */
record WeightedRoundRobin(LaneWeights weights, int owed) {

    static WeightedRoundRobin of(LaneWeights weights) {
        return new WeightedRoundRobin(weights, 0);
    }

    /** Returns the lane that goes next when both have a job that may start. */
    Lane next() {
        return owed >= weights.normal() ? Lane.BULK : Lane.NORMAL;
    }

    /**
     * Returns the turns after a job of the lane has started.
     *
     * @param otherWaits whether the other lane has a ready job
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
