package dev.millrace.router.retrieval;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads the jobs that come back from the retrieval service: the request with the passages in its
 * prompt, or with the reason why it gets none.
 *
 * @param readers readers of requests by request topic
 */
public record RetrievedJobs(Map<String, RequestReader> readers) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    public RetrievedJobs {
        readers = Map.copyOf(readers);
    }

    /**
     * Returns the offset of the job in the topic of jobs that wait for passages; empty for a record
     * of another program. Jobs come back in the order of these offsets.
     */
    public static OptionalLong waitingOffset(Headers headers) {
        return number(headers, MillraceHeaders.RETRIEVAL_OFFSET);
    }

    /** Returns the request with its passages; empty for a record of another program. */
    public Optional<RoutingMessage> read(
            Headers headers, byte @Nullable [] value, Instant arrivedAt) {
        Optional<Origin> origin = origin(headers);
        return origin.flatMap(it -> Optional.ofNullable(readers.get(it.topic())))
                .map(it -> it.read(origin.get(), value, SubmissionHeaders.read(headers), arrivedAt))
                .map(it -> it instanceof ParsedRequest job ? withPassages(job, headers) : it);
    }

    private static RoutingMessage withPassages(ParsedRequest job, Headers headers) {
        Optional<String> error = MillraceHeaders.text(headers, MillraceHeaders.RETRIEVAL_ERROR);
        if (error.isPresent()) {
            return job.withContent(new InvalidContent(rejection(error.get())));
        }
        return job.withPassages(
                MillraceHeaders.text(headers, MillraceHeaders.PASSAGES).orElse(null));
    }

    /** Reads a code and a message, with a space between them. */
    private static Rejection rejection(String error) {
        int space = error.indexOf(' ');
        String code = error.substring(0, Math.max(space, 0));
        boolean isInternal = code.equals(ErrorCode.INTERNAL_ERROR.code());
        return new Rejection(
                isInternal ? ErrorCode.INTERNAL_ERROR : ErrorCode.VALIDATION_ERROR,
                error.substring(space + 1),
                isInternal ? null : "millrace.retrieval");
    }

    private static Optional<Origin> origin(Headers headers) {
        var topic = MillraceHeaders.text(headers, MillraceHeaders.ORIGIN_TOPIC);
        var partition = number(headers, MillraceHeaders.ORIGIN_PARTITION);
        var offset = number(headers, MillraceHeaders.ORIGIN_OFFSET);
        if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Origin(
                        topic.get(),
                        (int) Math.min(partition.getAsLong(), Integer.MAX_VALUE),
                        offset.getAsLong()));
    }

    private static OptionalLong number(Headers headers, String name) {
        return MillraceHeaders.text(headers, name)
                .filter(it -> NUMBER.matcher(it).matches())
                .map(it -> OptionalLong.of(Long.parseLong(it)))
                .orElseGet(OptionalLong::empty);
    }
}
