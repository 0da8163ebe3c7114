package dev.millrace.router.fair;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Virtual time of one model, and the finish tags of the tenants that are ahead of it. When no
 * tenant is ahead, the virtual time is 0.
 *
 * <p>A request names its tenant, so every job can bring a new tenant. Once {@value #MAX_TAGS}
 * tenants are ahead, all further tenants share one finish tag of weight 1.
 */
final class ModelPace {
    /** Leads up to this virtual time are rounding errors. */
    private static final double NO_LEAD = 1e-9;

    /** Maximum number of tenants with their own tag; they take some megabytes. */
    static final int MAX_TAGS = 10_000;

    /** Name of the tag that all further tenants share. It is not a valid tenant name. */
    static final String FURTHER_TENANTS = "\t";

    private static final int FURTHER_WEIGHT = 1;

    /** Tolerance, so that rounding does not reject a job that is exactly at the limit. */
    private static final double ROUNDING = 1e-6;

    private final String model;
    private final PaceLog log;
    private final Map<String, FinishTag> tags = new HashMap<>();
    private final NavigableSet<Lead> leads = new TreeSet<>(Lead.SHORTEST_FIRST);
    private double now;
    private long weights;
    private long changedMillis;

    private record Lead(double virtualTime, String tenant) {
        static final Comparator<Lead> SHORTEST_FIRST =
                Comparator.comparingDouble(Lead::virtualTime).thenComparing(Lead::tenant);
    }

    ModelPace(String model, PaceLog log, long nowMillis) {
        this.model = model;
        this.log = log;
        changedMillis = nowMillis;
    }

    /** Records that a job entered a lane other than bulk, or that a job from such a lane ended. */
    void onChange(long nowMillis) {
        changedMillis = nowMillis;
    }

    /** Returns the time of the last {@link #onChange}. */
    long changedMillis() {
        return changedMillis;
    }

    /** Restores the stored virtual time. */
    void restoreTime(double virtualTime) {
        now = virtualTime;
    }

    /** Restores a stored finish tag. */
    void restore(String tenant, FinishTag tag) {
        set(tenant, tag);
    }

    /** Returns the name of the tag that counts for a tenant. */
    private String tagName(String tenant) {
        return tags.size() < MAX_TAGS || tags.containsKey(tenant) ? tenant : FURTHER_TENANTS;
    }

    /** Returns how many jobs the tenant is ahead, 0 or more. */
    double ahead(String tenant) {
        FinishTag tag = tags.get(tagName(tenant));
        return tag == null ? 0 : tag.ahead(now);
    }

    boolean hasNoLeads() {
        return tags.isEmpty();
    }

    /**
     * Counts a job and returns true if the tenant stays within the limit. Otherwise changes nothing
     * and returns false.
     *
     * @param limit number of jobs that the tenant can be ahead, including this job
     */
    boolean admit(String tenant, int weight, double limit) {
        double ahead = ahead(tenant) + 1;
        if (ahead > limit + ROUNDING) {
            return false;
        }
        String name = tagName(tenant);
        int tagWeight = name.equals(FURTHER_TENANTS) ? FURTHER_WEIGHT : weight;
        // Computed from the jobs, so that a changed weight does not change the tenant's lead.
        var tag = new FinishTag(now + ahead / tagWeight, tagWeight);
        set(name, tag);
        log.onTag(model, name, tag);
        return true;
    }

    private void set(String tenant, FinishTag tag) {
        FinishTag before = tags.put(tenant, tag);
        if (before != null) {
            leads.remove(new Lead(before.virtualTime(), tenant));
            weights -= before.weight();
        }
        leads.add(new Lead(tag.virtualTime(), tenant));
        weights += tag.weight();
    }

    /** Counts the end of a job of a lane other than bulk: the leads shrink by one job in total. */
    void onEnd() {
        if (tags.isEmpty()) {
            return;
        }
        double left = 1;
        while (left > 0 && !leads.isEmpty()) {
            double gap = leads.first().virtualTime() - now;
            double step = Math.min(gap, left / weights);
            now += step;
            left = step < gap ? 0 : left - gap * weights;
            removeCaughtUp();
        }
        if (tags.isEmpty()) {
            now = 0;
        }
        log.onTime(model, now);
    }

    /** Removes all leads. */
    void reset() {
        tags.keySet().forEach(tenant -> log.onTagRemoved(model, tenant));
        tags.clear();
        leads.clear();
        weights = 0;
        now = 0;
        log.onTime(model, now);
    }

    private void removeCaughtUp() {
        while (!leads.isEmpty() && leads.first().virtualTime() - now <= NO_LEAD) {
            String tenant = leads.removeFirst().tenant();
            FinishTag tag = tags.remove(tenant);
            weights -= tag == null ? 0 : tag.weight();
            log.onTagRemoved(model, tenant);
        }
    }
}
