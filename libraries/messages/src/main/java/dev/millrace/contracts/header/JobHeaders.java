package dev.millrace.contracts.header;

import dev.millrace.contracts.job.Buy;
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
 * @param earlier calls at earlier models of its chain
 * @param maxOutputTokens output limit to add to the body for the current model, 1 or more; null for
 *     none
 * @param tokens estimated tokens of a call, for limits of tokens; null if unknown
 * @param cache the job's cache keys if it may share an answer, so that the worker reports its end;
 *     null if the job shares none
 * @param costLimit cost limit of the job; null for none
 * @param passages the passages of documents in the prompt, as a JSON object; null for none
 */
public record JobHeaders(
        Identity identity,
        Submission submission,
        Route route,
        Earlier earlier,
        @Nullable Long maxOutputTokens,
        @Nullable TokenEstimate tokens,
        @Nullable Cache cache,
        @Nullable JobCostLimit costLimit,
        @Nullable String passages) {
    private static final Pattern CACHE_KEY = Pattern.compile("[0-9a-f]{64}");

    /**
     * The identity of a job.
     *
     * @param line line number in its file, from 1; null if the job is not from a file
     * @param apiKey id of the API key that submitted the job, whose budget can pay for it; null for
     *     none
     * @param parent the parent job, whose document was split and to which this job reports its end;
     *     null for a job of a request
     * @param traceparent trace context of the request, a header of its own; null for none
     */
    public record Identity(
            JobId jobId,
            String tenant,
            String batch,
            @Nullable Long line,
            @Nullable String apiKey,
            @Nullable JobId parent,
            @Nullable String traceparent) {
        /** Creates the identity of a job of a request that no API key submitted. */
        public Identity(JobId jobId, String tenant, String batch, @Nullable Long line) {
            this(jobId, tenant, batch, line, null, null, null);
        }
    }

    /**
     * When and how urgently the job was submitted.
     *
     * @param deadline time after which no attempt starts; null for none
     * @param answerWait how the submitter waits for the answer
     * @param buy how the calls of the job are bought
     */
    public record Submission(
            Priority priority,
            @Nullable Instant deadline,
            Instant submittedAt,
            AnswerWait answerWait,
            Buy buy) {
        /** Creates the submission of a job that waits for its answer without a time limit. */
        public Submission(Priority priority, @Nullable Instant deadline, Instant submittedAt) {
            this(priority, deadline, submittedAt, AnswerWait.PATIENT, Buy.STANDARD);
        }
    }

    /**
     * The route of a job.
     *
     * @param routedBy policy, rule and version that selected the model, such as {@code
     *     default/3@v7}
     * @param chain catalog names of the models, first choice first; at least one
     * @param position index of the current model in the chain, from 0
     * @param requestPartition partition of the job's request, from 0. Its result and cost events go
     *     to this partition number of their topics, so that they reach the router task of the
     *     request. Null if unknown; the record key then selects the partition
     * @param lane lane that the job was routed to, if it differs from the lane of the job's topic,
     *     because the job was handed over to a model without this lane; else null
     */
    public record Route(
            String routedBy,
            List<String> chain,
            int position,
            @Nullable Integer requestPartition,
            @Nullable Lane lane) {
        public Route {
            chain = List.copyOf(chain);
            if (position < 0 || position >= chain.size()) {
                throw new IllegalArgumentException(
                        "position " + position + " is outside the chain " + chain);
            }
            if (requestPartition != null && requestPartition < 0) {
                throw new IllegalArgumentException(
                        "requestPartition must not be negative, was " + requestPartition);
            }
        }

        /** Creates the route of a job that is at the first model of its chain. */
        public Route(String routedBy, List<String> chain, @Nullable Integer requestPartition) {
            this(routedBy, chain, 0, requestPartition, null);
        }
    }

    /**
     * Calls before the job came to its topic: at earlier models of the chain, and at this model
     * before the job returned to the router.
     *
     * @param attempts calls made for the job
     * @param inheritedUsd amount known to be billed, in US dollars
     * @param fallbacks the models that the job has left, in order; empty for most jobs
     * @param attemptsAtModel calls made at the current model
     */
    public record Earlier(
            int attempts, BigDecimal inheritedUsd, List<Fallback> fallbacks, int attemptsAtModel) {
        /** Creates the calls of a job that was not called at its current model. */
        public Earlier(int attempts, BigDecimal inheritedUsd, List<Fallback> fallbacks) {
            this(attempts, inheritedUsd, fallbacks, 0);
        }

        /** The job has not fallen back. */
        public static final Earlier NONE = new Earlier(0, BigDecimal.ZERO, List.of());

        public Earlier {
            fallbacks = List.copyOf(fallbacks);
            if (attempts < 0) {
                throw new IllegalArgumentException(
                        "attempts must not be negative, was " + attempts);
            }
            if (inheritedUsd.signum() < 0) {
                throw new IllegalArgumentException(
                        "inheritedUsd must not be negative, was " + inheritedUsd);
            }
        }
    }

    /**
     * The keys under which a job may share an answer.
     *
     * @param key hash of the job's question, 64 hex digits: jobs with equal keys may share an
     *     answer
     * @param namespace hash of the common part of several cache keys, 64 hex digits. Jobs of a
     *     namespace meet in one partition of the cache, so that a job can get the answer to another
     *     question with an equal meaning. Null if the job gets only answers of its cache key
     */
    public record Cache(String key, @Nullable String namespace) {
        public Cache {
            requireCacheKey(key);
            if (namespace != null) {
                requireCacheKey(namespace);
            }
        }
    }

    public JobHeaders {
        if (maxOutputTokens != null && maxOutputTokens < 1) {
            throw new IllegalArgumentException(
                    "maxOutputTokens must be 1 or more, was " + maxOutputTokens);
        }
        if (costLimit != null && costLimit.attemptUsd().size() != route.chain.size()) {
            throw new IllegalArgumentException(
                    "attemptUsd must have one amount for each model of the chain "
                            + route.chain
                            + ", has "
                            + costLimit.attemptUsd().size());
        }
    }

    /**
     * Creates the headers of a job that has not fallen back, shares no answer, and has no limit on
     * its cost or output.
     */
    public JobHeaders(Identity identity, Submission submission, Route route) {
        this(identity, submission, route, Earlier.NONE, null, null, null, null, null);
    }

    public JobId jobId() {
        return identity.jobId;
    }

    public String tenant() {
        return identity.tenant;
    }

    public String batch() {
        return identity.batch;
    }

    public @Nullable Long line() {
        return identity.line;
    }

    public @Nullable String apiKey() {
        return identity.apiKey;
    }

    public @Nullable JobId parent() {
        return identity.parent;
    }

    public Priority priority() {
        return submission.priority;
    }

    public @Nullable Instant deadline() {
        return submission.deadline;
    }

    public Instant submittedAt() {
        return submission.submittedAt;
    }

    public AnswerWait answerWait() {
        return submission.answerWait;
    }

    public Buy buy() {
        return submission.buy;
    }

    public String routedBy() {
        return route.routedBy;
    }

    public List<String> chain() {
        return route.chain;
    }

    public int position() {
        return route.position;
    }

    public @Nullable Integer requestPartition() {
        return route.requestPartition;
    }

    public @Nullable Lane lane() {
        return route.lane;
    }

    public int attempts() {
        return earlier.attempts;
    }

    public BigDecimal inheritedUsd() {
        return earlier.inheritedUsd;
    }

    public List<Fallback> fallbacks() {
        return earlier.fallbacks;
    }

    public @Nullable String cacheKey() {
        return cache == null ? null : cache.key;
    }

    public @Nullable String cacheNamespace() {
        return cache == null ? null : cache.namespace;
    }

    /**
     * Returns the headers of the job at a later model of its chain.
     *
     * @param newPosition index of the later model in the chain
     * @param totalAttempts calls made for the job so far
     * @param billedUsd amount known to be billed so far
     * @param allFallbacks the models from which the job fell back, including the current one
     * @param outputLimit output limit to add to the body for the later model; null for none
     */
    public JobHeaders atModel(
            int newPosition,
            int totalAttempts,
            BigDecimal billedUsd,
            List<Fallback> allFallbacks,
            @Nullable Long outputLimit) {
        return new JobHeaders(
                identity,
                submission,
                new Route(routedBy(), chain(), newPosition, requestPartition(), lane()),
                new Earlier(totalAttempts, billedUsd, allFallbacks),
                outputLimit,
                tokens,
                cache,
                costLimit,
                passages);
    }

    /**
     * Returns the headers of a job that returns to the router, for money for an attempt at its
     * model.
     *
     * @param totalAttempts calls made for the job so far
     * @param attemptsAtModel calls made at the current model
     * @param billedUsd amount known to be billed so far
     */
    public JobHeaders returned(int totalAttempts, int attemptsAtModel, BigDecimal billedUsd) {
        return new JobHeaders(
                identity,
                submission,
                route,
                new Earlier(totalAttempts, billedUsd, fallbacks(), attemptsAtModel),
                maxOutputTokens,
                tokens,
                cache,
                costLimit == null ? null : costLimit.onReturned(),
                passages);
    }

    /**
     * Returns true if the job has returned and no account has reserved money for it: it was routed
     * before its budget got a limit.
     */
    public boolean hasReturnedUnpaid() {
        return costLimit != null && hasReturned() && costLimit.isUnpaid();
    }

    /** Returns true if the job has returned from a worker to the router. */
    public boolean hasReturned() {
        return costLimit != null && costLimit.reserved().returns() > 0;
    }

    /**
     * Returns a copy with an output limit.
     *
     * @param limit limit to add to the body for the current model; null for none
     */
    public JobHeaders withOutputLimit(@Nullable Long limit) {
        return with(limit, tokens, cache, costLimit);
    }

    /** Returns a copy with an estimate of the tokens of a call. */
    public JobHeaders withTokens(TokenEstimate estimate) {
        return with(maxOutputTokens, estimate, cache, costLimit);
    }

    /** Returns a copy with a cache key. */
    public JobHeaders withCacheKey(String key) {
        return with(new Cache(key, cacheNamespace()));
    }

    /** Returns a copy whose cache key is in a namespace; the job must have a cache key. */
    public JobHeaders withCacheNamespace(String namespace) {
        if (cache == null) {
            throw new IllegalArgumentException("the namespace needs a cache key");
        }
        return with(new Cache(cache.key, namespace));
    }

    private JobHeaders with(Identity who, Submission when, Route where) {
        return new JobHeaders(
                who, when, where, earlier, maxOutputTokens, tokens, cache, costLimit, passages);
    }

    /** Returns a copy of a job that shares no answer any more. */
    public JobHeaders withoutCache() {
        return with(null);
    }

    private JobHeaders with(@Nullable Cache asked) {
        return with(maxOutputTokens, tokens, asked, costLimit);
    }

    private JobHeaders with(
            @Nullable Long limit,
            @Nullable TokenEstimate estimate,
            @Nullable Cache asked,
            @Nullable JobCostLimit cost) {
        return new JobHeaders(
                identity, submission, route, earlier, limit, estimate, asked, cost, passages);
    }

    /** Returns a copy with a limit on the job's cost. */
    public JobHeaders withCostLimit(JobCostLimit limit) {
        return with(maxOutputTokens, tokens, cache, limit);
    }

    /** Returns a copy of a job that was submitted at another time. */
    public JobHeaders withSubmittedAt(Instant time) {
        return with(
                identity, new Submission(priority(), deadline(), time, answerWait(), buy()), route);
    }

    /** Returns a copy of a job whose submitter waits in another way. */
    public JobHeaders withAnswerWait(AnswerWait wait) {
        var waiting = new Submission(priority(), deadline(), submittedAt(), wait, buy());
        return with(identity, waiting, route);
    }

    /** Returns a copy of a job that is bought in another way. */
    public JobHeaders withBuy(Buy other) {
        var bought = new Submission(priority(), deadline(), submittedAt(), answerWait(), other);
        return with(identity, bought, route);
    }

    /** Returns a copy of a job that is a part of another job. */
    public JobHeaders withParent(JobId job) {
        String trace = identity.traceparent;
        var part = new Identity(jobId(), tenant(), batch(), line(), apiKey(), job, trace);
        return with(part, submission, route);
    }

    /**
     * Returns a copy of a job whose prompt has passages of documents.
     *
     * @param json the passages as a JSON object; null for none
     */
    public JobHeaders withPassages(@Nullable String json) {
        return new JobHeaders(
                identity,
                submission,
                route,
                earlier,
                maxOutputTokens,
                tokens,
                cache,
                costLimit,
                json);
    }

    /**
     * Returns the lane that the job was routed to.
     *
     * @param topicLane lane of the topic that the job is in
     */
    public Lane routedLane(Lane topicLane) {
        return Objects.requireNonNullElse(lane(), topicLane);
    }

    /**
     * Returns a copy of a job that is handed over to a model without the lane that the router
     * chose.
     */
    public JobHeaders withLane(Lane routed) {
        var moved = new Route(routedBy(), chain(), position(), requestPartition(), routed);
        return with(identity, submission, moved);
    }

    /** Returns a copy of a job that no router task knows: its id selects the partitions. */
    public JobHeaders withoutRequestPartition() {
        return with(identity, submission, new Route(routedBy(), chain(), position(), null, lane()));
    }

    /**
     * Returns the parent of a part whose other headers can be unreadable; empty if the record is no
     * part of another job.
     */
    public static Optional<JobId> parent(Headers headers) {
        try {
            return MillraceHeaders.text(headers, MillraceHeaders.PARENT).map(JobId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the job that an operator cancels to end this job: its parent, or the job itself. */
    public JobId requestedJob() {
        JobId parent = parent();
        return parent == null ? jobId() : parent;
    }

    /** Returns the catalog name of the current model. */
    public String model() {
        return route.chain.get(route.position);
    }

    /**
     * Adds these headers to a record without job headers; see {@link MillraceHeaders#removeAll}.
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
     * Returns the cache key of a record whose other headers can be unreadable; empty without a
     * valid key.
     */
    public static Optional<String> cacheKey(Headers headers) {
        return hash(headers, MillraceHeaders.CACHE_KEY);
    }

    /**
     * Returns the namespace of a record whose other headers can be unreadable; empty without a
     * valid namespace.
     */
    public static Optional<String> cacheNamespace(Headers headers) {
        return hash(headers, MillraceHeaders.CACHE_NAMESPACE);
    }

    private static Optional<String> hash(Headers headers, String name) {
        return MillraceHeaders.text(headers, name).filter(it -> CACHE_KEY.matcher(it).matches());
    }

    /**
     * Returns the record key that brings the job's lookup and its answer together: the namespace of
     * its cache key, or the cache key itself; null if the job shares no answer.
     */
    public @Nullable String cachePartitionKey() {
        String namespace = cacheNamespace();
        return namespace == null ? cacheKey() : namespace;
    }

    /**
     * Returns the text, which must be a cache key or a namespace.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    static String requireCacheKey(String text) {
        if (!CACHE_KEY.matcher(text).matches()) {
            throw new IllegalArgumentException("a cache key must be 64 hex digits, was " + text);
        }
        return text;
    }
}
