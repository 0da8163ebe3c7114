package dev.millrace.worker.loop;

import static dev.millrace.worker.loop.Turn.shorter;

import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.dispatch.ReportCollector;
import dev.millrace.worker.intake.Intake;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Releases partitions: revoked ones are drained, lost ones are dropped, and partitions of recreated
 * topics restart. The loop continues for all other partitions. Belongs to the loop's thread.
 */
final class PartitionRelease {
    private static final Duration LONGEST_STEP = Duration.ofMillis(50);

    /** Longest duration of the last commit, in case the log has to be reopened. */
    private static final Duration LAST_COMMIT = Duration.ofSeconds(30);

    private final LoopParts parts;
    private final Turn turn;
    private final Intake intake;
    private final ReportCollector reports;
    private final JobCompletion completion;
    private final Committer committer;
    private final LoopClock clock;
    private final Runnable publication;
    private final Duration drainTimeout;

    /**
     * @param publication brings health and reports up to date after each turn of a drain; a drain
     *     may take {@code worker.drain_timeout}
     * @param drainTimeout how long running calls may continue
     */
    PartitionRelease(LoopParts parts, Turn turn, Runnable publication, Duration drainTimeout) {
        this.parts = parts;
        this.turn = turn;
        this.intake = parts.intake;
        this.reports = parts.reports;
        this.completion = parts.completion;
        this.committer = parts.committer;
        this.clock = parts.clock;
        this.publication = publication;
        this.drainTimeout = drainTimeout;
    }

    /**
     * Drains partitions: waiting jobs are released at once, running calls continue to their end,
     * and their results are committed.
     *
     * @param isStopped true when running calls must be aborted now
     */
    void drain(Set<Partition> leaving, BooleanSupplier isStopped) {
        leaving.forEach(this::stopAdmission);
        long start = clock.nanos();
        while (leaving.stream().anyMatch(Partition::hasRunningCalls)
                && !isStopped.getAsBoolean()
                && clock.nanos() - start < drainTimeout.toNanos()) {
            turn.run(shorter(LONGEST_STEP, turn.untilNextNanos()));
            publication.run();
        }
        // A call that has ended in time is not aborted, however late the loop handles its report.
        reports.collectAll();
        for (Partition partition : leaving) {
            partition.jobs().forEach(Job::cancelCall);
            partition.jobs().forEach(completion::abortCall);
        }
        commitLast(leaving);
        leaving.forEach(intake::onGone);
        forgetGone();
        parts.metrics.onDrained(clock.nanos() - start);
    }

    /** Releases waiting jobs at once; running calls continue to their end. */
    private void stopAdmission(Partition partition) {
        intake.stopAdmission(partition);
        partition.startDraining();
        parts.standing.withdraw(partition);
        List<Job> waiting = partition.waitingJobs();
        waiting.forEach(completion::release);
        if (!waiting.isEmpty()) {
            // Running calls, a deleted topic or a pause may last long.
            parts.schedule.onEnded();
        }
    }

    /** Commits the remaining results of the leaving partitions, within {@link #LAST_COMMIT}. */
    private void commitLast(Set<Partition> leaving) {
        committer.retryRejected(leaving);
        long start = clock.nanos();
        while (committer.hasWorkFor(leaving) && clock.nanos() - start < LAST_COMMIT.toNanos()) {
            turn.run(shorter(LONGEST_STEP, turn.untilCommitNanos()));
            publication.run();
        }
    }

    /**
     * Drops partitions that another worker can own already, so that nothing is committed for them.
     */
    void drop(Set<Partition> lost) {
        for (Partition partition : lost) {
            partition.jobs().forEach(Job::cancelCall);
            partition.jobs().forEach(completion::release);
            intake.onGone(partition);
        }
        forgetGone();
    }

    /**
     * Restarts partitions whose topic was recreated or whose offset has no record. Running calls
     * end first. Their results are written with the old topic's tag. Rejected writes are retried
     * until they succeed, because the calls are paid for.
     */
    void restart() {
        for (Partition partition : intake.all()) {
            if (partition.needsRestart()) {
                stopAdmission(partition);
                if (mayRestart(partition)) {
                    intake.restart(partition);
                    forgetGone();
                }
            }
        }
    }

    private boolean mayRestart(Partition partition) {
        return !partition.hasJobs()
                && !partition.isTopicDeleted()
                && partition.pendingBytes() == 0
                && !committer.hasWorkFor(Set.of(partition));
    }

    private void forgetGone() {
        committer.onGone();
        parts.schedule.onEnded();
    }
}
