package dev.millrace.router.dedupe;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.MovedRequest;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.TopicLimits;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request must be moved to the partition of its job, because its producer used
 * another record key, or none. The moved record is the received one, with its key and headers. A
 * header keeps its time of submission, since a broker dates the moved record.
 *
 * @param limits record size limits of topics. If the topic accepts no records, the request is still
 *     moved: the router then stops with the reason, and no request is lost
 */
public record RequestMover(JobPartitions partitions, TopicLimits limits, RouterMetrics metrics) {
    public static final Serializer<MovedRequest> BYTES = (topic, moved) -> moved.bytes();
    public static final TopicNameExtractor<byte[], MovedRequest> TOPIC =
            (key, moved, context) -> moved.request().origin().topic();
    public static final StreamPartitioner<byte[], MovedRequest> PARTITION =
            (topic, key, moved, count) -> Optional.of(Set.of(moved.partition()));

    /**
     * Returns a request that is in the partition of its job; else the moved request, or a dead
     * letter if the record is too large to be written again.
     *
     * @param received the record of the request
     */
    public RoutingMessage move(ParsedRequest request, Record<byte[], byte @Nullable []> received) {
        int partition = partitions.of(request.identity().jobId(), request.origin());
        if (partition == request.origin().partition()) {
            return request;
        }
        String topic = request.origin().topic();
        MillraceHeaders.put(
                received.headers(), MillraceHeaders.SUBMITTED_AT, request.submittedAt());
        int bytes = OutgoingRecords.maxBytes(received.key(), request.bytes(), received.headers());
        int limit = limits.maxRecordBytes(topic);
        boolean isWritable = limit > 0;
        if (isWritable && bytes > limit) {
            return request.toDeadLetter(ErrorCode.VALIDATION_ERROR, tooLarge(topic, bytes, limit));
        }
        metrics.onMoved(topic);
        return new MovedRequest(request, partition);
    }

    private static String tooLarge(String topic, int bytes, int limit) {
        return String.format(
                Locale.ROOT,
                "the request is not in the partition of its job, and cannot be moved there: it may"
                        + " have %,d bytes, more than max.message.bytes = %,d of %s; use the job id"
                        + " as record key",
                bytes,
                limit,
                topic);
    }
}
