package dev.millrace.worker.loop;

import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.commit.StandingIntents;
import dev.millrace.worker.dispatch.CallAnnouncer;
import dev.millrace.worker.dispatch.CallDispatcher;
import dev.millrace.worker.intake.TopicIdCheck;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.LoopClock;
import java.util.List;

/**
 * Starts calls under standing intents at once. Announces other calls, writes them with pending
 * results in one transaction, and then launches or withdraws them. Belongs to the loop's thread.
 */
final class CommitCycle {
    private final Committer committer;
    private final CallAnnouncer announcer;
    private final CallDispatcher dispatcher;
    private final StandingIntents standing;
    private final TopicIdCheck topicIds;
    private final WorkerMetrics metrics;
    private final LoopClock clock;

    CommitCycle(LoopParts parts) {
        committer = parts.committer;
        announcer = parts.announcer;
        dispatcher = parts.dispatcher;
        standing = parts.standing;
        topicIds = parts.topicIds;
        metrics = parts.workerMetrics;
        clock = parts.clock;
    }

    /** Returns the nanoseconds until a transaction is due; {@link Long#MAX_VALUE} for none. */
    long untilDueNanos(long nowNanos) {
        if (committer.isUpToDate() && !announcer.canAnnounce()) {
            return committer.untilRejectedNanos(nowNanos);
        }
        return isForCritical()
                ? committer.untilAllowedForCriticalNanos(nowNanos)
                : committer.untilAllowedNanos(nowNanos);
    }

    /** Returns true when a critical job waits for the next transaction, which is allowed now. */
    boolean isDueForCritical() {
        return isForCritical() && committer.untilAllowedForCriticalNanos(clock.nanos()) == 0;
    }

    private boolean isForCritical() {
        return standing.expectsCritical()
                && (committer.hasCritical() || announcer.canAnnounceCritical());
    }

    /** Starts calls under standing intents, then runs the cycle if it is due. */
    void runIfDue() {
        startCovered();
        if (untilDueNanos(clock.nanos()) == 0 && committer.prepare()) {
            run();
        }
    }

    private void startCovered() {
        if (!committer.mayUseStanding()) {
            return;
        }
        for (Job job = announcer.startCovered(standing::covers);
                job != null;
                job = announcer.startCovered(standing::covers)) {
            metrics.onStanding(job.model());
            dispatcher.launch(List.of(job), job.partition().commits().begunNanos());
        }
    }

    private void run() {
        List<Job> announced = announce();
        long begun = clock.nanos();
        switch (committer.write(announced)) {
            case WRITTEN -> dispatcher.launch(announced, begun);
            case NOT_WRITTEN -> announcer.withdraw(announced);
            case UNKNOWN -> {
                announcer.withdraw(announced);
                topicIds.makeDue(clock.nanos());
            }
        }
    }

    /** Announces no calls while transactions fail. */
    private List<Job> announce() {
        if (!committer.isHealthy()) {
            return List.of();
        }
        committer.countExcludedAsInFlight();
        List<Job> announced = announcer.announce(committer::isIncluded);
        committer.uncountExcluded();
        return announced;
    }
}
