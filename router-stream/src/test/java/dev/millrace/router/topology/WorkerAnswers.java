package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
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
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes a worker's records on the answers topic for jobs of the default tenant and batch. */
public final class WorkerAnswers {
    private WorkerAnswers() {}

    /** Ends the call of a job. */
    public static void send(
            RouterDriver router, String cacheKey, String customId, byte @Nullable [] line) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, id(customId));
        router.send(RouterDriver.TOPICS.answers(), cacheKey.getBytes(UTF_8), line, headers);
    }

    /** Returns the result of a job that the model small has answered. */
    public static byte[] success(String customId, String costUsd) {
        var provenance =
                new Provenance(
                        JobFacts.of(
                                new BatchJob(id(customId), "default", "default"),
                                null,
                                new Route("catalog", null),
                                EndReceivers.ofPartition(null),
                                null),
                        new Calls(
                                "small",
                                "openai",
                                1,
                                new BigDecimal(costUsd),
                                new JobTimes(0, 0, null),
                                null),
                        new JobLabels(null, null));
        var body = ProviderBody.of("{\"choices\":[]}".getBytes(UTF_8));
        return new JobResult(customId, new Outcome.Answered(200, null, body, null), provenance)
                .toJson();
    }

    private static JobId id(String customId) {
        return JobId.of("default", "default", customId);
    }
}
