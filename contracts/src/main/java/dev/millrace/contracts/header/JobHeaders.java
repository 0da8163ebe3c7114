package dev.millrace.contracts.header;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a job: the router's decisions, written by the router and read by the worker. A
 * worker that hands the job over to the next model of its chain writes them again.
 *
 * @param line line number in its file, from 1; null if the job is not from a file
 * @param deadline no attempt starts after it; null for none
 * @param routedBy policy, rule and version that selected the model, such as {@code default/3@v7}
 * @param chain catalog names of the models, first choice first; at least one
 * @param position index of the current model in the chain, from 0
 * @param attempts calls made for this job at earlier models of its chain
 * @param requestPartition partition of its request, from 0. Its result and cost events go to the
 *     same partition of their topics, so that they reach the router task of that partition. Null if
 *     unknown; then the record key selects the partition
 * @param maxOutputTokens output limit to add to the body for the current model, 1 or more; null for
 *     none
 * @param inheritedUsd amount known to be billed at earlier models of its chain, in US dollars
 * @param fallbacks the models that the job has left, in order; empty for most jobs
 * @param tokens estimated tokens of a call, for limits of tokens; null if unknown
 * @param cacheKey hash of what the job asks, 64 hex digits: jobs of the same key may share an
 *     answer, so the worker reports how this job ends; null if the job shares none
 * @param cacheGroup hash of what the jobs of several cache keys have in common, 64 hex digits:
 *     these jobs meet in one partition of the cache, so that one may get the answer to another
 *     question of the same meaning; null if the job gets answers of its cache key only
 * @param costLimit what the job may cost; null if nothing limits its cost
 * @param answerWait how the submitter waits for the answer
 * @param parent the job that this job is a part of, and to which it reports its end; null for a job
 *     of a request
 * @param passages the passages of documents in the prompt, as a JSON object; null for none
 * @param lane lane that the router chose; null if it is that of the job's topic, as of each job
 *     that was not handed over to a model without this lane
 */
public record JobHeaders(
        JobId jobId,
        String tenant,
        String batch,
        @Nullable Long line,
        Priority priority,
        @Nullable Instant deadline,
        Instant submittedAt,
        String routedBy,
        List<String> chain,
        int position,
        int attempts,
        @Nullable Integer requestPartition,
        @Nullable Long maxOutputTokens,
        BigDecimal inheritedUsd,
        List<Fallback> fallbacks,
        @Nullable TokenEstimate tokens,
        @Nullable String cacheKey,
        @Nullable String cacheGroup,
        @Nullable JobCostLimit costLimit,
        AnswerWait answerWait,
        @Nullable JobId parent,
        @Nullable String passages,
        @Nullable Lane lane) {
    private static final Pattern CACHE_KEY = Pattern.compile("[0-9a-f]{64}");

    public JobHeaders {
        chain = List.copyOf(chain);
        fallbacks = List.copyOf(fallbacks);
        if (position < 0 || position >= chain.size()) {
            throw new IllegalArgumentException(
                    "position " + position + " is outside the chain " + chain);
        }
        if (attempts < 0) {
            throw new IllegalArgumentException("attempts must not be negative, was " + attempts);
        }
        if (requestPartition != null && requestPartition < 0) {
            throw new IllegalArgumentException(
                    "requestPartition must not be negative, was " + requestPartition);
        }
        if (maxOutputTokens != null && maxOutputTokens < 1) {
            throw new IllegalArgumentException(
                    "maxOutputTokens must be 1 or more, was " + maxOutputTokens);
        }
        if (inheritedUsd.signum() < 0) {
            throw new IllegalArgumentException(
                    "inheritedUsd must not be negative, was " + inheritedUsd);
        }
        if (cacheKey != null) {
            requireCacheKey(cacheKey);
        }
        if (cacheGroup != null) {
            requireCacheKey(cacheGroup);
            if (cacheKey == null) {
                throw new IllegalArgumentException("the cache group needs a cache key");
            }
        }
        if (costLimit != null && costLimit.attemptUsd().size() != chain.size()) {
            throw new IllegalArgumentException(
                    "attemptUsd must have one amount for each model of the chain "
                            + chain
                            + ", has "
                            + costLimit.attemptUsd().size());
        }
    }

    /**
     * Creates the headers of a job that has not fallen back, shares no answer, has no limit on its
     * cost, and waits for its answer however long it takes.
     */
    public JobHeaders(
            JobId jobId,
            String tenant,
            String batch,
            @Nullable Long line,
            Priority priority,
            @Nullable Instant deadline,
            Instant submittedAt,
            String routedBy,
            List<String> chain,
            int position,
            int attempts,
            @Nullable Integer requestPartition,
            @Nullable Long maxOutputTokens) {
        this(
                jobId,
                tenant,
                batch,
                line,
                priority,
                deadline,
                submittedAt,
                routedBy,
                chain,
                position,
                attempts,
                requestPartition,
                maxOutputTokens,
                BigDecimal.ZERO,
                List.of(),
                null,
                null,
                null,
                null,
                AnswerWait.PATIENT,
                null,
                null,
                null);
    }

    /**
     * Returns the headers of the job at a later model of its chain.
     *
     * @param newPosition index of that model in the chain
     * @param totalAttempts calls made for the job so far
     * @param billedUsd amount known to be billed so far
     * @param allFallbacks the models that the job has left, including the current one
     * @param outputLimit output limit to add to the body for that model; null for none
     */
    public JobHeaders atModel(
            int newPosition,
            int totalAttempts,
            BigDecimal billedUsd,
            List<Fallback> allFallbacks,
            @Nullable Long outputLimit) {
        return new JobHeaders(
                jobId,
                tenant,
                batch,
                line,
                priority,
                deadline,
                submittedAt,
                routedBy,
                chain,
                newPosition,
                totalAttempts,
                requestPartition,
                outputLimit,
                billedUsd,
                allFallbacks,
                tokens,
                cacheKey,
                cacheGroup,
                costLimit,
                answerWait,
                parent,
                passages,
                lane);
    }

    /** Returns a copy with an estimate of the tokens of a call. */
    public JobHeaders withTokens(TokenEstimate estimate) {
        return with(estimate, cacheKey, cacheGroup, costLimit, answerWait, parent, passages, lane);
    }

    /** Returns a copy with a cache key. */
    public JobHeaders withCacheKey(String key) {
        return with(tokens, key, cacheGroup, costLimit, answerWait, parent, passages, lane);
    }

    /** Returns a copy of a job with a cache key, in a group of cache keys. */
    public JobHeaders withCacheGroup(String group) {
        return with(tokens, cacheKey, group, costLimit, answerWait, parent, passages, lane);
    }

    /** Returns a copy with a limit on the job's cost. */
    public JobHeaders withCostLimit(JobCostLimit limit) {
        return with(tokens, cacheKey, cacheGroup, limit, answerWait, parent, passages, lane);
    }

    /** Returns a copy of a job whose submitter waits in another way. */
    public JobHeaders withAnswerWait(AnswerWait wait) {
        return with(tokens, cacheKey, cacheGroup, costLimit, wait, parent, passages, lane);
    }

    /** Returns a copy of a job that is a part of another job. */
    public JobHeaders withParent(JobId job) {
        return with(tokens, cacheKey, cacheGroup, costLimit, answerWait, job, passages, lane);
    }

    /**
     * Returns a copy of a job whose prompt has passages of documents.
     *
     * @param json the passages as a JSON object; null for none
     */
    public JobHeaders withPassages(@Nullable String json) {
        return with(tokens, cacheKey, cacheGroup, costLimit, answerWait, parent, json, lane);
    }

    /**
     * Returns the lane that the router chose.
     *
     * @param topicLane lane of the topic that the job is in
     */
    public Lane routedLane(Lane topicLane) {
        return Objects.requireNonNullElse(lane, topicLane);
    }

    /** Returns a copy of a job that is handed over to a model without the lane of the router. */
    public JobHeaders withLane(Lane routed) {
        return with(tokens, cacheKey, cacheGroup, costLimit, answerWait, parent, passages, routed);
    }

    private JobHeaders with(
            @Nullable TokenEstimate estimate,
            @Nullable String key,
            @Nullable String group,
            @Nullable JobCostLimit costLimit,
            AnswerWait answerWait,
            @Nullable JobId parent,
            @Nullable String passages,
            @Nullable Lane lane) {
        return new JobHeaders(
                jobId,
                tenant,
                batch,
                line,
                priority,
                deadline,
                submittedAt,
                routedBy,
                chain,
                position,
                attempts,
                requestPartition,
                maxOutputTokens,
                inheritedUsd,
                fallbacks,
                estimate,
                key,
                group,
                costLimit,
                answerWait,
                parent,
                passages,
                lane);
    }

    /**
     * Returns the parent of a part whose other headers may be unreadable; empty if the record is no
     * part of another job.
     */
    public static Optional<JobId> parent(Headers headers) {
        try {
            return MillraceHeaders.text(headers, MillraceHeaders.PARENT).map(JobId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the job that a person cancels to end this one: its parent, or the job itself. */
    public JobId requestedJob() {
        return parent == null ? jobId : parent;
    }

    /** Returns the catalog name of the current model. */
    public String model() {
        return chain.get(position);
    }

    /**
     * Adds these headers to a record that has none of them yet; see {@link
     * MillraceHeaders#removeAll}.
     */
    public void writeTo(Headers headers) {
        JobHeadersCodec.write(this, headers);
    }

    /**
     * Reads the headers of a job.
     *
     * @throws UnreadableHeader if a header is missing or invalid, or if the schema version is not
     *     supported
     */
    public static JobHeaders read(Headers headers) throws UnreadableHeader {
        return JobHeadersCodec.read(headers);
    }

    /**
     * Returns the cache key of a record whose other headers may be unreadable; empty if it has no
     * valid key.
     */
    public static Optional<String> cacheKey(Headers headers) {
        return hash(headers, MillraceHeaders.CACHE_KEY);
    }

    /**
     * Returns the group of cache keys of a record whose other headers may be unreadable; empty if
     * it has no valid group.
     */
    public static Optional<String> cacheGroup(Headers headers) {
        return hash(headers, MillraceHeaders.CACHE_GROUP);
    }

    private static Optional<String> hash(Headers headers, String name) {
        return MillraceHeaders.text(headers, name).filter(it -> CACHE_KEY.matcher(it).matches());
    }

    /**
     * Returns the record key by which the job's lookup and its answer meet: the group of its cache
     * key, or the cache key itself; null if the job shares no answer.
     */
    public @Nullable String cachePartitionKey() {
        return cacheGroup == null ? cacheKey : cacheGroup;
    }

    /**
     * Returns a cache key, or the group of one.
     *
     * @throws IllegalArgumentException if the text is no such hash
     */
    static String requireCacheKey(String text) {
        if (!CACHE_KEY.matcher(text).matches()) {
            throw new IllegalArgumentException("a cache key must be 64 hex digits, was " + text);
        }
        return text;
    }
}
