package dev.millrace.router.plan;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;

/** A job to plan. */
public record JobRequest(JobId jobId, String tenant, RequestLine line) {}
