package dev.millrace.router.dedupe;

import dev.millrace.router.message.RoutingMessage.Origin;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the router before it routes a request again because the committed offset of its partition
 * was lost or set back. Kafka Streams reads a partition without an offset from its beginning. Jobs
 * that ended before the window of repeats could be paid for twice; every other job would get a dead
 * letter as a repeat.
 *
 * <p>The store of seen jobs holds the highest handled offset of each request topic. It changes in
 * the transaction that commits the offset, so it is never ahead of the offset. Belongs to the
 * task's thread.
 */
public final class RequestOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(RequestOffsets.class);

    private final KeyValueStore<Bytes, byte[]> entries;
    private final Function<String, Uuid> topicIds;
    private final boolean acceptResend;
    private final Map<String, HandledOffset> byTopic = new HashMap<>();

    /**
     * @param entries the store of {@link SeenJobStore}
     * @param topicIds looks up the id of a topic, and can block
     * @param acceptResend whether to route requests again, as the operator has decided
     */
    public RequestOffsets(
            KeyValueStore<Bytes, byte[]> entries,
            Function<String, Uuid> topicIds,
            boolean acceptResend) {
        this.entries = entries;
        this.topicIds = topicIds;
        this.acceptResend = acceptResend;
    }

    /** Creates the handled offsets of a task from its store of seen jobs. */
    @FunctionalInterface
    public interface Factory {
        RequestOffsets open(KeyValueStore<Bytes, byte[]> entries);
    }

    /** Stops the router; health shows its message. */
    static final class LostOffsetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LostOffsetException(String message) {
            super(message);
        }
    }

    /**
     * Records that a request is handled.
     *
     * @throws LostOffsetException if it was handled before
     */
    public void onRequest(Origin request) {
        HandledOffset handled =
                byTopic.computeIfAbsent(
                        request.topic(),
                        it -> HandledOffset.ofRequests(entries, it, () -> topicIds.apply(it)));
        if (!handled.isNew(request.offset())) {
            onLost(request);
            handled.forget();
        }
        handled.onHandled(request.offset());
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
