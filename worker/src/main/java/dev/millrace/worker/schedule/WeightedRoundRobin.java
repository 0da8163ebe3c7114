package dev.millrace.worker.schedule;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;

/**
 * The turns of one model's lanes. While both lanes have ready jobs, each lane's share follows its
 * weight. While one lane has none, the other starts its jobs at once. Unused turns are not kept.
 * Immutable.
 *
 * @param weights how often each lane's turn comes
 * @param bulkCredit the credit of the bulk lane, which grows by bulk's weight with each normal job
 *     that starts before a waiting bulk job; from 0 to the sum of both weights
 */
record WeightedRoundRobin(LaneWeights weights, int bulkCredit) {

    static WeightedRoundRobin of(LaneWeights weights) {
        return new WeightedRoundRobin(weights, 0);
    }

    /** Returns the lane that goes next when both have a job that may start. */
    Lane next() {
        return bulkCredit >= weights.normal() ? Lane.BULK : Lane.NORMAL;
    }

    /**
     * Returns the turns after a job of the lane has started.
     *
     * @param otherWaits whether the other lane has a ready job
     */
    WeightedRoundRobin onStarted(Lane lane, boolean otherWaits) {
        return switch (lane) {
            case NORMAL ->
                    otherWaits
                            ? withCredit(Math.min(bulkCredit, weights.normal()) + weights.bulk())
                            : this;
            case BULK -> withCredit(Math.max(0, bulkCredit - weights.normal()));
        };
    }

    private WeightedRoundRobin withCredit(int amount) {
        return new WeightedRoundRobin(weights, amount);
    }
}
