package dev.millrace.consumer;

import java.util.Comparator;
import org.apache.kafka.common.TopicPartition;

/** Explains why a partition cannot be read from its position. */
final class PositionMessages {
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private PositionMessages() {}

    static String missing(TopicPartition partition) {
        return partition
                + " has no position, and the first start is REFUSE. Pass a position, or choose"
                + " EARLIEST or LATEST if this program has never read the topic";
    }

    static String outOfRange(TopicPartition partition, long position, long first, long end) {
        String text =
                "%s cannot be read from offset %d: it now has the offsets %d to %d"
                        .formatted(partition, position, first, end);
        return position < first
                ? text + ", because records were deleted before they were read"
                : text + ", because the topic was created again or lost its last records";
    }
}
