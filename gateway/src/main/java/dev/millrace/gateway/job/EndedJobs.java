package dev.millrace.gateway.job;

import java.util.Optional;

/**
 * Finds the results of jobs that have ended, for example in the database of the results sink.
 * Called from any thread; may block.
 */
public interface EndedJobs {
    /** Knows no result. Without a sink, an answer can be repeated only while its job runs. */
    EndedJobs NONE = (_, _, _) -> Optional.empty();

    /**
     * Returns the result of a job.
     *
     * @param tenant tenant whose request asks; empty for a lookup of the gateway itself
     * @return the JSON line as the pipeline wrote it; empty if the job has not ended, or its result
     *     is not stored yet or no longer stored
     * @throws RuntimeException if the results cannot be read now
     */
    Optional<byte[]> result(Optional<String> tenant, String batch, String jobId);
}
