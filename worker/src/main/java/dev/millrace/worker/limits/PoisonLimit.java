package dev.millrace.worker.limits;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;

/** Lets poison candidates run one at a time, over all models. */
final class PoisonLimit implements AdmissionLimit {
    private int inFlight;

    @Override
    public Hold hold(Job job, long nowNanos) {
        return new Hold(
                WaitingReason.POISON_CANDIDATE,
                "jobs that may have ended a worker run one at a time");
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return job.isPoisonCandidate() && inFlight > 0 ? UNKNOWN : 0;
    }

    @Override
    public boolean reserve(Job job, long nowNanos) {
        inFlight += job.isPoisonCandidate() ? 1 : 0;
        return true;
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        inFlight -= job.isPoisonCandidate() ? 1 : 0;
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        inFlight -= job.isPoisonCandidate() ? 1 : 0;
    }
}
