package dev.millrace.worker.loop;

import java.time.Duration;

/**
 * Runs the part of a turn that needs no poll. This part also runs while partitions are drained.
 * Belongs to the loop's thread.
 */
final class Turn {
    private final LoopParts parts;
    private final CommitCycle commits;
    private volatile long lastNanos;

    Turn(LoopParts parts) {
        this.parts = parts;
        this.commits = new CommitCycle(parts);
        this.lastNanos = parts.clock.nanos();
    }

    /**
     * Admits records, handles reports and expired waits, and commits.
     *
     * @param wait longest wait for the first report
     */
    void run(Duration wait) {
        parts.intake.admit();
        parts.reports.collect(wait);
        parts.breakers.onKeysReplaced(parts.providers.takeReplacedKeys());
        parts.reports.onTick(parts.clock.nanos());
        if (parts.prompts.takeReleased()) {
            parts.schedule.endWaits(parts.limits::isReleased);
        }
        parts.schedule.onTick(parts.clock.nanos());
        parts.controlChanges.onTick();
        parts.waitingJobs.onTick(parts.clock.nanos());
        parts.topicIds.onTick(parts.intake.all(), parts.clock.nanos());
        parts.renewal.onTick(parts.intake.all(), parts.clock.nanos());
        parts.standing.onTick(parts.intake.all());
        commits.runIfDue();
        lastNanos = parts.clock.nanos();
    }

    /** Returns the nanoseconds until something is due; {@link Long#MAX_VALUE} if nothing is. */
    long untilNextNanos() {
        long now = parts.clock.nanos();
        // Evaluated first: the question whether a call can be announced updates the waits of the
        // limits.
        long commit = commits.untilDueNanos(now);
        long limits = parts.limits.untilPacedNanos(now);
        long jobs =
                Math.min(parts.schedule.untilNextNanos(now), parts.waitingJobs.untilNextNanos());
        return Math.min(Math.min(jobs, limits), commit);
    }

    /** Returns the nanoseconds until a transaction is due. */
    long untilCommitNanos() {
        return commits.untilDueNanos(parts.clock.nanos());
    }

    /** Returns true when a critical job waits for a transaction that is allowed now. */
    boolean isDueForCritical() {
        return commits.isDueForCritical();
    }

    /** Returns the nanosecond time at which the last turn ended. From any thread. */
    long lastNanos() {
        return lastNanos;
    }

    /** Returns the shorter of two waits. */
    static Duration shorter(Duration wait, long nanos) {
        return nanos < wait.toNanos() ? Duration.ofNanos(nanos) : wait;
    }
}
