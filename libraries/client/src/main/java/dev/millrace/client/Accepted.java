package dev.millrace.client;

import dev.millrace.contracts.job.JobId;
import dev.millrace.producer.Published;

/**
 * A request that Kafka has stored. Its job has one result or one dead letter, however the pipeline
 * is restarted.
 *
 * @param jobId id of the job, as in its result
 * @param request position of the request
 */
public record Accepted(JobId jobId, Published request) {}
