package dev.millrace.router.retrieval;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.dedupe.HandledOffset;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.ReturnedJob;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
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
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads the jobs that return from the retrieval service. A returned request has passages in its
 * prompt, an answer without a call, or the reason for having neither. A job that was read before is
 * skipped: either the offsets of the router were lost, or the retrieval service has read its topic
 * again. Jobs return in the order of their offsets in the topic in which they waited.
 *
 * @param handled the offset of the last returned job
 * @param readers readers of requests by request topic
 */
record RetrievedJobs(HandledOffset handled, Map<String, RequestReader> readers)
        implements RouterFeature.ReturnedJobs {
    @Override
    public Optional<RoutingMessage> read(Record<byte[], byte @Nullable []> job) {
        Headers headers = job.headers();
        OptionalLong waited = MillraceHeaders.number(headers, MillraceHeaders.RETRIEVAL_OFFSET);
        if (waited.isEmpty() || !handled.isNew(waited.getAsLong())) {
            return Optional.empty();
        }
        handled.onHandled(waited.getAsLong());
        handled.flush();
        Optional<JobId> jobId = ReturnedJob.id(headers);
        return jobId.isEmpty()
                ? Optional.empty()
                : Origin.read(headers).map(it -> read(jobId.get(), it, job));
    }

    private RoutingMessage read(JobId jobId, Origin origin, Record<byte[], byte @Nullable []> job) {
        @Nullable RequestReader reader = readers.get(origin.topic());
        if (reader == null) {
            return invalid(job, origin, origin.topic() + " is not in request_topics any more");
        }
        var submission = SubmissionHeaders.read(job.headers());
        var arrivedAt = Instant.ofEpochMilli(job.timestamp());
        return switch (reader.read(origin, job.value(), submission, arrivedAt)) {
            case ParsedRequest request when request.identity().jobId().equals(jobId) ->
                    withPassages(request, job.headers());
            // Its passages belong to its previous tenant.
            case ParsedRequest _ ->
                    invalid(job, origin, "request_topics gives another tenant to the job now");
            case DeadLetterRecord letter ->
                    ReturnedJob.unreadable(
                            origin, job.headers(), job.value(), letter.reason(), letter.message());
            case RoutingMessage other -> other;
        };
    }

    private static RoutingMessage invalid(
            Record<byte[], byte @Nullable []> job, Origin origin, String message) {
        return ReturnedJob.unreadable(
                origin, job.headers(), job.value(), ErrorCode.VALIDATION_ERROR, message);
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
