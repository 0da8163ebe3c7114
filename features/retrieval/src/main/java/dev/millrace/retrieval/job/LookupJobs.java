package dev.millrace.retrieval.job;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The topics of jobs that wait for passages and of jobs that have them. Belongs to one thread. */
public interface LookupJobs extends AutoCloseable {
    /**
     * Keeps the membership in the group, and returns the next jobs.
     *
     * @param wantsJobs false to get none, while earlier ones wait
     */
    List<LookupJob> poll(Duration wait, boolean wantsJobs);

    /** Returns the partitions that this process has lost since the last call. */
    Set<Integer> takeLostPartitions();

    /**
     * Writes jobs and the progress after them in one transaction.
     *
     * @throws org.apache.kafka.common.KafkaException if nothing is written; the jobs then belong to
     *     another process, or a new object reads them again
     */
    void write(List<RetrievedJob> jobs);

    @Override
    void close();
}
