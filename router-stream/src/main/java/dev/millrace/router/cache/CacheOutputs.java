package dev.millrace.router.cache;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.router.cache.store.LookupRecord;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.records.TerminalRecord;
import org.apache.kafka.common.header.Headers;

/** Where a task of the cache sends its records. */
public interface CacheOutputs {
    /**
     * Sends a job to its job topic.
     *
     * @param model catalog name of its model
     * @param headers the job's headers
     */
    void release(String topic, String model, JobId job, LookupRecord lookup, Headers headers);

    /** Writes the result of a job. */
    void result(JobId job, TerminalRecord result);

    /** Reports the end of a part to its parent. */
    void part(PartReply reply, TerminalRecord result);

    /** Writes the final cost event of a job. */
    void cost(JobId job, TerminalRecord event);

    /** Counts a job that ended with an error of the router. */
    void onRejected(ErrorCode error);

    /** Ends a record that has no result. */
    void deadLetter(LookupRecord lookup, DeadLetterRecord letter);

    /** Publishes the task's sizes and counts. */
    void stats(CacheStats stats);
}
