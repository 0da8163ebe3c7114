package dev.millrace.router.retrieval;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.records.OutgoingRecords;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of jobs that wait for passages. Such a record has the value of the request and
 * the claims of its producer, so that the router can read the request again. It also has the
 * position of the request, which the router needs to end the job.
 *
 * @param topic the topic of jobs that wait for passages
 * @param maxRecordBytes record size limits of topics
 */
public record RetrievalRequests(String topic, ToIntFunction<String> maxRecordBytes) {
    /** Returns true if the prompt of the request gets passages of documents. */
    public static boolean needsPassages(ParsedRequest request) {
        return request.content() instanceof ValidContent(var line)
                && line.options().retrieval() != null;
    }

    /**
     * Returns the headers of a job that waits for passages.
     *
     * @param received the headers of the request
     */
    public Headers headers(ParsedRequest request, Headers received) {
        Headers headers = OutgoingRecords.userHeaders(received);
        SubmissionHeaders.read(received).writeTo(headers);
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, request.identity().jobId());
        MillraceHeaders.put(headers, MillraceHeaders.TENANT, request.identity().tenant());
        MillraceHeaders.put(headers, MillraceHeaders.BATCH, request.identity().batch());
        MillraceHeaders.put(headers, MillraceHeaders.SUBMITTED_AT, request.submittedAt());
        request.origin().writeTo(headers);
        return headers;
    }

    /** Returns why a job cannot wait for passages; empty if it can. */
    public Optional<Rejection> refusal(
            byte @Nullable [] key, ParsedRequest request, Headers headers) {
        long userBytes = OutgoingRecords.headerBytes(OutgoingRecords.userHeaders(headers));
        if (userBytes > OutgoingRecords.MAX_USER_BYTES) {
            return Optional.of(
                    new Rejection(
                            ErrorCode.VALIDATION_ERROR,
                            "the record's own headers have "
                                    + userBytes
                                    + " bytes, more than the limit of "
                                    + OutgoingRecords.MAX_USER_BYTES,
                            null));
        }
        int bytes = OutgoingRecords.maxBytes(key, request.bytes(), headers);
        int limit = maxRecordBytes.applyAsInt(topic);
        return bytes > limit
                ? Optional.of(Rejection.tooLarge(topic, bytes, limit))
                : Optional.empty();
    }
}
