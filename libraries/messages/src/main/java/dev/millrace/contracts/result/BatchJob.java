package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;

/** A job, with the tenant and the batch that its records name. */
public record BatchJob(JobId id, String tenant, String batch) {}
