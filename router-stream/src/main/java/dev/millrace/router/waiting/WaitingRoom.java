package dev.millrace.router.waiting;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the waiting jobs of a feature, and ends them when they are cancelled or their deadline has
 * passed. Ends a job with a damaged entry as a dead letter. The {@link JobHandler} of the feature
 * decides how.
 *
 * @param <J> a job as the {@link JobHandler} reads it
 */
public final class WaitingRoom<J> implements WaitingJobChecks.WaitingJobEnds {
    private final JobHandler<J> handler;
    private final String step;
    private final InternalErrors errors;
    private final InstantSource clock;
    private final int partition;
    private final WaitingJobChecks checks;

    /** Reads and ends the waiting jobs of one feature. */
    public interface JobHandler<J> {
        /** Reads the entry of a job; throws any exception if it cannot be read. */
        J read(byte[] stored);

        JobHeaders headers(J job);

        /** Returns true if the job still waits although its end was decided. */
        default boolean isEnding(WaitingJob job) {
            return false;
        }

        /** Ends a job with an error: removes it now, or after its running parts have ended. */
        void end(WaitingJob waiting, J job, Rejection why);

        /** Removes an unreadable job; returns empty if nothing names it. */
        Optional<WaitingJob> remove(String group, long sequence);

        /** Ends a removed job as a dead letter. */
        void bury(UnreadableJob job, String message);
    }

    /**
     * @param step name of the step, for metrics and messages
     * @param control supplies the state of control; a changed state is another object
     * @param waitedFor what the jobs wait for, for messages
     * @param partition of the jobs
     */
    public WaitingRoom(
            WaitingJobStore jobs,
            JobHandler<J> handler,
            String step,
            String waitedFor,
            int partition,
            Supplier<ControlState> control,
            InstantSource clock,
            InternalErrors errors) {
        this.handler = handler;
        this.step = step;
        this.partition = partition;
        this.clock = clock;
        this.errors = errors;
        checks = new WaitingJobChecks(jobs, control, clock, waitedFor, this);
    }

    /**
     * Ends cancelled jobs, and once a second jobs whose deadline has passed. Returns true if there
     * were any.
     */
    public boolean onTick() {
        boolean hasCancelled = errors.check(step, checks::endCancelled);
        return errors.check(step, checks::endExpired) || hasCancelled;
    }

    /** Returns the job of an entry, or ends it as a dead letter and returns null. */
    public @Nullable J read(String group, long sequence, byte[] stored) {
        return errors.<@Nullable J>decide(
                step,
                null,
                () -> handler.read(stored),
                message -> {
                    bury(group, sequence, stored, message);
                    return null;
                });
    }

    /**
     * Ends a job with an unreadable entry.
     *
     * @param message internal error
     */
    public void bury(String group, long sequence, byte[] stored, String message) {
        WaitingJob job = handler.remove(group, sequence).orElse(null);
        handler.bury(UnreadableJob.of(job, stored, partition, clock.millis()), message);
    }

    /** Ends a job with an error; its entry can be unreadable. */
    @Override
    public void end(WaitingJob waiting, byte[] stored, Rejection why) {
        J job = read(waiting.group(), waiting.sequence(), stored);
        if (job != null) {
            handler.end(waiting, job, why);
        }
    }

    @Override
    public boolean isEnding(WaitingJob job) {
        return handler.isEnding(job);
    }

    @Override
    public @Nullable WaitingJob readOrEnd(String group, long sequence, byte[] stored) {
        J job = read(group, sequence, stored);
        return job == null ? null : WaitingJob.of(group, sequence, handler.headers(job));
    }
}
