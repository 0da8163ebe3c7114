package dev.millrace.router.message;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.result.UnreadableRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message from one step to the next. The key and headers of its record are unchanged until the
 * step {@code route}.
 */
public sealed interface RoutingMessage {

    /**
     * Identifies the job of a request.
     *
     * @param line number of the line in its file, from 1; null when not from a file
     * @param labels the client's names for the job
     * @param batchLimitUsd limit of the batch's budget as named at submission, above 0; null for
     *     none
     * @param apiKey id of the API key that submitted the job; null for none
     * @param parent the parent job, whose document was split; null for the job of a request
     */
    record JobIdentity(
            JobId jobId,
            String customId,
            String tenant,
            String batch,
            @Nullable Long line,
            JobLabels labels,
            @Nullable BigDecimal batchLimitUsd,
            @Nullable String apiKey,
            @Nullable JobId parent) {
        /**
         * Creates the identity of the job of a request without a request id.
         *
         * @param metadata a JSON object to copy into the result; null for none
         */
        public JobIdentity(
                JobId jobId,
                String customId,
                String tenant,
                String batch,
                @Nullable Long line,
                @Nullable String metadata,
                @Nullable BigDecimal batchLimitUsd,
                @Nullable String apiKey) {
            this(
                    jobId,
                    customId,
                    tenant,
                    batch,
                    line,
                    new JobLabels(null, metadata),
                    batchLimitUsd,
                    apiKey,
                    null);
        }

        /** Returns a copy with the limit of the batch's budget; null for none. */
        public JobIdentity withBatchLimit(@Nullable BigDecimal usd) {
            return new JobIdentity(
                    jobId, customId, tenant, batch, line, labels, usd, apiKey, parent);
        }

        /**
         * Returns the facts about this job if it ends before it has a model.
         *
         * @param request position of its request
         * @param passages the passages of documents in its prompt, as a JSON object; null for none
         */
        public JobFacts toFacts(Origin request, @Nullable String passages) {
            return JobFacts.of(
                    new BatchJob(jobId, tenant, batch),
                    line,
                    Route.NONE,
                    new EndReceivers(request.partition(), parent, null, null, null),
                    passages);
        }

        /** Creates the identity of a job whose submission named neither a limit nor an API key. */
        public JobIdentity(
                JobId jobId,
                String customId,
                String tenant,
                String batch,
                @Nullable Long line,
                @Nullable String metadata) {
            this(jobId, customId, tenant, batch, line, metadata, null, null);
        }
    }

    /**
     * The position of a request in its topic. Each message carries it, since after a repartition
     * the record being processed has another position.
     *
     * @param partition from 0
     */
    record Origin(String topic, int partition, long offset) {
        /** Adds this position to the headers of a waiting job. */
        public void writeTo(Headers headers) {
            MillraceHeaders.put(headers, MillraceHeaders.ORIGIN_TOPIC, topic);
            MillraceHeaders.put(headers, MillraceHeaders.ORIGIN_PARTITION, partition);
            MillraceHeaders.put(headers, MillraceHeaders.ORIGIN_OFFSET, offset);
        }

        /** Reads headers written by {@link #writeTo}; empty if a header is missing or invalid. */
        public static Optional<Origin> read(Headers headers) {
            var topic = MillraceHeaders.text(headers, MillraceHeaders.ORIGIN_TOPIC);
            var partition = MillraceHeaders.number(headers, MillraceHeaders.ORIGIN_PARTITION);
            var offset = MillraceHeaders.number(headers, MillraceHeaders.ORIGIN_OFFSET);
            if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty()) {
                return Optional.empty();
            }
            int at = (int) Math.min(partition.getAsLong(), Integer.MAX_VALUE);
            return Optional.of(new Origin(topic.get(), at, offset.getAsLong()));
        }
    }

    /** The parsed content of a request. */
    sealed interface Content {}

    /** A request that can be planned. */
    record ValidContent(RequestLine request) implements Content {}

    /**
     * A request that is answered without a call, unless no model can be planned for it.
     *
     * @param answer the text of the answer
     */
    record AnsweredContent(RequestLine request, String answer) implements Content {}

    /** A request that must be rejected. */
    record InvalidContent(Rejection rejection) implements Content {}

    /**
     * A request whose job is known.
     *
     * @param chunks whether to forward the tokens of its answer as they arrive
     * @param bytes the unchanged value of the record
     * @param passages the passages of documents in its prompt, as a JSON object; null for none
     */
    record ParsedRequest(
            JobIdentity identity,
            Origin origin,
            Instant submittedAt,
            Chunks chunks,
            byte[] bytes,
            Content content,
            @Nullable String passages)
            implements RoutingMessage {

        /** Returns a copy whose prompt has passages of documents. */
        public ParsedRequest withPassages(@Nullable String json) {
            return new ParsedRequest(identity, origin, submittedAt, chunks, bytes, content, json);
        }

        /** Returns a copy with other content. */
        public ParsedRequest withContent(Content other) {
            return new ParsedRequest(identity, origin, submittedAt, chunks, bytes, other, passages);
        }

        /** Ends this request as a dead letter. */
        public DeadLetterRecord toDeadLetter(ErrorCode reason, String message) {
            return DeadLetterRecord.of(identity, origin, bytes, reason, message, null);
        }

        /** Ends this job as an error result. */
        public RejectedJob toRejected(Rejection rejection) {
            return new RejectedJob(identity, origin, bytes, rejection, Calls.NONE);
        }

        /** Ends this job with an answer that no model gave. */
        public AnsweredJob toAnswered(AnsweredContent answered) {
            return new AnsweredJob(identity, origin, bytes, answered, passages);
        }
    }

    /**
     * The reason to end a job without a call.
     *
     * @param message one sentence for the user, truncated if it is long
     * @param param the wrong key of the request; null for none
     */
    record Rejection(ErrorCode error, String message, @Nullable String param) {
        public Rejection {
            message = MessageText.truncate(message);
        }

        /** Returns a rejection for an internal error of Millrace. */
        public static Rejection internal(String message) {
            return new Rejection(ErrorCode.INTERNAL_ERROR, message, null);
        }

        /**
         * Returns a rejection for a job that is too large for its topic.
         *
         * @param limit the topic's limit
         */
        public static Rejection tooLarge(String topic, int bytes, int limit) {
            String message =
                    String.format(
                            Locale.ROOT,
                            "the job may have %,d bytes with its headers, more than"
                                    + " max.message.bytes = %,d of %s; \"millrace topics apply\""
                                    + " sets the configured limit",
                            bytes,
                            limit,
                            topic);
            return new Rejection(ErrorCode.VALIDATION_ERROR, message, null);
        }
    }

    /** A message that changes the fair pace of a tenant. */
    sealed interface PaceEvent extends RoutingMessage {}

    /**
     * A job with a model.
     *
     * @param split how its document is split, as stored; null if the job itself is called
     */
    record PlannedJob(
            JobIdentity identity,
            Origin origin,
            JobHeaders headers,
            byte[] bytes,
            @Nullable String split)
            implements PaceEvent {
        /** Creates a job that is called itself. */
        public PlannedJob(JobIdentity identity, Origin origin, JobHeaders headers, byte[] bytes) {
            this(identity, origin, headers, bytes, null);
        }

        /**
         * Ends this job as an error result, with the calls of a job that returned from a worker.
         */
        public RejectedJob toRejected(Rejection rejection) {
            Calls calls =
                    headers.attempts() == 0
                            ? Calls.NONE
                            : new Calls(
                                    headers.model(),
                                    null,
                                    headers.attempts(),
                                    headers.inheritedUsd(),
                                    JobTimes.withoutCall(0),
                                    null);
            return new RejectedJob(identity, origin, bytes, rejection, calls);
        }
    }

    /**
     * A job that its budget does not cover. The job can get the answer of an identical job, but no
     * call.
     *
     * @param refusal why it ends without such an answer
     */
    record BudgetRefusedJob(PlannedJob job, Rejection refusal) implements PaceEvent {}

    /** A cost event of a job. */
    sealed interface JobCost extends RoutingMessage {
        CostEvent event();
    }

    /**
     * The end of a job that was unfinished.
     *
     * @param event the final cost event of the job
     */
    record CompletedJob(CostEvent event) implements PaceEvent, JobCost {}

    /**
     * A cost event that does not end a job, or that names an unknown job.
     *
     * @param event final or not
     */
    record OtherCost(CostEvent event) implements JobCost {}

    /**
     * A job with a topic.
     *
     * @param bytes the unchanged value of the record
     */
    record RoutedJob(String topic, byte[] bytes) implements RoutingMessage {}

    /**
     * A request on its way to the partition of its job.
     *
     * @param partition from 0, in the topic of the request
     */
    record MovedRequest(ParsedRequest request, int partition) implements RoutingMessage {
        /** Returns the unchanged value of the record. */
        public byte[] bytes() {
            return request.bytes();
        }
    }

    /** A job that ends without a call, or without another one. */
    sealed interface UncalledJob extends RoutingMessage {
        JobIdentity identity();

        /** Returns the position of the request. */
        Origin origin();

        /** Returns the unchanged value of the record. */
        byte[] bytes();

        /** Returns the calls made before the job returned from a worker. */
        Calls calls();

        /** Ends this job as a dead letter instead. */
        default DeadLetterRecord toDeadLetter(ErrorCode reason, String message) {
            return DeadLetterRecord.of(
                    identity(),
                    origin(),
                    bytes(),
                    reason,
                    message,
                    new EndedJob(identity().toFacts(origin(), null), calls()));
        }
    }

    /** A job that ends as an error result. */
    record RejectedJob(
            JobIdentity identity, Origin origin, byte[] bytes, Rejection rejection, Calls calls)
            implements UncalledJob {}

    /**
     * A job that ends with a fixed answer.
     *
     * @param passages the passages found for its prompt, as a JSON object; null for none
     */
    record AnsweredJob(
            JobIdentity identity,
            Origin origin,
            byte[] bytes,
            AnsweredContent content,
            @Nullable String passages)
            implements UncalledJob {
        @Override
        public Calls calls() {
            return Calls.NONE;
        }
    }

    /**
     * A job that ends with a dead letter.
     *
     * @param calls made for it before
     */
    record EndedJob(JobFacts facts, Calls calls) {
        /** Returns the job that the headers of its unreadable record name. */
        public static EndedJob of(UnreadableRecord known) {
            return new EndedJob(known.job(), known.calls(0));
        }
    }

    /**
     * A record that ends as a dead letter.
     *
     * @param message one sentence for the user, truncated if it is long
     * @param bytes the unchanged value of the record; null when it has none
     * @param tenant null when unknown, like batch, line and job id
     * @param ends the job that ends with this record; null for none, for example when the record
     *     repeats a job
     */
    record DeadLetterRecord(
            ErrorCode reason,
            String message,
            Origin origin,
            byte @Nullable [] bytes,
            @Nullable String tenant,
            @Nullable String batch,
            @Nullable Long line,
            @Nullable JobId jobId,
            @Nullable EndedJob ends)
            implements RoutingMessage {
        public DeadLetterRecord {
            message = MessageText.truncate(message);
        }

        private static DeadLetterRecord of(
                JobIdentity identity,
                Origin origin,
                byte[] bytes,
                ErrorCode reason,
                String message,
                @Nullable EndedJob ends) {
            return new DeadLetterRecord(
                    reason,
                    message,
                    origin,
                    bytes,
                    identity.tenant(),
                    identity.batch(),
                    identity.line(),
                    identity.jobId(),
                    ends);
        }
    }
}
