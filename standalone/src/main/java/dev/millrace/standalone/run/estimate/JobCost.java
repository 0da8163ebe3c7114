package dev.millrace.standalone.run.estimate;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.results.StoredCost;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cost of all billed calls of a job.
 *
 * @param usage tokens of the calls
 * @param usd cost in US dollars
 */
public record JobCost(TokenUsage usage, BigDecimal usd) {
    private static final JobCost NOTHING = new JobCost(TokenUsage.NONE, BigDecimal.ZERO);

    /** Returns the costs of the jobs that have ended, from all their cost events. */
    public static Map<JobId, JobCost> ofEnded(Collection<StoredCost> events) {
        Set<JobId> ended =
                events.stream()
                        .filter(StoredCost::isFinal)
                        .map(StoredCost::jobId)
                        .collect(Collectors.toSet());
        Map<JobId, JobCost> costs = new HashMap<>();
        for (StoredCost event : events) {
            if (ended.contains(event.jobId())) {
                costs.merge(event.jobId(), of(event), JobCost::plus);
            }
        }
        return costs;
    }

    private static JobCost of(StoredCost event) {
        return event.kind() == CostKind.BILLED
                ? new JobCost(event.usage(), event.costUsd())
                : NOTHING;
    }

    private JobCost plus(JobCost other) {
        return new JobCost(usage.plus(other.usage), usd.add(other.usd));
    }
}
