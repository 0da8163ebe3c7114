package dev.millrace.retrieval.job;

import org.apache.kafka.common.header.Headers;

/**
 * A job that waits for passages.
 *
 * @param value the line of its request
 * @param timestamp of its request, in milliseconds since the epoch
 */
public record LookupJob(
        int partition, long offset, long timestamp, byte[] key, byte[] value, Headers headers) {}
