package dev.millrace.router.dedupe;

import dev.millrace.router.failure.LostOffsetException;
import dev.millrace.router.message.RoutingMessage.Origin;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the router before it routes a request again because the committed offset of its partition
 * was lost or set back. Kafka Streams reads a partition without an offset from its beginning. Jobs
 * that ended before the window of repeats could be paid for twice, and all others would also end as
 * repeats.
 *
 * <p>The store of seen jobs holds the highest handled offset of each request topic. If the store
 * was lost with the offset, the partition's deleted records show that it was read. Belongs to the
 * task's thread.
 */
public final class RequestOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(RequestOffsets.class);

    private final KeyValueStore<Bytes, byte[]> entries;
    private final RequestPositions positions;
    private final boolean acceptResend;
    private final Map<String, HandledOffset> byTopic = new HashMap<>();

    /**
     * @param entries the store of {@link SeenJobStore}
     * @param acceptResend whether to route requests again, as the operator has decided
     */
    public RequestOffsets(
            KeyValueStore<Bytes, byte[]> entries,
            RequestPositions positions,
            boolean acceptResend) {
        this.entries = entries;
        this.positions = positions;
        this.acceptResend = acceptResend;
    }

    /**
     * Records that a request is handled.
     *
     * @throws LostOffsetException if it can have been handled before
     */
    public void onRequest(Origin request) {
        String topic = request.topic();
        HandledOffset handled =
                byTopic.computeIfAbsent(
                        topic,
                        it ->
                                HandledOffset.ofRequests(
                                        entries, it, () -> positions.topicId(topic)));
        if (!handled.isNew(request.offset()) || (!handled.isKnown() && isOffsetLost(request))) {
            onLost(request);
            handled.forget();
        }
        handled.onHandled(request.offset());
    }

    private boolean isOffsetLost(Origin request) {
        return request.offset() > 0
                && positions.isOffsetLost(
                        new TopicPartition(request.topic(), request.partition()));
    }

    private void onLost(Origin request) {
        String partition = request.topic() + "-" + request.partition();
        if (!acceptResend) {
            throw new LostOffsetException(
                    "the committed offset of "
                            + partition
                            + " was lost or set back: requests from offset "
                            + request.offset()
                            + " on may have been routed before. To route them again, start one"
                            + " router, or up, with --accept-resend; calls of jobs that ended"
                            + " longer ago than router.repeats_window may then be paid for twice");
        }
        LOG.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("offset", request.offset())
                .log("The committed offset was lost or set back: requests are routed again");
    }

    /** Writes changed offsets to the store. */
    public void flush() {
        byTopic.values().forEach(HandledOffset::flush);
    }
}
