package dev.millrace.router.fair;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Assigns each job of one partition of the request topics, or of one gateway, to a lane of its
 * model: the lane of its priority, or the bulk lane. No job is held back: workers take bulk jobs
 * whenever they have capacity.
 *
 * <p>If the router misses a job's end, the tenant stays one job ahead. To keep these errors from
 * adding up, all leads at a model are reset after {@link #RESET_AFTER} without a change: no job
 * entered a lane other than bulk, and none from such a lane ended. A gateway resets no leads, since
 * it counts each call down when it ends.
 */
public final class FairLaneAssigner {
    /** Minimum limit in jobs. With 1, a heavier tenant would get less than its share. */
    private static final int MIN_LIMIT = 2;

    /** Remaining leads at a model are errors after this long without a change. */
    static final Duration RESET_AFTER = Duration.ofHours(1);

    private final double limit;
    private final ToIntFunction<String> weights;
    private final PaceLog log;
    private final Map<String, ModelPace> models = new HashMap<>();

    FairLaneAssigner(FairnessConfig fairness, PaceLog log) {
        limit = fairness.limit();
        weights = fairness.weights();
        this.log = log;
    }

    /** Creates an assigner that starts without leads and stores none. */
    public static FairLaneAssigner inMemory(FairnessConfig fairness) {
        return new FairLaneAssigner(fairness, PaceLog.NONE);
    }

    /**
     * Returns the number of jobs that a tenant can be ahead in one partition: its part of the
     * burst.
     *
     * @param partitions number of partitions of the request topic
     */
    public static double limitPerPartition(int burst, int partitions) {
        return Math.max(MIN_LIMIT, (double) burst / partitions);
    }

    /**
     * Returns the lane for a new job, and counts the job unless the lane is bulk.
     *
     * @param nowMillis since the epoch, like all times in this class
     */
    public Lane assignLane(String model, String tenant, Priority priority, long nowMillis) {
        return admit(model, tenant, nowMillis) ? Lane.of(priority) : Lane.BULK;
    }

    /** Counts a new job and returns true, unless its tenant is too far ahead. */
    public boolean admit(String model, String tenant, long nowMillis) {
        ModelPace pace = pace(model, nowMillis);
        boolean isAdmitted = pace.admit(tenant, weights.applyAsInt(tenant), limit);
        if (isAdmitted) {
            pace.onChange(nowMillis);
        }
        return isAdmitted;
    }

    /** Counts a job of the bulk lane that enters a counted lane. */
    public void countSurplus(String model, String tenant, long nowMillis) {
        ModelPace pace = pace(model, nowMillis);
        boolean _ = pace.admit(tenant, weights.applyAsInt(tenant), Double.MAX_VALUE);
        pace.onChange(nowMillis);
    }

    /** Counts the end of a job that was counted when it was assigned. */
    public void onCountedEnd(String model, long nowMillis) {
        ModelPace pace = models.get(model);
        if (pace != null) {
            pace.onChange(nowMillis);
            pace.onEnd();
            if (pace.hasNoLeads()) {
                models.remove(model);
            }
        }
    }

    /** Resets the models without a recent change, and stores all changes since the last flush. */
    public void flush(long nowMillis) {
        long resetBefore = nowMillis - RESET_AFTER.toMillis();
        models.values()
                .removeIf(
                        pace -> {
                            boolean isStale = pace.changedMillis() <= resetBefore;
                            if (isStale) {
                                pace.reset();
                            }
                            return isStale;
                        });
        log.flush();
    }

    /** Returns how many jobs the tenant is ahead at the model, 0 or more. */
    public double ahead(String model, String tenant) {
        ModelPace pace = models.get(model);
        return pace == null ? 0 : pace.ahead(tenant);
    }

    /** Restores a stored entry. It counts as changed now. */
    void restore(PaceEntry entry, long nowMillis) {
        ModelPace pace = pace(entry.model(), nowMillis);
        if (entry.isModelTime()) {
            pace.restoreTime(entry.virtualTime());
        } else {
            pace.restore(entry.tenant(), entry.tag());
        }
    }

    private ModelPace pace(String model, long nowMillis) {
        return models.computeIfAbsent(model, it -> new ModelPace(it, log, nowMillis));
    }
}
