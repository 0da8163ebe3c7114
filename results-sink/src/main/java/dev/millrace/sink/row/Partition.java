package dev.millrace.sink.row;

/**
 * A partition that is unmistakably this one: a topic that was deleted and made again, or a new
 * cluster behind the same address, is another one.
 *
 * @param topicId as the broker gave it when the topic was created
 * @param number from 0
 */
public record Partition(String clusterId, String topic, String topicId, int number) {

    /** For messages: topic and number. */
    @Override
    public String toString() {
        return topic + "-" + number;
    }
}
