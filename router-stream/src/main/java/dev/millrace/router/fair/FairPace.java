package dev.millrace.router.fair;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Puts the jobs of one partition of the request topics on the lanes of their models. Work is never
 * held back: what is on the bulk lane is served whenever there is room.
 *
 * <p>An end that is never heard of leaves a tenant ahead by one job. So that this does not add up,
 * all are level again at a model where for {@link #STILL} no job has gone to the normal lane and
 * none of it has ended.
 */
public final class FairPace {
    /** With fewer, a heavier tenant would be level before it may go on, and lose of its part. */
    private static final int LEAST = 2;

    /** After so long without a move, whoever is still ahead at a model is so by what was lost. */
    static final Duration STILL = Duration.ofHours(1);

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

    /**
     * A job has come; returns the lane that it goes to.
     *
     * @param nowMillis since the epoch, as everywhere here
     */
    public Lane laneOf(String model, String tenant, long nowMillis) {
        ModelPace pace = pace(model, nowMillis);
        if (!pace.admit(tenant, weights.applyAsInt(tenant), limit)) {
            return Lane.BULK;
        }
        pace.onMove(nowMillis);
        return Lane.NORMAL;
    }

    /** A job that went to the normal lane has ended. */
    public void onNormalEnd(String model, long nowMillis) {
        ModelPace pace = models.get(model);
        if (pace != null) {
            pace.onMove(nowMillis);
            pace.onEnd();
            if (pace.isLevel()) {
                models.remove(model);
            }
        }
    }

    /** Levels where nothing has moved for long, and stores what has changed since the last time. */
    public void flush(long nowMillis) {
        long before = nowMillis - STILL.toMillis();
        models.values()
                .removeIf(
                        pace -> {
                            boolean isStill = pace.movedMillis() <= before;
                            if (isStill) {
                                pace.level();
                            }
                            return isStill;
                        });
        log.flush();
    }

    /** How many jobs the tenant is ahead at the model, 0 or more. */
    public double ahead(String model, String tenant) {
        ModelPace pace = models.get(model);
        return pace == null ? 0 : pace.ahead(tenant);
    }

    /** Takes up an entry that was stored, as if it had moved now. */
    void restore(PaceEntry entry, long nowMillis) {
        ModelPace pace = pace(entry.model(), nowMillis);
        if (entry.isTime()) {
            pace.restoreTime(entry.at());
        } else {
            pace.restore(entry.tenant(), entry.mark());
        }
    }

    private ModelPace pace(String model, long nowMillis) {
        return models.computeIfAbsent(model, it -> new ModelPace(it, log, nowMillis));
    }
}
