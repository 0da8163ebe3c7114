package dev.millrace.worker.dispatch;

import dev.millrace.contracts.trace.TracedCall;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.limits.CallLimits;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Reports the waits and calls of jobs, unless traces are off. Belongs to the loop's thread. */
record CallTraces(Traces traces) {
    /** A call is about to start. */
    void onLaunch(Job job, CallLimits limits, Instant now) {
        if (traces != Traces.OFF) {
            Instant since = job.waitingSince();
            var reason = limits.waitedFor(job, Duration.between(since, now));
            traces.onWaited(job.headers(), job.attempts(), since, now, reason);
        }
    }

    /**
     * A call has reported, and the job knows its cost.
     *
     * @param attempt number of the call
     */
    void onReport(Job job, int attempt, CallReport report) {
        if (traces != Traces.OFF && report.called()) {
            traces.onCalled(job.headers(), call(job, attempt, report));
        }
    }

    private static TracedCall call(Job job, int attempt, CallReport report) {
        var response = report.verdict().response();
        return new TracedCall(
                attempt,
                job.called(),
                Objects.requireNonNull(job.times().lastStart()),
                report.took(),
                report.firstToken(),
                report.verdict() instanceof Verdict.Failed failed ? failed.error() : null,
                response == null ? null : Integer.valueOf(response.status()),
                job.lastCost(),
                job.record().value(),
                response == null ? null : response.body());
    }

    /** The outcome of the job's latest call stays unknown. */
    void onLost(Job job, Instant now) {
        traces.onLost(job.headers(), job.attempts(), job.called(), now);
    }
}
