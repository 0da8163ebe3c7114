package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import java.math.BigDecimal;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes what a worker writes to the answers topic for jobs of the default tenant and batch. */
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
                        id(customId),
                        "default",
                        "default",
                        null,
                        "small",
                        "openai",
                        1,
                        Provenance.CACHE_MISS,
                        new BigDecimal(costUsd),
                        0,
                        0,
                        null,
                        "catalog",
                        List.of(),
                        null);
        var body = ProviderBody.of("{\"choices\":[]}".getBytes(UTF_8));
        return new JobResult(customId, new Outcome.Answered(200, null, body, null), provenance)
                .toJson();
    }

    private static JobId id(String customId) {
        return JobId.of("default", "default", customId);
    }
}
