package dev.millrace.router.waiting;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Ends waiting jobs that were cancelled or whose deadline has passed. Each turn does a bounded
 * part.
 */
final class WaitingJobChecks {
    private static final int MAX_TURN = 256;

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final WaitingJobStore jobs;
    private final Supplier<ControlState> control;
    private final InstantSource clock;
    private final String waitedFor;
    private final WaitingJobEnds ends;
    private final Interval deadlines = new Interval(SECOND, 0);

    /** Time between the starts of two scans, since cancellations can arrive continuously. */
    private final Interval scans = new Interval(SECOND, 0);

    /** True if the last turn left jobs whose deadline has passed. */
    private boolean hasExpired;

    private ControlState scannedControl = ControlState.EMPTY;
    private boolean isScanningCancellations;
    private @Nullable Bytes nextJob;

    interface WaitingJobEnds extends WaitingJobStore.RecordReader {
        /** Returns true if the job still waits in the store although its end was decided. */
        boolean isEnding(WaitingJob job);

        /**
         * Removes a job from the store and ends it with an error, or makes it an ending job.
         *
         * @param stored its record
         */
        void end(WaitingJob job, byte[] stored, Rejection why);
    }

    /**
     * @param control supplies the state of control
     * @param waitedFor what the jobs wait for, for messages
     */
    WaitingJobChecks(
            WaitingJobStore jobs,
            Supplier<ControlState> control,
            InstantSource clock,
            String waitedFor,
            WaitingJobEnds ends) {
        this.jobs = jobs;
        this.control = control;
        this.clock = clock;
        this.waitedFor = waitedFor;
        this.ends = ends;
    }

    /** Ends jobs whose deadline has passed, once a second, and returns true if there were any. */
    boolean endExpired() {
        var now = clock.instant();
        if (!deadlines.isDue(now.toEpochMilli()) && !hasExpired) {
            return false;
        }
        List<WaitingJob> found = jobs.expired(now.toEpochMilli(), MAX_TURN, ends);
        // The index has milliseconds only.
        List<WaitingJob> expired =
                found.stream()
                        .filter(it -> it.deadline() != null && !now.isBefore(it.deadline()))
                        .toList();
        var limit = new WorkLimit(MAX_TURN);
        for (WaitingJob job : expired) {
            if (!limit.isReached()) {
                end(
                        job,
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the deadline "
                                + job.deadline()
                                + " has passed while the job waited for "
                                + waitedFor,
                        limit);
            }
        }
        hasExpired = found.size() == MAX_TURN || limit.isReached();
        return !expired.isEmpty();
    }

    /**
     * Ends cancelled jobs. After a change of the cancellations, scans all waiting jobs; later jobs
     * are checked when they arrive. A change during a scan applies to the rest of it and starts
     * another scan afterwards, so that frequent changes never keep a scan from ending. A scan
     * begins once a second at most. Returns true if a job was ended.
     */
    boolean endCancelled() {
        ControlState state = control.get();
        if (!isScanningCancellations
                && !state.hasCancellationsOf(scannedControl)
                && scans.isDue(clock.millis())) {
            scannedControl = state;
            isScanningCancellations = true;
            nextJob = null;
        }
        if (!isScanningCancellations || jobs.waiting() == 0) {
            isScanningCancellations = false;
            return false;
        }
        var page = jobs.page(nextJob, MAX_TURN, ends);
        List<WaitingJob> cancelled =
                page.jobs().stream()
                        .filter(it -> isCancelled(state, it) && !ends.isEnding(it))
                        .toList();
        var limit = new WorkLimit(MAX_TURN);
        for (WaitingJob job : cancelled) {
            if (limit.isReached()) {
                // The next turn reads this page again, without the jobs that have ended.
                return true;
            }
            end(job, ErrorCode.CANCELLED, "the job or its batch was cancelled", limit);
        }
        nextJob = page.next();
        isScanningCancellations = nextJob != null;
        return !cancelled.isEmpty();
    }

    private static boolean isCancelled(ControlState state, WaitingJob job) {
        return state.isCancelled(job.tenant(), job.batch(), job.requestedJob(), job.submittedAt());
    }

    private void end(WaitingJob job, ErrorCode error, String message, WorkLimit limit) {
        Optional<byte[]> stored = jobs.find(job.group(), job.sequence());
        if (stored.isPresent()) {
            limit.onVisit(stored.get().length);
            ends.end(job, stored.get(), new Rejection(error, message, null));
        }
    }
}
