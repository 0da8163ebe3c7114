package dev.millrace.consumer;

/**
 * A position in a partition from which reading continues.
 *
 * @param topic full name of the topic
 * @param partition number of the partition, 0 or more
 * @param offset offset of the next record to read, 0 or more
 */
public record Position(String topic, int partition, long offset) {
    public Position {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "a partition and an offset must be 0 or more, were "
                            + partition
                            + " and "
                            + offset);
        }
    }
}
