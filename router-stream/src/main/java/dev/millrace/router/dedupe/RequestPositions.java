package dev.millrace.router.dedupe;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Looks up facts about the request topics. Each method can block the calling stream thread. */
public interface RequestPositions {
    /** Returns the current id of a topic, which changes when the topic is recreated. */
    Uuid topicId(String topic);

    /**
     * Returns true if records of the partition were deleted although the router has no committed
     * offset for it. Only routers delete requests, up to a committed offset, so the offset was
     * lost.
     */
    boolean isOffsetLost(TopicPartition partition);
}
