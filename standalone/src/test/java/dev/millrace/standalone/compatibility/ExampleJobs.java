package dev.millrace.standalone.compatibility;

import dev.millrace.contracts.job.JobId;
import java.time.Instant;

/** The job, tenant, batch and time of most records in the files. */
final class ExampleJobs {
    static final String TENANT = "acme";
    static final String BATCH = "2026-11-20/night – ü";
    static final JobId JOB = JobId.of(TENANT, BATCH, "ticket-17");
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00.125Z");

    private ExampleJobs() {}
}
