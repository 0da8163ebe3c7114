package dev.millrace.standalone.status;

import dev.millrace.contracts.control.WorkerReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * A breaker that is not closed.
 *
 * @param workers number of workers with this breaker not closed
 * @param first the breaker as reported by the worker in which it opened first
 * @param nextTrial the earliest next trial of all workers
 */
public record BreakerStatus(int workers, WorkerReport.Open first, Instant nextTrial) {
    /** Combines the breakers of all workers whose lists have not expired. */
    static List<BreakerStatus> all(Collection<WorkerReport> lists, Instant now) {
        var byName = new TreeMap<String, BreakerStatus>();
        for (WorkerReport list : lists) {
            if (list.isValid(now)) {
                for (WorkerReport.Open each : list.open()) {
                    byName.merge(
                            each.breaker(),
                            new BreakerStatus(1, each, each.nextTrial()),
                            BreakerStatus::plus);
                }
            }
        }
        return new ArrayList<>(byName.values());
    }

    private BreakerStatus plus(BreakerStatus other) {
        return new BreakerStatus(
                workers + other.workers,
                other.first.since().isBefore(first.since()) ? other.first : first,
                other.nextTrial.isBefore(nextTrial) ? other.nextTrial : nextTrial);
    }
}
