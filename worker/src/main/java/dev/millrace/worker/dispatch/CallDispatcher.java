package dev.millrace.worker.dispatch;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.dispatch.Mailbox.Finished;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobRecord;
import dev.millrace.worker.job.LaunchedCall;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.schedule.CallLimits;
import dev.millrace.worker.schedule.Capacity;
import dev.millrace.worker.schedule.LoopContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches announced calls and collects their reports. Belongs to the loop's thread.
 *
 * <p>A call is sent only within a third of the session timeout after the transaction that announced
 * it was begun. The coordinator accepted that commit from a member of the group, so a later owner
 * of the partition finds the call in the ledger. A commit is no heartbeat, and does not show that
 * heartbeats arrive: the window bounds how long after the loss of the partition a call can start,
 * and does not rule it out.
 */
public final class CallDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(CallDispatcher.class);

    /** Part of the session timeout within which this process counts as in touch with its group. */
    private static final int TOUCH_DIVISOR = 3;

    /** A deadline further away makes no difference, and must not overflow. */
    private static final Duration LONGEST_LEFT = Duration.ofDays(365);

    private final Providers providers;
    private final Mailbox mailbox;
    private final JobTopics topics;
    private final CallWatchdog watchdog;
    private final JobCompletion completion;
    private final CallLimits limits;
    private final Capacity capacity;
    private final WorkerMetrics metrics;
    private final LoopClock clock;

    /**
     * Where calls go and come back.
     *
     * @param topics tells the session timeout
     * @param timeout longest duration of a call
     */
    public record Ends(Providers providers, Mailbox mailbox, JobTopics topics, Duration timeout) {}

    public CallDispatcher(
            Ends ends, JobCompletion completion, CallLimits limits, LoopContext context) {
        this.providers = ends.providers();
        this.mailbox = ends.mailbox();
        this.topics = ends.topics();
        this.watchdog = new CallWatchdog(ends.timeout());
        this.completion = completion;
        this.limits = limits;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.clock = context.clock();
    }

    /**
     * Sends announced calls.
     *
     * @param begunNanos when the transaction that announced them was begun
     */
    public void launch(List<Job> announced, long begunNanos) {
        Duration session = topics.limits().orElse(JobTopics.Limits.DEFAULT).sessionTimeout();
        long sendBy = begunNanos + session.dividedBy(TOUCH_DIVISOR).toNanos();
        for (Job job : announced) {
            Instant now = clock.now();
            LaunchedCall call = job.onLaunched(now);
            metrics.onDispatched(job.queuedMs(now));
            var request =
                    new Providers.CallRequest(
                            job.headers().jobId(),
                            job.model(),
                            job.record().value(),
                            job.headers().maxOutputTokens(),
                            new Providers.Window(sendBy, endBy(job)));
            watchdog.onStarted(call, clock.nanos());
            call.onStarted(
                    providers.start(request, report -> mailbox.put(new Finished(call, report))));
        }
    }

    private long endBy(Job job) {
        Instant deadline = job.headers().deadline();
        long now = clock.nanos();
        if (deadline == null) {
            return Providers.Window.open(now).endByNanos();
        }
        Duration left = Duration.between(clock.now(), deadline);
        return left.compareTo(LONGEST_LEFT) < 0
                ? now + left.toNanos()
                : now + LONGEST_LEFT.toNanos();
    }

    /** Handles the reports that have arrived, waiting for the first. */
    public void collect(Duration wait) {
        Finished finished = mailbox.take(wait);
        // No more than were in flight: calls that end in between are handled next time.
        for (int left = capacity.inFlight(); finished != null; left--) {
            Job job = finished.call().job();
            if (job != null) {
                finished.call().end();
                onReport(job, finished.report());
            }
            finished = left > 1 ? mailbox.take(Duration.ZERO) : null;
        }
    }

    /** Aborts calls that outlive their time, and ends calls that will not report any more. */
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
        onReport(job, lost(job));
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
        metrics.onCall(job.model(), report);
        Error fatal = report.fatal();
        if (fatal != null) {
            throw fatal;
        }
        limits.complete(job, report);
        if (job.isRunning()) {
            completion.onReport(job, report);
        }
    }

    /** Cancels the calls of a partition; their reports no longer matter to its jobs. */
    public void cancel(Partition partition) {
        partition.jobs().forEach(Job::cancelCall);
    }
}
