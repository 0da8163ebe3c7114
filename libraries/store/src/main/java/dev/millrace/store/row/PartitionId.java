package dev.millrace.store.row;

/**
 * The unique identity of a partition. A recreated topic has a new identity, and so has a new
 * cluster at an old address.
 *
 * @param topicId id that the broker assigned when the topic was created
 * @param number from 0
 */
public record PartitionId(String clusterId, String topic, String topicId, int number) {

    /** Returns topic and number, for messages. */
    @Override
    public String toString() {
        return topic + "-" + number;
    }
}
