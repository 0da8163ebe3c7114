package dev.millrace.standalone.run.journal;

/**
 * Finds the batches and jobs in the store, including jobs of other commands, such as {@code
 * submit}.
 */
@FunctionalInterface
public interface StoredJobs {
    /**
     * Returns true for a batch that has a record in the store. The batch of a new file then gets
     * another name.
     */
    boolean hasBatch(String name);

    /**
     * Returns true for a job that has ended, as the store shows. A line that is published as this
     * job is a repeat, even if no line of the journal has this job.
     */
    default boolean hasJob(String batch, String jobId) {
        return false;
    }
}
