package dev.millrace.contracts.result;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a result, except the provider's body.
 *
 * @param statusCode status of the provider's final answer; null without an answer
 * @param errorCode error code; null if the job succeeded. A string, because it can come from a
 *     later version
 * @param line line number in its file, from 1; null if the job is not from a file
 */
public record ResultView(
        String jobId,
        String customId,
        String tenant,
        String batch,
        @Nullable Long line,
        @Nullable Integer statusCode,
        @Nullable String errorCode,
        @Nullable String model,
        @Nullable String provider,
        int attempts,
        BigDecimal costUsd,
        long queuedMs,
        long upstreamMs) {

    /**
     * Reads a result's value.
     *
     * @throws IllegalArgumentException if the value is not a result
     */
    public static ResultView read(byte[] value) {
        var fields = ResultFields.read(value);
        String line = fields.text("millrace.line");
        String status = fields.text("response.status_code");
        return new ResultView(
                fields.required("millrace.job_id"),
                fields.required("custom_id"),
                fields.required("millrace.tenant"),
                fields.required("millrace.batch"),
                line == null ? null : Long.valueOf(line),
                status == null ? null : Integer.valueOf(status),
                fields.text("millrace.error_code"),
                fields.text("millrace.model"),
                fields.text("millrace.provider"),
                Integer.parseInt(fields.required("millrace.attempts")),
                new BigDecimal(fields.required("millrace.cost_usd")),
                Long.parseLong(fields.required("millrace.queued_ms")),
                Long.parseLong(fields.required("millrace.upstream_ms")));
    }
}
