package dev.millrace.router.guards;

import org.jspecify.annotations.Nullable;

/**
 * Outcomes of the rule's other arms, with which the guarded arm is compared.
 *
 * @param goodResults window of the last good results, for usual latency and cost
 * @param allOutcomes window of the last outcomes, good or not; records only whether each is an
 *     error
 * @param errors errors since the oldest job in the guarded arm's window
 * @param latencies latencies of good results since that oldest job
 */
record Baseline(
        OutcomeWindow goodResults,
        OutcomeWindow allOutcomes,
        BaselineErrors errors,
        BaselineLatencies latencies) {

    /** Reads a stored baseline; null represents an empty part. */
    static Baseline read(
            GuardRule rule,
            byte @Nullable [] goodResults,
            byte @Nullable [] allOutcomes,
            byte @Nullable [] errors,
            byte @Nullable [] latencies) {
        int capacity = rule.baselineCapacity();
        return new Baseline(
                OutcomeWindow.read(goodResults, capacity),
                OutcomeWindow.read(allOutcomes, capacity),
                BaselineErrors.read(errors, rule.over()),
                BaselineLatencies.read(latencies, rule.over()));
    }

    void add(JobOutcome outcome) {
        allOutcomes.add(new JobOutcome(outcome.isError(), 0, 0));
        errors.onOtherJob(outcome.isError());
        if (!outcome.isError()) {
            goodResults.add(outcome);
            latencies.onOtherResult(outcome.upstreamMillis());
        }
    }

    /** Records the end of a job of the guarded arm. */
    void onArmJob() {
        errors.onArmJob();
        latencies.onArmJob();
    }

    /**
     * Returns the error rate of the last jobs, or of the jobs since the oldest job in the guarded
     * arm's window, whichever is higher.
     *
     * @param minJobs a rate of fewer jobs counts as 0
     */
    Proportion errorRate(int minJobs) {
        return new Proportion(allOutcomes.errors(), allOutcomes.size())
                .orNoneBelow(minJobs)
                .max(errors.errorRate().orNoneBelow(minJobs));
    }

    /**
     * Returns the P95 of the last good results, or of the good results since the oldest job in the
     * guarded arm's window, whichever is higher.
     *
     * @param minJobs fewer good results since that job are ignored
     */
    int p95Millis(int minJobs) {
        int last = goodResults.latencies().p95();
        LatencyBuckets buckets = latencies.buckets();
        return buckets.size() < minJobs ? last : Math.max(last, buckets.p95());
    }

    /**
     * Returns the proportion of slow calls since the oldest job in the guarded arm's window. In a
     * slow period of all arms, the arm can have a few more of them by chance.
     *
     * @param minJobs a proportion of fewer calls counts as 0
     */
    Proportion slowRate(long limitMillis, int minJobs) {
        LatencyBuckets buckets = latencies.buckets();
        return new Proportion(buckets.countAbove(limitMillis), buckets.size()).orNoneBelow(minJobs);
    }
}
