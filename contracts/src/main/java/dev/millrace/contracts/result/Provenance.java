package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The {@code millrace} object of a result: whose job it was and how it was done.
 *
 * @param line number of the line in its file, from 1; null when not from a file
 * @param model by its catalog name; null when none was chosen
 * @param provider null when no call was made
 * @param attempts calls made, at least 0
 * @param cache {@code miss} or {@code hit}
 * @param costUsd billed for this job
 * @param queuedMs from its submission to the last call's start, in milliseconds
 * @param upstreamMs duration of the last call, in milliseconds
 * @param routedBy what chose the model; null when nothing did
 * @param metadata a JSON object in one line, as the request wrote it; null for none
 */
public record Provenance(
        JobId jobId,
        String tenant,
        String batch,
        @Nullable Long line,
        @Nullable String model,
        @Nullable String provider,
        int attempts,
        String cache,
        BigDecimal costUsd,
        long queuedMs,
        long upstreamMs,
        @Nullable String routedBy,
        @Nullable String metadata) {
    /** The answer came from a call. */
    public static final String CACHE_MISS = "miss";

    /** Of a job that ended before any model was called. */
    public static Provenance withoutCall(
            JobId jobId,
            String tenant,
            String batch,
            @Nullable Long line,
            @Nullable String metadata) {
        return new Provenance(
                jobId,
                tenant,
                batch,
                line,
                null,
                null,
                0,
                CACHE_MISS,
                BigDecimal.ZERO,
                0,
                0,
                null,
                metadata);
    }
}
