package dev.millrace.router.fair;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The pace of all tenants at one model. Holds only those that are ahead; when nobody is, its time
 * is 0 again.
 *
 * <p>Whose a job is, requests claim themselves, so there may be a tenant for each: once {@value
 * #MOST} are ahead, all further ones are as one, of weight 1.
 */
final class ModelPace {
    /** Marks so little ahead, in virtual time, are what rounding has left. */
    private static final double LEVEL = 1e-9;

    /** Of tenants with a mark of their own: some megabytes. */
    static final int MOST = 10_000;

    /** Stands for all tenants beyond them; none can be called so. */
    static final String FURTHER = "\t";

    private static final int FURTHER_WEIGHT = 1;

    /** A job that is at the limit by exact figures is within it. */
    private static final double ROUNDING = 1e-6;

    private final String model;
    private final PaceLog log;
    private final Map<String, Mark> marks = new HashMap<>();
    private final NavigableSet<Ahead> inOrder = new TreeSet<>(Ahead.NEAREST_FIRST);
    private double now;
    private long weights;
    private long movedMillis;

    private record Ahead(double at, String tenant) {
        static final Comparator<Ahead> NEAREST_FIRST =
                Comparator.comparingDouble(Ahead::at).thenComparing(Ahead::tenant);
    }

    ModelPace(String model, PaceLog log, long nowMillis) {
        this.model = model;
        this.log = log;
        movedMillis = nowMillis;
    }

    /** A job has gone to the normal lane, or one of it has ended. */
    void onMove(long nowMillis) {
        movedMillis = nowMillis;
    }

    /** When that was the last time. */
    long movedMillis() {
        return movedMillis;
    }

    /** Takes up a time that was stored. */
    void restoreTime(double virtualTime) {
        now = virtualTime;
    }

    /** Takes up a mark that was stored. */
    void restore(String tenant, Mark mark) {
        set(tenant, mark);
    }

    /** Under whose name the tenant has its mark, or would have it. */
    private String nameOf(String tenant) {
        return marks.size() < MOST || marks.containsKey(tenant) ? tenant : FURTHER;
    }

    /** How many jobs the tenant is ahead, 0 or more. */
    double ahead(String tenant) {
        Mark mark = marks.get(nameOf(tenant));
        return mark == null ? 0 : mark.ahead(now);
    }

    boolean isLevel() {
        return marks.isEmpty();
    }

    /**
     * Another job of the tenant; returns whether it is within the limit. Otherwise nothing changes.
     *
     * @param limit how many jobs the tenant may be ahead with it
     */
    boolean admit(String tenant, int weight, double limit) {
        double ahead = ahead(tenant) + 1;
        if (ahead > limit + ROUNDING) {
            return false;
        }
        String name = nameOf(tenant);
        int own = name.equals(FURTHER) ? FURTHER_WEIGHT : weight;
        // A weight that has changed since keeps the jobs that the tenant is ahead.
        var mark = new Mark(now + ahead / own, own);
        set(name, mark);
        log.onMark(model, name, mark);
        return true;
    }

    private void set(String tenant, Mark mark) {
        Mark before = marks.put(tenant, mark);
        if (before != null) {
            inOrder.remove(new Ahead(before.at(), tenant));
            weights -= before.weight();
        }
        inOrder.add(new Ahead(mark.at(), tenant));
        weights += mark.weight();
    }

    /** A job of the normal lane has ended: all who are ahead are so by one job less in sum. */
    void onEnd() {
        if (marks.isEmpty()) {
            return;
        }
        double left = 1;
        while (left > 0 && !inOrder.isEmpty()) {
            double gap = inOrder.first().at() - now;
            double step = Math.min(gap, left / weights);
            now += step;
            left = step < gap ? 0 : left - gap * weights;
            dropLevel();
        }
        if (marks.isEmpty()) {
            now = 0;
        }
        log.onTime(model, now);
    }

    /** Nobody is ahead any more. */
    void level() {
        marks.keySet().forEach(tenant -> log.onLevel(model, tenant));
        marks.clear();
        inOrder.clear();
        weights = 0;
        now = 0;
        log.onTime(model, now);
    }

    private void dropLevel() {
        while (!inOrder.isEmpty() && inOrder.first().at() - now <= LEVEL) {
            String tenant = inOrder.removeFirst().tenant();
            Mark mark = marks.remove(tenant);
            weights -= mark == null ? 0 : mark.weight();
            log.onLevel(model, tenant);
        }
    }
}
