package dev.millrace.router.fair;

import dev.millrace.contracts.job.Lane;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Puts the jobs of one partition of the request topics on the lanes of their models. Work is never
 * held back: what is on the bulk lane is served whenever there is room.
 */
public final class FairPace {
    /** With fewer, a heavier tenant would be level before it may go on, and lose of its part. */
    private static final int LEAST = 2;

    private final double limit;
    private final ToIntFunction<String> weights;
    private final PaceLog log;
    private final Map<String, ModelPace> models = new HashMap<>();

    FairPace(Fairness fairness, PaceLog log) {
        limit = fairness.limit();
        weights = fairness.weights();
        this.log = log;
    }

    /**
     * How many jobs a tenant may be ahead in one partition: its part of what it may be in all.
     *
     * @param partitions of the request topic
     */
    public static double limit(int burst, int partitions) {
        return Math.max(LEAST, (double) burst / partitions);
    }

    /** A job has come; returns the lane that it goes to. */
    public Lane laneOf(String model, String tenant) {
        boolean isWithin = pace(model).admit(tenant, weights.applyAsInt(tenant), limit);
        return isWithin ? Lane.NORMAL : Lane.BULK;
    }

    /** A job that went to the normal lane has ended. */
    public void onNormalEnd(String model) {
        ModelPace pace = models.get(model);
        if (pace != null) {
            pace.onEnd();
            if (pace.isLevel()) {
                models.remove(model);
            }
        }
    }

    /** Stores what has changed since the last time. */
    public void flush() {
        log.flush();
    }

    /** How many jobs the tenant is ahead at the model, 0 or more. */
    public double ahead(String model, String tenant) {
        ModelPace pace = models.get(model);
        return pace == null ? 0 : pace.ahead(tenant);
    }

    /** Takes up an entry that was stored. */
    void restore(PaceEntry entry) {
        if (entry.isTime()) {
            pace(entry.model()).restoreTime(entry.at());
        } else {
            pace(entry.model()).restore(entry.tenant(), entry.mark());
        }
    }

    private ModelPace pace(String model) {
        return models.computeIfAbsent(model, it -> new ModelPace(it, log));
    }
}
