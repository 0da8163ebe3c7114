package dev.millrace.router.plan;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;

/** A job that can be planned. */
public record JobRequest(JobId jobId, String tenant, RequestLine line) {}
