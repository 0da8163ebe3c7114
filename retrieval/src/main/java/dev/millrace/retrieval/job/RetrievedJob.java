package dev.millrace.retrieval.job;

import org.apache.kafka.common.header.Headers;

/**
 * A job that goes back to the router.
 *
 * @param job as it waited
 * @param value the line of its request, with the passages
 * @param headers say which passages it got, or why it got none
 */
public record RetrievedJob(WaitingJob job, byte[] value, Headers headers) {}
