package dev.millrace.worker.limits;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.breaker.BreakerId;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.breaker.Breakers.Judgement;
import dev.millrace.worker.breaker.KeyChoice;
import dev.millrace.worker.breaker.OpenBreaker;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobPrompt;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.quota.Quota;
import java.util.OptionalLong;

/**
 * Holds back calls that an open circuit breaker expects to fail. Chooses an API key with room in
 * its limits for each call.
 */
record BreakerLimit(Breakers breakers, Quota quota) implements AdmissionLimit {
    @Override
    public Hold hold(Job job, long nowNanos) {
        return breakers.heldBy(job.called())
                .map(BreakerLimit::hold)
                .orElse(new Hold(WaitingReason.BREAKER, "a trial call is running"));
    }

    private static Hold hold(OpenBreaker open) {
        return new Hold(
                open.id().scope() == BreakerId.Scope.KEY
                        ? WaitingReason.KEY
                        : WaitingReason.BREAKER,
                open + ": " + open.reason());
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return breakers.waitNanos(job.called(), nowNanos);
    }

    /**
     * Returns the nanoseconds for which this job leaves trial calls to other jobs after its trial
     * has failed. Otherwise one job that always fails could hold back all others.
     */
    long passNanos(Job job, long nowNanos) {
        long pass = job.breakers().passNanos(nowNanos);
        return pass == 0
                ? 0
                : Math.min(pass, breakers.passNanos(job.called(), choice(job, nowNanos), nowNanos));
    }

    @Override
    public boolean reserve(Job job, long nowNanos) {
        job.useKey(breakers.reserve(job, job.called(), choice(job, nowNanos), nowNanos));
        return true;
    }

    /** Returns the index of the API key that a call of the job would use now. */
    int nextKey(Job job, long nowNanos) {
        return breakers.nextKey(job.called(), choice(job, nowNanos), nowNanos);
    }

    void onSent(Job job, long nowNanos) {
        breakers.onSent(job, job.called(), job.key(), nowNanos);
    }

    private KeyChoice choice(Job job, long nowNanos) {
        JobPrompt prompt = job.prompt();
        OptionalLong affinity = prompt == null ? OptionalLong.empty() : prompt.affinity();
        return new KeyChoice(
                affinity.isEmpty()
                        ? key -> quota.of(job).hasRoom(job, key, nowNanos)
                        : key -> quota.of(job).offersRoom(job, key, nowNanos),
                affinity);
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        breakers.cancel(job, job.called(), job.key());
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        if (!job.isRunning()) {
            // The worker aborted the call, so its failure is no evidence about the provider.
            cancel(job, nowNanos);
            return;
        }
        Judgement judgement =
                breakers.complete(
                        job, job.called(), job.key(), report.verdict(), report.took(), nowNanos);
        if (!job.breakers().openings().isRepeated()) {
            job.excuseCall(judgement.excuse());
        }
        job.breakers().onOpened(judgement.opened());
        if (judgement.passNanos() > 0) {
            job.breakers().passUntil(nowNanos + judgement.passNanos());
        }
    }
}
