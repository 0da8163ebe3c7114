package dev.millrace.retrieval.job;

import org.apache.kafka.common.header.Headers;

/**
 * A job that returns to the router.
 *
 * @param job the job as it was read
 * @param value its request line with the passages; unchanged if it gets none
 * @param headers of the record, with the passages or the reason why there are none
 */
public record RetrievedJob(LookupJob job, byte[] value, Headers headers) {}
