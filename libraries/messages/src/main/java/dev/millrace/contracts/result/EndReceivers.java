package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of the end of a job.
 *
 * @param requestPartition partition of the job's request, from 0, whose router task reads the cost
 *     events of the job; null if unknown, so that the record key selects the partition
 * @param parent the job whose document was split, to which a part reports its end; null for a job
 *     of a request
 * @param cacheKey cache key of the jobs that can wait for the answer to this job; null if no job
 *     can
 * @param cacheNamespace namespace of the cache key; null for none
 * @param traceparent trace context of the request, for the readers of the end; null for none
 */
public record EndReceivers(
        @Nullable Integer requestPartition,
        @Nullable JobId parent,
        @Nullable String cacheKey,
        @Nullable String cacheNamespace,
        @Nullable String traceparent) {
    /** Returns these receivers, without the jobs that wait for the answer. */
    EndReceivers withoutFollowers() {
        return new EndReceivers(requestPartition, parent, null, null, traceparent);
    }

    /** Returns the receivers of a job that is no part and for whose answer no other job waits. */
    public static EndReceivers ofPartition(@Nullable Integer requestPartition) {
        return new EndReceivers(requestPartition, null, null, null, null);
    }
}
