package dev.millrace.router.cache;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.waiting.WaitingRecord;
import org.apache.kafka.common.header.Headers;

/** Where a task of the cache sends its records. */
public interface CacheOutputs {
    /**
     * Sends a job to its job topic.
     *
     * @param model catalog name of its model
     * @param headers the job's headers
     */
    void release(String topic, String model, JobId job, WaitingRecord lookup, Headers headers);

    /**
     * Writes the records of an ended job, or the report of a part to its parent. Returns how it
     * ended: with an error if its answer is too large.
     */
    JobEnding end(JobEnding ending);

    /** Ends a record that has no result, and its job if the letter names one. */
    void deadLetter(WaitingRecord lookup, DeadLetterRecord letter);

    /** Publishes the task's sizes and counts. */
    void stats(CacheStats stats);
}
