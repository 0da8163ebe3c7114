package dev.millrace.router.retrieval;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.result.UnreadableRecord;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.EndedJob;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads the jobs that return from the retrieval service. A returned request has passages in its
 * prompt, an answer without a call, or the reason for having neither.
 *
 * @param readers readers of requests by request topic
 */
public record RetrievedJobs(Map<String, RequestReader> readers) {
    private static final Pattern JOB_ID = Pattern.compile("[0-9a-f]{32}");

    public RetrievedJobs {
        readers = Map.copyOf(readers);
    }

    /** Returns true for a job that returned from a worker, for money for another attempt. */
    public static boolean hasReturned(Headers headers) {
        return headers.lastHeader(MillraceHeaders.ROUTED_BY) != null;
    }

    /**
     * Returns the offset of the job in the topic of jobs that wait for passages; empty for a record
     * of another program. Jobs return in the order of these offsets.
     */
    public static OptionalLong waitingOffset(Headers headers) {
        return MillraceHeaders.number(headers, MillraceHeaders.RETRIEVAL_OFFSET);
    }

    /**
     * Returns the request with its passages; a dead letter that names the job if the request cannot
     * be read any more; empty for a record of another program.
     */
    public Optional<RoutingMessage> read(
            Headers headers, byte @Nullable [] value, Instant arrivedAt) {
        Optional<String> jobId = jobId(headers);
        return jobId.isEmpty()
                ? Optional.empty()
                : Origin.read(headers).map(it -> read(jobId.get(), it, headers, value, arrivedAt));
    }

    private RoutingMessage read(
            String jobId,
            Origin origin,
            Headers headers,
            byte @Nullable [] value,
            Instant arrivedAt) {
        @Nullable RequestReader reader = readers.get(origin.topic());
        if (reader == null) {
            return unreadable(
                    origin,
                    headers,
                    value,
                    ErrorCode.VALIDATION_ERROR,
                    origin.topic() + " is not in request_topics any more");
        }
        return switch (reader.read(origin, value, SubmissionHeaders.read(headers), arrivedAt)) {
            case ParsedRequest job when job.identity().jobId().value().equals(jobId) ->
                    withPassages(job, headers);
            // Its passages belong to its previous tenant.
            case ParsedRequest _ ->
                    unreadable(
                            origin,
                            headers,
                            value,
                            ErrorCode.VALIDATION_ERROR,
                            "request_topics gives another tenant to the job now");
            case DeadLetterRecord letter ->
                    unreadable(origin, headers, value, letter.reason(), letter.message());
            case RoutingMessage other -> other;
        };
    }

    /** Returns a dead letter that names the job as it was when it began to wait. */
    public static DeadLetterRecord unreadable(
            Origin origin,
            Headers headers,
            byte @Nullable [] value,
            ErrorCode reason,
            String message) {
        SubmissionHeaders submission = SubmissionHeaders.read(headers);
        JobId job = jobId(headers).map(JobId::new).orElse(null);
        return new DeadLetterRecord(
                reason,
                message,
                origin,
                value,
                submission.tenant(),
                submission.batch(),
                submission.line(),
                job,
                ended(job, submission, headers, origin));
    }

    /** Returns the job, which must end; null if the headers do not name it. */
    private static @Nullable EndedJob ended(
            @Nullable JobId job, SubmissionHeaders submission, Headers headers, Origin origin) {
        if (hasReturned(headers)) {
            return UnreadableRecord.read(headers, null).map(EndedJob::of).orElse(null);
        }
        return job == null || submission.tenant() == null || submission.batch() == null
                ? null
                : new EndedJob(
                        JobFacts.of(
                                new BatchJob(job, submission.tenant(), submission.batch()),
                                submission.line(),
                                Route.NONE,
                                EndReceivers.ofPartition(origin.partition()),
                                null),
                        Calls.NONE);
    }

    private static Optional<String> jobId(Headers headers) {
        return MillraceHeaders.text(headers, MillraceHeaders.JOB_ID)
                .filter(it -> JOB_ID.matcher(it).matches());
    }

    private static RoutingMessage withPassages(ParsedRequest job, Headers headers) {
        Optional<String> error = MillraceHeaders.text(headers, MillraceHeaders.RETRIEVAL_ERROR);
        if (error.isPresent()) {
            return job.withContent(new InvalidContent(rejection(error.get())));
        }
        ParsedRequest withPassages =
                job.withPassages(
                        MillraceHeaders.text(headers, MillraceHeaders.PASSAGES).orElse(null));
        Optional<String> answer = MillraceHeaders.text(headers, MillraceHeaders.RETRIEVAL_ANSWER);
        return answer.isPresent() && job.content() instanceof ValidContent(var line)
                ? withPassages.withContent(new AnsweredContent(line, answer.get()))
                : withPassages;
    }

    /** Reads a code and a message, with a space between them. */
    private static Rejection rejection(String error) {
        int space = error.indexOf(' ');
        String code = error.substring(0, Math.max(space, 0));
        ErrorCode known =
                Arrays.stream(ErrorCode.values())
                        .filter(it -> it.code().equals(code))
                        .findFirst()
                        .orElse(ErrorCode.VALIDATION_ERROR);
        return new Rejection(
                known,
                error.substring(space + 1),
                known == ErrorCode.VALIDATION_ERROR ? "millrace.retrieval" : null);
    }
}
