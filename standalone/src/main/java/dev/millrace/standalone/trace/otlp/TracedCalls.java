package dev.millrace.standalone.trace.otlp;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.standalone.trace.Tracing;
import dev.millrace.traces.OtlpTraces;
import dev.millrace.traces.TracedCall;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.answer.Verdict.Response;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers.CallReport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reports the waits and calls of a worker's jobs to traces. Belongs to the loop's thread. */
public record TracedCalls(OtlpTraces traces) implements CallFollower {
    /** Starts the traces of a process whose configuration has a receiver. */
    public static Tracing start(MillraceConfig config, MeterRegistry meters, InstantSource clock) {
        OtlpTraces traces = OtlpTraces.start(config, meters, clock);
        return new Tracing(traces, new TracedCalls(traces));
    }

    /** A job waits since the end of its last call here, or since its record was written. */
    @Override
    public void onLaunched(Job job, @Nullable WaitingReason waitedFor) {
        Instant called = job.times().lastCalled();
        Instant since =
                called == null
                        ? Instant.ofEpochMilli(job.record().timestamp())
                        : called.plusMillis(job.times().upstreamMs());
        traces.onWaited(job.headers(), job.attempts(), since, start(job), waitedFor);
    }

    private static Instant start(Job job) {
        return Objects.requireNonNull(job.times().lastStart());
    }

    @Override
    public void onReport(Job job, CallReport report) {
        if (!report.called()) {
            return;
        }
        Response response = response(report.verdict());
        traces.onCalled(
                job.headers(),
                new TracedCall(
                        // A call that counts as no attempt is counted no more.
                        job.isAttempt(report) ? job.attempts() : job.attempts() + 1,
                        job.called(),
                        start(job),
                        report.took(),
                        report.firstToken(),
                        report.verdict() instanceof Verdict.Failed failed ? failed.error() : null,
                        response == null ? null : Integer.valueOf(response.status()),
                        job.lastCost(),
                        job.record().value(),
                        response == null ? null : response.body()));
    }

    private static @Nullable Response response(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Answered answered -> answered.response();
            case Verdict.Failed failed -> failed.response();
            case Verdict.SendWindowMissed _ -> null;
        };
    }

    @Override
    public void onLost(Job job) {
        traces.onLost(job.headers(), job.attempts(), job.called());
    }
}
