package dev.millrace.contracts.result;

import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code millrace} object of a result: the origin of the job and how it was processed.
 *
 * @param line line number in its file, from 1; null if the job is not from a file
 * @param model catalog name of the model; null if none was selected
 * @param provider null if no call was made
 * @param attempts calls made, at least 0
 * @param cache one of the constants below
 * @param costUsd amount billed for the job
 * @param queuedMs time from submission to the start of the last call, in milliseconds
 * @param upstreamMs duration of the last call, in milliseconds
 * @param firstTokenMs time from the start of the last call to the first content of its streamed
 *     answer, in milliseconds; null if the answer was not streamed
 * @param routedBy what selected the model; null for none
 * @param fallbacks the models that the job has left, in order; empty for most jobs
 * @param labels what the client calls the job
 * @param addedOutputLimit output limit that Millrace added to the body, 1 or more; null for none
 * @param reused the answer to a similar question that the job got; null for none
 * @param split how its document was split; null if it was not
 * @param retrieval the passages of documents in the prompt, as a JSON object; null for none
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
        @Nullable Long firstTokenMs,
        @Nullable String routedBy,
        List<Fallback> fallbacks,
        JobLabels labels,
        @Nullable Long addedOutputLimit,
        @Nullable ReusedAnswer reused,
        @Nullable SplitNote split,
        @Nullable String retrieval) {
    /** The job was called, or ended without an answer of another job. */
    public static final String CACHE_MISS = "miss";

    /** The answer was in the cache. */
    public static final String CACHE_HIT = "hit";

    /** The answer was in the cache for longer than its time to live. */
    public static final String CACHE_STALE = "stale";

    /**
     * The job waited for the call of an identical job and got its outcome. The word of RFC 9211.
     */
    public static final String CACHE_COLLAPSED = "collapsed";

    /** The answer was in the cache, to another question of the same meaning. */
    public static final String CACHE_SEMANTIC = "semantic";

    public Provenance {
        fallbacks = List.copyOf(fallbacks);
    }

    /**
     * Creates the provenance of a job whose body got no output limit, which got no answer of a
     * similar question, whose client named no request id, and whose document was not split and
     * prompt has no passages.
     *
     * @param metadata JSON object from the request, in one line; null for none
     */
    public Provenance(
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
            @Nullable Long firstTokenMs,
            @Nullable String routedBy,
            List<Fallback> fallbacks,
            @Nullable String metadata) {
        this(
                jobId,
                tenant,
                batch,
                line,
                model,
                provider,
                attempts,
                cache,
                costUsd,
                queuedMs,
                upstreamMs,
                firstTokenMs,
                routedBy,
                fallbacks,
                new JobLabels(null, metadata),
                null,
                null,
                null,
                null);
    }

    /** Returns a copy with the output limit that Millrace added to the body; null for none. */
    public Provenance withOutputLimit(@Nullable Long limit) {
        return with(labels, limit, reused, split, retrieval);
    }

    /** Returns a copy with the answer to a similar question that the job got; null for none. */
    public Provenance withReused(@Nullable ReusedAnswer answer) {
        return with(labels, addedOutputLimit, answer, split, retrieval);
    }

    /** Returns a copy of a job whose document was split; null if it was not. */
    public Provenance withSplit(@Nullable SplitNote note) {
        return with(labels, addedOutputLimit, reused, note, retrieval);
    }

    /** Returns a copy with the passages in the prompt, as a JSON object; null for none. */
    public Provenance withRetrieval(@Nullable String passages) {
        return with(labels, addedOutputLimit, reused, split, passages);
    }

    /** Returns a copy with other labels. */
    public Provenance withLabels(JobLabels others) {
        return with(others, addedOutputLimit, reused, split, retrieval);
    }

    private Provenance with(
            JobLabels others,
            @Nullable Long limit,
            @Nullable ReusedAnswer answer,
            @Nullable SplitNote note,
            @Nullable String passages) {
        return new Provenance(
                jobId,
                tenant,
                batch,
                line,
                model,
                provider,
                attempts,
                cache,
                costUsd,
                queuedMs,
                upstreamMs,
                firstTokenMs,
                routedBy,
                fallbacks,
                others,
                limit,
                answer,
                note,
                passages);
    }

    /** Returns the provenance of a job that ended before any call. */
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
                null,
                List.of(),
                metadata);
    }
}
