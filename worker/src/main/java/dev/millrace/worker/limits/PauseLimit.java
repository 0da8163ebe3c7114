package dev.millrace.worker.limits;

import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;

/** Holds back the calls of paused models. */
record PauseLimit(PauseAndCancelState state) implements AdmissionLimit {
    @Override
    public Hold hold(Job job, long nowNanos) {
        return state.hold(job.partition().model());
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return state.mayStart(job.partition().model()) ? 0 : UNKNOWN;
    }
}
