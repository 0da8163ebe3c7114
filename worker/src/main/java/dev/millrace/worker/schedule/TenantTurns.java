package dev.millrace.worker.schedule;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Gives turns to the tenants of one model by their weights. Each tenant has a tag that grows by 1 ÷
 * weight with each of its starts, in any lane. The lowest tag of the tenants with ready jobs is the
 * <em>virtual time</em>: a tenant that was idle starts there, so that unused turns are not kept.
 * Belongs to the loop's thread.
 */
final class TenantTurns {
    /** The growth of a tag with weight 1. Tags overflow after 10^12 starts. */
    private static final long UNIT = 1_000_000;

    private final ToIntFunction<String> weights;

    /** Tags above the virtual time. */
    private final Map<String, Long> tags = new HashMap<>();

    private Map<String, Long> tagsBefore = Map.of();
    private long virtualTime;
    private long virtualTimeBefore;

    /**
     * @param weights returns a tenant's weight, 1 or more
     */
    TenantTurns(ToIntFunction<String> weights) {
        this.weights = weights;
    }

    long tag(String tenant) {
        return Math.max(virtualTime, tags.getOrDefault(tenant, virtualTime));
    }

    /**
     * Records that a tenant starts a job.
     *
     * @param lowest the lowest tag of the tenants with further ready jobs
     */
    void onStarted(String tenant, long lowest) {
        long tag = tag(tenant);
        virtualTime = Math.max(virtualTime, Math.min(tag, lowest));
        tags.put(tenant, tag + Math.max(1, UNIT / weights.applyAsInt(tenant)));
    }

    /** Saves the turns, so that {@link #reset} can undo later starts. */
    void mark() {
        tags.values().removeIf(tag -> tag <= virtualTime);
        tagsBefore = Map.copyOf(tags);
        virtualTimeBefore = virtualTime;
    }

    /** Restores the turns saved by the last {@link #mark}. */
    void reset() {
        tags.clear();
        tags.putAll(tagsBefore);
        virtualTime = virtualTimeBefore;
    }
}
