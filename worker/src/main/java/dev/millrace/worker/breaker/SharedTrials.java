package dev.millrace.worker.breaker;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Shares the trial calls of open breakers with other workers, by the lists of open breakers that
 * the workers write to control. A worker without jobs for a breaker takes no turn. Once a breaker
 * has closed in another worker, this worker tries at once. Belongs to the loop's thread.
 */
public final class SharedTrials {
    /** Longest time after which an expired list is noticed. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Breakers breakers;
    private final LoopClock clock;
    private final String instance;
    private Map<String, WorkerReport> lists = Map.of();
    private long checkedNanos;

    /**
     * @param instance name of this worker, whose own list is ignored
     */
    public SharedTrials(Breakers breakers, LoopClock clock, String instance) {
        this.breakers = breakers;
        this.clock = clock;
        this.instance = instance;
        checkedNanos = clock.nanos();
    }

    /**
     * Applies the lists of all workers.
     *
     * @param latest the lists by instance
     */
    public void onTick(Map<String, WorkerReport> latest) {
        long now = clock.nanos();
        if (latest.equals(lists) && now - checkedNanos < INTERVAL.toNanos()) {
            return;
        }
        checkedNanos = now;
        Map<String, WorkerReport> before = lists;
        lists = latest;
        breakers.forEachOpen(it -> share(it, before, now));
    }

    private void share(Breaker breaker, Map<String, WorkerReport> before, long nowNanos) {
        String name = breaker.id().toString();
        Instant now = clock.now();
        int others = 0;
        int rank = 0;
        for (var each : lists.entrySet()) {
            if (!each.getKey().equals(instance) && takesTurns(each.getValue(), name, now)) {
                others++;
                rank += each.getKey().compareTo(instance) < 0 ? 1 : 0;
            }
        }
        breaker.share(others + 1, rank, nowNanos);
        if (before.keySet().stream().anyMatch(it -> hasClosed(it, name, before, now))) {
            breaker.tryNow(nowNanos);
        }
    }

    private static boolean takesTurns(WorkerReport list, String name, Instant now) {
        return list.isValid(now)
                && list.open().stream().anyMatch(it -> it.breaker().equals(name) && it.jobsWait());
    }

    /**
     * Returns true if a worker's breaker was open and is closed now. An expired list is no
     * evidence, because its worker has ended.
     */
    private boolean hasClosed(
            String other, String name, Map<String, WorkerReport> before, Instant now) {
        WorkerReport old = before.get(other);
        WorkerReport list = lists.get(other);
        return !other.equals(instance)
                && old != null
                && old.isValid(now)
                && has(old, name)
                && (list == null || (list.isValid(now) && !has(list, name)));
    }

    private static boolean has(WorkerReport list, String name) {
        return list.open().stream().anyMatch(it -> it.breaker().equals(name));
    }
}
