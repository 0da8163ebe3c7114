package dev.millrace.worker.dispatch;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.dispatch.Mailbox.Finished;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobRecord;
import dev.millrace.worker.job.LaunchedCall;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.limits.CallLimits;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the reports of calls, and handles calls that end without a report. Belongs to the loop's
 * thread.
 */
public final class ReportCollector {
    private static final Logger LOG = LoggerFactory.getLogger(ReportCollector.class);

    /**
     * Most reports that one {@link #collect} handles while critical jobs are likely to arrive:
     * about 2 ms.
     */
    private static final int MOST_BESIDE_CRITICAL = 100;

    private final Mailbox mailbox;
    private final CallWatchdog watchdog;
    private final JobCompletion completion;
    private final CallLimits limits;
    private final Capacity capacity;
    private final WorkerMetrics metrics;
    private final BooleanSupplier expectsCritical;

    /**
     * @param expectsCritical returns true while critical jobs are likely to arrive
     */
    public ReportCollector(
            Mailbox mailbox,
            CallWatchdog watchdog,
            JobCompletion completion,
            CallLimits limits,
            LoopContext context,
            BooleanSupplier expectsCritical) {
        this.mailbox = mailbox;
        this.watchdog = watchdog;
        this.completion = completion;
        this.limits = limits;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.expectsCritical = expectsCritical;
    }

    /**
     * Handles the reports that have arrived, or some of them while critical jobs are likely to
     * arrive. Waits at most {@code wait} for the first one.
     */
    public void collect(Duration wait) {
        collect(wait, expectsCritical.getAsBoolean() ? MOST_BESIDE_CRITICAL : Integer.MAX_VALUE);
    }

    /** Handles all reports that have arrived. */
    public void collectAll() {
        collect(Duration.ZERO, Integer.MAX_VALUE);
    }

    private void collect(Duration wait, int most) {
        Finished finished = mailbox.take(wait);
        // Handles no more reports than calls were in flight, so that this method ends.
        for (int left = Math.min(most, capacity.inFlight()); finished != null; left--) {
            Job job = finished.call().job();
            if (job != null) {
                finished.call().end();
                onReport(job, finished.call().counted(finished.report()));
            }
            finished = left > 1 ? mailbox.take(Duration.ZERO) : null;
        }
    }

    /** Aborts overdue calls, and ends calls that will not report any more. */
    public void onTick(long nowNanos) {
        watchdog.takeOverdue(nowNanos).forEach(LaunchedCall::cancel);
        for (LaunchedCall call : watchdog.takeLost(nowNanos)) {
            onLost(call, Objects.requireNonNull(call.job()));
        }
    }

    private void onLost(LaunchedCall call, Job job) {
        LOG.atError()
                .addKeyValue("job_id", job.headers().jobId())
                .addKeyValue("model", job.model().name())
                .log("a call has ended without a report; it may have been billed");
        // A report that still arrives is stale.
        call.end();
        onReport(job, call.counted(lost(job)));
    }

    private Providers.CallReport lost(Job job) {
        var verdict =
                new Verdict.Failed(
                        ErrorCode.TIMEOUT,
                        "the call ended without a report",
                        null,
                        null,
                        Billing.UNCERTAIN);
        return new Providers.CallReport(
                JobRecord.line(job.record()), "", verdict, true, watchdog.longest(), null);
    }

    private void onReport(Job job, Providers.CallReport report) {
        metrics.onCall(job.called(), report);
        Error fatal = report.fatal();
        if (fatal != null) {
            throw fatal;
        }
        Providers.CallReport judged = limits.complete(job, report);
        if (job.isRunning()) {
            completion.onReport(job, judged);
        }
    }
}
