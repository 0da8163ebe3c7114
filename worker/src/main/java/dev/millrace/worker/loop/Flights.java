package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.worker.loop.Mailbox.Finished;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Starts calls and collects what came of them. Belongs to the loop's thread. */
final class Flights {
    private final Providers providers;
    private final Mailbox mailbox;
    private final Schedule schedule;
    private final Desk desk;
    private final Committer committer;
    private final Holdings holdings;
    private final LoopMetrics metrics;
    private final LoopClock clock;
    private final WorkerConfig config;

    Flights(
            Providers providers,
            Mailbox mailbox,
            Schedule schedule,
            Desk desk,
            Committer committer,
            Holdings holdings,
            LoopMetrics metrics,
            LoopClock clock,
            WorkerConfig config) {
        this.providers = providers;
        this.mailbox = mailbox;
        this.schedule = schedule;
        this.desk = desk;
        this.committer = committer;
        this.holdings = holdings;
        this.metrics = metrics;
        this.clock = clock;
        this.config = config;
    }

    /** Starts ready jobs as far as calls may run. */
    void dispatch() {
        while (hasRoom()) {
            Job job = schedule.next();
            if (job == null) {
                return;
            }
            if (!desk.expire(job)) {
                start(job);
            }
        }
    }

    private void start(Job job) {
        job.state = Job.State.RUNNING;
        job.lastStart = clock.now();
        metrics.onDispatched(job.queuedMs(job.lastStart));
        holdings.onStarted();
        var order =
                new Providers.Order(
                        job.headers.jobId(),
                        job.model,
                        job.record.value(),
                        Providers.Window.open(clock.nanos()));
        job.call = providers.start(order, report -> mailbox.put(new Finished(job, report)));
    }

    /** Whether another call may start: one is free, and its result could be written. */
    boolean hasRoom() {
        return holdings.inFlight() < config.maxInFlight()
                && committer.isWell()
                && holdings.settledBytes() < config.maxHeldBytes();
    }

    /** Takes in what has come back, waiting for the first. */
    void collect(Duration wait) {
        Finished finished = mailbox.take(wait);
        // No more than were in flight: calls that end meanwhile have their turn later.
        for (int left = holdings.inFlight(); finished != null; left--) {
            onFinished(finished);
            finished = left > 1 ? mailbox.take(Duration.ZERO) : null;
        }
    }

    private void onFinished(Finished finished) {
        Job job = finished.job();
        holdings.onFinished();
        metrics.onCall(job.model, finished.report());
        Error fatal = finished.report().fatal();
        if (fatal != null) {
            throw fatal;
        }
        if (job.state == Job.State.RUNNING) {
            desk.onReport(job, finished.report());
        }
    }

    /** Ends the calls of that partition; what becomes of them is no longer of interest. */
    void cancel(Partition partition) {
        for (Job job : partition.jobs) {
            cancel(job.call);
        }
    }

    private static void cancel(Providers.@Nullable Call call) {
        if (call != null) {
            call.cancel();
        }
    }
}
