package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import java.math.BigDecimal;
import java.util.List;

/** Makes results of jobs as a worker does. */
public final class CallResults {
    private CallResults() {}

    /** Returns the result of a job whose model answered with the given body. */
    public static byte[] answered(Job job, String body) {
        return answered(job, job.chain().getFirst(), List.of(), body);
    }

    public static byte[] answered(Job job, String model, List<Fallback> fallbacks, String body) {
        return of(
                job,
                model,
                fallbacks,
                new Outcome.Answered(200, "req-1", ProviderBody.of(body.getBytes(UTF_8)), null));
    }

    public static byte[] of(Job job, String model, List<Fallback> fallbacks, Outcome outcome) {
        var provenance =
                new Provenance(
                        new JobFacts(
                                new BatchJob(job.id(), job.tenant(), "batch"),
                                7L,
                                new Route("default/1@v7", null),
                                null,
                                BigDecimal.ZERO,
                                EndReceivers.ofPartition(null),
                                fallbacks,
                                null,
                                null),
                        new Calls(
                                model,
                                "openai",
                                1,
                                CacheWorld.CALL_USD,
                                new JobTimes(1, 1, null),
                                null),
                        new JobLabels(null, null));
        return new JobResult(job.name(), outcome, provenance).toJson();
    }
}
