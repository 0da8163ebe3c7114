package dev.millrace.router.guards;

/**
 * Sizes of a guard's windows.
 *
 * @param jobsSinceOldest the other arms' jobs since the arm's oldest job
 * @param goodResultsSinceOldest good results among these jobs
 */
public record GuardCounts(
        int jobs,
        int errors,
        int baselineGoodResults,
        int baselineErrors,
        long jobsSinceOldest,
        long goodResultsSinceOldest) {
    public static GuardCounts of(GuardMonitor guard) {
        Baseline baseline = guard.baseline();
        return new GuardCounts(
                guard.arm().size(),
                guard.arm().errors(),
                baseline.goodResults().size(),
                baseline.allOutcomes().errors(),
                baseline.errors().errorRate().jobs(),
                baseline.latencies().buckets().size());
    }
}
