package dev.millrace.worker.limits;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.quota.Quota;

/** Limits the calls by the quotas of their models and providers. */
record QuotaLimit(Quota quota) implements AdmissionLimit {
    @Override
    public String cause() {
        return "quota";
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return quota.waitNanos(job, nowNanos);
    }

    @Override
    public void reserve(Job job, long nowNanos) {
        quota.reserve(job, nowNanos);
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        quota.cancel(job, nowNanos);
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        quota.complete(job, report, nowNanos);
    }
}
