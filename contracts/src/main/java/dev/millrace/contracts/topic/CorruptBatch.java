package dev.millrace.contracts.topic;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * Recognizes a poll that failed because a batch of records is corrupt, and names its partition. The
 * client fails each further poll until that partition is paused.
 *
 * <p>The client has no exception of its own for a batch with a wrong checksum or one that cannot be
 * decompressed, and for a broker that finds one: it throws a plain {@link KafkaException} that
 * names the partition in its text, such as {@code Received exception when fetching the next record
 * from jobs-0. If needed, please seek past …}. Both group protocols share that code.
 */
public final class CorruptBatch {
    private CorruptBatch() {}

    /** Returns the assigned partition that cannot be read; empty for any other failure. */
    public static Optional<TopicPartition> partition(
            KafkaException e, Collection<TopicPartition> assigned) {
        if (e instanceof RecordDeserializationException unreadable) {
            return Optional.of(unreadable.topicPartition()).filter(assigned::contains);
        }
        if (e.getClass() != KafkaException.class) {
            return Optional.empty();
        }
        String text = String.valueOf(e.getMessage());
        return assigned.stream().filter(it -> names(text, it)).findFirst();
    }

    /** A name may be the beginning of another, and have dots. */
    private static boolean names(String text, TopicPartition partition) {
        return Pattern.compile(
                        "(?<!\\S)" + Pattern.quote(partition.toString()) + "(?=$|\\s|=|\\.\\s)")
                .matcher(text)
                .find();
    }

    /** Returns one line on what is wrong; the client's own advice is of no use to a user. */
    public static String reason(KafkaException e) {
        Throwable said = e.getCause() == null ? e : e.getCause();
        return "a batch of records cannot be read: " + said.getMessage();
    }
}
