package dev.millrace.worker.limits;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.quota.Quota;

/**
 * Limits the calls by the quotas of their models, providers and API keys.
 *
 * @param breakers decide which keys can be used
 */
record QuotaLimit(Quota quota, Breakers breakers) implements AdmissionLimit {
    @Override
    public Hold hold(Job job, long nowNanos) {
        return quota.of(job)
                .hold(job, key -> breakers.permitsKey(job.called(), key, nowNanos), nowNanos);
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return quota.of(job)
                .waitNanos(job, key -> breakers.permitsKey(job.called(), key, nowNanos), nowNanos);
    }

    @Override
    public boolean reserve(Job job, long nowNanos) {
        return quota.of(job).reserve(job, nowNanos);
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        quota.of(job).cancel(job, nowNanos);
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        quota.of(job).complete(job, report, nowNanos);
        job.onOtherKey(
                isThrottled(report.verdict())
                        && breakers.hasOtherKey(
                                job.called(),
                                job.key(),
                                key -> quota.of(job).hasRoom(job, key, nowNanos),
                                nowNanos));
    }

    private static boolean isThrottled(Verdict verdict) {
        return verdict instanceof Verdict.Failed failed
                && failed.error() == ErrorCode.RATE_LIMIT_EXCEEDED;
    }
}
