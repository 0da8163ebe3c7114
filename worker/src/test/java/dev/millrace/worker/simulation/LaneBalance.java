package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.Lane;

/**
 * The starts of two lanes of a model while both always have waiting jobs. By start-time fair
 * queueing, in each span of this time, the starts ÷ weight of the lanes differ by at most 1 ÷
 * weight of the one + 1 ÷ weight of the other (Goyal, Vin and Cheng, SIGCOMM 1996, theorem 1).
 */
final class LaneBalance {
    private final Lane a;
    private final Lane b;
    private final int weightA;
    private final int weightB;

    /** Starts ÷ weight of a, minus those of b, times both weights. */
    private int difference;

    private int lowest;
    private int highest;
    private int startsA;
    private int startsB;

    LaneBalance(Lane a, Lane b) {
        this.a = a;
        this.b = b;
        weightA = Scenario.WEIGHTS.of(a);
        weightB = Scenario.WEIGHTS.of(b);
    }

    /** Counts the start of a call if it is in one of the lanes. */
    void onStarted(Lane lane) {
        if (lane == a) {
            startsA++;
        } else if (lane == b) {
            startsB++;
        }
        difference = startsA * weightB - startsB * weightA;
        lowest = Math.min(lowest, difference);
        highest = Math.max(highest, difference);
    }

    /** Returns true if the bound holds in each span up to now. */
    boolean isKept() {
        return highest - lowest <= weightA + weightB;
    }

    @Override
    public String toString() {
        return "%d calls of lane %s and %d of lane %s started while both had waiting jobs"
                .formatted(startsA, a, startsB, b);
    }
}
