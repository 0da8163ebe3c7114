package dev.millrace.standalone.run.estimate;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The expected cost and duration of the rest of a run. By default, nothing is expected. */
public interface RunEstimate {
    /** Expects nothing. */
    RunEstimate NONE = new RunEstimate() {};

    /** Adds a job that is to be called. A job that was added before is ignored. */
    default void onPlanned(JobId id, String tenant, RequestLine request) {}

    /** Returns true if the estimate should {@link #learn} from this job, which had ended before. */
    default boolean wants(JobId endedBefore) {
        return false;
    }

    /**
     * Learns from a job that had ended before the run.
     *
     * @param cost of all its calls
     */
    default void learn(JobId id, String tenant, RequestLine request, JobCost cost) {}

    /**
     * Adds a cost event.
     *
     * @param usd billed amount in US dollars
     * @param isFinal true if the job has ended
     */
    default void onCost(JobId id, TokenUsage usage, BigDecimal usd, boolean isFinal) {}

    /**
     * Returns the expected cost of the jobs that have not ended, in US dollars; null if unknown.
     *
     * @param unplanned number of jobs that are not planned yet, for each planned job
     */
    default @Nullable BigDecimal restUsd(double unplanned) {
        return null;
    }

    /**
     * Returns the shortest time, in seconds, in which all unfinished jobs can be called; 0 if
     * unknown.
     */
    default double leastSeconds() {
        return 0;
    }
}
